"""Who may do what with a grievance, at each leg, and how everything else is refused (gz:6.3, gz:13.5)."""

from __future__ import annotations

from typing import Any

import pytest

from domain.commands import Actor, RemedyKind
from domain.grievance.commands import Conclusion, Exclusion, GrievanceAct, Review
from domain.grievance.record import Leg
from domain.grievance.state import Grievance
from domain.supervision.rules import Class
from domain.supervision.shortcomings import Shortcoming
from tests.unit.grievance.acting import (
    APPLICANT,
    CHIEF,
    CLERK,
    DAY,
    OTHER,
    ROLES_AT_THE_WINDOW,
    ROLES_OF_THE_UNIT,
    SUPERVISOR,
    UNIT,
    WINDOW,
    answer,
    approve,
    asked,
    at,
    classify,
    code,
    done,
    exclude,
    feedback,
    notify,
    one,
    pass_on,
    refusal,
    reported,
    review,
    send_back,
    transfer,
    visit,
    withdraw,
)

EVERYBODY = Actor(id="all-1", roles=(*ROLES_AT_THE_WINDOW, *ROLES_OF_THE_UNIT, "applicant", "hotline"), units=("*",))
ACTS: dict[str, GrievanceAct] = {
    "classify": classify(EVERYBODY),
    "approve_class": approve(EVERYBODY),
    "transfer": transfer(EVERYBODY),
    "pass_on": pass_on(EVERYBODY),
    "send_back": send_back(EVERYBODY),
    "answer": answer(EVERYBODY),
    "feedback": feedback(EVERYBODY),
    "return_visit": visit(by=EVERYBODY),
    "withdraw": withdraw(EVERYBODY),
    "review": review(EVERYBODY),
    "notify": notify(EVERYBODY),
}
ALLOWED: dict[Leg, set[str]] = {
    Leg.CLASSIFICATION: {"classify", "withdraw"},
    Leg.APPROVAL: {"approve_class", "withdraw"},
    Leg.TRANSFER: {"transfer", "withdraw"},
    Leg.ANSWER: {"answer", "pass_on", "send_back", "withdraw"},
    Leg.FEEDBACK: {"feedback", "send_back", "withdraw"},
    Leg.RETURN_VISIT: {"return_visit", "send_back", "withdraw"},
    Leg.REVIEW: {"review", "send_back"},
    Leg.NOTIFICATION: {"notify"},
    Leg.CLOSED: set(),
}


def expected(leg: Leg, act: str) -> str | None:
    if act in ALLOWED[leg]:
        return None
    if leg is Leg.CLOSED:
        return "grievance_closed"
    if act == "withdraw":
        return "too_late_to_withdraw"
    return "not_simple" if (leg, act) == (Leg.TRANSFER, "answer") else "not_this_leg"


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("leg", Leg)
def test_each_leg_takes_its_own_acts_and_no_other(leg: Leg, act: str) -> None:
    refused = refusal(at(leg), ACTS[act])

    assert (refused.code if refused else None) == expected(leg, act)


def test_refusal_names_the_acts_that_would_be_right() -> None:
    refused = refusal(at(Leg.ANSWER), feedback())

    assert refused is not None
    assert "承办单位答复" in refused.text.zh
    assert all(act in refused.text.zh and act in refused.text.en for act in ("answer", "pass_on", "send_back"))


# Roles

ALL_ROLES = (*ROLES_AT_THE_WINDOW, *ROLES_OF_THE_UNIT, "government_head", "hotline", "applicant", "management")
PASS_IT_ON = ("chief_representative", "agency_head", *ROLES_AT_THE_WINDOW)
"""Who serves every unit serves the one that has it, and the window."""
CLERKS: dict[str, tuple[Leg, Any, str, tuple[str, ...]]] = {
    "classify": (Leg.CLASSIFICATION, classify, WINDOW, ROLES_AT_THE_WINDOW),
    "exclude": (Leg.CLASSIFICATION, exclude, WINDOW, ROLES_AT_THE_WINDOW),
    "approve": (Leg.APPROVAL, approve, WINDOW, ("supervisor",)),
    "transfer": (Leg.TRANSFER, transfer, WINDOW, ROLES_AT_THE_WINDOW),
    "answer": (Leg.ANSWER, answer, UNIT, ROLES_OF_THE_UNIT),
    "send back to the window": (Leg.ANSWER, send_back, UNIT, ROLES_OF_THE_UNIT),
    "pass on": (Leg.ANSWER, pass_on, UNIT, ("chief_representative", "agency_head")),
    "pass on from above": (Leg.ANSWER, pass_on, WINDOW, ROLES_AT_THE_WINDOW),
    "feedback": (Leg.FEEDBACK, feedback, WINDOW, ROLES_AT_THE_WINDOW),
    "send back before feedback": (Leg.FEEDBACK, send_back, WINDOW, ROLES_AT_THE_WINDOW),
    "visit": (Leg.RETURN_VISIT, lambda by: visit(by=by), WINDOW, ROLES_AT_THE_WINDOW),
    "send back before the visit": (Leg.RETURN_VISIT, send_back, WINDOW, ROLES_AT_THE_WINDOW),
    "review": (Leg.REVIEW, review, WINDOW, ("supervisor",)),
    "send back from the review": (Leg.REVIEW, send_back, WINDOW, ("supervisor",)),
    "notify": (Leg.NOTIFICATION, notify, WINDOW, ("supervisor",)),
}


@pytest.mark.parametrize("name", CLERKS)
@pytest.mark.parametrize("role", ALL_ROLES)
def test_act_is_for_its_roles_in_its_unit_and_for_nobody_else(role: str, name: str) -> None:
    leg, act, unit, roles = CLERKS[name]
    grievance = at(leg)
    everywhere = PASS_IT_ON if act is pass_on else roles

    def refused(serving: str) -> bool:
        return code(grievance, act(one(role, serving, "somebody-1"))) == "not_your_grievance"

    assert refused(unit) == (role not in roles)
    assert refused("*") == (role not in everywhere)
    assert refused(OTHER), "the same role in another unit"


@pytest.mark.parametrize("name", CLERKS)
def test_nobody_handles_what_they_reported_themselves(name: str) -> None:
    leg, act, unit, roles = CLERKS[name]

    grievance = at(leg).model_copy(update={"reported_by": "somebody-1"})
    assert code(grievance, act(one(roles[0], unit, "somebody-1"))) == "own_application"
    assert code(grievance, act(one(roles[0], unit, "somebody-2"))) is None


def test_report_taken_in_at_the_window_is_handled_by_the_clerk_who_took_it_in() -> None:
    assert code(reported(reported_by=None), classify()) is None


# Words


@pytest.mark.parametrize(
    ("leg", "act"),
    [
        (Leg.TRANSFER, transfer),
        (Leg.ANSWER, pass_on),
        (Leg.ANSWER, send_back),
        (Leg.ANSWER, answer),
        (Leg.FEEDBACK, feedback),
        (Leg.REVIEW, review),
        (Leg.NOTIFICATION, notify),
    ],
)
def test_what_is_said_has_to_be_said_in_words(leg: Leg, act: Any) -> None:
    refused = refusal(at(leg), act(text=None))

    assert refused is not None
    assert (refused.code, refused.article) == ("text_missing", "gz:13.5")


@pytest.mark.parametrize(
    ("leg", "act"),
    [(Leg.CLASSIFICATION, classify(text=None)), (Leg.RETURN_VISIT, visit(text=None))],
)
def test_class_and_satisfaction_speak_for_themselves(leg: Leg, act: GrievanceAct) -> None:
    assert code(at(leg), act) is None


# Classification and exclusion


@pytest.mark.parametrize("klass", Class)
@pytest.mark.parametrize("found", [False, True])
def test_each_class_may_be_given_whether_facts_show_a_ground_or_not(klass: Class, found: bool) -> None:
    assert code(reported(found=found), classify(klass=klass)) is None


@pytest.mark.parametrize("excluded", Exclusion)
def test_what_is_no_matter_for_the_window_is_excluded_with_reasons(excluded: Exclusion) -> None:
    refused = refusal(reported(), exclude(excluded=excluded, text=None))

    assert code(reported(), exclude(excluded=excluded)) is None
    assert refused is not None
    assert (refused.code, refused.article) == ("reasons_missing", "gz:18")


@pytest.mark.parametrize("excluded", Exclusion)
@pytest.mark.parametrize("when", ["when it came", "since then"])
def test_what_facts_show_has_to_be_taken_up(excluded: Exclusion, when: str) -> None:
    grievance = reported(found=when == "when it came")

    refused = refusal(grievance, exclude(excluded=excluded, found=True if when == "since then" else None))

    assert refused is not None
    assert (refused.code, refused.article) == ("must_be_taken_up", "gz:13.5")


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (classify(klass=None), "class_or_exclusion"),
        (classify(excluded=Exclusion.OWN_CAUSE), "class_or_exclusion"),
        (classify(grounds=()), "grounds_missing"),
        (classify(grounds=(Shortcoming.DIFFICULT,)), None),
        (exclude(grounds=()), None),
        (exclude(grounds=(Shortcoming.NOT_TAKEN,)), None),
    ],
)
def test_class_comes_with_grounds_and_never_with_an_exclusion(act: GrievanceAct, expected: str | None) -> None:
    assert code(reported(), act) == expected


# Answers, visits, reviews


@pytest.mark.parametrize(("klass", "expected"), [("simple", None), ("complex", "not_simple")])
def test_window_settles_only_what_is_simple_on_the_spot(klass: str, expected: str | None) -> None:
    grievance = done(reported(), classify(klass=Class(klass))).grievance

    assert code(grievance, answer(CLERK)) == expected
    assert code(grievance, answer(SUPERVISOR)) == expected
    assert code(grievance, answer(CHIEF)) == "not_your_grievance"


def test_very_complex_is_not_settled_on_the_spot_even_when_it_was_approved() -> None:
    grievance = done(at(Leg.APPROVAL), approve()).grievance

    assert code(grievance, answer(CLERK)) == "not_simple"


def test_unit_passes_it_on_to_another_one_than_itself() -> None:
    assert code(at(Leg.ANSWER), pass_on(unit=UNIT)) == "same_unit"
    assert code(at(Leg.ANSWER), pass_on(unit=OTHER)) is None


@pytest.mark.parametrize(("reached", "satisfaction"), [(True, None), (False, 1), (False, 5)])
def test_satisfaction_is_of_a_reporter_who_was_reached(reached: bool, satisfaction: int | None) -> None:
    unclear = visit(reached=reached, satisfaction=satisfaction)

    assert code(at(Leg.RETURN_VISIT), unclear) == "satisfaction_unclear"


@pytest.mark.parametrize("satisfaction", [None, 1, 2, 3, 4, 5])
def test_visit_is_recorded_with_any_grade_and_also_when_nobody_was_reached(satisfaction: int | None) -> None:
    assert code(at(Leg.RETURN_VISIT), visit(satisfaction)) is None


WITHOUT_UNIT = Grievance(window=WINDOW, leg=Leg.REVIEW)


@pytest.mark.parametrize("conclusion", Conclusion)
def test_what_is_confirmed_names_the_improvement_and_who_is_responsible(conclusion: Conclusion) -> None:
    none = conclusion is Conclusion.NOT_CONFIRMED

    def refused(grievance: Grievance, act: Review) -> tuple[str, str | None] | None:
        found = refusal(grievance, act)
        return (found.code, found.article) if found else None

    no_improvement = refused(at(Leg.REVIEW), review(conclusion=conclusion, improvement=None))
    nobody = refused(WITHOUT_UNIT, review(conclusion=conclusion))
    named = refused(WITHOUT_UNIT, review(conclusion=conclusion, responsible=UNIT))

    assert no_improvement == (None if none else ("improvement_missing", "gz:13.5"))
    assert nobody == (None if none else ("responsibility_missing", "gz:13.5"))
    assert named is None


@pytest.mark.parametrize("leg", [Leg.ANSWER, Leg.REVIEW])
def test_remedies_are_asked_of_a_case_and_by_a_day_where_they_take_one(leg: Leg) -> None:
    def ask(grievance: Grievance, *remedies: Any) -> str | None:
        act = answer(remedies=remedies) if leg is Leg.ANSWER else review(remedies=remedies)
        return code(grievance, act)

    by_day = asked(RemedyKind.DECIDE_BY)
    assert ask(at(leg), by_day, asked(RemedyKind.ACCEPT_NOW), asked(RemedyKind.WITHDRAW_NOTICE)) is None
    assert ask(at(leg), by_day.model_copy(update={"due": None})) == "due_day_unclear"
    assert ask(at(leg), asked(RemedyKind.ACCEPT_NOW).model_copy(update={"due": DAY})) == "due_day_unclear"
    assert ask(at(leg, case=None), by_day) == "no_case"
    assert ask(at(leg, case=None)) is None


# Withdrawal

OPEN_TO_WITHDRAWAL = (
    Leg.CLASSIFICATION,
    Leg.APPROVAL,
    Leg.TRANSFER,
    Leg.ANSWER,
    Leg.FEEDBACK,
    Leg.RETURN_VISIT,
)


@pytest.mark.parametrize("leg", OPEN_TO_WITHDRAWAL)
def test_reporter_withdraws_or_the_window_for_them_and_nobody_else(leg: Leg) -> None:
    grievance = at(leg)

    assert code(grievance, withdraw(APPLICANT)) is None
    assert code(grievance, withdraw(CLERK)) is None
    for other in (CHIEF, SUPERVISOR, one("grievance_window", OTHER), Actor(id="applicant-2", roles=("applicant",))):
        assert code(grievance, withdraw(other)) == "not_the_reporter"


def test_reporter_who_came_without_an_account_withdraws_at_the_window() -> None:
    grievance = reported(reported_by=None)

    assert code(grievance, withdraw(APPLICANT)) == "not_the_reporter"
    assert code(grievance, withdraw(CLERK)) is None


@pytest.mark.parametrize("leg", [Leg.REVIEW, Leg.NOTIFICATION])
def test_under_review_there_is_nothing_left_to_withdraw(leg: Leg) -> None:
    refused = refusal(at(leg), withdraw())

    assert refused is not None
    assert (refused.code, refused.article) == ("too_late_to_withdraw", "gz:13.5")


def test_what_was_withdrawn_is_not_withdrawn_again_though_the_department_sends_it_back() -> None:
    withdrawn = done(reported(), withdraw()).grievance
    sent_back = done(withdrawn, send_back(SUPERVISOR)).grievance

    assert code(withdrawn, withdraw()) == "withdrawn_already"
    assert sent_back.leg is Leg.CLASSIFICATION
    assert code(sent_back, withdraw()) == "withdrawn_already"
    assert code(sent_back, classify()) is None


def test_every_refusal_says_what_would_be_right_in_both_languages() -> None:
    refusals = [refusal(at(leg), act) for leg in Leg for act in ACTS.values()]
    refusals += [refusal(at(leg), act(one("hotline", WINDOW))) for leg, act, *_ in CLERKS.values()]

    words = [refused.text for refused in refusals if refused]
    assert len(words) > 60
    assert all(len(text.zh) > 10 and len(text.en) > 20 for text in words)
