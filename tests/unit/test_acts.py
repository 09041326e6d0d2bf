from __future__ import annotations

import pytest

from domain.acceptance import Application
from domain.acts import ActNotAllowed, check_applicant, check_promise, check_supplement, check_withdrawal
from domain.commands import Actor
from domain.definition import Role
from domain.record import Stage
from tests.builders import UNIT, an_actor, an_applicant, an_application, an_item

DECIDED = {Stage.PROMISE, Stage.ISSUE, Stage.DELIVERY, Stage.CLOSED}


@pytest.mark.parametrize("stage", sorted(set(Stage) - DECIDED))
def test_application_may_be_withdrawn_until_it_is_decided(stage: Stage) -> None:
    check_withdrawal(stage)


@pytest.mark.parametrize("stage", sorted(DECIDED))
def test_application_that_is_decided_is_not_withdrawn_any_more(stage: Stage) -> None:
    with pytest.raises(ActNotAllowed) as refused:
        check_withdrawal(stage)

    assert refused.value.code == "decided_already"


@pytest.mark.parametrize(
    "by",
    [an_applicant(), an_actor("clerk-1")],
    ids=["the applicant", "the item's window"],
)
def test_applicant_acts_in_person_or_through_the_window(by: Actor) -> None:
    check_applicant(by, an_applicant(), an_item())


@pytest.mark.parametrize(
    "by",
    [
        an_applicant("applicant-2"),
        an_actor("clerk-1", units=("gz-thr-fire",)),
        an_actor("officer-1", roles=(Role.EXAMINER,)),
        an_actor("officer-1", roles=(Role.APPROVER,), units=(UNIT, "gz-thr-fire")),
    ],
    ids=["another applicant", "another unit's window", "an examiner", "an approver"],
)
def test_nobody_else_acts_for_the_applicant(by: Actor) -> None:
    with pytest.raises(ActNotAllowed) as refused:
        check_applicant(by, an_applicant(), an_item())

    assert (refused.value.code, refused.value.article) == ("not_the_applicant", "apl:29")


def test_clerk_who_took_an_application_in_has_no_right_of_the_applicants_after_leaving_the_window() -> None:
    took_in = an_actor("clerk-1", roles=(Role.WINDOW,))
    elsewhere = an_actor("clerk-1", roles=(Role.EXAMINER,), units=("gz-thr-fire",))

    with pytest.raises(ActNotAllowed) as refused:
        check_applicant(elsewhere, took_in, an_item())

    assert refused.value.code == "not_the_applicant"


OPEN = (Stage.ACCEPTANCE, Stage.SUPPLEMENT)
DEFERRABLE = an_application(in_hand=("form", "plan"))


@pytest.mark.parametrize("stage", OPEN)
def test_promise_is_open_until_acceptance(stage: Stage) -> None:
    check_promise(stage, DEFERRABLE)


@pytest.mark.parametrize("stage", sorted(set(Stage) - set(OPEN)))
def test_promise_after_acceptance_comes_too_late(stage: Stage) -> None:
    with pytest.raises(ActNotAllowed) as refused:
        check_promise(stage, DEFERRABLE)

    assert refused.value.code == "accepted_already"


@pytest.mark.parametrize(
    ("application", "code"),
    [
        (an_application(promise=None), "deferral_not_allowed"),
        (an_application(in_hand=("form",)), "main_materials_missing"),
        (an_application(), "nothing_missing"),
        (an_application(in_hand=("form", "plan"), promised=True), "promised_already"),
    ],
)
def test_promise_that_would_say_nothing_true_is_refused(application: Application, code: str) -> None:
    with pytest.raises(ActNotAllowed) as refused:
        check_promise(Stage.ACCEPTANCE, application)

    assert refused.value.code == code


@pytest.mark.parametrize("stage", sorted(set(Stage) - {Stage.CLOSED}))
def test_what_is_handed_in_is_taken_for_as_long_as_the_case_lives(stage: Stage) -> None:
    check_supplement(stage, says_something=True, in_time=True)


def test_who_hands_nothing_in_may_only_say_so_during_a_supplement() -> None:
    check_supplement(Stage.SUPPLEMENT, says_something=False, in_time=True)

    with pytest.raises(ActNotAllowed) as refused:
        check_supplement(Stage.EXAMINATION, says_something=False, in_time=True)

    assert refused.value.code == "nothing_handed_in"


def test_what_comes_after_the_limit_is_too_late_while_the_case_is_about_to_end() -> None:
    with pytest.raises(ActNotAllowed) as refused:
        check_supplement(Stage.SUPPLEMENT, says_something=True, in_time=False)

    assert refused.value.code == "came_too_late"
