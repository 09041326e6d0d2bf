"""The days of a bundle, reckoned by hand on the calendars of 2024 to 2026."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

import pytest

from domain.bundle.plan import (
    Plan,
    latest_day,
    limit_of_the_whole,
    paused_by,
    planned,
    shifted,
    worked_between,
)
from domain.bundle.settling import Bundle, Part
from domain.deadline import Office, Stretch, due
from domain.limits import Limit
from domain.record import ClockRecord, ClockState
from tests.builders import an_office, at, natural, working
from tests.unit.bundle.building import a_part, a_running_bundle, an_office_closed_on

LEAD = an_office()
MONDAY = "2026-03-02 09:00"
NOTHING: Mapping[str, tuple[Limit, ...]] = {}


def plan_of(begun: str, *parts: Part, longer: Mapping[str, tuple[Limit, ...]] = NOTHING, **offices: Office) -> Plan:
    bundle = a_running_bundle(*parts, offices=offices)
    return planned(bundle, bundle.parts, at(begun), LEAD, longer)


def days_of(plan: Plan) -> dict[str, str]:
    return {id_: f"{leg.due.day:%Y-%m-%d}" for id_, leg in plan.legs.items()}


# When each item is due


def test_a_chain_is_reckoned_from_due_day_to_due_day() -> None:
    plan = plan_of(MONDAY, a_part("a", 3), a_part("b", 2, "a"), a_part("c", 1, "b"))

    assert days_of(plan) == {"a": "2026-03-05", "b": "2026-03-09", "c": "2026-03-10"}
    assert plan.path == ("a", "b", "c")


def test_parallel_items_begin_at_once_and_the_longest_of_them_is_the_path() -> None:
    plan = plan_of(MONDAY, a_part("a", 3), a_part("b", 8), a_part("c", 5))

    assert days_of(plan) == {"a": "2026-03-05", "b": "2026-03-12", "c": "2026-03-09"}
    assert plan.path == ("b",)


def test_an_item_waits_for_the_last_of_those_before_it() -> None:
    plan = plan_of(MONDAY, a_part("end", 1, "a", "b"), a_part("b", 2, "a"), a_part("c", 4), a_part("a", 1))

    assert days_of(plan) == {"a": "2026-03-03", "b": "2026-03-05", "c": "2026-03-06", "end": "2026-03-06"}
    assert [leg.starts for leg in plan.legs.values() if leg.part == "end"] == [at("2026-03-05 17:00")]
    assert plan.legs["end"].waits_for == "b"


def test_natural_days_after_working_days_move_over_the_weekend_before_the_next_item_begins() -> None:
    plan = plan_of("2026-03-05 09:00", a_part("a", 2), a_part("b", 5, "a", natural=True), a_part("c", 1, "b"))

    assert days_of(plan) == {"a": "2026-03-09", "b": "2026-03-16", "c": "2026-03-17"}  # the 14th is a Saturday


def test_an_item_decided_on_the_spot_takes_no_day() -> None:
    plan = plan_of(MONDAY, a_part("a", 0), a_part("b", 1, "a"), a_part("c", 0, "b"))

    assert days_of(plan) == {"a": "2026-03-02", "b": "2026-03-03", "c": "2026-03-03"}


def test_quarters_of_a_day_run_on_from_the_very_moment() -> None:
    plan = plan_of(MONDAY, a_part("a", 0.25), a_part("b", 0.25, "a"), a_part("c", 0.5, "b"))

    ends = [f"{leg.due.at:%m-%d %H:%M}" for leg in plan.legs.values()]

    assert ends == ["03-02 10:45", "03-02 13:30", "03-02 17:00"]
    assert plan.path == ("a", "b", "c")


def test_a_quarter_of_a_day_after_a_whole_one_begins_with_the_next_morning() -> None:
    plan = plan_of(MONDAY, a_part("a", 1), a_part("b", 0.25, "a"), a_part("c", 1, "b"))

    assert plan.legs["b"].due.at == at("2026-03-04 10:45")
    assert days_of(plan)["c"] == "2026-03-05"


def test_a_whole_day_after_a_quarter_counts_from_the_next_day() -> None:
    plan = plan_of("2026-03-06 16:00", a_part("a", 0.25), a_part("b", 1, "a"))

    assert plan.legs["a"].due.at == at("2026-03-09 09:45")  # an hour on Friday, three quarters of one on Monday
    assert days_of(plan)["b"] == "2026-03-10"


def test_an_acceptance_after_hours_begins_no_day_earlier() -> None:
    plan = plan_of("2026-03-02 20:00", a_part("a", 0), a_part("b", 0.25, "a"), a_part("c", 1, "a"))

    assert plan.legs["b"].starts == at("2026-03-02 20:00")  # not at 17:00, when the office closed
    assert plan.legs["b"].due.at == at("2026-03-03 10:45")
    assert days_of(plan)["c"] == "2026-03-03"


def test_across_spring_festival_2026() -> None:
    plan = plan_of("2026-02-10", a_part("a", 5), a_part("b", 3, "a", natural=True), a_part("c", 1, "b"))

    # 11, 12, 13, the Saturday 14 (make-up), then 15–23 off
    assert days_of(plan) == {"a": "2026-02-24", "b": "2026-02-27", "c": "2026-02-28"}  # a Saturday that is worked


def test_natural_days_that_end_in_spring_festival_2025() -> None:
    plan = plan_of("2025-01-23", a_part("a", 1), a_part("b", 7, "a", natural=True), a_part("c", 3, "b"))

    # 01-24; 01-31 is in the holiday that ends on 02-04; then 02-06, 02-07 and the Saturday 02-08 (make-up)
    assert days_of(plan) == {"a": "2025-01-24", "b": "2025-02-05", "c": "2025-02-08"}


def test_across_national_day_2025() -> None:
    plan = plan_of("2025-09-26", a_part("a", 1), a_part("b", 3, "a"), a_part("c", 2, "b", natural=True))

    # the Sunday 28 is worked; 29, 30, then 10-01 to 08 off; the Saturday 11 is worked
    assert days_of(plan) == {"a": "2025-09-28", "b": "2025-10-09", "c": "2025-10-11"}


def test_across_national_day_2024() -> None:
    plan = plan_of("2024-09-27", a_part("a", 2), a_part("b", 1, "a"), a_part("c", 4, "b"))

    # the Sunday 29 and Monday 30; 10-08 (10-01 to 07 off); 9, 10, 11, the Saturday 12 (make-up)
    assert days_of(plan) == {"a": "2024-09-30", "b": "2024-10-08", "c": "2024-10-12"}


def test_a_plan_that_reaches_into_an_unpublished_year_says_so() -> None:
    plan = plan_of("2026-12-28", a_part("a", 1), a_part("b", 5, "a"))

    provisional = [leg.due.provisional for leg in plan.legs.values()]

    assert provisional == [False, True]


def test_a_unit_counts_its_own_days() -> None:
    own = an_office_closed_on(date(2026, 3, 3), date(2026, 3, 4), worked=[date(2026, 3, 7)])

    plan = plan_of(
        MONDAY,
        a_part("a", 2, unit="own"),
        a_part("b", 1, "a", unit="own"),
        a_part("c", 1, "a"),
        a_part("d", 2),
        own=own,
    )

    # own: 5 and 6, then the Saturday 7; the others go on by the days of the city
    assert days_of(plan) == {"a": "2026-03-06", "b": "2026-03-07", "c": "2026-03-09", "d": "2026-03-04"}
    assert plan.path == ("a", "c")


def test_a_unit_that_closes_at_noon_ends_its_day_then_and_the_next_goes_on_in_the_evening() -> None:
    own = an_office(closing_time=time(12))

    plan = plan_of(MONDAY, a_part("a", 1, unit="own"), a_part("b", 1, "a"), own=own)

    assert plan.legs["a"].due.at == at("2026-03-03 12:00")
    assert days_of(plan)["b"] == "2026-03-04"


def test_what_is_not_among_the_parts_is_not_waited_for() -> None:
    bundle = a_running_bundle(a_part("a", 9), a_part("b", 2, "a"), a_part("c", 1))

    plan = planned(bundle, bundle.parts[1:], at(MONDAY), LEAD, {})

    assert days_of(plan) == {"b": "2026-03-04", "c": "2026-03-03"}
    assert plan.path == ("b",)


def test_without_parts_nothing_is_planned() -> None:
    plan = plan_of(MONDAY)

    assert (plan.last, plan.path) == (None, ())


# Pauses and extensions

FORK = (a_part("a", 2), a_part("b", 5, "a"), a_part("c", 2, "a"))
"""a and b are the longest way: due on Wednesday 4 and Wednesday 11 March; c on the 6th."""


def the_shift(longer: Mapping[str, tuple[Limit, ...]], *parts: Part, begun: str = MONDAY) -> int:
    bundle = a_running_bundle(*(parts or FORK))
    return shifted(bundle, bundle.parts, at(begun), LEAD, longer)


def test_a_pause_on_the_longest_way_moves_the_whole() -> None:
    plan = plan_of(MONDAY, *FORK, longer={"b": (working(2),)})

    assert days_of(plan) == {"a": "2026-03-04", "b": "2026-03-13", "c": "2026-03-06"}
    assert the_shift({"b": (working(2),)}) == 2


def test_a_pause_before_a_fork_moves_both_ways() -> None:
    plan = plan_of(MONDAY, *FORK, longer={"a": (working(1),)})

    assert days_of(plan) == {"a": "2026-03-05", "b": "2026-03-12", "c": "2026-03-09"}
    assert the_shift({"a": (working(1),)}) == 1


@pytest.mark.parametrize(("days", "shift", "path"), [(3, 0, "b"), (4, 1, "c"), (6, 3, "c")])
def test_a_pause_off_the_longest_way_moves_the_whole_once_it_is_the_longest(days: int, shift: int, path: str) -> None:
    longer = {"c": (working(days),)}

    assert the_shift(longer) == shift
    assert plan_of(MONDAY, *FORK, longer=longer).path == ("a", path)


def test_pauses_on_parallel_ways_are_not_added() -> None:
    assert the_shift({"b": (working(2),), "c": (working(4),)}) == 2


def test_pauses_one_after_the_other_are_added() -> None:
    assert the_shift({"a": (working(1),), "b": (working(2), working(3))}) == 6


def test_an_extension_in_natural_days_moves_the_whole_by_the_working_days_between() -> None:
    assert the_shift({"b": (natural(5),)}) == 3  # from Wednesday 11 to Monday 16, as the 16th is the fifth day


def test_a_pause_across_a_holiday_moves_the_whole_by_working_days() -> None:
    longer = {"b": (working(3),)}

    assert the_shift(longer, *FORK, begun="2026-09-17") == 3
    plan = plan_of("2026-09-17", *FORK, longer=longer)
    # a: 18, Sunday 20; b: 21, 22, 23, 24, 28 (25–27 off), and 29, 30, 10-08
    assert days_of(plan)["b"] == "2026-10-08"


# The limit of the whole


def the_limit(
    stated: Limit,
    *parts: Part,
    begun: str = MONDAY,
    longer: Mapping[str, tuple[Limit, ...]] = NOTHING,
    **offices: Office,
) -> Limit:
    bundle = a_running_bundle(*parts, offices=offices)
    return limit_of_the_whole(bundle, bundle.parts, stated, at(begun), LEAD, longer)


def test_a_limit_shorter_than_the_longest_way_stays_as_it_is_stated() -> None:
    assert the_limit(working(6), *FORK) == working(6)
    assert the_limit(natural(6), *FORK) == natural(6)


def test_a_limit_that_is_the_longest_way_stays_as_it_is() -> None:
    assert the_limit(working(7), *FORK) == working(7)


def test_items_that_are_left_out_make_the_limit_shorter() -> None:
    assert the_limit(working(7), FORK[0], FORK[2]) == working(4)


def test_a_limit_in_natural_days_over_the_longest_way_becomes_its_working_days() -> None:
    assert the_limit(natural(12), *FORK) == working(7)


def test_a_limit_counts_the_working_days_of_the_way_across_a_holiday() -> None:
    chain = (a_part("a", 5), a_part("b", 3, "a", natural=True))

    # 11, 12, 13, 14, 24 and then 25, 26, 27
    assert the_limit(working(20), *chain, begun="2026-02-10") == working(8)


def test_a_pause_on_the_longest_way_lengthens_a_limit_that_is_shorter_than_it() -> None:
    assert the_limit(working(5), *FORK, longer={"b": (working(2),)}) == working(7)


def test_a_pause_off_the_longest_way_leaves_the_limit_as_it_is() -> None:
    assert the_limit(working(5), *FORK, longer={"c": (working(3),)}) == working(5)


def test_a_paused_limit_in_natural_days_is_counted_in_working_days_from_then_on() -> None:
    assert the_limit(natural(7), *FORK, longer={"b": (working(2),)}) == working(7)  # due on Monday 9, and two days more


def test_the_limit_of_the_whole_is_counted_by_the_days_of_the_lead() -> None:
    own = an_office_closed_on(date(2026, 3, 4), date(2026, 3, 5))

    assert the_limit(working(9), a_part("a", 3, unit="own"), own=own) == working(5)  # 3, 6 and 9 March


def test_a_day_that_only_the_unit_works_ends_the_limit_on_the_last_day_of_the_lead_before_it() -> None:
    own = an_office_closed_on(worked=[date(2026, 3, 7)])

    assert the_limit(working(9), a_part("a", 5, unit="own"), own=own) == working(
        4
    )  # on the Saturday; for the lead, Friday


def test_half_a_day_is_not_made_longer_than_its_way() -> None:
    halves = (a_part("a", 0.25), a_part("b", 0.25, "a"))

    assert the_limit(working(0.5), *halves) == working(0.5)
    assert the_limit(working(0.5), *halves, begun="2026-03-02 15:00") == working(0.5)
    assert the_limit(working(0.5), halves[0]) == working(0.25)


def test_without_parts_the_limit_is_the_one_stated() -> None:
    assert the_limit(working(3)) == working(3)


def test_a_unit_that_closes_at_five_does_not_make_the_limit_a_part_of_a_day() -> None:
    own = an_office(closing_time=time(17))

    assert the_limit(working(5), a_part("a", 5, unit="own"), own=own) == working(5)
    assert the_limit(working(9), a_part("a", 5, unit="own"), own=own) == working(5)


def test_a_way_that_ends_within_a_later_day_leaves_whole_days() -> None:
    parts = (a_part("a", 3), a_part("b", 0.5, "a"))  # ends on the fourth day at 13:30

    assert the_limit(working(4), *parts) == working(3)


def test_a_way_that_ends_on_the_next_morning_leaves_what_ends_last_before_it() -> None:
    parts = (a_part("a", 0), a_part("b", 0.25, "a"))  # ends on Tuesday at 10:45

    assert the_limit(working(1), *parts) == working(0)  # Monday, 24:00
    assert the_limit(working(1), *parts, begun="2026-03-02 16:00") == working(0.25)  # Tuesday, 09:45


# Pauses of an item, as they lengthen its promise


def a_record(started: str, limit: Limit, *pauses: tuple[str, str], more: tuple[Limit, ...] = ()) -> ClockRecord:
    """The clock of an item that was paused from day to day, both among them."""
    stretches = tuple(
        Stretch(
            procedure="test", since=at(f"{first} 00:00"), first=date.fromisoformat(first), last=date.fromisoformat(last)
        )
        for first, last in pauses
    )
    ends = due(at(started), limit, LEAD, stretches, more)
    return ClockRecord(
        key="promised", limit=limit, article="gz:13.1", started_at=at(started), due_day=ends.day, due_at=ends.at,
        provisional=ends.provisional, state=ClockState.RUNNING, pauses=stretches, more=more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("record", "paused"),
    [
        (a_record("2026-03-02", working(5)), ()),
        (a_record("2026-03-02", working(5), ("2026-03-04", "2026-03-05")), (working(2),)),
        (a_record("2026-03-02", working(5), ("2026-03-06", "2026-03-09")), (working(2),)),  # over a weekend
        (a_record("2026-03-02", working(5), ("2026-03-07", "2026-03-08")), ()),  # in a weekend
        (a_record("2026-03-02", working(5), ("2026-03-20", "2026-03-25")), ()),  # after its end
        (a_record("2026-03-02", working(5), ("2026-03-04", "2026-03-05"), more=(working(3),)), (working(2),)),
        (a_record("2026-03-02", natural(10), ("2026-03-04", "2026-03-05")), (working(2),)),  # Thursday 12 to Saturday 14
        (a_record("2026-02-10", working(5), ("2026-02-12", "2026-02-24")), (working(4),)),  # 12, 13, 14 and 24
    ],
)  # fmt: skip
def test_a_paused_item_takes_the_working_days_longer_by_which_its_due_day_moved(
    record: ClockRecord, paused: tuple[Limit, ...]
) -> None:
    assert paused_by(record, LEAD) == paused


def replanned(record: ClockRecord) -> date:
    """The due day that a plan finds for a part that began when the record did."""
    longer = {"a": (*record.more, *paused_by(record, LEAD))}
    part = a_part("a", record.limit.days, natural=record.limit.unit == "natural")
    bundle = a_running_bundle(part)
    return planned(bundle, bundle.parts, record.started_at, LEAD, longer).legs["a"].due.day


def test_a_plan_finds_the_due_day_of_a_paused_item_again() -> None:
    record = a_record("2026-03-02", working(5), ("2026-03-04", "2026-03-05"), more=(working(3),))

    assert replanned(record) == record.due_day == date(2026, 3, 16)


def test_a_plan_finds_the_due_day_of_a_paused_item_again_where_natural_days_end_on_a_saturday() -> None:
    record = a_record("2026-03-04", natural(10), ("2026-03-09", "2026-03-11"))

    assert replanned(record) == record.due_day == date(2026, 3, 17)


# Until when an item may take


def the_latest(
    part: str, ends: str, *parts: Part, longer: Mapping[str, tuple[Limit, ...]] = NOTHING, **offices: Office
) -> str | None:
    bundle: Bundle = a_running_bundle(*parts, offices=offices)
    day = latest_day(bundle, bundle.parts, part, date.fromisoformat(ends), LEAD, longer)
    return day.isoformat() if day else None


def test_the_last_item_may_take_until_the_day_the_whole_ends() -> None:
    assert the_latest("b", "2026-03-11", *FORK) == "2026-03-11"


def test_an_item_on_the_longest_way_may_take_until_it_is_due() -> None:
    assert the_latest("a", "2026-03-11", *FORK) == "2026-03-04"


def test_an_item_off_the_longest_way_may_take_longer() -> None:
    chain = (a_part("a", 2), a_part("b", 9), a_part("c", 2, "a", "b"))

    assert the_latest("a", "2026-03-17", *chain) == "2026-03-15"  # the Sunday before the two days of c
    assert the_latest("b", "2026-03-17", *chain) == "2026-03-15"


def test_an_item_has_to_leave_time_for_the_longest_of_what_waits_for_it() -> None:
    parts = (a_part("a", 1), a_part("b", 3, "a"), a_part("c", 1, "a"), a_part("d", 2, "c"), a_part("e", 1, "d"))

    assert the_latest("a", "2026-03-12", *parts) == "2026-03-08"  # a Sunday; c, d and e need Monday to Thursday
    assert the_latest("a", "2026-03-12", *parts, longer={"b": (working(2),)}) == "2026-03-05"


def test_the_latest_day_lies_before_a_holiday_that_what_follows_does_not_work_in() -> None:
    chain = (a_part("a", 2), a_part("b", 3, "a", natural=True), a_part("c", 1, "b"))

    # c on Thursday 10-08; b by 10-07, the last day of the holiday, would move to the 8th: it has to end by 09-30
    assert the_latest("a", "2026-10-08", *chain) == "2026-09-27"


def test_the_latest_day_goes_by_the_days_of_those_that_follow() -> None:
    own = an_office_closed_on(date(2026, 3, 10))

    assert the_latest("a", "2026-03-11", a_part("a", 1), a_part("b", 2, "a", unit="own"), own=own) == "2026-03-08"


def test_there_is_no_latest_day_where_what_follows_takes_more_than_a_year() -> None:
    assert the_latest("a", "2026-12-31", a_part("a", 1), a_part("b", 500, "a", natural=True)) is None
    assert the_latest("a", "2026-12-31", a_part("a", 1), a_part("b", 399, "a", natural=True)) == "2025-11-27"


def test_an_item_of_a_quarter_may_take_until_the_day_on_which_the_next_quarter_still_fits() -> None:
    assert the_latest("a", "2026-03-02", a_part("a", 0.25), a_part("b", 0.25, "a")) == "2026-03-02"


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        (date(2026, 3, 2), date(2026, 3, 2), 0),
        (date(2026, 3, 2), date(2026, 3, 9), 5),
        (date(2026, 3, 9), date(2026, 3, 2), 0),
        (date(2026, 2, 13), date(2026, 2, 24), 2),
    ],
)
def test_working_days_are_counted_after_the_first_day_up_to_the_last(first: date, last: date, count: int) -> None:
    assert worked_between(first, last, LEAD) == count


def test_moments_are_those_of_shanghai() -> None:
    utc = datetime.fromisoformat("2026-03-02T23:30:00+00:00")  # 07:30 of the 3rd
    bundle = a_running_bundle(a_part("a", 1))

    assert days_of(planned(bundle, bundle.parts, utc, LEAD, {})) == {"a": "2026-03-04"}
