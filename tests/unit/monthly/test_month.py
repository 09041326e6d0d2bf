"""Months as the report cuts them, and the day on which it is due."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from domain.calendar import Calendar, CalendarYear
from domain.monthly.month import Month, MonthRefused, check_over, months_due
from domain.monthly.numbers import mean, median, percentile, share
from domain.values import SHANGHAI
from registry.calendars import read_calendar

DEFINITIONS = Path(__file__).resolve().parents[3] / "definitions"
REAL = read_calendar(DEFINITIONS / "calendar")
SUNDAY_WORKED = Calendar.of([CalendarYear(year=2026, holidays=(), make_up=(date(2026, 3, 1),))])


def test_month_is_written_and_read_in_one_way() -> None:
    assert str(Month.written("2026-02")) == "2026-02"
    assert (str(Month(2026, 1).before), str(Month(2025, 12).after)) == ("2025-12", "2026-01")
    assert Month(2026, 10).file("gz-thr") == "YB202610-gz-thr"


@pytest.mark.parametrize(
    "wrong", ["2026-13", "2026-1", "202610", "2026-00", "1999-01", "", "2026-10-01", "２０２６-10"]
)
def test_anything_else_is_no_month(wrong: str) -> None:
    with pytest.raises(MonthRefused, match="month_malformed"):
        Month.written(wrong)


def test_month_runs_from_its_first_midnight_to_the_next_one_here() -> None:
    february = Month(2026, 2)

    assert february.begins == datetime(2026, 2, 1, tzinfo=SHANGHAI)
    assert february.ends == datetime(2026, 3, 1, tzinfo=SHANGHAI)


def test_there_is_no_report_of_a_month_that_is_not_over() -> None:
    check_over(Month(2026, 2), datetime(2026, 3, 1, tzinfo=SHANGHAI))

    with pytest.raises(MonthRefused, match="month_not_over"):
        check_over(Month(2026, 2), datetime(2026, 3, 1, tzinfo=SHANGHAI) - timedelta(microseconds=1))


@pytest.mark.shows("N19")
@pytest.mark.parametrize(
    ("first_working_day", "calendar"),
    [
        (date(2026, 1, 4), REAL),  # a worked Sunday after the three days of New Year
        (date(2026, 2, 2), REAL),  # the first is a Sunday
        (date(2026, 3, 2), REAL),
        (date(2026, 3, 1), SUNDAY_WORKED),  # a Sunday that is worked
        (date(2026, 4, 1), REAL),
        (date(2026, 5, 6), REAL),
        (date(2026, 8, 3), REAL),
        (date(2026, 10, 8), REAL),  # the holidays last to the seventh
    ],
)
def test_report_of_the_month_before_is_due_from_the_first_working_day_on(
    first_working_day: date, calendar: Calendar
) -> None:
    month = Month.of(first_working_day)
    days = [month.first + timedelta(days=n) for n in range(15)]

    due = [day for day in days if months_due(day, calendar, ())]

    assert due == [day for day in days if day >= first_working_day]
    assert months_due(first_working_day, calendar, ()) == (month.before,)
    assert months_due(first_working_day, calendar, {month.before}) == ()


def test_months_that_were_missed_are_made_up_for_the_earliest_first() -> None:
    made = {Month(2025, 11), Month(2025, 12)}

    assert months_due(date(2026, 4, 1), REAL, made) == (Month(2026, 1), Month(2026, 2), Month(2026, 3))
    assert len(months_due(date(2028, 4, 10), REAL, made)) == 12


def test_numbers_are_rounded_as_people_do() -> None:
    assert (share(1, 3), share(2, 3), share(1, 8), share(0, 0)) == (33.3, 66.7, 12.5, None)
    assert (mean([1, 2]), mean([0.25, 0.25]), mean([]), share(5, 2000)) == (1.5, 0.3, None, 0.3)
    assert (median([3, 1, 2]), median([4, 1, 2, 3]), median([])) == (2.0, 2.5, None)
    assert [percentile(list(range(1, 11)), of) for of in (50, 90, 100)] == [5, 9, 10]
    assert (percentile([7], 90), percentile([], 90)) == (7, None)
