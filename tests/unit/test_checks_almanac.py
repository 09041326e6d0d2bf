"""The almanac looks dates up that `domain.deadline` walks to; both must always be the same."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.calendar import Calendar
from domain.checks.almanac import Almanac
from domain.deadline import OFFICE_SESSIONS, Office, due
from domain.limits import Limit, Unit
from domain.values import SHANGHAI
from registry.calendars import read_calendar

CALENDAR = read_calendar(Path(__file__).parents[2] / "definitions" / "calendar")
OFFICE = Office(calendar=CALENDAR)
CLOSING_AT_FIVE = Office(calendar=CALENDAR, closing_time=time(17))
THROUGHOUT = Office(calendar=CALENDAR, sessions=((time(8, 30), time(17, 15)),))
UNPUBLISHED = Office(calendar=Calendar(version="none", years=()))

LIMITS = st.one_of(
    st.builds(Limit, days=st.integers(0, 90), unit=st.sampled_from(Unit)),
    st.builds(Limit, days=st.sampled_from([0.25, 0.5, 0.75])),
)
STARTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 2, 1)).map(lambda at: at.replace(tzinfo=SHANGHAI))  # noqa: DTZ001
OFFICES = st.sampled_from([OFFICE, CLOSING_AT_FIVE, THROUGHOUT])


@given(STARTS, LIMITS, OFFICES)
@example(datetime(2026, 2, 13, 12, 30, tzinfo=SHANGHAI), Limit(days=0.5), OFFICE)
@example(datetime(2026, 2, 13, 17, 0, tzinfo=SHANGHAI), Limit(days=0.25), OFFICE)
@example(datetime(2026, 2, 14, 9, 0, tzinfo=SHANGHAI), Limit(days=0.5), OFFICE)
@example(datetime(2026, 2, 15, 9, 0, tzinfo=SHANGHAI), Limit(days=0), OFFICE)
def test_a_limit_ends_when_the_deadline_rules_say(start: datetime, limit: Limit, office: Office) -> None:
    assert Almanac(office).end(start, limit).at == due(start, limit, office).at


@given(STARTS, LIMITS)
def test_without_published_years_it_still_agrees(start: datetime, limit: Limit) -> None:
    assert Almanac(UNPUBLISHED).end(start.replace(year=2026, day=1), limit).at == (
        due(start.replace(year=2026, day=1), limit, UNPUBLISHED).at
    )


def test_whole_days_are_followed_at_the_end_of_the_last_session() -> None:
    end = Almanac(OFFICE).end(datetime(2026, 3, 2, 10, tzinfo=SHANGHAI), Limit(days=2))

    assert end.at == datetime(2026, 3, 5, tzinfo=SHANGHAI)
    assert end.goes_on == datetime.combine(date(2026, 3, 4), OFFICE_SESSIONS[-1][1], SHANGHAI)


def test_every_day_of_the_published_years_is_a_start() -> None:
    starts = list(Almanac(OFFICE).starts(by_the_hour=False))

    assert (starts[0].date(), starts[-1].date(), len(starts)) == (date(2024, 1, 1), date(2026, 12, 31), 366 + 365 + 365)


def test_limits_of_part_of_a_day_start_in_each_quarter_of_it_and_after_it() -> None:
    starts = list(Almanac(OFFICE).starts(by_the_hour=True))

    assert [f"{at:%H:%M}" for at in starts if at.date() == date(2024, 1, 2)] == [
        "09:00",
        "10:46",
        "13:31",
        "15:16",
        "17:00",
    ]
    assert [f"{at:%H:%M}" for at in starts if at.date() == date(2024, 1, 1)] == ["09:00"]  # a holiday


@pytest.mark.parametrize(
    ("later", "earlier"),
    [
        (Limit(days=5), Limit(days=5)),
        (Limit(days=4), Limit(days=5)),
        (Limit(days=5, unit=Unit.NATURAL), Limit(days=5)),
        (Limit(days=2), Limit(days=20, unit=Unit.NATURAL)),
    ],
)
def test_a_limit_that_never_ends_later_has_no_excess(later: Limit, earlier: Limit) -> None:
    assert Almanac(OFFICE).worst(later, earlier) is None


def test_a_quarter_of_a_day_that_no_longer_fits_ends_after_the_same_day() -> None:
    assert Almanac(OFFICE).worst(Limit(days=0.25), Limit(days=0)) is not None


def test_working_days_end_after_more_natural_days_where_a_holiday_lies_between() -> None:
    worst = Almanac(OFFICE).worst(Limit(days=5), Limit(days=7, unit=Unit.NATURAL))

    assert worst is not None
    assert (worst.start.date(), worst.by) == (date(2026, 9, 23), timedelta(days=8))


def test_part_of_a_day_is_compared_to_the_minute() -> None:
    worst = Almanac(OFFICE).worst(Limit(days=0.5), Limit(days=0.25))

    assert worst is not None
    assert worst.start == datetime(2026, 2, 14, 13, 31, tzinfo=SHANGHAI)
    assert (worst.earlier, worst.later) == (
        datetime(2026, 2, 14, 15, 16, tzinfo=SHANGHAI),
        datetime(2026, 2, 24, 9, 1, tzinfo=SHANGHAI),
    )
