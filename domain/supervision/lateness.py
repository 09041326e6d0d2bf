"""Lateness that goes on: a limit of the office's that passed, and is still not met a while later (gz:13.5, gz:19)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.deadline import Office, Stretch, due
from domain.item import Item
from domain.law import carries_out
from domain.limits import Limit
from domain.record import Clock, ClockRecord, ClockState
from domain.running import may_pause, silence_accepts


@carries_out("gz:13.5")
def is_owed(key: str, item: Item) -> bool:
    """Whether the limit is one for the case as a whole, which the office owes until it is met; silence that accepts meets that
    of acceptance by itself."""
    if key == Clock.ACCEPTANCE:
        return not silence_accepts(item)
    return key in (Clock.PROMISED, Clock.STATUTORY, Clock.DELIVERY) or key.startswith(f"{Clock.DELIVERY}:")


def is_late(record: ClockRecord) -> bool:
    """Whether the limit passed and is still not met."""
    return record.passed and record.state is ClockState.RUNNING


@carries_out("gz:13.5", "gz:19", "apl:45")
def still_late_from(record: ClockRecord, after: int, office: Office, pauses: Sequence[Stretch]) -> datetime:
    """The moment at which so many working days have gone by since the due day; those of special procedures do not count for a
    limit that they stop."""
    left_out = pauses if may_pause(record.key) else ()
    start = office.opening_of(record.due_day)
    return due(start, Limit(days=after), office, left_out).at
