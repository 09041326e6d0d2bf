"""How a limit becomes a date, and how the date explains itself: one walk over the days serves both."""

from __future__ import annotations

from collections.abc import Sequence
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
    PAUSED = "paused"
    MOVED = "moved"


class WalkedDay(NamedTuple):
    """One calendar day between the start of a limit and its due day."""

    day: date
    number: float | None
    reason: Reason
    holiday: str | None
    provisional: bool
    extended: bool = False
    """Whether it counts towards an extension, not towards the limit itself."""


class Stretch(Message):
    """Days that a limit leaves out because a special procedure ran, the first and the last among them; of the first one
    the hours before `since` still count where a limit is counted in hours."""

    procedure: str
    since: datetime
    first: date
    last: date


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


class _Pace:
    """What every kind of day looks like to one walk."""

    def __init__(self, office: Office, pauses: Sequence[Stretch]) -> None:
        self.office, self.calendar, self._pauses = office, office.calendar, pauses

    def is_paused(self, day: date) -> bool:
        return any(pause.first <= day <= pause.last for pause in self._pauses)

    def working_until(self, day: date) -> datetime:
        """When the day's hours cease to count: with the day, or when a special procedure begins on it."""
        stops = [pause.since for pause in self._pauses if pause.first <= day <= pause.last]
        return min(stops, default=datetime.combine(day + ONE_DAY, time(0), SHANGHAI))

    def walked(self, day: date, number: float | None, reason: Reason, *, extended: bool = False) -> WalkedDay:
        return WalkedDay(
            day, number, reason, self.calendar.holiday_name(day), not self.calendar.is_published(day), extended
        )


@carries_out("cc:201", "cc:203", "apl:82", "apl:45")
def _whole_days(start: datetime, limits: Sequence[Limit], pace: _Pace, *, extended: bool) -> list[WalkedDay]:
    """Count one limit after the other; days of a special procedure are left out. Only the very last day is moved on."""
    day, number = start.date(), 0
    walk = [pace.walked(day, None, Reason.FIRST)]
    for nth, limit in enumerate(limits):
        left = int(limit.days)
        while left > 0:
            day += ONE_DAY
            kind = pace.calendar.kind_of(day)
            why = WHY[kind] if limit.unit is Unit.WORKING else Reason.COUNTED
            counts = why in (Reason.COUNTED, Reason.MAKE_UP)
            if counts and pace.is_paused(day):
                walk.append(pace.walked(day, None, Reason.PAUSED))
                continue
            left, number = left - counts, number + counts
            walk.append(pace.walked(day, number if counts else None, why, extended=counts and (extended or nth > 0)))
    office, natural = pace.office, limits[-1].unit is Unit.NATURAL
    while not pace.calendar.is_worked(day) or pace.is_paused(day) or office.end_of(day) <= start:
        day += ONE_DAY
        why = Reason.MOVED if natural else WHY[pace.calendar.kind_of(day)]
        walk.append(pace.walked(day, None, Reason.PAUSED if pace.is_paused(day) else why))
    return walk


@carries_out("cc:201.2")
def _part_of_a_day(start: datetime, share: float, pace: _Pace) -> tuple[list[WalkedDay], datetime]:
    """Count office hours from the moment of the start (cc:201.2): half a day is half of the day's hours."""
    sessions = pace.office.sessions
    hours = [(datetime.combine(start.date(), b) - datetime.combine(start.date(), a)) for a, b in sessions]
    left = sum(hours, timedelta()) * share
    day = start.date()
    walk: list[WalkedDay] = []
    while True:
        kind = pace.calendar.kind_of(day)
        spans = _spans(day, start, pace) if kind.worked else []
        why = WHY[kind]
        if kind.worked and not spans:
            why = Reason.PAUSED if pace.is_paused(day) else Reason.FIRST
        walk.append(pace.walked(day, share if spans else None, why))
        for first, last in spans:
            if last - first >= left:
                return walk, first + left
            left -= last - first
        day += ONE_DAY


def _spans(day: date, start: datetime, pace: _Pace) -> list[tuple[datetime, datetime]]:
    """The stretches of the day's hours that count: after the start, and until a special procedure begins."""
    hours = [
        (
            max(start, datetime.combine(day, opens, SHANGHAI)),
            min(pace.working_until(day), datetime.combine(day, closes, SHANGHAI)),
        )
        for opens, closes in pace.office.sessions
    ]
    return [(first, last) for first, last in hours if last > first]


def walk(
    start: datetime, limit: Limit, office: Office, pauses: Sequence[Stretch] = (), more: Sequence[Limit] = ()
) -> tuple[tuple[WalkedDay, ...], Due]:
    """Every day from the start to the due day with the reason why it counts or not, and the due day itself.

    The day of the start is day 0. A limit in working days ends with its last working day; one in natural days that
    ends on a day off moves to the next working day; one of no days ends with the day itself, or the next that is
    worked where the day is off or over already. A part of a day is counted in office hours from the moment of the start.
    Days within `pauses` are left out: working days of a limit in working days, all days of one in natural days. `more`
    are extensions; each is counted on from the last day of what is before it, before that is moved on for a day off.
    """
    if start.tzinfo is None:
        raise ValueError(f"{start} has no zone; a legal day is one of Asia/Shanghai")
    start, pace = start.astimezone(SHANGHAI), _Pace(office, pauses)
    if limit.is_part_of_a_day:
        days, at = _part_of_a_day(start, limit.days, pace)
        if more:
            days += _whole_days(at, more, pace, extended=True)[1:]
            at = office.end_of(days[-1].day)
    else:
        days = _whole_days(start, (limit, *more), pace, extended=False)
        at = office.end_of(days[-1].day)
    return tuple(days), Due(day=days[-1].day, at=at, provisional=any(day.provisional for day in days))


@carries_out("gz:13.1", "cc:201", "cc:203", "apl:82")
def due(
    start: datetime, limit: Limit, office: Office, pauses: Sequence[Stretch] = (), more: Sequence[Limit] = ()
) -> Due:
    """The due day of a limit that starts at the given moment; times without zone are refused."""
    return walk(start, limit, office, pauses, more)[1]


@carries_out("apl:45")
def last_of(first: date, days: Limit, office: Office) -> date:
    """The last of so many days, the first among them: how far an announced special procedure reaches."""
    if days.unit is Unit.NATURAL:
        return first + ONE_DAY * (int(days.days) - 1)
    return walk(datetime.combine(first - ONE_DAY, time(0), SHANGHAI), days, office)[1].day


def warning_time(start: datetime, due_: Due, days_before: int, office: Office) -> datetime | None:
    """When to warn of a due day: the office's opening `days_before` working days ahead, or that of the due day
    itself where the limit is too short for it; None where even that lies before the start."""
    early = office.opening_of(office.calendar.worked_before(due_.day, days_before))
    for moment in (early, office.opening_of(due_.day)):
        if start < moment < due_.at:
            return moment
    return None
