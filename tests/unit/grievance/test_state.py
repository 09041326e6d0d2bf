"""Whose move it is, and how many days each leg has."""

from __future__ import annotations

import pytest

from domain.grievance.record import Leg
from domain.grievance.state import Grievance, serves
from domain.supervision.rules import AnswerDays, Class, GrievanceRules
from tests.unit.grievance.acting import (
    CLERK,
    RULES,
    UNIT,
    WINDOW,
    answer,
    approve,
    at,
    classify,
    done,
    feedback,
    one,
    reported,
    send_back,
    transfer,
    visit,
)

CHANGED = GrievanceRules(
    classification=11,
    approval=12,
    transfer=13,
    answer=AnswerDays(simple=21, complex=22, very_complex=23),
    again=24,
    feedback=14,
    return_visit=15,
    review=16,
    notification=17,
)
AT_THE_WINDOW = (Leg.CLASSIFICATION, Leg.TRANSFER, Leg.FEEDBACK, Leg.RETURN_VISIT)
WITH_THE_DEPARTMENT = (Leg.APPROVAL, Leg.REVIEW, Leg.NOTIFICATION)


@pytest.mark.parametrize(
    ("leg", "usual", "changed"),
    [
        (Leg.CLASSIFICATION, 1, 11),
        (Leg.APPROVAL, 1, 12),
        (Leg.TRANSFER, 1, 13),
        (Leg.ANSWER, 5, 22),
        (Leg.FEEDBACK, 1, 14),
        (Leg.RETURN_VISIT, 4, 15),
        (Leg.REVIEW, 5, 16),
        (Leg.NOTIFICATION, 1, 17),
    ],
)
def test_leg_has_the_days_that_the_place_sets(leg: Leg, usual: int, changed: int) -> None:
    assert (at(leg).days(RULES), at(leg).days(CHANGED)) == (usual, changed)


@pytest.mark.parametrize(("klass", "usual", "changed"), [("simple", 0, 21), ("complex", 5, 22)])
def test_answer_has_the_days_of_its_class(klass: str, usual: int, changed: int) -> None:
    grievance = done(reported(), classify(klass=Class(klass)), transfer()).grievance

    assert (grievance.days(RULES), grievance.days(CHANGED)) == (usual, changed)


def test_very_complex_has_its_days_once_it_is_approved() -> None:
    grievance = done(at(Leg.APPROVAL), approve(), transfer()).grievance

    assert (grievance.days(RULES), grievance.days(CHANGED)) == (10, 23)


def test_what_the_department_gave_another_class_has_the_days_of_that() -> None:
    grievance = done(at(Leg.APPROVAL), approve(klass=Class.SIMPLE), transfer()).grievance

    assert grievance.days(RULES) == 0


def test_answer_that_was_sent_back_has_days_of_its_own_and_a_new_one_the_usual() -> None:
    again = done(at(Leg.FEEDBACK), send_back(CLERK)).grievance
    twice = done(again, answer(), feedback(), visit(5)).grievance
    anew = done(again, send_back(), transfer()).grievance

    assert (again.days(RULES), again.days(CHANGED)) == (2, 24)
    assert twice.days(CHANGED) == 24
    assert anew.days(CHANGED) == 22


@pytest.mark.parametrize("leg", [leg for leg in Leg if leg is not Leg.CLOSED])
@pytest.mark.parametrize("level", [0, 1, 2])
def test_it_waits_for_who_has_the_leg_and_from_the_second_level_for_the_department_too(leg: Leg, level: int) -> None:
    grievance = at(leg).model_copy(update={"level": level})
    window, department, unit = f"grievance_window@{WINDOW}", f"supervisor@{WINDOW}", f"chief_representative@{UNIT}"
    asked = unit if leg is Leg.ANSWER else window if leg in AT_THE_WINDOW else department

    expected = (asked, department) if level == 2 and asked != department else (asked,)
    assert grievance.waiting_for == expected


def test_closed_one_waits_for_nobody() -> None:
    assert at(Leg.CLOSED).waiting_for == ()


@pytest.mark.parametrize("leg", [leg for leg in Leg if leg is not Leg.CLOSED])
def test_unit_has_it_while_it_answers_and_the_window_otherwise(leg: Leg) -> None:
    assert at(leg).holder == (UNIT if leg is Leg.ANSWER else WINDOW)
    assert at(leg).first_level == (1 if leg is Leg.ANSWER else 2)


@pytest.mark.parametrize(
    ("role", "unit", "wanted", "expected"),
    [
        ("supervisor", WINDOW, WINDOW, True),
        ("supervisor", "*", WINDOW, True),
        ("supervisor", UNIT, WINDOW, False),
        ("examiner", WINDOW, WINDOW, False),
        ("supervisor", WINDOW, None, False),
    ],
)
def test_somebody_serves_with_a_role_in_a_unit(role: str, unit: str, wanted: str | None, expected: bool) -> None:
    assert serves(one(role, unit), ("supervisor", "grievance_window"), wanted) is expected


def test_what_is_on_record_of_an_earlier_version_is_read_as_before() -> None:
    """A workflow that goes on with new code reads states that old code wrote, in queries at the least."""
    written = {"window": WINDOW, "leg": "answer", "unit": UNIT, "new_fact": "passed over"}

    assert Grievance.model_validate(written).unit == UNIT
