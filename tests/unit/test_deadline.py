"""Days as the law counts them, held against lists of working days that other people's libraries made."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from typing import Any

import chinese_calendar
import holidays
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from domain.calendar import Calendar, CalendarYear
from domain.certificate import certify
from domain.deadline import OFFICE_SESSIONS, Office, Reason, due, walk, warning_time
from domain.limits import Limit, Unit
from domain.running import Beginning
from domain.values import SHANGHAI
from tests.builders import an_office, at, natural, the_calendar, working
from workflows.clock import StatutoryClock

FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)
ORACLES = ("chinese_calendar", "holidays")
PARTS = (0.25, 0.5, 0.75)

many = settings(max_examples=200, deadline=None)

start_days = st.dates(FIRST, LAST)
moments = st.builds(
    lambda day, second: datetime.combine(day, time(0), SHANGHAI) + timedelta(seconds=second),
    start_days,
    st.integers(0, 24 * 60 * 60 - 1),
)
whole_days = st.integers(0, 60)
units = st.sampled_from(Unit)
limits = st.builds(lambda days, unit: Limit(days=days, unit=unit), whole_days, units)
any_limits = st.one_of(limits, st.sampled_from(PARTS).map(working))


def all_starts() -> list[date]:
    return [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), SHANGHAI)


@cache
def worked_days(oracle: str) -> list[date]:
    """Every working day of 2024-2026 as the library has it, and Monday to Friday of the year nobody published."""
    china = holidays.country_holidays("CN", years=range(2024, 2027))
    worked = chinese_calendar.is_workday if oracle == "chinese_calendar" else china.is_working_day
    after = [LAST + timedelta(days=n) for n in range(1, 366)]
    return [day for day in all_starts() if worked(day)] + [day for day in after if day.weekday() < 5]


def working_day(oracle: str, start: date, days: int) -> date:
    worked = worked_days(oracle)
    return worked[bisect_right(worked, start) + days - 1] if days else worked[bisect_left(worked, start)]


def natural_day(oracle: str, start: date, days: int) -> date:
    worked = worked_days(oracle)
    return worked[bisect_left(worked, start + timedelta(days=days))]


def day_by(oracle: str, start: date, limit: Limit) -> date:
    count = working_day if limit.unit is Unit.WORKING else natural_day
    return count(oracle, start, int(limit.days))


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


# The facts of law.md b.2


@pytest.mark.parametrize(
    ("accepted", "days", "due_on"),
    [
        ("2026-02-12", 5, "2026-02-26"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-02-10", 20, "2026-03-16"),
        ("2026-04-30", 3, "2026-05-08"),
        ("2026-09-18", 3, "2026-09-22"),
        ("2026-09-24", 10, "2026-10-15"),
        ("2025-09-26", 5, "2025-10-10"),
        ("2025-09-29", 20, "2025-11-03"),
        ("2025-01-27", 1, "2025-02-05"),
        ("2025-04-30", 1, "2025-05-06"),
    ],
)
def test_working_days_of_the_facts(accepted: str, days: int, due_on: str) -> None:
    found = due(at(accepted), working(days), an_office())

    assert (found.day.isoformat(), found.provisional) == (due_on, False)


@pytest.mark.parametrize(
    ("accepted", "days", "due_on"), [("2026-02-05", 15, "2026-02-24"), ("2026-04-28", 3, "2026-05-06")]
)
def test_natural_days_of_the_facts_move_past_the_holiday_they_end_on(accepted: str, days: int, due_on: str) -> None:
    found = due(at(accepted), natural(days), an_office())

    assert (found.day.isoformat(), found.provisional) == (due_on, False)


def test_limit_that_reaches_into_the_year_without_calendar_is_provisional() -> None:
    found = due(at("2026-12-15"), working(20), an_office())

    assert (found.day.year, found.provisional) == (2027, True)


@pytest.mark.parametrize(
    ("accepted", "limit", "provisional"),
    [
        ("2026-12-03", working(20), False),
        ("2026-12-04", working(20), True),
        ("2026-11-19", working(30), False),
        ("2026-11-20", working(30), True),
    ],
)
def test_first_day_from_which_limits_become_provisional(accepted: str, limit: Limit, provisional: bool) -> None:
    assert due(at(accepted), limit, an_office()).provisional is provisional


# Against the libraries


@pytest.mark.shows(35, 36)
@pytest.mark.parametrize("oracle", ORACLES)
def test_sixty_working_days_from_every_start_are_numbered_as_the_library_has_them(oracle: str) -> None:
    worked, office = worked_days(oracle), an_office()

    differing = [
        start
        for start in all_starts()
        if [day.day for day in walk(noon(start), working(60), office)[0] if day.number]
        != worked[(after := bisect_right(worked, start)) : after + 60]
    ]

    assert differing == []


@pytest.mark.parametrize("oracle", ORACLES)
@pytest.mark.parametrize("days", [0, 1, 20])
def test_limits_from_every_start_end_on_the_day_that_the_library_says(oracle: str, days: int) -> None:
    office = an_office()

    differing = [
        (start, limit)
        for start in all_starts()
        for limit in (working(days), natural(days))
        if due(noon(start), limit, office).day != day_by(oracle, start, limit)
    ]

    assert differing == []


@pytest.mark.parametrize("oracle", ORACLES)
@given(start=start_days, limit=limits)
@many
def test_any_limit_ends_on_the_day_that_the_library_says(oracle: str, start: date, limit: Limit) -> None:
    assert due(noon(start), limit, an_office()).day == day_by(oracle, start, limit)


@cache
def office_minutes(sessions: tuple[tuple[time, time], ...]) -> list[datetime]:
    """Every minute in which the office works, by its beginning."""
    return [
        opens + timedelta(minutes=n)
        for day in worked_days("chinese_calendar")
        for opens, closes in [
            (datetime.combine(day, a, SHANGHAI), datetime.combine(day, b, SHANGHAI)) for a, b in sessions
        ]
        for n in range(int((closes - opens) / timedelta(minutes=1)))
    ]


LONG_BREAK = ((time(8, 30), time(11, 30)), (time(14, 0), time(17, 20)))


@given(
    start=moments.map(lambda moment: moment.replace(second=0, microsecond=0)),
    share=st.sampled_from(PARTS),
    sessions=st.sampled_from([OFFICE_SESSIONS, LONG_BREAK]),
)
@example(start=at("2026-02-14 16:59"), share=0.25, sessions=OFFICE_SESSIONS)
@example(start=at("2026-02-13 12:00"), share=0.5, sessions=OFFICE_SESSIONS)
@example(start=at("2026-03-02 09:00"), share=0.75, sessions=LONG_BREAK)
@many
def test_part_of_a_day_ends_when_so_many_office_minutes_have_passed(
    start: datetime, share: float, sessions: tuple[tuple[time, time], ...]
) -> None:
    minutes = office_minutes(sessions)
    in_a_day = {OFFICE_SESSIONS: 420, LONG_BREAK: 380}[sessions]
    last = minutes[bisect_left(minutes, start) + int(in_a_day * share) - 1]

    found = due(start, working(share), an_office(sessions=sessions))

    assert found.at == last + timedelta(minutes=1)
    assert found.day == last.date()


@pytest.mark.parametrize(
    ("start", "share", "due_at"),
    [
        ("2026-03-02 10:00", 0.25, "2026-03-02 11:45"),
        ("2026-03-02 11:00", 0.25, "2026-03-02 13:45"),
        ("2026-03-02 13:30", 0.5, "2026-03-02 17:00"),
        ("2026-03-02 13:31", 0.5, "2026-03-03 09:01"),
        ("2026-03-02 18:00", 0.5, "2026-03-03 13:30"),
        ("2026-02-14 16:00", 0.5, "2026-02-24 11:30"),
        ("2026-02-28 08:00", 0.5, "2026-02-28 13:30"),
    ],
)
def test_half_a_day_is_half_of_the_hours_of_the_office(start: str, share: float, due_at: str) -> None:
    assert due(at(start), working(share), an_office()).at == at(due_at)


# What holds of every date


@given(one=moments, other=moments, limit=any_limits)
@many
def test_later_start_never_gives_an_earlier_due_day(one: datetime, other: datetime, limit: Limit) -> None:
    earlier, later = (due(start, limit, an_office()) for start in sorted((one, other)))

    assert earlier.day <= later.day
    assert earlier.at <= later.at


@given(start=moments, one=st.one_of(whole_days, st.sampled_from(PARTS)), other=whole_days, unit=units)
@many
def test_longer_limit_never_gives_an_earlier_due_day(start: datetime, one: float, other: float, unit: Unit) -> None:
    assume(unit is Unit.WORKING or not 0 < one < 1)
    shorter, longer = (due(start, Limit(days=days, unit=unit), an_office()) for days in sorted((one, other)))

    assert shorter.day <= longer.day


@given(start=start_days, days=whole_days)
@many
def test_as_many_natural_days_never_end_after_as_many_working_days(start: date, days: int) -> None:
    assert due(noon(start), natural(days), an_office()).day <= due(noon(start), working(days), an_office()).day


@given(start=moments, limit=any_limits, published=st.sets(st.sampled_from([2024, 2025, 2026])))
@example(start=at("2026-12-31"), limit=working(1), published={2024, 2025, 2026})
@example(start=at("2025-12-31"), limit=working(0), published={2025})
@example(start=at("2024-12-31"), limit=working(1), published={2025})
@many
def test_date_is_provisional_just_when_a_day_of_a_year_without_calendar_was_walked(
    start: datetime, limit: Limit, published: set[int]
) -> None:
    years = tuple(year for year in the_calendar().years if year.year in published)
    office = an_office(calendar=Calendar(version="some", years=years))

    found = due(start, limit, office)

    assert found.provisional is any(day.year not in published for day in days_between(start.date(), found.day))


@given(start=moments, limit=any_limits)
@many
def test_limit_never_ends_on_a_day_off_or_before_its_start(start: datetime, limit: Limit) -> None:
    found = due(start, limit, an_office())

    assert found.day in worked_days("chinese_calendar")
    assert found.at > start


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """A year with holidays and make-up days anywhere."""
    holiday = st.tuples(st.dates(date(2026, 1, 1), date(2026, 11, 30)), st.integers(0, 12)).map(
        lambda run: {"name": "假日", "from": run[0], "to": run[0] + timedelta(days=run[1])}
    )
    off = draw(st.lists(holiday, max_size=8))
    weekend = st.dates(date(2026, 1, 1), date(2026, 12, 31)).filter(lambda day: day.weekday() >= 5)
    make_up = draw(st.lists(weekend, max_size=8, unique=True))
    year = CalendarYear.model_validate({"year": 2026, "holidays": off, "make_up": make_up})
    return Calendar(version="drawn", years=(year,))


@given(calendar=calendars(), start=st.dates(date(2026, 1, 1), date(2026, 12, 31)), days=whole_days)
@many
def test_on_any_calendar_there_are_just_so_many_working_days_up_to_the_due_day(
    calendar: Calendar, start: date, days: int
) -> None:
    found = due(noon(start), working(days), Office(calendar=calendar)).day

    after = [day for day in days_between(start, found)[1:] if calendar.is_worked(day)]
    assert len(after) == days if days or calendar.is_worked(start) else after == [found]


# The ends of the day


@pytest.mark.parametrize(
    ("start", "day_0", "due_on"),
    [
        ("2026-03-02T15:59:59+00:00", "2026-03-02", "2026-03-03"),
        ("2026-03-02T16:00:00+00:00", "2026-03-03", "2026-03-04"),
        ("2026-03-02T11:00:00-05:00", "2026-03-03", "2026-03-04"),
        ("2026-03-03T00:59:59+09:00", "2026-03-02", "2026-03-03"),
        ("2026-03-02T23:59:59+08:00", "2026-03-02", "2026-03-03"),
        ("2026-03-03T00:00:00+08:00", "2026-03-03", "2026-03-04"),
        ("2026-02-13T16:30:00+00:00", "2026-02-14", "2026-02-24"),
    ],
)
def test_day_of_the_start_is_the_day_in_shanghai(start: str, day_0: str, due_on: str) -> None:
    days, found = walk(datetime.fromisoformat(start), working(1), an_office())

    assert (days[0].day.isoformat(), found.day.isoformat()) == (day_0, due_on)


@given(start=moments, limit=any_limits, hours=st.integers(-12, 14))
@many
def test_zone_in_which_a_start_is_written_changes_nothing(start: datetime, limit: Limit, hours: int) -> None:
    elsewhere = start.astimezone(timezone(timedelta(hours=hours)))

    assert walk(elsewhere, limit, an_office()) == walk(start, limit, an_office())


def test_start_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        due(at("2026-03-02").replace(tzinfo=None), working(1), an_office())


def test_due_day_ends_at_midnight_in_shanghai() -> None:
    found = due(at("2026-03-02"), working(1), an_office())

    assert found.at == datetime.fromisoformat("2026-03-03T16:00:00+00:00")


def test_due_day_ends_at_closing_time_where_one_is_set() -> None:
    found = due(at("2026-03-02"), working(1), an_office(closing_time=time(17)))

    assert found.at == at("2026-03-03 17:00")


@given(start=moments, limit=limits, closing=st.times(min_value=time(12)))
@many
def test_closing_time_moves_the_hour_and_the_day_only_where_that_is_over(
    start: datetime, limit: Limit, closing: time
) -> None:
    until_closing, until_midnight = due(start, limit, an_office(closing_time=closing)), due(start, limit, an_office())

    assert until_closing.at == datetime.combine(until_closing.day, closing, SHANGHAI)
    assert until_closing.at > start
    if until_closing.day != until_midnight.day:
        assert (limit.days, until_midnight.day) == (0, start.date())
        assert start.timetz() >= closing.replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize("unit", list(Unit))
def test_same_day_limit_of_what_comes_after_closing_time_is_the_next_working_day(unit: Unit) -> None:
    found = due(at("2026-03-06 20:00"), Limit(days=0, unit=unit), an_office(closing_time=time(17)))

    assert found.at == at("2026-03-09 17:00")


# The certificate


@given(start=moments, limit=limits)
@many
def test_certificate_lists_every_day_from_the_start_to_the_due_day_once(start: datetime, limit: Limit) -> None:
    certificate = certify("promised", limit, "gz:13.1", start, an_office(), english=False)

    assert [day.day for day in certificate.days] == days_between(start.date(), certificate.due_day)
    assert certificate.due_day == certificate.days[-1].day


@given(start=moments, limit=limits)
@many
def test_days_counted_in_a_certificate_add_up_to_the_limit(start: datetime, limit: Limit) -> None:
    certificate = certify("promised", limit, "gz:13.1", start, an_office(), english=False)

    counted = [day for day in certificate.days if day.number is not None]
    assert [day.number for day in counted] == list(range(1, int(limit.days) + 1))
    assert certificate.days[0].number is None


@given(start=moments, limit=limits)
@many
def test_certificate_gives_for_each_day_the_reason_that_the_library_has(start: datetime, limit: Limit) -> None:
    days, _ = walk(start, limit, an_office())
    worked = set(worked_days("chinese_calendar"))

    for day in days[1:]:
        if day.reason in (Reason.WEEKEND, Reason.HOLIDAY):
            assert day.day not in worked
        if day.reason is Reason.HOLIDAY:
            assert chinese_calendar.is_holiday(day.day)
        if day.reason is Reason.MAKE_UP:
            assert day.day in worked
            assert day.day.weekday() >= 5
        if day.reason is Reason.COUNTED and limit.unit is Unit.WORKING:
            assert day.day in worked


@given(start=moments, limit=any_limits)
@many
def test_certificate_has_the_due_day_of_the_timer(start: datetime, limit: Limit) -> None:
    clock = StatutoryClock(lambda: start, an_office(), near=_silent, passed=_silent)

    rung = clock.start(Beginning("promised", limit, "gz:13.1"), start)
    certificate = certify("promised", rung.limit, rung.article, rung.started_at, an_office(), english=True)

    assert (certificate.due_day, certificate.due_at, certificate.provisional) == (
        rung.due_day,
        rung.due_at,
        rung.provisional,
    )


def _silent(_: Any) -> None:
    pass


@pytest.mark.parametrize(
    ("start", "limit", "off"),
    [
        ("2026-02-12", working(5), 9),
        ("2026-02-10", working(20), 14),
        ("2026-02-05", natural(15), 3),
        ("2026-04-28", natural(3), 4),
        ("2026-03-07", working(0), 1),
        ("2026-03-07", natural(0), 1),
    ],
)
def test_certificate_says_how_many_days_off_it_did_not_count(start: str, limit: Limit, off: int) -> None:
    certificate = certify("promised", limit, "gz:13.1", at(start), an_office(), english=True)

    assert f" {off} days off are not counted" in certificate.says


def test_certificate_of_part_of_a_day_does_not_say_that_the_day_of_the_start_is_left_out() -> None:
    certificate = certify("promised", working(0.5), "mer:19", at("2026-03-02 09:00"), an_office(), english=False)

    assert certificate.due_at == at("2026-03-02 13:30")
    assert "不计入" not in certificate.says


def test_make_up_day_is_called_so_when_hours_are_counted_too() -> None:
    days, _ = walk(at("2026-02-14 09:00"), working(0.5), an_office())

    assert [day.reason for day in days] == [Reason.MAKE_UP]


def test_certificate_tells_a_citizen_why_each_day_counts_or_not() -> None:
    certificate = certify("promised", working(2), "gz:13.1", at("2026-02-13"), an_office(), english=False)

    said = [(day.day.isoformat(), day.says) for day in certificate.days]
    assert said[:3] == [
        ("2026-02-13", "起算之日，不计入"),
        ("2026-02-14", "调休上班日，计入（第1日）"),
        ("2026-02-15", "春节放假，不计入"),
    ]
    assert said[-1] == ("2026-02-24", "计入（第2日）")
    assert certificate.says == "自2026年2月13日起2个工作日，起算之日不计入，期间9日休息不计入，2026年2月24日到期"


@pytest.mark.parametrize(("english", "said"), [(False, "暂定"), (True, "provisional")])
def test_certificate_says_that_its_date_is_provisional(english: bool, said: str) -> None:
    certificate = certify("promised", working(20), "gz:13.1", at("2026-12-15"), an_office(), english=english)

    assert certificate.provisional
    assert said in certificate.says
    assert [day.provisional for day in certificate.days] == [day.day.year > 2026 for day in certificate.days]


# Warnings


@given(
    start=moments.filter(
        lambda moment: moment.date() > date(2024, 1, 31)
    ),  # ten working days lie before it in the list
    limit=any_limits,
    before=st.integers(0, 10),
    closing=st.sampled_from([None, time(17)]),
)
@many
def test_warning_comes_at_an_opening_between_the_start_and_the_due_moment(
    start: datetime, limit: Limit, before: int, closing: time | None
) -> None:
    office = an_office(closing_time=closing)
    found = due(start, limit, office)
    worked = worked_days("chinese_calendar")

    warning = warning_time(start, found, before, office)

    due_opening = datetime.combine(found.day, time(9), SHANGHAI)
    if warning is None:
        assert not start < due_opening < found.at
    else:
        assert start < warning < found.at
        assert warning.time() == time(9)
        ahead = bisect_left(worked, found.day) - bisect_left(worked, warning.date())
        assert ahead in (before, 0)
        if ahead == 0 and before:
            assert datetime.combine(worked[bisect_left(worked, found.day) - before], time(9), SHANGHAI) <= start


# The part of the calendar that travels with a case


@pytest.mark.parametrize("year", [2024, 2025, 2026])
@given(data=st.data(), limit=st.builds(lambda days, unit: Limit(days=days, unit=unit), st.integers(0, 366), units))
@settings(max_examples=150, deadline=None)
def test_cut_calendar_gives_the_same_dates_as_the_whole(year: int, data: st.DataObject, limit: Limit) -> None:
    start = noon(data.draw(st.dates(date(year, 1, 1), date(year, 12, 31))))
    whole = due(start, limit, an_office())
    assume(whole.day.year <= year + 1)

    cut = due(start, limit, an_office(calendar=the_calendar().since(year)))

    assert cut == whole
