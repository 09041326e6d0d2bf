"""What supervisors search by, from the facts of a case."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.glance import (
    FLAGS,
    MOST_WAITED_FOR,
    Flag,
    Glance,
    due_of_the_whole,
    flags_of,
    next_due,
    waited_for,
)
from domain.limits import Limit
from domain.record import Clock, ClockRecord, ClockState, Light
from domain.values import SHANGHAI
from workflows.search_attributes import DUE_AT, SEARCH_ATTRIBUTES, STATUS, WAITING_FOR, values_of
from workflows.search_attributes import FLAGS as FLAGS_KEY

MONDAY = datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)


def a_limit(key: str, days: int = 1, **changes: Any) -> ClockRecord:
    due = MONDAY + timedelta(days=days)
    known: dict[str, Any] = {
        "key": key,
        "limit": Limit(days=days),
        "article": "gz:13.1",
        "started_at": MONDAY,
        "due_day": due.date(),
        "due_at": due,
        "provisional": False,
        "state": ClockState.RUNNING,
    }
    return ClockRecord(**known | changes)


def test_who_is_waited_for_is_found_by_role_by_unit_and_by_both() -> None:
    assert waited_for(["examiner@gz-thr-samr"]) == ("examiner@gz-thr-samr", "role:examiner", "unit:gz-thr-samr")
    assert waited_for(["applicant"]) == ("applicant",)
    assert waited_for([]) == ()


def test_a_bundle_waits_for_the_units_of_its_items() -> None:
    assert waited_for(["items"], ["gz-thr-tax", "gz-thr-samr", "gz-thr-tax"]) == (
        "items",
        "unit:gz-thr-samr",
        "unit:gz-thr-tax",
    )


def test_the_same_people_in_another_order_are_the_same_words() -> None:
    assert waited_for(["a@x", "b@y"]) == waited_for(["b@y", "a@x"])


def test_a_list_of_keywords_stays_within_what_the_engine_takes() -> None:
    found = waited_for([f"examiner@gz-thr-unit-{n}" for n in range(100)])

    assert len(found) == MOST_WAITED_FOR
    assert sum(len(word) + 3 for word in found) < 2048


def test_next_due_is_of_what_has_not_passed() -> None:
    running = [a_limit("acceptance", 1, passed=True), a_limit("step:review", 3), a_limit(Clock.STATUTORY, 20)]

    assert next_due(running) == MONDAY + timedelta(days=3)
    assert next_due([]) is None


def test_due_of_the_whole_is_what_was_promised_else_what_the_law_says() -> None:
    promised, statutory = a_limit(Clock.PROMISED, 5, passed=True), a_limit(Clock.STATUTORY, 20)

    assert due_of_the_whole([promised, statutory]) == promised.due_at
    assert due_of_the_whole([statutory]) == statutory.due_at
    assert due_of_the_whole([a_limit(Clock.DELIVERY)]) is None


@pytest.mark.parametrize(
    ("key", "late"),
    [("step:review", True), (Clock.PROMISED, True), (Clock.SUPPLEMENT, False), ("order:1", False)],
)
def test_late_is_what_the_office_owes(key: str, late: bool) -> None:
    found = flags_of([a_limit(key, passed=True)], ())

    assert found == (("late",) if late else ())


def test_a_limit_that_was_met_late_is_late_no_more() -> None:
    assert flags_of([a_limit("step:review", passed=True, state=ClockState.MET)], ()) == ()


def test_flags_are_those_that_hold_in_one_order() -> None:
    found = flags_of(
        [a_limit("acceptance", provisional=True)], ((Flag.URGED, True), (Flag.HELD, False), (Flag.NEAR, True))
    )

    assert found == ("near", "provisional", "urged")


def test_every_flag_is_said_in_words() -> None:
    assert set(FLAGS) == set(Flag)


def test_what_there_is_nothing_to_say_of_is_unset() -> None:
    values = values_of(Glance(status="granted", stage="closed", light=Light.GREEN))

    assert values[STATUS] == "granted"
    assert values[WAITING_FOR] is values[FLAGS_KEY] is values[DUE_AT] is None


def test_search_attributes_fit_into_the_visibility_of_postgresql() -> None:
    kinds = list(SEARCH_ATTRIBUTES.values())

    assert kinds.count("Keyword") <= 9, "ten fit; one is spare"
    assert kinds.count("KeywordList") <= 3
    assert kinds.count("Datetime") <= 3
    assert set(kinds) == {"Keyword", "KeywordList", "Datetime"}
