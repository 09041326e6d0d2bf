"""What an item is on a day, and how many days of its limit are used: the same for every kind of picture."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import Enum
from itertools import groupby

from cli.picture.model import Picture, Row, Span
from domain.calendar import ONE_DAY
from domain.limits import Unit
from domain.record import PartState
from domain.words import Text


class Mark(Enum):
    """What an item is on a day; of several days in one column the one that comes first here is shown."""

    LATE = Text("已超过到期日", "late")
    PAUSED = Text("特别程序，不计时", "special procedure, clock stopped")
    WORK = Text("办理", "handled")
    PLANNED = Text("时限内尚余", "time left or planned")
    WAITING = Text("有结果，待统一出件", "result waits for the others")
    OFF = Text("周末、放假", "day off")
    NOTHING = Text("", "")


IMPORTANCE = {mark: n for n, mark in enumerate(Mark)}


def mark_of(row: Row, day: date, picture: Picture) -> Mark:
    """What the item is on the day."""
    rest = Mark.NOTHING if picture.calendar.is_worked(day) else Mark.OFF
    if row.begun is None:
        return _planned(row, day, rest)
    until = row.decided or picture.today
    if day < row.begun or day > max(until, row.due_day if row.decided is None and row.due_day else until):
        waits_until = row.handed_over or (picture.today if row.state is PartState.RESULT else until)
        return Mark.WAITING if rest is Mark.NOTHING and until < day <= waits_until else rest
    if rest is Mark.OFF and not counts_off_days(row):
        return Mark.OFF
    if any(day in pause for pause in row.paused):
        return Mark.PAUSED
    if row.due_day is not None and day > row.due_day:
        return Mark.LATE
    return Mark.WORK if day <= until else Mark.PLANNED


def _planned(row: Row, day: date, rest: Mark) -> Mark:
    there = row.state is PartState.WAITING and row.planned is not None and day in row.planned
    return Mark.PLANNED if there and (rest is Mark.NOTHING or counts_off_days(row)) else rest


def counts_off_days(row: Row) -> bool:
    """Whether days off count in the item's limit as others do."""
    return row.limit is not None and row.limit.unit is Unit.NATURAL


def runs(row: Row, picture: Picture) -> Iterator[tuple[Mark, Span]]:
    """The days of the picture on which the item is the same."""
    for mark, days in groupby(picture.days.days(), key=lambda day: mark_of(row, day, picture)):
        span = list(days)
        yield mark, Span(span[0], span[-1])


def days_used(row: Row, picture: Picture) -> int:
    """How many days of its limit the item has used, the day on which it began not among them."""
    if row.begun is None:
        return 0
    until = max(row.begun, min(row.decided or picture.today, picture.days.last))
    days = Span(row.begun + ONE_DAY, until).days()
    return sum(_counts(row, day, picture) for day in days)


def _counts(row: Row, day: date, picture: Picture) -> bool:
    worked = counts_off_days(row) or picture.calendar.is_worked(day)
    return worked and not any(day in pause for pause in row.paused)
