"""Where each act leads, what goes on record, and what is asked of the case (gz:6.3, gz:13.5)."""

from __future__ import annotations

import pytest

from domain.commands import RemedyKind
from domain.grievance import course
from domain.grievance.commands import Conclusion, Exclusion, GrievanceAct, Said
from domain.grievance.record import GrievanceEnding, GrievanceEventKind, Leg
from domain.grievance.state import Grievance
from domain.record import Paper
from domain.supervision.rules import Class, GrievanceRules
from domain.supervision.shortcomings import Shortcoming
from tests.unit.grievance.acting import (
    CLERK,
    OTHER,
    RULES,
    SUPERVISOR,
    UNIT,
    WINDOW,
    answer,
    approve,
    asked,
    at,
    classify,
    done,
    exclude,
    feedback,
    notify,
    pass_on,
    reported,
    review,
    send_back,
    transfer,
    visit,
    withdraw,
)

DIFFICULT = (Shortcoming.DIFFICULT,)


def led_to(grievance: Grievance, *acts: GrievanceAct, rules: GrievanceRules = RULES) -> tuple[str, ...]:
    """The leg that the last act leads to, and the kinds of what goes on record."""
    found = done(grievance, *acts, rules=rules)
    return (found.grievance.leg.value, *(one.kind.value for one in found.happened))


def papers(grievance: Grievance, *acts: GrievanceAct) -> list[str]:
    return [paper.value for one in done(grievance, *acts).happened for paper in one.papers]


# The way through


@pytest.mark.parametrize(
    ("leg", "act", "led", "given"),
    [
        (Leg.CLASSIFICATION, classify(), ("transfer", "classified"), []),
        (Leg.CLASSIFICATION, exclude(), ("feedback", "excluded"), []),
        (Leg.CLASSIFICATION, classify(klass=Class.VERY_COMPLEX), ("approval", "classified"), []),
        (Leg.CLASSIFICATION, classify(SUPERVISOR, klass=Class.VERY_COMPLEX), ("transfer", "classified"), []),
        (Leg.APPROVAL, approve(), ("transfer", "class_approved"), []),
        (Leg.TRANSFER, transfer(), ("answer", "transferred"), ["grievance_transfer"]),
        (Leg.ANSWER, pass_on(), ("answer", "passed_on"), ["grievance_transfer"]),
        (Leg.ANSWER, answer(), ("feedback", "answered"), []),
        (Leg.ANSWER, send_back(), ("transfer", "sent_back"), []),
        (Leg.FEEDBACK, feedback(), ("return_visit", "feedback_given"), ["grievance_feedback"]),
        (Leg.FEEDBACK, send_back(CLERK), ("answer", "sent_back"), ["grievance_transfer"]),
        (Leg.RETURN_VISIT, visit(1), ("review", "visited"), []),
        (Leg.RETURN_VISIT, visit(3), ("review", "visited"), []),
        (Leg.RETURN_VISIT, visit(None), ("return_visit", "visited"), []),
        (Leg.RETURN_VISIT, visit(4), ("answer", "visited", "sent_back"), ["grievance_transfer"]),
        (Leg.RETURN_VISIT, send_back(CLERK), ("answer", "sent_back"), ["grievance_transfer"]),
        (Leg.REVIEW, review(), ("notification", "reviewed"), []),
        (Leg.REVIEW, send_back(SUPERVISOR), ("answer", "sent_back"), ["grievance_transfer"]),
        (Leg.NOTIFICATION, notify(), ("closed", "unit_notified", "closed"), ["grievance_notice"]),
    ],
)
def test_act_leads_to_the_next_leg_with_its_event_and_papers(
    leg: Leg, act: GrievanceAct, led: tuple[str, ...], given: list[str]
) -> None:
    assert led_to(at(leg), act) == led
    assert papers(at(leg), act) == given


@pytest.mark.parametrize(
    "leg", [Leg.CLASSIFICATION, Leg.APPROVAL, Leg.TRANSFER, Leg.ANSWER, Leg.FEEDBACK, Leg.RETURN_VISIT]
)
def test_withdrawal_leads_to_the_review_from_every_leg(leg: Leg) -> None:
    found = done(at(leg), withdraw())

    assert led_to(at(leg), withdraw()) == ("review", "withdrawn")
    assert found.grievance.withdrawn
    assert found.asked == ()


def test_leg_that_begins_has_a_number_of_its_own_and_is_not_late_yet() -> None:
    before = at(Leg.ANSWER).model_copy(update={"level": 2})

    found = done(before, answer()).grievance

    assert (found.entry, found.level) == (before.entry + 1, 0)


def test_attempt_that_reaches_nobody_begins_no_leg_anew() -> None:
    before = at(Leg.RETURN_VISIT).model_copy(update={"level": 2})

    found = done(before, visit(None)).grievance

    assert (found.entry, found.level, found.attempts) == (before.entry, 2, 1)


# Classification


def test_class_and_grounds_are_kept_and_grounds_are_added_to_those_reported() -> None:
    before = reported(grounds=(Shortcoming.NOT_TAKEN,))
    act = classify(klass=Class.SIMPLE, grounds=(Shortcoming.NOT_FINISHED, Shortcoming.NOT_TAKEN))

    found = done(before, act).grievance

    assert found.klass is Class.SIMPLE
    assert found.grounds == (Shortcoming.NOT_TAKEN, Shortcoming.NOT_FINISHED)


def test_exclusion_keeps_the_grounds_on_which_it_was_reported() -> None:
    before = reported(grounds=(Shortcoming.NOT_TAKEN,))

    assert done(before, exclude()).grievance.grounds == (Shortcoming.NOT_TAKEN,)


@pytest.mark.parametrize(
    ("act", "article"),
    [
        (classify(), "gz:13.5"),
        (classify(grounds=DIFFICULT), "gz:6.3"),
        (classify(grounds=(*DIFFICULT, Shortcoming.NOT_TAKEN)), "gz:13.5"),
        (exclude(), "gz:13.5"),
        (exclude(excluded=Exclusion.OUTSIDE_REMIT), "gz:18"),
    ],
)
def test_classification_names_the_article_that_it_rests_on(act: GrievanceAct, article: str) -> None:
    assert done(reported(), act).happened[0].article == article


@pytest.mark.parametrize("klass", Class)
def test_department_may_give_what_it_approves_another_class(klass: Class) -> None:
    found = done(at(Leg.APPROVAL), approve(klass=klass)).grievance

    assert (found.leg, found.klass) == (Leg.TRANSFER, klass)


def test_excluded_matter_closes_with_the_feedback_and_the_no_is_reported_upward() -> None:
    excluded = done(reported(), exclude()).grievance

    assert led_to(excluded, feedback()) == ("closed", "feedback_given", "closed")
    assert papers(excluded, feedback()) == ["grievance_feedback", "negative_answer"]
    assert done(excluded, feedback()).grievance.ending is GrievanceEnding.EXCLUDED


def test_exclusion_that_is_taken_back_is_classified_anew() -> None:
    back = done(reported(), exclude(), send_back(CLERK)).grievance

    assert (back.leg, back.excluded) == (Leg.CLASSIFICATION, None)
    assert not back.negative


# Who has it


def test_unit_that_gets_it_has_it_and_the_whole_limit() -> None:
    again = done(at(Leg.FEEDBACK), send_back(CLERK)).grievance

    passed_on = done(again, pass_on()).grievance

    assert again.again
    assert (passed_on.unit, passed_on.again, passed_on.days(RULES)) == (OTHER, False, 5)


def test_passing_on_says_from_where_to_where() -> None:
    happened = done(at(Leg.ANSWER), pass_on()).happened[0]

    assert happened.data == {"to": OTHER, "from": UNIT, "text": "text-1", "addressee": OTHER}


def test_answer_is_sent_back_to_the_unit_that_gave_it() -> None:
    for leg, by in ((Leg.FEEDBACK, CLERK), (Leg.RETURN_VISIT, CLERK), (Leg.REVIEW, SUPERVISOR)):
        back = done(at(leg), send_back(by))
        assert (back.grievance.leg, back.grievance.unit, back.grievance.again) == (Leg.ANSWER, UNIT, True)
        assert back.happened[0].data["addressee"] == UNIT


def test_what_the_window_settled_on_the_spot_is_classified_anew_when_it_comes_back() -> None:
    """The unit complained of is known from the start, but never had it."""
    simple = (classify(klass=Class.SIMPLE), answer(CLERK))

    for then, by in (((), CLERK), ((feedback(),), CLERK), ((feedback(), visit()), SUPERVISOR)):
        back = done(reported(unit=UNIT), *simple, *then, send_back(by)).grievance
        assert (back.leg, back.klass, back.said) == (Leg.CLASSIFICATION, None, None)


def test_dissatisfied_with_what_the_window_settled_is_classified_anew_once() -> None:
    simple = (classify(klass=Class.SIMPLE), answer(CLERK), feedback())

    back = done(reported(unit=UNIT), *simple, visit(5))
    twice = done(back.grievance, *simple, visit(5))

    assert [one.kind for one in back.happened] == ["visited", "sent_back"]
    assert (back.grievance.leg, back.grievance.redone, back.grievance.satisfaction) == (Leg.CLASSIFICATION, 1, 5)
    assert twice.grievance.leg is Leg.REVIEW


def test_unit_that_got_it_last_and_gave_no_answer_yet_is_sent_nothing_back() -> None:
    """It was answered by one unit, went to another one, and was withdrawn before that answered."""
    moved = (send_back(CLERK), pass_on(), withdraw())

    back = done(at(Leg.FEEDBACK), *moved, send_back(SUPERVISOR)).grievance

    assert back.leg is Leg.CLASSIFICATION


def test_answer_that_is_sent_back_to_the_window_is_passed_on_by_it() -> None:
    back = done(at(Leg.ANSWER), send_back()).grievance

    assert (back.leg, back.unit) == (Leg.TRANSFER, UNIT)
    assert done(back, transfer(unit=OTHER)).grievance.unit == OTHER


# What the reporter is told, and says


@pytest.mark.parametrize(("what", "upward"), [(Said.REMEDIED, False), (Said.EXPLAINED, False), (Said.REJECTED, True)])
def test_no_is_reported_upward_in_the_same_act_as_the_feedback(what: Said, upward: bool) -> None:
    answered = done(at(Leg.ANSWER), answer(what=what)).grievance

    assert papers(answered, feedback()) == ["grievance_feedback"] + ["negative_answer"] * upward


def test_no_that_became_a_yes_is_not_reported_upward() -> None:
    rejected = done(at(Leg.ANSWER), answer(what=Said.REJECTED), send_back(CLERK), answer()).grievance

    assert papers(rejected, feedback()) == ["grievance_feedback"]


@pytest.mark.parametrize("attempts", [1, 2, 3, 5])
def test_reporter_who_cannot_be_reached_is_called_so_many_times(attempts: int) -> None:
    rules = GrievanceRules(attempts=attempts)
    before = at(Leg.RETURN_VISIT)

    legs = [done(before, *[visit(None)] * n, rules=rules).grievance.leg for n in range(1, attempts + 1)]

    assert legs == [*[Leg.RETURN_VISIT] * (attempts - 1), Leg.REVIEW]


def test_reporter_who_is_reached_at_last_is_asked_as_if_at_once() -> None:
    found = done(at(Leg.RETURN_VISIT), visit(None), visit(None), visit(2)).grievance

    assert (found.leg, found.satisfaction, found.attempts) == (Leg.REVIEW, 2, 3)


def test_attempts_are_counted_anew_after_a_new_answer() -> None:
    again = (visit(None), visit(None), visit(5), answer(), feedback())

    found = done(at(Leg.RETURN_VISIT), *again, visit(None), visit(None)).grievance

    assert (found.leg, found.attempts) == (Leg.RETURN_VISIT, 2)


@pytest.mark.parametrize("times", [0, 1, 2])
def test_dissatisfied_reporters_matter_goes_back_so_many_times(times: int) -> None:
    rules, grievance = GrievanceRules(redo_when_dissatisfied=times), at(Leg.RETURN_VISIT)

    for n in range(times):
        grievance = done(grievance, visit(4), rules=rules).grievance
        assert (grievance.leg, grievance.again, grievance.redone) == (Leg.ANSWER, True, n + 1)
        grievance = done(grievance, answer(), feedback(), rules=rules).grievance
    last = done(grievance, visit(5), rules=rules).grievance

    assert (last.leg, last.satisfaction, last.redone) == (Leg.REVIEW, 5, times)


# Review and end


@pytest.mark.parametrize("conclusion", Conclusion)
def test_review_says_who_is_responsible_and_the_unit_is_notified_whatever_was_found(conclusion: Conclusion) -> None:
    reviewed = done(at(Leg.REVIEW), review(conclusion=conclusion))
    notified = done(reviewed.grievance, notify())

    assert (reviewed.grievance.conclusion, reviewed.grievance.responsible) == (conclusion, UNIT)
    assert reviewed.happened[0].data["responsible"] == UNIT
    assert notified.happened[0].data["addressee"] == UNIT
    assert notified.grievance.ending is GrievanceEnding.SETTLED


def test_another_unit_than_the_one_that_answered_may_be_responsible() -> None:
    reviewed = done(at(Leg.REVIEW), review(responsible=OTHER)).grievance

    assert done(reviewed, notify()).happened[0].data["addressee"] == OTHER


def test_where_nobody_had_it_and_nothing_is_confirmed_there_is_nobody_to_notify() -> None:
    found = done(reported(), withdraw(), review(conclusion=Conclusion.NOT_CONFIRMED))

    assert [one.kind for one in found.happened] == ["reviewed", "closed"]
    assert found.grievance.ending is GrievanceEnding.SETTLED


def test_matter_that_was_excluded_and_withdrawn_is_reviewed_and_ends_as_settled() -> None:
    found = done(reported(), exclude(), withdraw(), review(responsible=UNIT), notify())

    assert found.grievance.ending is GrievanceEnding.SETTLED
    assert found.happened[-1].data == {"ending": "settled"}


def test_closing_is_the_last_event_and_only_of_what_is_closed() -> None:
    for leg in Leg:
        if leg is not Leg.CLOSED:
            assert at(leg).ending is None
    assert at(Leg.CLOSED).ending is GrievanceEnding.SETTLED


@pytest.mark.parametrize("kind", RemedyKind)
def test_what_answer_and_review_call_for_is_asked_of_the_case(kind: RemedyKind) -> None:
    remedy = asked(kind)

    answered = done(at(Leg.ANSWER), answer(remedies=(remedy,)))
    reviewed = done(at(Leg.REVIEW), review(remedies=(remedy, remedy)))

    assert answered.asked == (remedy,)
    assert reviewed.asked == (remedy, remedy)
    assert answered.happened[0].data["remedies"] == [kind]
    assert done(answered.grievance, feedback()).asked == ()


def test_remedies_of_a_review_that_closes_the_matter_are_asked_too() -> None:
    remedy = asked(RemedyKind.ACCEPT_NOW)
    act = review(conclusion=Conclusion.NOT_CONFIRMED, remedies=(remedy,))

    found = done(reported(), withdraw(), act)

    assert (found.grievance.leg, found.asked) == (Leg.CLOSED, (remedy,))


# What time does


@pytest.mark.parametrize("leg", [leg for leg in Leg if leg is not Leg.CLOSED])
def test_reminder_goes_to_whoever_has_the_leg_and_changes_nothing(leg: Leg) -> None:
    found = course.near(at(leg), "2026-03-09")

    assert found.grievance == at(leg)
    assert [(one.kind, one.papers) for one in found.happened] == [
        (GrievanceEventKind.LEG_NEAR, (Paper.GRIEVANCE_REMINDER,))
    ]
    assert found.happened[0].data["addressee"] == (UNIT if leg is Leg.ANSWER else WINDOW)


@pytest.mark.parametrize("leg", [leg for leg in Leg if leg is not Leg.CLOSED])
def test_late_unit_goes_up_to_its_chief_representative_and_the_window_to_the_department(leg: Leg) -> None:
    found = course.late(at(leg), "2026-03-09")
    level, addressee = (1, UNIT) if leg is Leg.ANSWER else (2, WINDOW)

    assert found.grievance == at(leg).model_copy(update={"level": level})
    data = found.happened[0].data
    assert (data["level"], data["addressee"], data["holder"]) == (level, addressee, at(leg).holder)
    assert found.happened[0].kind is GrievanceEventKind.LEG_LATE
    assert found.happened[0].papers == (Paper.ESCALATION,)


def test_unit_that_is_still_late_goes_up_to_the_department_which_is_told_whose_it_is() -> None:
    late = course.late(at(Leg.ANSWER), "2026-03-09").grievance

    found = course.still_late(late, "2026-03-09")

    assert found.grievance.level == 2
    assert found.happened[0].kind is GrievanceEventKind.ESCALATED
    data = found.happened[0].data
    assert (data["addressee"], data["holder"], data["due_day"]) == (WINDOW, UNIT, "2026-03-09")
