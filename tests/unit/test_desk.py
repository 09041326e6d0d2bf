from __future__ import annotations

import pytest

from domain.commands import Actor, Answer, Demand, Ground, Outcome
from domain.definition import Role
from domain.desk import NotYours, Task, check_actor, check_belongings, check_outcome, open_task
from tests.builders import UNIT, a_task, an_actor

EXAMINER = (Role.EXAMINER,)


def code_of_refusal(task: Task, actor: Actor) -> str | None:
    try:
        check_actor(task, actor)
    except NotYours as refused:
        return refused.code
    return None


def test_task_that_is_open_is_found_by_its_id() -> None:
    tasks = [a_task(id="task-1"), a_task(id="task-2")]

    assert open_task("task-2", tasks) is tasks[1]


def test_task_that_was_answered_is_not_open_any_more() -> None:
    with pytest.raises(NotYours) as refused:
        open_task("task-9", [a_task()])

    assert refused.value.code == "task_not_open"


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (an_actor("officer-1", roles=EXAMINER), None),
        (an_actor("officer-1", roles=(Role.WINDOW, Role.EXAMINER), units=("elsewhere", UNIT)), None),
        (an_actor("officer-1", roles=(Role.WINDOW,)), "not_your_task"),
        (an_actor("officer-1", roles=EXAMINER, units=("elsewhere",)), "not_your_task"),
        (an_actor("officer-1", roles=(), units=()), "not_your_task"),
    ],
    ids=["role and unit", "among others", "another role", "another unit", "nobody"],
)
def test_task_is_answered_by_its_role_in_its_unit(actor: Actor, code: str | None) -> None:
    assert code_of_refusal(a_task(), actor) == code


def test_claimed_task_is_for_the_one_who_claimed_it() -> None:
    claimed = a_task(assignee="officer-1")

    assert code_of_refusal(claimed, an_actor("officer-1", roles=EXAMINER)) is None
    assert code_of_refusal(claimed, an_actor("officer-2", roles=EXAMINER)) == "claimed_by_other"


def test_claim_gives_nobody_a_role() -> None:
    assert code_of_refusal(a_task(assignee="clerk-1"), an_actor("clerk-1")) == "not_your_task"


def test_task_takes_only_the_answers_that_it_offers() -> None:
    check_outcome(a_task(), Outcome.PASS)

    with pytest.raises(NotYours, match="pass, fail; got grant") as refused:
        check_outcome(a_task(), Outcome.GRANT)
    assert refused.value.code == "outcome_not_offered"


def an_answer(outcome: Outcome, **said: object) -> Answer:
    return Answer.model_validate(
        {"request_id": "r-1", "by": an_actor("clerk-1"), "task": "task-1", "outcome": outcome, **said}
    )


DEMANDS = (Demand(material="form"),)


@pytest.mark.parametrize(
    "answer",
    [
        an_answer(Outcome.ACCEPT, demands=DEMANDS),
        an_answer(Outcome.ACCEPT, ground=Ground.BARRED),
        an_answer(Outcome.NOTIFY, authority="elsewhere"),
        an_answer(Outcome.NOTIFY, officers=("officer-1",)),
        an_answer(Outcome.PASS, return_to="review"),
        an_answer(Outcome.REFUSE_ACCEPTANCE, ground=Ground.OTHER_AUTHORITY, demands=DEMANDS),
    ],
    ids=lambda answer: answer.outcome.value,
)
def test_answer_that_says_what_would_be_passed_over_is_refused(answer: Answer) -> None:
    with pytest.raises(NotYours, match="see which answer is meant") as refused:
        check_belongings(answer)

    assert refused.value.code == "not_with_this_answer"


@pytest.mark.parametrize(
    "answer",
    [
        an_answer(Outcome.NOTIFY, demands=DEMANDS),
        an_answer(Outcome.REFUSE_ACCEPTANCE, ground=Ground.INCOMPLETE_ON_THE_SPOT, demands=DEMANDS),
        an_answer(Outcome.REFUSE_ACCEPTANCE, ground=Ground.OTHER_AUTHORITY, authority="elsewhere"),
        an_answer(Outcome.PASS, officers=("officer-1", "officer-2")),
        an_answer(Outcome.RETURN, return_to="review"),
    ],
    ids=lambda answer: answer.outcome.value,
)
def test_answer_with_what_belongs_to_it_is_taken(answer: Answer) -> None:
    check_belongings(answer)
