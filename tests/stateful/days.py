"""Which days are worked, as one plain set; and the engine's own calendar that says the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from domain.calendar import Calendar, CalendarYear, Holiday
from domain.values import SHANGHAI

DAY = timedelta(days=1)
FIRST, LAST = date(2024, 12, 1), date(2028, 6, 30)
"""No case of the test lives outside these days."""


@dataclass(frozen=True)
class Days:
    """The days that are worked, the years that are published, and when the office closes; None: at 24:00."""

    version: str
    worked: frozenset[date]
    published: frozenset[int]
    closing: time | None = None

    def end_of(self, day: date) -> datetime:
        """When the day is over for a limit."""
        return at(day + DAY, time(0)) if self.closing is None else at(day, self.closing)

    def nth_worked(self, first: date, n: int) -> date:
        """The n-th worked day, the first day itself among them."""
        return [day for day in between(first, LAST) if day in self.worked][n - 1]

    def changed(self, version: str, closed: set[date], opened: set[date], published: set[int]) -> Days:
        """The same with some days closed, others worked, and years newly published."""
        worked = (self.worked - closed) | opened
        return replace(self, version=version, worked=frozenset(worked), published=self.published | published)


def at(day: date, hour: time) -> datetime:
    """The hour of the day, in Asia/Shanghai."""
    return datetime.combine(day, hour, SHANGHAI)


def between(first: date, last: date) -> list[date]:
    """Every day from the first to the last."""
    return [first + DAY * n for n in range((last - first).days + 1)]


def days_of(calendar: Calendar) -> Days:
    """The days that a published calendar says are worked: Monday to Friday but for its holidays, and its make-up days."""
    off = {day for year in calendar.years for holiday in year.holidays for day in between(holiday.first, holiday.last)}
    make_up = {day for year in calendar.years for day in year.make_up}
    worked = {day for day in between(FIRST, LAST) if (day.weekday() < 5 and day not in off) or day in make_up}
    return Days(calendar.version, frozenset(worked), frozenset(year.year for year in calendar.years))


def calendar_of(days: Days) -> Calendar:
    """The engine's calendar with exactly these worked days in its published years."""
    return Calendar(
        version=days.version,
        years=tuple(
            CalendarYear(
                year=year,
                holidays=tuple(
                    Holiday.model_validate({"name": "放假", "from": day, "to": day})
                    for day in _of(year)
                    if day.weekday() < 5 and day not in days.worked
                ),
                make_up=tuple(day for day in _of(year) if day.weekday() >= 5 and day in days.worked),
            )
            for year in sorted(days.published)
        ),
    )


def _of(year: int) -> list[date]:
    return [day for day in between(date(year, 1, 1), date(year, 12, 31)) if FIRST <= day <= LAST]
