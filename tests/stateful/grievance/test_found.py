"""What reading and the random runs found: each in as few acts as show it, on the engine and the reference side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest

from domain.grievance.commands import Conclusion, Exclusion, Said
from domain.supervision.rules import Class
from domain.supervision.shortcomings import Shortcoming
from tests.stateful.days import at
from tests.stateful.grievance.machine import HURRIED, OTHER, UNIT, AnyGrievance

MONDAY = date(2026, 3, 2)
NOT_FINISHED = (Shortcoming.NOT_FINISHED,)


def march(day: int, hour: int = 10, minute: int = 0) -> datetime:
    """The hour of a day of March 2026; no holiday is near."""
    return at(date(2026, 3, day), time(hour, minute))


def with_the_unit(one: AnyGrievance, **more: Any) -> None:
    """A complex matter that came on Monday and was passed to the unit at once; its answer is due on Monday, 9 March."""
    one.a_grievance_comes_in(MONDAY, **more)
    one.classify(Class.COMPLEX, NOT_FINISHED)
    one.transfer(UNIT)


def closed(one: AnyGrievance, *offsets: int) -> None:
    """These days, counted from today, turn out to be no working days."""
    one.the_calendar_changes("closed", set(offsets))


def what_the_window_settled_on_the_spot_never_was_the_units(one: AnyGrievance) -> None:
    one.a_grievance_comes_in(MONDAY, unit=UNIT)
    one.classify(Class.SIMPLE, NOT_FINISHED)
    one.settle_on_the_spot(Said.EXPLAINED)
    one.feedback()
    one.visit(5)


def the_answer_of_an_earlier_unit_is_none_of_the_next(one: AnyGrievance) -> None:
    with_the_unit(one)
    one.answer(Said.REMEDIED)
    one.send_back()
    one.pass_on(OTHER, "clerk")
    one.withdraw()
    one.send_back()


def what_is_classified_anew_forgets_the_answer_that_was_no_good(one: AnyGrievance) -> None:
    one.a_grievance_comes_in(MONDAY)
    one.classify(Class.SIMPLE, NOT_FINISHED)
    one.settle_on_the_spot(Said.REJECTED)
    one.send_back()
    one.exclude(Exclusion.OWN_CAUSE)
    one.feedback()


def what_is_excluded_keeps_the_grounds_on_which_it_was_reported(one: AnyGrievance) -> None:
    one.a_grievance_comes_in(MONDAY, grounds=(Shortcoming.NOT_TAKEN,))
    one.exclude(Exclusion.OUTSIDE_REMIT)


def what_facts_show_meanwhile_has_to_be_taken_up(one: AnyGrievance) -> None:
    one.a_grievance_comes_in(MONDAY)
    one.exclude(Exclusion.OWN_CAUSE, found=True)


def withdrawing_twice_is_withdrawing_once(one: AnyGrievance) -> None:
    one.a_grievance_comes_in(MONDAY)
    one.withdraw()
    one.send_back()
    one.withdraw()


def escalation_counts_from_the_due_day_though_the_day_ends_at_midnight(one: AnyGrievance) -> None:
    with_the_unit(one)
    one.until(march(10, 0, 1))
    one.until(march(11, 0, 1))


def escalation_counts_from_the_due_day_where_the_office_closes(one: AnyGrievance) -> None:
    with_the_unit(one, closes=True)
    one.until(march(9, 17, 1))
    one.until(march(10, 17, 1))


def escalation_after_no_days_comes_with_the_lateness(one: AnyGrievance) -> None:
    with_the_unit(one, rules=HURRIED)
    one.until(march(3, 0, 1))


def escalation_waits_for_a_day_that_turns_out_to_be_closed(one: AnyGrievance) -> None:
    with_the_unit(one)
    one.until(march(10, 8))
    closed(one, 0)
    one.until(march(11, 0, 1))
    one.until(march(12, 0, 1))


def another_closing_time_takes_lateness_back_though_no_day_moves(one: AnyGrievance) -> None:
    with_the_unit(one, closes=True)
    one.until(march(9, 18))
    one.the_calendar_changes("closing time", {1})
    one.until(march(10, 0, 1))
    one.until(march(11, 0, 1))


def lateness_that_was_none_comes_again_and_goes_up_from_the_new_day(one: AnyGrievance) -> None:
    with_the_unit(one)
    one.until(march(11, 8))
    closed(one, -4, -3, -2, -1, 0, 1)
    one.until(march(20, 8))


def what_was_late_before_the_calendar_said_otherwise_is_on_record_before(one: AnyGrievance) -> None:
    one.a_grievance_comes_in(MONDAY, hour=time(16), closes=True, rules=HURRIED)
    one.until(march(2, 17))
    one.the_calendar_changes("closing time", {1})


def days_count_from_the_receipt_though_it_was_opened_later(one: AnyGrievance) -> None:
    one.a_grievance_comes_in(MONDAY, opened_after=30)
    one.until(march(4, 0, 1))


def what_was_opened_after_its_limit_is_late_at_once_and_reminds_nobody(one: AnyGrievance) -> None:
    one.a_grievance_comes_in(MONDAY, opened_after=100)


def days_count_over_chinese_new_year_and_its_make_up_days(one: AnyGrievance) -> None:
    one.a_grievance_comes_in(date(2026, 2, 12))
    one.classify(Class.VERY_COMPLEX, NOT_FINISHED)
    one.until(at(date(2026, 2, 14), time(0, 1)))
    one.approve(Class.VERY_COMPLEX)
    one.transfer(UNIT)
    one.until(at(date(2026, 3, 4), time(0, 1)))
    one.until(at(date(2026, 3, 10), time(12)))


def a_dissatisfied_reporter_is_heard_twice_at_most(one: AnyGrievance) -> None:
    with_the_unit(one)
    for _ in range(2):
        one.answer(Said.EXPLAINED)
        one.feedback()
        one.visit(5)
    one.review(Conclusion.CONFIRMED)
    one.notify()


STORIES: tuple[Callable[[AnyGrievance], None], ...] = (
    what_the_window_settled_on_the_spot_never_was_the_units,
    the_answer_of_an_earlier_unit_is_none_of_the_next,
    what_is_classified_anew_forgets_the_answer_that_was_no_good,
    what_is_excluded_keeps_the_grounds_on_which_it_was_reported,
    what_facts_show_meanwhile_has_to_be_taken_up,
    withdrawing_twice_is_withdrawing_once,
    escalation_counts_from_the_due_day_though_the_day_ends_at_midnight,
    escalation_counts_from_the_due_day_where_the_office_closes,
    escalation_after_no_days_comes_with_the_lateness,
    escalation_waits_for_a_day_that_turns_out_to_be_closed,
    another_closing_time_takes_lateness_back_though_no_day_moves,
    lateness_that_was_none_comes_again_and_goes_up_from_the_new_day,
    what_was_late_before_the_calendar_said_otherwise_is_on_record_before,
    days_count_from_the_receipt_though_it_was_opened_later,
    what_was_opened_after_its_limit_is_late_at_once_and_reminds_nobody,
    days_count_over_chinese_new_year_and_its_make_up_days,
    a_dissatisfied_reporter_is_heard_twice_at_most,
)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
async def test_the_engine_tells_it_as_the_reference_does(
    story: Callable[[AnyGrievance], Any], any_grievance: Any
) -> None:
    one = any_grievance()

    try:
        await asyncio.to_thread(story, one)
    finally:
        await asyncio.to_thread(one.teardown)
