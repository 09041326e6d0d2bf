from __future__ import annotations

import pytest

from domain.acts import ActNotAllowed, check_applicant, check_promise, check_supplement, check_withdrawal
from domain.commands import Actor
from domain.definition import Role
from domain.record import Stage
from tests.builders import UNIT, an_actor, an_applicant, an_item

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


@pytest.mark.parametrize("stage", [Stage.ACCEPTANCE, Stage.SUPPLEMENT])
def test_promise_is_open_until_acceptance(stage: Stage) -> None:
    check_promise(stage, an_item())


@pytest.mark.parametrize("stage", sorted(set(Stage) - {Stage.ACCEPTANCE, Stage.SUPPLEMENT}))
def test_promise_after_acceptance_comes_too_late(stage: Stage) -> None:
    with pytest.raises(ActNotAllowed) as refused:
        check_promise(stage, an_item())

    assert refused.value.code == "accepted_already"


def test_promise_brings_nothing_where_the_item_allows_no_deferral() -> None:
    with pytest.raises(ActNotAllowed) as refused:
        check_promise(Stage.ACCEPTANCE, an_item(promise=None))

    assert (refused.value.code, refused.value.article) == ("deferral_not_allowed", "gdbe:32")


@pytest.mark.parametrize("stage", sorted(set(Stage) - {Stage.CLOSED}))
def test_what_is_handed_in_is_taken_for_as_long_as_the_case_lives(stage: Stage) -> None:
    check_supplement(stage)


def test_closed_case_takes_nothing_in() -> None:
    with pytest.raises(ActNotAllowed) as refused:
        check_supplement(Stage.CLOSED)

    assert refused.value.code == "case_closed"
