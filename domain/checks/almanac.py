"""Limits compared as dates, over every day on which they could start.

Days of different kinds cannot be added or compared as numbers: five working days are seven days in one week and
fourteen in another. The almanac answers with the same dates as `domain.deadline`, which a test holds it to, but looks
them up, because a definition needs some hundred thousand of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from domain.calendar import ONE_DAY
from domain.checks.hours import Hours
from domain.deadline import Office
from domain.limits import Limit, Unit

QUARTERS = (0.25, 0.5, 0.75, 1.0)
WITHOUT_CALENDAR = 2026
"""Where no year is published any will do: every one of them counts Monday to Friday."""
ONE_MINUTE = timedelta(minutes=1)


class End(NamedTuple):
    """When a limit is over, and from when on the office can go on with the next thing."""

    at: datetime
    goes_on: datetime


class Excess(NamedTuple):
    """By how much one limit ends after another, on the starting moment for which it is the most."""

    start: datetime
    later: datetime
    earlier: datetime
    worked: int = 0
    """How many working days lie after the earlier end, up to the later one."""

    @property
    def by(self) -> timedelta:
        """The time between the two ends."""
        return self.later - self.earlier

    @property
    def days(self) -> tuple[date, date]:
        """The days of the later and the earlier end; midnight is the end of the day before."""
        later, earlier = (at - timedelta(microseconds=1) for at in (self.later, self.earlier))
        return later.date(), earlier.date()


class Almanac:
    """The working days around the published years, and the ends of limits that start in them."""

    def __init__(self, office: Office) -> None:
        self._office = office
        years = sorted(year.year for year in office.calendar.years) or [WITHOUT_CALENDAR]
        self._first = date(years[0], 1, 1)
        self._last = date(years[-1], 12, 31)
        self._worked: list[date] = []
        self._known_to = self._first - ONE_DAY
        self._hours = Hours(office)
        self._ends: dict[tuple[date, float, Unit], End] = {}

    def starts(self, *, by_the_hour: bool) -> Iterator[datetime]:
        """Every day of the published years at opening; by the hour also a minute after each quarter of the office's
        hours, for there limits of part of a day cease to fit into the day."""
        opening = self._hours.moment(self._first, timedelta())
        offsets = [self._hours.moment(self._first, self._hours.whole * share) - opening for share in QUARTERS]
        later = [*(offset + ONE_MINUTE for offset in offsets[:-1]), offsets[-1]] if by_the_hour else []
        for n in range((self._last - self._first).days + 1):
            yield opening + ONE_DAY * n
            if later and self._office.calendar.is_worked(self._first + ONE_DAY * n):
                yield from (opening + ONE_DAY * n + offset for offset in later)

    def end(self, start: datetime, limit: Limit) -> End:
        """When a limit that starts at the moment ends; the office goes on at the end of the due day's last session,
        or at the very moment if the limit is a part of a day."""
        if limit.is_part_of_a_day:
            return self._end_within_hours(start, limit.days)
        key = (start.date(), limit.days, limit.unit)
        if key not in self._ends:
            day = self.due_day(start.date(), int(limit.days), limit.unit)
            self._ends[key] = End(self._office.end_of(day), self._hours.moment(day, self._hours.whole))
        return self._ends[key]

    def due_day(self, start: date, days: int, unit: Unit) -> date:
        """The last day of a limit of whole days; the day of the start is day 0."""
        if unit is Unit.NATURAL:
            return self._next_worked(start + ONE_DAY * days)
        if days == 0:
            return self._next_worked(start)
        self._learn_to(start)
        place = bisect_right(self._worked, start) + days - 1
        while place >= len(self._worked):
            self._learn_a_year()
        return self._worked[place]

    def worst(self, later: Limit, earlier: Limit) -> Excess | None:
        """Where the first limit ends the longest after the second, both from the same moment; None where it never
        does."""
        if later.unit is earlier.unit and later.days <= earlier.days:
            return None  # dates of one unit keep the order of their numbers
        parts = later.is_part_of_a_day or earlier.is_part_of_a_day
        worst: Excess | None = None
        for start in self.starts(by_the_hour=parts):
            found = Excess(start, self.end(start, later).at, self.end(start, earlier).at)
            if found.by > (worst.by if worst else timedelta()):
                worst = found
        return self.counted(worst) if worst else None

    def counted(self, excess: Excess) -> Excess:
        """The excess with its working days counted."""
        later, earlier = excess.days
        self._learn_to(later)
        return excess._replace(worked=bisect_right(self._worked, later) - bisect_right(self._worked, earlier))

    def _end_within_hours(self, start: datetime, share: float) -> End:
        day = self._next_worked(start.date())
        used = self._hours.used_at(start) if day == start.date() else timedelta()
        used += self._hours.whole * share
        if used > self._hours.whole:
            used -= self._hours.whole
            day = self.due_day(day, 1, Unit.WORKING)
        at = self._hours.moment(day, used)
        return End(at, at)

    def _next_worked(self, day: date) -> date:
        self._learn_to(day)
        place = bisect_left(self._worked, day)
        while place >= len(self._worked):
            self._learn_a_year()
        return self._worked[place]

    def _learn_to(self, day: date) -> None:
        while self._known_to < day:
            self._learn_a_year()

    def _learn_a_year(self) -> None:
        last = date(self._known_to.year + 1, 12, 31)
        day = self._known_to + ONE_DAY
        while day <= last:
            if self._office.calendar.is_worked(day):
                self._worked.append(day)
            day += ONE_DAY
        self._known_to = last
