"""What the workflow of the monthly report is started with, and what it gives."""

from __future__ import annotations

from domain.values import Message


class MonthlyStart(Message):
    """Of which place the report is due."""

    place: str


class MonthlyDone(Message):
    """What it made: nothing on most days."""

    months: tuple[str, ...] = ()


def schedule_id(place: str) -> str:
    """The schedule of a place, and the beginning of the ids of what it starts."""
    return f"monthly:{place}"
