"""What holds of every limit with pauses and extensions, whatever the dates: adding and subtracting agree, nothing runs
backwards, and the days that are shown are the days that were counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from domain.calendar import Calendar, CalendarYear, Holiday
from domain.deadline import Due, Reason, Stretch, due, last_of, walk
from domain.item import Procedure
from domain.limits import Limit, Unit
from domain.special import begun, over, prolonged, stretches
from domain.values import SHANGHAI
from tests.builders import an_office, at, natural, the_calendar, working
from tests.unit.boundaries import oracle

PUBLISHED = frozenset({2024, 2025, 2026})
DAY = timedelta(days=1)
OFFICE = an_office(
    calendar=Calendar(version="to 2026", years=tuple(y for y in the_calendar().years if y.year in PUBLISHED))
)

many = settings(max_examples=200, deadline=None)

start_days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
moments = st.builds(
    lambda day, minute: datetime.combine(day, time(0), SHANGHAI) + timedelta(minutes=minute),
    start_days,
    st.integers(0, 24 * 60 - 1),
)
units = st.sampled_from(Unit)
limits = st.builds(lambda days, unit: Limit(days=days, unit=unit), st.integers(0, 45), units)
counted_limits = st.builds(lambda days, unit: Limit(days=days, unit=unit), st.integers(1, 45), units)
any_limits = st.one_of(limits, st.sampled_from([0.25, 0.5, 0.75]).map(working))
extensions = st.lists(
    st.builds(lambda days, unit: Limit(days=days, unit=unit), st.integers(1, 20), units), max_size=2
).map(tuple)


def a_stretch(first: date, last: date, hour: float = 0) -> Stretch:
    since = datetime.combine(first, time(0), SHANGHAI) + timedelta(hours=hour)
    return Stretch(procedure="inspection", since=since, first=first, last=last)


@st.composite
def pauses_near(draw: st.DrawFn, start: datetime, at_most: int = 3) -> tuple[Stretch, ...]:
    """Special procedures around and after a start: before it, on it, apart, adjoining, one upon the other."""
    run = st.tuples(st.integers(-10, 60), st.integers(0, 25), st.sampled_from([0, 10, 12.5, 16.75]))
    day = start.date()
    return tuple(
        a_stretch(day + DAY * after, day + DAY * (after + long), hour)
        for after, long, hour in draw(st.lists(run, max_size=at_most))
    )


@st.composite
def given_limits(draw: st.DrawFn) -> tuple[datetime, Limit, tuple[Stretch, ...], tuple[Limit, ...]]:
    """Everything that `due` is given, but the office."""
    start = draw(moments)
    return start, draw(any_limits), draw(pauses_near(start)), draw(extensions)


def a_procedure(most: Limit) -> Procedure:
    """A special procedure that may take so long."""
    return Procedure(id="inspection", name="检验", kind="inspection", counted=False, max=most, basis="apl:45")


def days_between(first: date, last: date) -> list[date]:
    return [first + DAY * n for n in range((last - first).days + 1)]


def days_of(pauses: Sequence[Stretch]) -> frozenset[date]:
    return frozenset(day for pause in pauses for day in days_between(pause.first, pause.last))


def worked_after(first: date, last: date) -> list[date]:
    return [day for day in days_between(first + DAY, last) if OFFICE.calendar.is_worked(day)]


# Against the oracle of the table


def asked_of_the_oracle(
    start: datetime, limit: Limit, pauses: Sequence[Stretch], more: Sequence[Limit], closing: time | None
) -> oracle.Answer:
    row = oracle.Row(
        name="drawn",
        start=start.replace(tzinfo=None),
        limit=(limit.days, str(limit.unit)),
        pauses=tuple(oracle.Pause(one.first, one.last, one.since.replace(tzinfo=None)) for one in pauses),
        more=tuple((one.days, str(one.unit)) for one in more),
        closing=closing,
    )
    return oracle.answer(row)


@given(case=given_limits(), closing=st.sampled_from([None, time(17), time(12)]))
@settings(max_examples=400, deadline=None)
def test_any_limit_with_pauses_and_extensions_ends_when_the_oracle_says(
    case: tuple[datetime, Limit, tuple[Stretch, ...], tuple[Limit, ...]], closing: time | None
) -> None:
    start, limit, pauses, more = case
    assume(not (limit.is_part_of_a_day and closing == time(12)))
    expected = asked_of_the_oracle(start, limit, pauses, more, closing)

    found = due(start, limit, OFFICE.model_copy(update={"closing_time": closing}), pauses, more)

    assert found == Due(day=expected.day, at=expected.at.replace(tzinfo=SHANGHAI), provisional=expected.provisional)


# Adding and subtracting agree


@given(start=moments, days=st.integers(1, 60))
@many
def test_so_many_working_days_back_from_the_due_day_is_the_last_one_up_to_the_start(start: datetime, days: int) -> None:
    found = due(start, working(days), OFFICE)

    back = OFFICE.calendar.worked_before(found.day, days)
    assert back <= start.date()
    assert worked_after(back, start.date()) == []


@given(data=st.data(), start=moments, days=st.integers(1, 45))
@many
def test_working_days_up_to_the_due_day_less_those_paused_are_the_limit(
    data: st.DataObject, start: datetime, days: int
) -> None:
    pauses = data.draw(pauses_near(start))

    found = due(start, working(days), OFFICE, pauses).day

    counted = [day for day in worked_after(start.date(), found) if day not in days_of(pauses)]
    assert len(counted) == days
    assert counted[-1] == found


@given(data=st.data(), start=moments, days=st.integers(1, 45))
@many
def test_natural_days_up_to_the_due_day_less_those_paused_are_the_limit_and_the_days_it_was_moved(
    data: st.DataObject, start: datetime, days: int
) -> None:
    pauses = data.draw(pauses_near(start))

    found = due(start, natural(days), OFFICE, pauses).day

    unpaused = [day for day in days_between(start.date() + DAY, found) if day not in days_of(pauses)]
    last, moved = unpaused[days - 1], unpaused[days:]
    assert not [day for day in [last, *moved][:-1] if OFFICE.calendar.is_worked(day)]
    assert OFFICE.calendar.is_worked(found)
    assert found not in days_of(pauses)


@given(start=moments, one=st.integers(1, 20), other=st.integers(1, 20), unit=units)
@many
def test_extension_in_the_unit_of_the_limit_is_a_longer_limit(
    start: datetime, one: int, other: int, unit: Unit
) -> None:
    extended = due(start, Limit(days=one, unit=unit), OFFICE, (), (Limit(days=other, unit=unit),))

    assert extended == due(start, Limit(days=one + other, unit=unit), OFFICE)


@given(data=st.data(), start=moments, limit=limits, one=st.integers(1, 10), other=st.integers(1, 10), unit=units)
@many
def test_two_extensions_in_one_unit_are_one(
    data: st.DataObject, start: datetime, limit: Limit, one: int, other: int, unit: Unit
) -> None:
    pauses = data.draw(pauses_near(start))
    both = (Limit(days=one, unit=unit), Limit(days=other, unit=unit))

    assert due(start, limit, OFFICE, pauses, both) == due(
        start, limit, OFFICE, pauses, (Limit(days=one + other, unit=unit),)
    )


# Pauses are additive


@given(data=st.data(), start=moments, days=st.integers(1, 45))
@many
def test_disjoint_pauses_move_the_due_day_by_the_sum_of_their_working_days(
    data: st.DataObject, start: datetime, days: int
) -> None:
    without = due(start, working(days), OFFICE).day
    edges = sorted(data.draw(st.sets(st.sampled_from(days_between(start.date() + DAY, without)), max_size=6)))
    pauses = [a_stretch(first, last) for first, last in zip(edges[::2], edges[1::2], strict=False)]
    lost = sum(len(worked_after(pause.first - DAY, pause.last)) for pause in pauses)

    assert due(start, working(days), OFFICE, pauses).day == due(start, working(days + lost), OFFICE).day


@given(data=st.data(), start=moments, days=st.integers(1, 45), unit=units)
@many
def test_pauses_after_one_another_move_the_due_day_each_from_where_the_one_before_left_it(
    data: st.DataObject, start: datetime, days: int, unit: Unit
) -> None:
    limit = Limit(days=days, unit=unit)
    pauses = data.draw(pauses_near(start))

    reached = [due(start, limit, OFFICE, pauses[:n]).day for n in range(len(pauses) + 1)]

    assert reached == sorted(reached)


@given(data=st.data(), case=given_limits())
@many
def test_order_of_the_pauses_does_not_matter(
    data: st.DataObject, case: tuple[datetime, Limit, tuple[Stretch, ...], tuple[Limit, ...]]
) -> None:
    start, limit, pauses, more = case
    shuffled = data.draw(st.permutations(pauses))

    assert walk(start, limit, OFFICE, shuffled, more) == walk(start, limit, OFFICE, pauses, more)


@given(data=st.data(), case=given_limits())
@many
def test_pause_in_two_that_adjoin_changes_nothing(
    data: st.DataObject, case: tuple[datetime, Limit, tuple[Stretch, ...], tuple[Limit, ...]]
) -> None:
    start, limit, pauses, more = case
    assume(pauses and pauses[0].first < pauses[0].last)
    whole = pauses[0]
    seam = data.draw(st.sampled_from(days_between(whole.first, whole.last - DAY)))
    halves = (whole.model_copy(update={"last": seam}), a_stretch(seam + DAY, whole.last))

    assert walk(start, limit, OFFICE, (*halves, *pauses[1:]), more) == walk(start, limit, OFFICE, pauses, more)


@given(case=given_limits())
@many
def test_same_pause_twice_changes_nothing(
    case: tuple[datetime, Limit, tuple[Stretch, ...], tuple[Limit, ...]],
) -> None:
    start, limit, pauses, more = case

    assert walk(start, limit, OFFICE, pauses * 2, more) == walk(start, limit, OFFICE, pauses, more)


@given(case=given_limits())
@many
def test_pause_that_begins_after_the_due_day_or_is_over_before_the_start_changes_nothing(
    case: tuple[datetime, Limit, tuple[Stretch, ...], tuple[Limit, ...]],
) -> None:
    start, limit, pauses, more = case
    found = due(start, limit, OFFICE, pauses, more)
    idle = (a_stretch(found.day + DAY, found.day + DAY * 9), a_stretch(start.date() - DAY * 9, start.date() - DAY))

    assert due(start, limit, OFFICE, (*pauses, *idle), more) == found


@given(case=given_limits(), hour=st.sampled_from([9, 11.5, 16]))
@many
def test_hour_at_which_a_pause_begins_is_nothing_to_a_limit_in_whole_days(
    case: tuple[datetime, Limit, tuple[Stretch, ...], tuple[Limit, ...]], hour: float
) -> None:
    start, limit, pauses, more = case
    assume(not limit.is_part_of_a_day)
    later = tuple(a_stretch(pause.first, pause.last, hour) for pause in pauses)

    assert due(start, limit, OFFICE, later, more) == due(start, limit, OFFICE, pauses, more)


# Nothing runs backwards


@given(data=st.data(), one=moments, apart=st.timedeltas(timedelta(0), timedelta(days=40)))
@many
def test_later_start_never_gives_an_earlier_due_day_with_pauses_and_extensions(
    data: st.DataObject, one: datetime, apart: timedelta
) -> None:
    limit, pauses, more = data.draw(any_limits), data.draw(pauses_near(one)), data.draw(extensions)
    closing = data.draw(st.sampled_from([None, time(17)]))
    office = OFFICE.model_copy(update={"closing_time": closing})

    earlier, later = (due(start, limit, office, pauses, more) for start in (one, one + apart))

    assert (earlier.day, earlier.at) <= (later.day, later.at)


@given(data=st.data(), start=moments, one=st.integers(0, 45), other=st.integers(0, 45), unit=units)
@many
def test_longer_limit_never_gives_an_earlier_due_day_with_pauses_and_extensions(
    data: st.DataObject, start: datetime, one: int, other: int, unit: Unit
) -> None:
    pauses, more = data.draw(pauses_near(start)), data.draw(extensions)

    shorter, longer = (due(start, Limit(days=days, unit=unit), OFFICE, pauses, more) for days in sorted((one, other)))

    assert shorter.day <= longer.day


@given(case=given_limits(), last=st.builds(lambda n, unit: Limit(days=n, unit=unit), st.integers(1, 20), units))
@example(case=(at("2026-03-02"), natural(12), (), ()), last=working(1))
@many
def test_one_more_extension_never_gives_an_earlier_due_day(
    case: tuple[datetime, Limit, tuple[Stretch, ...], tuple[Limit, ...]], last: Limit
) -> None:
    start, limit, pauses, more = case

    assert due(start, limit, OFFICE, pauses, more).day <= due(start, limit, OFFICE, pauses, (*more, last)).day


@given(start=moments, limit=counted_limits, one=st.integers(1, 20), other=st.integers(1, 20), unit=units)
@many
def test_longer_extension_never_gives_an_earlier_due_day(
    start: datetime, limit: Limit, one: int, other: int, unit: Unit
) -> None:
    shorter, longer = (due(start, limit, OFFICE, (), (Limit(days=days, unit=unit),)) for days in sorted((one, other)))

    assert shorter.day <= longer.day


@given(case=given_limits())
@many
def test_limit_with_pauses_and_extensions_never_ends_on_a_day_off_a_paused_one_or_before_its_start(
    case: tuple[datetime, Limit, tuple[Stretch, ...], tuple[Limit, ...]],
) -> None:
    start, limit, pauses, more = case

    found = due(start, limit, OFFICE, pauses, more)

    assert OFFICE.calendar.is_worked(found.day)
    assert found.at > start
    if not limit.is_part_of_a_day or more:
        assert found.day not in days_of(pauses)
    elif any(pause.first <= found.day <= pause.last for pause in pauses):
        assert found.at <= min(pause.since for pause in pauses if pause.first <= found.day <= pause.last)


# The walk and the due day


@given(case=given_limits())
@many
def test_walk_is_every_day_from_the_start_to_the_due_day(
    case: tuple[datetime, Limit, tuple[Stretch, ...], tuple[Limit, ...]],
) -> None:
    start, limit, pauses, more = case

    days, found = walk(start, limit, OFFICE, pauses, more)

    assert [day.day for day in days] == days_between(start.date(), found.day)
    assert found == due(start, limit, OFFICE, pauses, more)


@given(case=given_limits())
@many
def test_walk_numbers_the_days_of_the_limit_and_then_those_of_the_extensions(
    case: tuple[datetime, Limit, tuple[Stretch, ...], tuple[Limit, ...]],
) -> None:
    start, limit, pauses, more = case
    assume(not limit.is_part_of_a_day)

    days, _ = walk(start, limit, OFFICE, pauses, more)

    numbered = [day for day in days if day.number is not None]
    total = int(limit.days) + sum(int(one.days) for one in more)
    assert [day.number for day in numbered] == list(range(1, total + 1))
    assert [day.extended for day in numbered] == [n >= limit.days for n in range(total)]
    assert not [day for day in days if day.extended and day.number is None]


@given(case=given_limits())
@many
def test_walk_gives_each_day_its_true_reason(
    case: tuple[datetime, Limit, tuple[Stretch, ...], tuple[Limit, ...]],
) -> None:
    start, limit, pauses, more = case
    assume(not limit.is_part_of_a_day)

    days, _ = walk(start, limit, OFFICE, pauses, more)

    paused, worked = days_of(pauses), OFFICE.calendar.is_worked
    assert days[0].reason is Reason.FIRST
    assert not [day for day in days[1:] if day.reason is Reason.PAUSED and day.day not in paused]
    assert not [day for day in days if day.number is not None and day.day in paused]
    assert not [day for day in days[1:] if day.day in paused and worked(day.day) and day.reason is not Reason.PAUSED]
    assert not [day for day in days[1:] if day.reason in (Reason.WEEKEND, Reason.HOLIDAY) and worked(day.day)]


@pytest.mark.parametrize(
    ("limit", "more", "reason"),
    [
        (natural(12), (), Reason.MOVED),
        (working(5), (natural(5),), Reason.MOVED),
        (natural(5), (working(1),), Reason.WEEKEND),
    ],
    ids=["natural", "natural extension", "working extension"],
)
def test_days_off_after_the_last_day_are_moved_over_only_where_natural_days_end(
    limit: Limit, more: tuple[Limit, ...], reason: Reason
) -> None:
    days, found = walk(at("2026-03-02"), limit, OFFICE, (), more)

    assert days[-1].day == found.day
    assert [day.reason for day in days if day.day.weekday() == 6][-1] is reason


@given(case=given_limits(), published=st.sets(st.sampled_from(sorted(PUBLISHED))))
@example(
    case=(at("2026-12-21"), working(5), (a_stretch(date(2026, 12, 29), date(2027, 1, 9)),), ()), published=PUBLISHED
)
@example(
    case=(at("2026-12-21"), working(5), (a_stretch(date(2026, 12, 28), date(2027, 1, 4)),), ()), published=PUBLISHED
)
@many
def test_date_is_provisional_just_when_a_day_of_an_unpublished_year_was_walked_with_pauses_and_extensions(
    case: tuple[datetime, Limit, tuple[Stretch, ...], tuple[Limit, ...]], published: frozenset[int]
) -> None:
    start, limit, pauses, more = case
    years = tuple(year for year in the_calendar().years if year.year in published)
    office = an_office(calendar=Calendar(version="some", years=years))

    days, found = walk(start, limit, office, pauses, more)

    assert found.provisional is any(day.day.year not in published for day in days)
    assert [day.provisional for day in days] == [day.day.year not in published for day in days]


# Correcting a calendar


@st.composite
def corrections(draw: st.DrawFn, year: int = 2026) -> CalendarYear:
    """A published year with one more run of days off and one more make-up day, as a later notice may order."""
    was = next(one for one in the_calendar().years if one.year == year)
    first = draw(st.dates(date(year, 1, 1), date(year, 12, 20)))
    extra = Holiday.model_validate({"name": "临时放假", "from": first, "to": first + DAY * draw(st.integers(0, 9))})
    weekend = draw(st.dates(date(year, 1, 1), date(year, 12, 31)).filter(lambda day: day.weekday() > 4))
    return was.model_copy(update={"holidays": (*was.holidays, extra), "make_up": (*was.make_up, weekend)})


def with_year(calendar: Calendar, year: CalendarYear) -> Calendar:
    kept = tuple(year if one.year == year.year else one for one in calendar.years)
    return Calendar(version=f"{calendar.version}+", years=kept)


@given(case=given_limits(), correction=corrections())
@many
def test_calendar_corrected_and_corrected_back_gives_every_date_that_it_gave(
    case: tuple[datetime, Limit, tuple[Stretch, ...], tuple[Limit, ...]], correction: CalendarYear
) -> None:
    start, limit, pauses, more = case
    before = walk(start, limit, OFFICE, pauses, more)
    was = next(year for year in OFFICE.calendar.years if year.year == correction.year)
    corrected = with_year(OFFICE.calendar, correction)
    walk(start, limit, OFFICE.model_copy(update={"calendar": corrected}), pauses, more)

    back = with_year(corrected, was)

    assert walk(start, limit, OFFICE.model_copy(update={"calendar": back}), pauses, more) == before


@given(start=moments, days=st.integers(1, 45), correction=corrections())
@many
def test_corrected_calendar_is_the_one_that_is_counted_by(start: datetime, days: int, correction: CalendarYear) -> None:
    corrected = with_year(OFFICE.calendar, correction)
    office = OFFICE.model_copy(update={"calendar": corrected})

    found = due(start, working(days), office).day

    off = correction.holidays[-1]
    by_hand = [
        day
        for day in days_between(start.date() + DAY, found)
        if day in correction.make_up or (OFFICE.calendar.is_worked(day) and not off.first <= day <= off.last)
    ]
    assert len(by_hand) == days


def test_calendar_that_was_copied_with_other_years_counts_by_those() -> None:
    calendar = Calendar(version="before", years=(CalendarYear(year=2026, holidays=(), make_up=()),))
    assert calendar.is_worked(date(2026, 3, 3))
    off = Holiday.model_validate({"name": "临时放假", "from": "2026-03-03", "to": "2026-03-03"})

    copied = calendar.model_copy(update={"years": (CalendarYear(year=2026, holidays=(off,), make_up=()),)})

    assert not copied.is_worked(date(2026, 3, 3))


@given(case=given_limits(), after=st.integers(1, 30))
@many
def test_correction_of_days_after_the_due_day_changes_nothing(
    case: tuple[datetime, Limit, tuple[Stretch, ...], tuple[Limit, ...]], after: int
) -> None:
    start, limit, pauses, more = case
    before = due(start, limit, OFFICE, pauses, more)
    off = before.day + DAY * after
    assume(off.year in PUBLISHED)
    was = next(year for year in OFFICE.calendar.years if year.year == off.year)
    extra = Holiday.model_validate({"name": "临时放假", "from": off, "to": off})
    years = tuple(
        was.model_copy(update={"holidays": (*was.holidays, extra)}) if year is was else year
        for year in OFFICE.calendar.years
    )

    corrected = an_office(calendar=Calendar(version="corrected", years=years))

    assert due(start, limit, corrected, pauses, more) == before


# How far an announced procedure reaches


@given(first=start_days, days=st.integers(1, 60))
@many
def test_so_many_working_days_from_a_first_one_on_are_just_so_many_and_end_on_a_worked_day(
    first: date, days: int
) -> None:
    last = last_of(first, working(days), OFFICE)

    assert len(worked_after(first - DAY, last)) == days
    assert OFFICE.calendar.is_worked(last)


@given(first=start_days, days=st.integers(1, 60))
@many
def test_so_many_natural_days_from_a_first_one_on_are_just_so_many(first: date, days: int) -> None:
    assert len(days_between(first, last_of(first, natural(days), OFFICE))) == days


@given(now=moments, days=st.integers(1, 20), more=st.integers(1, 20), unit=units)
@many
def test_procedure_that_is_prolonged_reaches_as_far_as_if_it_had_been_announced_at_once(
    now: datetime, days: int, more: int, unit: Unit
) -> None:
    procedure = a_procedure(Limit(days=40, unit=unit))

    in_two = prolonged(begun(procedure, days, now, OFFICE), procedure, more, OFFICE)

    assert in_two == begun(procedure, days + more, now, OFFICE)


@given(now=moments, days=st.integers(1, 20), unit=units)
@many
def test_procedure_that_ends_on_its_last_announced_day_has_used_what_was_announced(
    now: datetime, days: int, unit: Unit
) -> None:
    procedure = a_procedure(Limit(days=40, unit=unit))
    stop = begun(procedure, days, now, OFFICE)

    ended = over(stop, procedure, stop.until, OFFICE)

    assert ended.days == days
    assert stretches((ended,)) == stretches((stop,))


@given(now=moments, days=st.integers(1, 30), limit=counted_limits)
@many
def test_clock_that_stops_for_so_many_working_days_leaves_just_those_out(
    now: datetime, days: int, limit: Limit
) -> None:
    procedure = a_procedure(working(30))
    pauses = stretches((begun(procedure, days, now, OFFICE),))
    start = now - DAY * 3
    stopped_in_time = due(start, limit, OFFICE).day >= pauses[0].first

    days_shown, _ = walk(start, limit, OFFICE, pauses)

    left_out = [day for day in days_shown[1:] if day.reason is Reason.PAUSED and OFFICE.calendar.is_worked(day.day)]
    assert len(left_out) == (days if stopped_in_time else 0)


@given(case=given_limits())
@many
def test_due_days_told_while_procedures_are_prolonged_never_go_back(
    case: tuple[datetime, Limit, tuple[Stretch, ...], tuple[Limit, ...]],
) -> None:
    start, limit, pauses, more = case
    assume(pauses)
    one = pauses[0]

    told = [
        due(start, limit, OFFICE, (one.model_copy(update={"last": last}), *pauses[1:]), more).day
        for last in days_between(one.first, one.last + DAY * 5)
    ]

    assert all(earlier <= later for earlier, later in pairwise(told))


# Parts of a day


@given(start=moments, share=st.sampled_from([0.25, 0.5, 0.75]), data=st.data())
@many
def test_hours_of_a_part_of_a_day_fall_on_days_that_are_counted(
    start: datetime, share: float, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_near(start))

    days, found = walk(start, working(share), OFFICE, pauses)

    uncounted = [day for day in days if day.number is None]
    assert days[-1].number == share
    why_not = (Reason.PAUSED, Reason.FIRST)  # the first day, where its hours are over already
    assert not [day for day in uncounted if OFFICE.calendar.is_worked(day.day) and day.reason not in why_not]
    assert found.day == days[-1].day
    since_midnight = [day for day in days if any(one.first < day.day <= one.last for one in pauses)]
    assert not [day for day in since_midnight if day.number is not None]
    assert not [day for day in since_midnight if OFFICE.calendar.is_worked(day.day) and day.reason is not Reason.PAUSED]


@pytest.mark.parametrize(
    ("start", "pauses"),
    [
        ("2026-03-02 18:00", ()),
        ("2026-03-02 14:00", (a_stretch(date(2026, 3, 2), date(2026, 3, 2), 11),)),
        ("2026-03-02 12:30", (a_stretch(date(2026, 3, 2), date(2026, 3, 2), 12.5),)),
    ],
    ids=["evening", "begun while paused", "paused in the noon break"],
)
def test_day_of_which_no_hour_counts_is_not_counted(start: str, pauses: tuple[Stretch, ...]) -> None:
    days, _ = walk(at(start), working(0.25), OFFICE, pauses)

    assert days[0].number is None
