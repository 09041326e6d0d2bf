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


# Days of one unit over those of the city


def own(*, holidays: tuple[tuple[str, str], ...] = (), make_up: tuple[str, ...] = ()) -> CalendarYear:
    return a_year(holidays=holidays, make_up=make_up).model_copy(update={"unit": "gz-thr-samr"})


CITY = a_year(holidays=(("2026-05-01", "2026-05-05"),), make_up=("2026-05-09",))


def test_unit_is_off_on_a_day_that_the_city_works_and_works_on_one_that_the_city_is_off() -> None:
    calendar = Calendar.of((CITY, own(holidays=(("2026-05-09", "2026-05-12"),), make_up=("2026-05-04",))))

    worked = [day for day in range(1, 14) if calendar.is_worked(date(2026, 5, day))]
    assert worked == [4, 6, 7, 8, 13]
    assert calendar.holiday_name(date(2026, 5, 9)) == "假日"


def test_days_of_a_unit_publish_no_year() -> None:
    assert not Calendar.of((own(holidays=(("2026-05-12", "2026-05-12"),)),)).is_published(date(2026, 5, 12))


def test_same_days_have_the_same_version_in_whatever_order_and_from_whichever_source() -> None:
    runs = (("2026-05-01", "2026-05-05"), ("2026-10-01", "2026-10-07"))
    written = a_year(holidays=runs, make_up=("2026-05-09", "2026-10-10"))
    turned = a_year(holidays=runs[::-1], make_up=("2026-10-10", "2026-05-09")).model_copy(update={"source": "更正"})

    assert Calendar.of((written, a_year(2025))).version == Calendar.of((a_year(2025), turned)).version
    assert Calendar.of((written,)).version != Calendar.of((CITY,)).version


def test_unit_without_days_of_its_own_has_the_version_of_the_city() -> None:
    assert Calendar.of((CITY, own())) == Calendar.of((CITY,))
    assert Calendar.of((CITY, own(make_up=("2026-05-02",)))).version != Calendar.of((CITY,)).version


def test_days_of_a_unit_travel_with_its_cases() -> None:
    part = Calendar.of((CITY, own(holidays=(("2026-05-12", "2026-05-12"),)))).since(2026)

    arrived = Calendar.model_validate_json(to_json(part, by_alias=True))

    assert not arrived.is_worked(date(2026, 5, 12))
    assert arrived.is_published(date(2026, 5, 12))


def test_calendar_that_travelled_before_units_had_days_of_their_own_is_read_as_it_was() -> None:
    kept = {"version": "v1", "years": [{"year": 2026, "source": "", "holidays": [], "make_up": ["2026-05-09"]}]}

    assert Calendar.model_validate(kept).is_worked(date(2026, 5, 9))
