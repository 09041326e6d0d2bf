"""Which days are worked: published holidays, make-up days, and what holds where nothing is published yet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
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

    def days(self) -> Iterator[date]:
        """Each day of the run."""
        return (self.first + ONE_DAY * n for n in range((self.last - self.first).days + 1))


class CalendarYear(Value):
    """The published working days of one year, with the source they were taken from; those of a unit lie over the city's."""

    year: int
    unit: str | None = None
    """The unit for which alone these days are closed, or worked; None: the whole city."""
    source: str = ""
    holidays: tuple[Holiday, ...]
    make_up: tuple[date, ...]

    @property
    def says_nothing(self) -> bool:
        """Whether no day is another one because of it, as where a unit goes back to the days of the city."""
        return not self.holidays and not self.make_up


class Calendar(Value):
    """The working days of the published years; other years count Monday to Friday and are provisional."""

    version: str
    years: tuple[CalendarYear, ...]

    def __copy__(self) -> Calendar:
        """A copy that knows nothing of the days yet: with other years they are other ones."""
        copied = super().__copy__()
        for name in ("_kinds", "_names", "_published"):
            copied.__dict__.pop(name, None)
        return copied

    @classmethod
    def of(cls, years: Iterable[CalendarYear]) -> Calendar:
        """The calendar of these years. Its version is the digest of the days that they name: the same days have the same
        version, whatever order they are written in and whichever source they were taken from."""
        kept = [year for year in years if year.unit is None or not year.says_nothing]
        ordered = sorted(map(_in_order, kept), key=lambda year: (year.year, year.unit or ""))
        said = "\n".join(
            year.model_dump_json(by_alias=True, exclude={"source"}, exclude_none=True)  # years of the city name no unit
            for year in ordered
        )
        return cls(version=hashlib.sha256(said.encode()).hexdigest()[:16], years=tuple(ordered))

    @cached_property
    def _kinds(self) -> dict[date, DayKind]:
        """The days that are not what the week says: first as the city has them, then as the unit does."""
        kinds: dict[date, DayKind] = {}
        for layer in self._layers():
            kinds |= dict.fromkeys((day for holiday in _runs(layer) for day in holiday.days()), DayKind.HOLIDAY)
            kinds |= dict.fromkeys((day for year in layer for day in year.make_up), DayKind.MAKE_UP)
        return kinds

    @cached_property
    def _names(self) -> dict[date, str]:
        return {day: run.name for layer in self._layers() for run in _runs(layer) for day in run.days()}

    @cached_property
    def _published(self) -> frozenset[int]:
        return frozenset(year.year for year in self.years if year.unit is None)

    def _layers(self) -> tuple[list[CalendarYear], ...]:
        city = [year for year in self.years if year.unit is None]
        return city, [year for year in self.years if year.unit is not None]

    @carries_out("apl:82")
    def kind_of(self, day: date) -> DayKind:
        """What the day is; without a published calendar, a weekday is a working day."""
        return self._kinds.get(day) or (DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKING)

    def holiday_name(self, day: date) -> str | None:
        """The name of the holiday that the day is part of."""
        return self._names.get(day)

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


def _runs(years: Iterable[CalendarYear]) -> Iterator[Holiday]:
    return (holiday for year in years for holiday in year.holidays)


def _in_order(year: CalendarYear) -> CalendarYear:
    """The year with its days in the order in which they come."""
    holidays = tuple(sorted(year.holidays, key=lambda holiday: (holiday.first, holiday.last)))
    return year.model_copy(update={"holidays": holidays, "make_up": tuple(sorted(year.make_up))})
