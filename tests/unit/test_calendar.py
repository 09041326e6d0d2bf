"""What a calendar says of a day, and that it says the same after it travelled."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pydantic import ValidationError
from pydantic_core import to_json

from domain.calendar import Calendar, CalendarYear, DayKind
from domain.deadline import Office
from tests.builders import an_office, the_calendar


def a_year(
    year: int = 2026, *, holidays: tuple[tuple[str, str], ...] = (), make_up: tuple[str, ...] = ()
) -> CalendarYear:
    runs = [{"name": "假日", "from": first, "to": last} for first, last in holidays]
    return CalendarYear.model_validate({"year": year, "source": "通知", "holidays": runs, "make_up": list(make_up)})


def a_calendar(*years: CalendarYear) -> Calendar:
    return Calendar(version="v1", years=years)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-02-13", DayKind.WORKING),
        ("2026-02-14", DayKind.MAKE_UP),
        ("2026-02-15", DayKind.HOLIDAY),
        ("2026-02-23", DayKind.HOLIDAY),
        ("2026-03-01", DayKind.WEEKEND),
        ("2027-01-01", DayKind.WORKING),
        ("2027-01-02", DayKind.WEEKEND),
    ],
)
def test_day_is_what_the_notice_says_and_what_the_week_says_where_there_is_none(day: str, kind: DayKind) -> None:
    assert the_calendar().kind_of(date.fromisoformat(day)) is kind


def test_only_working_and_make_up_days_are_worked() -> None:
    assert [kind for kind in DayKind if kind.worked] == [DayKind.WORKING, DayKind.MAKE_UP]


def test_make_up_day_inside_a_run_of_days_off_is_worked() -> None:
    calendar = a_calendar(a_year(holidays=(("2026-05-01", "2026-05-05"),), make_up=("2026-05-03",)))

    assert calendar.is_worked(date(2026, 5, 3))
    assert not calendar.is_worked(date(2026, 5, 4))


def test_holiday_is_named_on_each_of_its_days_and_on_no_other() -> None:
    names = [the_calendar().holiday_name(date(2026, 2, 14) + timedelta(days=n)) for n in range(11)]

    assert names == [None, *["春节"] * 9, None]


def test_year_without_notice_is_not_published() -> None:
    assert [the_calendar().is_published(date(year, 6, 1)) for year in (2023, 2024, 2026, 2027)] == [
        False,
        True,
        True,
        False,
    ]


def test_next_worked_day_of_a_worked_day_is_itself() -> None:
    assert the_calendar().next_worked(date(2026, 2, 14)) == date(2026, 2, 14)
    assert the_calendar().next_worked(date(2026, 2, 15)) == date(2026, 2, 24)


@pytest.mark.parametrize(("count", "before"), [(0, "2026-02-24"), (1, "2026-02-14"), (2, "2026-02-13")])
def test_working_day_so_many_days_before_skips_the_holiday(count: int, before: str) -> None:
    assert the_calendar().worked_before(date(2026, 2, 24), count).isoformat() == before


def test_holiday_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValidationError, match="before it begins"):
        a_year(holidays=(("2026-05-05", "2026-05-01"),))


def test_part_that_travels_holds_two_years_and_leaves_the_sources_behind() -> None:
    part = the_calendar().since(2025)

    assert [(year.year, year.source) for year in part.years] == [(2025, ""), (2026, "")]
    assert part.version == the_calendar().version


def test_part_around_a_year_nobody_published_is_empty_and_provisional() -> None:
    part = the_calendar().since(2027)

    assert part.years == ()
    assert not part.is_published(date(2027, 1, 1))


def test_office_says_the_same_after_it_travelled_into_a_workflow() -> None:
    office = an_office(calendar=the_calendar().since(2026))
    office.calendar.is_worked(date(2026, 1, 1))

    arrived = Office.model_validate_json(to_json(office))

    assert arrived == office
    assert arrived.calendar.kind_of(date(2026, 2, 14)) is DayKind.MAKE_UP
