"""What the random runs found: each in as few acts as show it, on the engine and the reference side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest

from domain.commands import Cause, Outcome
from tests.stateful.days import at
from tests.stateful.items import PLANS
from tests.stateful.machine import AnyCase

IN_WORKING_DAYS, PROMISED_IN_NATURAL_DAYS = PLANS[:2]
MONDAY = date(2026, 3, 2)


def march(day: int, hour: int = 10) -> datetime:
    """The hour of a day of March 2026; no holiday is near."""
    return at(date(2026, 3, day), time(hour))


def extended(case: AnyCase, clock: str, days: int) -> None:
    """The head of the agency asks, and so grants."""
    case.extend(clock=clock, days=days, role="agency_head", cause=Cause.COMPLEX, reasons=True)


def closed(case: AnyCase, *offsets: int) -> None:
    """These days, counted from today, turn out to be no working days."""
    case.the_calendar_changes("closed", set(offsets))


def a_day_that_is_near_when_it_is_set_is_warned_of(case: AnyCase) -> None:
    case.an_application_comes_in(IN_WORKING_DAYS, MONDAY, time(8, 30), at_once=False)
    case.until(march(11))


def a_step_that_begins_while_the_clock_stands_still_is_due_by_expectation(case: AnyCase) -> None:
    case.an_application_comes_in(IN_WORKING_DAYS, MONDAY, time(8, 30), at_once=True)
    case.pause("testing", 4, "examiner")
    case.review(Outcome.PASS, reasons=True)


def a_step_that_was_met_is_not_stopped_by_a_later_procedure(case: AnyCase) -> None:
    case.an_application_comes_in(IN_WORKING_DAYS, MONDAY, time(8, 30), at_once=True)
    case.review(Outcome.PASS, reasons=True)
    case.pause("testing", 3, "examiner")
    closed(case, 8)


def nothing_stands_still_in_a_case_that_was_withdrawn(case: AnyCase) -> None:
    case.an_application_comes_in(IN_WORKING_DAYS, MONDAY, time(8, 30), at_once=True)
    case.pause("testing", 3, "examiner")
    case.withdraw(sure=9, by="applicant")


def another_closing_time_leaves_a_blue_light_blue(case: AnyCase) -> None:
    case.an_application_comes_in(IN_WORKING_DAYS, MONDAY, time(8, 30), at_once=True)
    case.until(march(3))
    case.the_calendar_changes("closing time", {1})


def a_limit_that_stands_still_is_extended_though_the_procedure_overruns(case: AnyCase) -> None:
    case.an_application_comes_in(IN_WORKING_DAYS, MONDAY, time(8, 30), at_once=True)
    case.until(march(9))
    case.pause("testing", 1, "examiner")
    case.until(march(13))
    extended(case, "promised", 1)
    case.resume(None, 0, "testing")


def a_procedure_stops_the_limit_that_turns_out_to_have_been_in_time(case: AnyCase) -> None:
    case.an_application_comes_in(IN_WORKING_DAYS, MONDAY, time(8, 30), at_once=True)
    case.until(march(5))
    case.pause("testing", 5, "examiner")
    closed(case, -1)


def the_promise_is_extended_once_only(case: AnyCase) -> None:
    case.an_application_comes_in(IN_WORKING_DAYS, MONDAY, time(8, 30), at_once=True)
    case.until(march(11))
    extended(case, "statutory", 5)
    closed(case, -1, -2)
    extended(case, "promised", 1)
    extended(case, "promised", 1)


def a_due_day_is_warned_of_once(case: AnyCase) -> None:
    case.an_application_comes_in(PROMISED_IN_NATURAL_DAYS, date(2026, 3, 5), time(8, 30), at_once=True)
    closed(case, 6, 7)
    case.until(march(10))
    case.the_calendar_changes("restored", {1})
    case.until(march(12))


def a_procedure_overruns_at_the_closing_time_of_today(case: AnyCase) -> None:
    case.an_application_comes_in(IN_WORKING_DAYS, MONDAY, time(8, 30), at_once=True)
    case.pause("testing", 1, "examiner")
    case.the_calendar_changes("closing time", {1})
    case.until(march(2, 18))


def no_new_day_is_told_of_a_limit_that_was_met(case: AnyCase) -> None:
    case.an_application_comes_in(IN_WORKING_DAYS, MONDAY, time(8, 30), at_once=True)
    case.review(Outcome.PASS, reasons=True)
    case.decide(Outcome.GRANT, reasons=True, known=True)
    case.hand_over()
    closed(case, 2)


def lateness_that_was_none_is_taken_back_with_a_notice(case: AnyCase) -> None:
    case.an_application_comes_in(IN_WORKING_DAYS, MONDAY, time(8, 30), at_once=True)
    case.the_calendar_changes("closing time", {1})
    case.until(march(10, 18))
    case.the_calendar_changes("closing time", {1})


STORIES: tuple[Callable[[AnyCase], None], ...] = (
    a_day_that_is_near_when_it_is_set_is_warned_of,
    a_step_that_begins_while_the_clock_stands_still_is_due_by_expectation,
    a_step_that_was_met_is_not_stopped_by_a_later_procedure,
    nothing_stands_still_in_a_case_that_was_withdrawn,
    another_closing_time_leaves_a_blue_light_blue,
    a_limit_that_stands_still_is_extended_though_the_procedure_overruns,
    a_procedure_stops_the_limit_that_turns_out_to_have_been_in_time,
    the_promise_is_extended_once_only,
    a_due_day_is_warned_of_once,
    a_procedure_overruns_at_the_closing_time_of_today,
    no_new_day_is_told_of_a_limit_that_was_met,
    lateness_that_was_none_is_taken_back_with_a_notice,
)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
async def test_the_engine_tells_it_as_the_reference_does(story: Callable[[AnyCase], Any], any_case: Any) -> None:
    case = any_case()

    try:
        await asyncio.to_thread(story, case)
    finally:
        await asyncio.to_thread(case.teardown)
