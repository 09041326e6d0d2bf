"""An application that is entered after the day on which it was received: the day of receipt counts, not that of the entry."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.law import Refused, carries_out


class BelatedEntryRefused(Refused):
    """An application may not be entered as received then; the message says what would be right."""


@carries_out("apl:32.4", "sc:6")
def check_belated(received: datetime, now: datetime, *, by_window: bool, reason: bool, most_days: int) -> None:
    """Raise `Refused` unless the window may enter an application as received then: in the past, within so many natural
    days, and with the reason why it was not entered at once."""
    if not by_window:
        raise BelatedEntryRefused(
            "belated_by_window",
            "收到时刻（received_at）由窗口人员补录时填写；本人线上提交的，以提交时为收到时刻",
            "Only the window enters when an application was received; what you send now is received now",
            article="apl:32.4",
        )
    if received > now:
        raise BelatedEntryRefused(
            "received_in_the_future",
            f"收到时刻不得晚于现在（{now:%Y-%m-%d %H:%M}）",
            f"An application is not received after now ({now:%Y-%m-%d %H:%M})",
        )
    if now - received > timedelta(days=most_days):
        raise BelatedEntryRefused(
            "received_too_long_ago",
            f"补录不得超过 {most_days} 日；更早收到的，请由系统管理员核实后调整设置再补录",
            f"It may be entered up to {most_days} days later; for older ones the operator raises the setting after a check",
        )
    if not reason:
        raise BelatedEntryRefused(
            "belated_reason_missing",
            "补录须写明未及时登记的原因（belated）",
            "Say in `belated` why it was not entered at once",
        )
