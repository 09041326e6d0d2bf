"""Which days are worked: published holidays, make-up days, and what holds where nothing is published yet."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from pydantic import Field, model_validator

from domain.law import carries_out
from domain.values import Value

ONE_DAY = timedelta(days=1)


class DayKind(StrEnum):
    """What a calendar day is to an office."""

    WORKING = "working"
    MAKE_UP = "make_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"

    @property
    def worked(self) -> bool:
        """Whether the office works on such a day."""
        return self in (DayKind.WORKING, DayKind.MAKE_UP)


class Holiday(Value):
    """A run of days off as the yearly notice publishes it, weekends inside it included."""

    name: str = Field(min_length=1)
    first: date = Field(alias="from")
    last: date = Field(alias="to")

    @model_validator(mode="after")
    def _runs_forward(self) -> Holiday:
        if self.last < self.first:
            raise ValueError(f"{self.name}: ends on {self.last}, before it begins on {self.first}")
        return self


class CalendarYear(Value):
    """The published working days of one year, with the source they were taken from."""

    year: int
    source: str = ""
    holidays: tuple[Holiday, ...]
    make_up: tuple[date, ...]


class Calendar(Value):
    """The working days of the published years; other years count Monday to Friday and are provisional."""

    version: str
    years: tuple[CalendarYear, ...]

    @cached_property
    def _holidays(self) -> dict[date, str]:
        return {
            holiday.first + ONE_DAY * n: holiday.name
            for year in self.years
            for holiday in year.holidays
            for n in range((holiday.last - holiday.first).days + 1)
        }

    @cached_property
    def _make_up(self) -> frozenset[date]:
        return frozenset(day for year in self.years for day in year.make_up)

    @cached_property
    def _published(self) -> frozenset[int]:
        return frozenset(year.year for year in self.years)

    @carries_out("apl:82")
    def kind_of(self, day: date) -> DayKind:
        """What the day is; without a published calendar, a weekday is a working day."""
        if day in self._make_up:
            return DayKind.MAKE_UP
        if day in self._holidays:
            return DayKind.HOLIDAY
        return DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKING

    def holiday_name(self, day: date) -> str | None:
        """The name of the holiday that the day is part of."""
        return self._holidays.get(day)

    def is_worked(self, day: date) -> bool:
        """Whether the office works on the day."""
        return self.kind_of(day).worked

    def is_published(self, day: date) -> bool:
        """Whether the calendar of the day's year has been published; if not, dates in it are provisional."""
        return day.year in self._published

    def next_worked(self, day: date) -> date:
        """The day itself if it is worked, else the next one that is."""
        while not self.is_worked(day):
            day += ONE_DAY
        return day

    def worked_before(self, day: date, count: int) -> date:
        """The working day that lies `count` working days before the day."""
        while count > 0:
            day -= ONE_DAY
            count -= self.is_worked(day)
        return day

    def since(self, first_year: int) -> Calendar:
        """The part of the calendar that a case received in `first_year` needs; small enough to travel with it."""
        return Calendar(
            version=self.version,
            years=tuple(year.model_copy(update={"source": ""}) for year in self.years if year.year >= first_year),
        )
