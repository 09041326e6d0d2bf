"""Hearings: the right is told, five days to ask, twenty to hold, seven days' notice, and the decision waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError

from domain.commands import Hear, HearingMove, Outcome, Pause
from domain.deadline import due
from domain.hearing import NOTICE
from domain.item import Procedure
from domain.limits import Limit
from domain.values import SHANGHAI
from tests.workflows.conftest import Drive, food_permit
from tests.workflows.test_extension import real_office
from tests.workflows.test_special import EXAMINER, accepted, clocks, refusal

HEARING = Procedure(id="hearing", name="听证", kind="hearing", counted=False, max=Limit(days=20), basis="apl:45")


def heard(**changes: Any) -> Any:
    return food_permit(procedures=(HEARING,), **changes)


def a_day_after_the_notice() -> date:
    office = real_office()
    day = due(datetime.now(SHANGHAI), NOTICE, office).day
    return office.calendar.next_worked(date.fromordinal(day.toordinal() + 1))


async def at_the_decision(case: Drive) -> None:
    await case.answer("review", "examiner", Outcome.PASS)
    await case.answer("on_site", "examiner", Outcome.PASS, officers=("a", "b"))


async def test_decision_waits_while_the_applicant_may_ask_for_a_hearing(drive: Callable[[], Drive]) -> None:
    case = await accepted(drive, item=heard(), office=real_office())
    await case.act(Hear, EXAMINER, move=HearingMove.OFFER)
    await at_the_decision(case)

    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await case.answer("decide", "approver", Outcome.GRANT)
    assert refusal(caught) == "hearing_right_open"
    await case.act(Hear, move=HearingMove.DECLINE)
    await case.answer("decide", "approver", Outcome.GRANT)

    assert "granted" in await case.happened()
    assert "hearing_rights" in await case.papers()


async def test_hearing_that_was_asked_for_is_called_seven_days_ahead_by_one_who_does_not_examine(
    drive: Callable[[], Drive],
) -> None:
    case = await accepted(drive, item=heard(), office=real_office())
    await at_the_decision(case)
    with pytest.raises(WorkflowUpdateFailedError) as too_early:
        await case.act(Pause, EXAMINER, procedure="hearing", days=10)
    await case.act(Hear, EXAMINER, move=HearingMove.OFFER)
    await case.act(Hear, move=HearingMove.REQUEST)
    await case.act(Pause, EXAMINER, procedure="hearing", days=10)
    call: dict[str, Any] = {"move": HearingMove.SCHEDULE, "host": "officer-9", "text": "t-1"}
    soon = due(datetime.now(SHANGHAI), NOTICE, real_office()).day

    refused = []
    for more in ({"held_on": soon}, {"held_on": a_day_after_the_notice(), "host": "examiner-1"}):
        with pytest.raises(WorkflowUpdateFailedError) as caught:
            await case.act(Hear, EXAMINER, **{**call, **more})
        refused.append(refusal(caught))
    await case.act(Hear, EXAMINER, **call, held_on=a_day_after_the_notice())
    with pytest.raises(WorkflowUpdateFailedError) as undecided:
        await case.answer("decide", "approver", Outcome.GRANT)

    assert refusal(too_early) == "no_hearing_to_pause_for"
    assert refused == ["hearing_too_soon", "host_examines"]
    assert refusal(undecided) == "procedure_running"
    assert "hearing_notice" in await case.papers()
    assert (await clocks(case))["hearing"].due_day == due(datetime.now(SHANGHAI), Limit(days=20), real_office()).day


async def test_applicant_has_five_working_days_to_ask(drive: Callable[[], Drive]) -> None:
    case = await accepted(drive, item=heard(), office=real_office())

    await case.act(Hear, EXAMINER, move=HearingMove.OFFER)

    clock = (await clocks(case))["hearing_request"]
    assert (clock.article, clock.due_day) == ("apl:47", due(datetime.now(SHANGHAI), Limit(days=5), real_office()).day)
