"""A case or grievance at one glance: what supervisors search by in Temporal UI. Nothing of it says anything about a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from domain.record import Clock, ClockRecord, ClockState, Light
from domain.running import NO_CARD
from domain.supervision.orders import is_of_order
from domain.values import Value
from domain.words import Text

APPLICANT, ITEMS = "applicant", "items"
MOST_WAITED_FOR = 30
"""A list of keywords takes 2 KB; whoever has more tasks open at once than that is found by the first ones."""


class Standing(StrEnum):
    """Whether it goes on; one that is over shows how it ended instead."""

    OPEN = "open"
    PAUSED = "paused"


class Flag(StrEnum):
    """What makes it one to look at."""

    NEAR = "near"
    LATE = "late"
    ESCALATED = "escalated"
    PROVISIONAL = "provisional"
    HELD = "held"
    OVERRUN = "overrun"
    URGED = "urged"
    ORDERED = "ordered"
    DEFERRED = "deferred"
    EXTENSION_ASKED = "extension_asked"
    FILING_UNACKNOWLEDGED = "filing_unacknowledged"


FLAGS: dict[Flag, Text] = {
    Flag.NEAR: Text("临近时限", "a limit is near"),
    Flag.LATE: Text("有期限已过而尚未完成", "a limit has passed and is not met"),
    Flag.ESCALATED: Text("已升级", "escalated"),
    Flag.PROVISIONAL: Text("到期日为暂定", "a due day is provisional"),
    Flag.HELD: Text("特别程序中，暂停计时", "stands still for a special procedure"),
    Flag.OVERRUN: Text("特别程序超过告知的时间", "a special procedure takes longer than announced"),
    Flag.URGED: Text("已催办，尚无进展", "urged, and nothing has moved since"),
    Flag.ORDERED: Text("有督办尚未答复", "a supervision order is not answered"),
    Flag.DEFERRED: Text("容缺材料尚未补齐", "deferred materials are not in"),
    Flag.EXTENSION_ASKED: Text("延期待批准", "an extension waits for its approval"),
    Flag.FILING_UNACKNOWLEDGED: Text("报备尚未签收", "a filing is not acknowledged"),
}


class Glance(Value):
    """How it stands at one moment."""

    status: str
    """`open`, `paused`, or how it ended."""
    stage: str
    light: Light
    waiting_for: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    due_at: datetime | None = None
    """When the next limit passes."""
    case_due_at: datetime | None = None
    """When the promised limit is over, or the statutory one where there is no promise."""


def waited_for(whom: Iterable[str], units_of_items: Iterable[str] = ()) -> tuple[str, ...]:
    """Whose move it is as keywords: of `examiner@unit` the pair itself, `role:examiner` and `unit:unit`."""
    found: dict[str, None] = {}
    for one in whom:
        role, _, unit = one.partition("@")
        named = (one, f"role:{role}", f"unit:{unit}") if unit else (one,)
        found |= dict.fromkeys(named)
    if ITEMS in found:
        found |= dict.fromkeys(f"unit:{unit}" for unit in units_of_items)
    return tuple(sorted([*found][:MOST_WAITED_FOR]))


def next_due(running: Iterable[ClockRecord]) -> datetime | None:
    """When the next limit passes, whoever owes it."""
    return min((record.due_at for record in running if not record.passed), default=None)


def due_of_the_whole(running: Iterable[ClockRecord]) -> datetime | None:
    """When the promised limit is over, or the statutory one where there is no promise; it may be past."""
    by_key = {record.key: record.due_at for record in running}
    return by_key.get(Clock.PROMISED) or by_key.get(Clock.STATUTORY)


def flags_of(running: Iterable[ClockRecord], others: Iterable[tuple[Flag, bool]]) -> tuple[str, ...]:
    """What makes it one to look at: of its limits, and what else holds."""
    running = [record for record in running if record.state is ClockState.RUNNING]
    late = any(record.passed and record.key not in NO_CARD and not is_of_order(record.key) for record in running)
    held = {Flag.LATE: late, Flag.PROVISIONAL: any(record.provisional for record in running)}
    held |= {flag: held.get(flag, False) or holds for flag, holds in others}
    return tuple(sorted(flag.value for flag, holds in held.items() if holds))
