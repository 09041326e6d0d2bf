"""How a limit becomes a date, and how the date explains itself: one walk over the days serves both."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from domain.calendar import ONE_DAY, Calendar, DayKind
from domain.law import carries_out
from domain.limits import Limit, Unit
from domain.values import SHANGHAI, Message, Value

Session = tuple[time, time]
OFFICE_SESSIONS: tuple[Session, ...] = ((time(9), time(12)), (time(13), time(17)))
"""Hours of the service centres (广州市政务服务规范); only limits of less than a day are counted in them."""


class Office(Message):
    """When an office works: its days, its hours, and when its day ends for a limit."""

    calendar: Calendar
    sessions: tuple[Session, ...] = OFFICE_SESSIONS
    closing_time: time | None = None

    @carries_out("cc:203")
    def end_of(self, day: date) -> datetime:
        """The moment at which the day is over for a limit: closing time where one is set, else 24:00."""
        if self.closing_time is None:
            return datetime.combine(day + ONE_DAY, time(0), SHANGHAI)
        return datetime.combine(day, self.closing_time, SHANGHAI)

    def opening_of(self, day: date) -> datetime:
        """When the office opens on the day."""
        return datetime.combine(day, self.sessions[0][0], SHANGHAI)


class Reason(StrEnum):
    """Why a day of the walk was counted or not."""

    FIRST = "first"
    COUNTED = "counted"
    MAKE_UP = "make_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MOVED = "moved"


class WalkedDay(NamedTuple):
    """One calendar day between the start of a limit and its due day."""

    day: date
    number: float | None
    reason: Reason
    holiday: str | None
    provisional: bool


class Due(Value):
    """A due day, the moment after which it is passed, and whether a calendar not yet published may move it."""

    day: date
    at: datetime
    provisional: bool


WHY = {
    DayKind.WORKING: Reason.COUNTED,
    DayKind.MAKE_UP: Reason.MAKE_UP,
    DayKind.WEEKEND: Reason.WEEKEND,
    DayKind.HOLIDAY: Reason.HOLIDAY,
}
"""Why a day counts or not in a limit of working days."""


def _walked(day: date, number: float | None, reason: Reason, calendar: Calendar) -> WalkedDay:
    return WalkedDay(day, number, reason, calendar.holiday_name(day), not calendar.is_published(day))


@carries_out("cc:201", "apl:82")
def _working_days(start: datetime, days: int, office: Office) -> list[WalkedDay]:
    day, counted, calendar = start.date(), 0, office.calendar
    walk = [_walked(day, None, Reason.FIRST, calendar)]
    while counted < days or not calendar.is_worked(day) or office.end_of(day) <= start:
        day += ONE_DAY
        kind = calendar.kind_of(day)
        counted += kind.worked
        number = min(counted, days) or None if kind.worked else None
        walk.append(_walked(day, number, WHY[kind], calendar))
    return walk


@carries_out("cc:201", "cc:203")
def _natural_days(start: datetime, days: int, office: Office) -> list[WalkedDay]:
    first, calendar = start.date(), office.calendar
    walk = [_walked(first, None, Reason.FIRST, calendar)]
    walk += [_walked(first + ONE_DAY * n, n, Reason.COUNTED, calendar) for n in range(1, days + 1)]
    while not calendar.is_worked(walk[-1].day) or office.end_of(walk[-1].day) <= start:
        walk.append(_walked(walk[-1].day + ONE_DAY, None, Reason.MOVED, calendar))
    return walk


@carries_out("cc:201.2")
def _part_of_a_day(start: datetime, share: float, office: Office) -> tuple[list[WalkedDay], datetime]:
    """Count office hours from the moment of the start (cc:201.2): half a day is half of the day's hours."""
    hours = [(datetime.combine(start.date(), b) - datetime.combine(start.date(), a)) for a, b in office.sessions]
    left = sum(hours, timedelta()) * share
    day, calendar = start.date(), office.calendar
    walk: list[WalkedDay] = []
    while True:
        kind = calendar.kind_of(day)
        walk.append(_walked(day, share if kind.worked else None, WHY[kind], calendar))
        for opens, closes in office.sessions if kind.worked else ():
            first = max(start, datetime.combine(day, opens, SHANGHAI))
            last = datetime.combine(day, closes, SHANGHAI)
            if last - first >= left:
                return walk, first + left
            left -= max(last - first, timedelta())
        day += ONE_DAY


def walk(start: datetime, limit: Limit, office: Office) -> tuple[tuple[WalkedDay, ...], Due]:
    """Every day from the start to the due day with the reason why it counts or not, and the due day itself.

    The day of the start is day 0. A limit in working days ends with its last working day; one in natural days that
    ends on a day off moves to the next working day; one of no days ends with the day itself, or the next that is
    worked where the day is off or over already. A part of a day is counted in office hours from the moment of the start.
    """
    if start.tzinfo is None:
        raise ValueError(f"{start} has no zone; a legal day is one of Asia/Shanghai")
    start = start.astimezone(SHANGHAI)
    if limit.is_part_of_a_day:
        days, at = _part_of_a_day(start, limit.days, office)
        due_day = at.date()
    else:
        count = _working_days if limit.unit is Unit.WORKING else _natural_days
        days = count(start, int(limit.days), office)
        due_day = days[-1].day
        at = office.end_of(due_day)
    return tuple(days), Due(day=due_day, at=at, provisional=any(day.provisional for day in days))


@carries_out("gz:13.1", "cc:201", "cc:203", "apl:82")
def due(start: datetime, limit: Limit, office: Office) -> Due:
    """The due day of a limit that starts at the given moment; times without zone are refused."""
    return walk(start, limit, office)[1]


def warning_time(start: datetime, due_: Due, days_before: int, office: Office) -> datetime | None:
    """When to warn of a due day: the office's opening `days_before` working days ahead, or that of the due day
    itself where the limit is too short for it; None where even that lies before the start."""
    early = office.opening_of(office.calendar.worked_before(due_.day, days_before))
    for moment in (early, office.opening_of(due_.day)):
        if start < moment < due_.at:
            return moment
    return None
