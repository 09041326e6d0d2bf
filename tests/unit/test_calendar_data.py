"""The published calendars in definitions/calendar, held against two libraries that were made independently of them."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import chinese_calendar
import holidays
import pytest
from ruamel.yaml import YAML

from domain.calendar import Calendar, CalendarYear

FOLDER = Path(__file__).parents[2] / "definitions" / "calendar"
YEARS = (2024, 2025, 2026)


@cache
def published(year: int) -> CalendarYear:
    data = YAML(typ="safe", pure=True).load((FOLDER / f"{year}.yaml").read_text("utf-8"))
    assert data.pop("kind") == "calendar"
    return CalendarYear.model_validate(data)


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def calendar() -> Calendar:
    return Calendar(version="published", years=tuple(published(year) for year in YEARS))


@pytest.mark.parametrize("year", YEARS)
def test_every_day_is_worked_or_not_as_chinesecalendar_says(year: int) -> None:
    ours = calendar()

    differing = [day for day in days_of(year) if ours.is_worked(day) != chinese_calendar.is_workday(day)]

    assert differing == []


@pytest.mark.parametrize("year", YEARS)
def test_every_day_is_worked_or_not_as_holidays_says(year: int) -> None:
    ours, theirs = calendar(), holidays.country_holidays("CN", years=year)

    differing = [day for day in days_of(year) if ours.is_worked(day) != theirs.is_working_day(day)]

    assert differing == []


@pytest.mark.parametrize(("year", "total"), [(2024, 251), (2025, 248), (2026, 248)])
def test_year_has_as_many_working_days_as_the_facts_say(year: int, total: int) -> None:
    assert sum(calendar().is_worked(day) for day in days_of(year)) == total


@pytest.mark.parametrize("year", YEARS)
def test_make_up_days_are_weekends_outside_every_holiday(year: int) -> None:
    ours = published(year)

    assert list(ours.make_up) == sorted(set(ours.make_up))
    assert all(day.weekday() >= 5 and day.year == year for day in ours.make_up)
    assert not [day for day in ours.make_up for h in ours.holidays if h.first <= day <= h.last]


@pytest.mark.parametrize("year", YEARS)
def test_holidays_follow_one_another_within_the_year(year: int) -> None:
    ours = published(year)

    edges = [edge for holiday in ours.holidays for edge in (holiday.first, holiday.last)]

    assert edges == sorted(edges)
    assert {edge.year for edge in edges} == {year}
    assert len({holiday.name for holiday in ours.holidays}) == len(ours.holidays)


@pytest.mark.parametrize("year", YEARS)
def test_year_names_the_notice_that_it_was_taken_from(year: int) -> None:
    ours = published(year)

    assert (ours.year, f"国务院办公厅关于{year}年部分节假日安排的通知" in ours.source) == (year, True)
