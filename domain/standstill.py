"""Special procedures that run now: since when the limits stand still, and until when that was announced."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domain.certificate import Reading
from domain.law import carries_out
from domain.record import Event, EventKind
from domain.summary import in_chinese
from domain.values import Message
from domain.words import Text


class Standstill(Message):
    """A special procedure that runs now; the limits of the decision stand still meanwhile."""

    procedure: str
    since: date
    """The first day that is not counted."""
    until: date
    """The last day announced."""
    overrun: bool
    """Whether the announced time is over and the procedure is not."""
    article: str | None
    says: str


@carries_out("apl:45")
def standstills(events: Iterable[Event], reading: Reading) -> tuple[Standstill, ...]:
    """The special procedures that still run after these events of an open case, the first one first."""
    running: dict[str, tuple[Event, bool]] = {}
    for event in events:
        procedure = event.data.get("procedure", "")
        if event.kind in (EventKind.PAUSED, EventKind.PAUSE_PROLONGED):
            running[procedure] = (event, False)
        elif event.kind is EventKind.PAUSE_OVERRUN and procedure in running:
            running[procedure] = (running[procedure][0], True)
        elif event.kind is EventKind.RESUMED:
            running.pop(procedure, None)
    return tuple(_standstill(event, overrun, reading) for event, overrun in running.values())


def _standstill(event: Event, overrun: bool, reading: Reading) -> Standstill:
    named = reading.procedure(event.data["procedure"])
    since, until = date.fromisoformat(event.data["first"]), date.fromisoformat(event.data["until"])
    over = Text("，已过而尚未结束", ", which is over while the procedure is not") if overrun else Text("", "")
    says = Text(
        f"因特别程序（{named}）自{in_chinese(since)}起暂停计算，告知的时间至{in_chinese(until)}{over.zh}",
        f"stands still since {since} for a special procedure ({named}), announced until {until}{over.en}",
    )
    return Standstill(
        procedure=named,
        since=since,
        until=until,
        overrun=overrun,
        article=event.article,
        says=says.said_in(reading.language),
    )
