"""An extension moves the due days, tells the applicant and is filed, all in one act; without a right it is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError

from domain.commands import Actor, Cause, Delay, Extend, Outcome
from domain.deadline import Office, due
from domain.limits import Limit
from domain.record import EventKind
from domain.values import SHANGHAI
from registry.calendars import read_calendar
from tests.counter import UNIT
from tests.replay.paths import DEFINITIONS
from tests.workflows.conftest import Drive, closing_in, food_permit
from tests.workflows.test_special import EXAMINER, accepted, clocks, refusal

HEAD = Actor(id="agency-head-1", roles=("agency_head",), units=(UNIT,))
WHY: dict[str, Any] = {"cause": Cause.COMPLEX, "text": "t-1"}
PAPERS = ["extension", "filing"]


def real_office() -> Office:
    return Office(calendar=read_calendar(DEFINITIONS / "calendar"))


@pytest.mark.shows(46, 47, "N8")
async def test_extension_is_asked_for_by_the_department_and_approved_by_the_head(drive: Callable[[], Drive]) -> None:
    case = await accepted(drive, item=food_permit(), office=real_office())
    before = await clocks(case)

    await case.act(Extend, EXAMINER, days=5, **WHY)
    asked = await clocks(case)
    await case.answer("extend", "agency_head", Outcome.APPROVE)

    extended, after = await case.event(EventKind.EXTENDED), await clocks(case)
    clock = before["statutory"]
    assert asked["statutory"].due_day == clock.due_day
    assert after["statutory"].due_day == due(clock.started_at, Limit(days=clock.limit["days"] + 5), real_office()).day
    assert (
        after["promised"].due_day
        == due(clock.started_at, Limit(days=before["promised"].limit["days"] + 5), real_office()).day
    )
    assert extended.papers == PAPERS
    assert extended.data["special"] == "1"
    assert (extended.data["old"], extended.data["new"]) == (
        clock.due_day.isoformat(),
        after["statutory"].due_day.isoformat(),
    )
    assert {moved["clock"] for moved in extended.data["moved"]} >= {"promised", "statutory", "step:review"}


async def test_head_who_asks_has_approved(drive: Callable[[], Drive]) -> None:
    case = await accepted(drive, item=food_permit(), office=real_office())

    await case.act(Extend, HEAD, days=3, **WHY)

    extended = await case.event(EventKind.EXTENDED)
    assert extended.by["roles"] == ["agency_head"]
    assert not any(task.endswith(".extend") for task in case.tasks)


async def test_promise_may_be_extended_as_far_as_the_statutory_limit(drive: Callable[[], Drive]) -> None:
    case = await accepted(drive, item=food_permit(), office=real_office())
    item = food_permit()
    most = int((item.statutory or item.promised).days - item.promised.days)

    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await case.act(Extend, HEAD, clock="promised", days=most + 1, **WHY)
    assert refusal(caught) == "beyond_statutory_limit"
    await case.act(Extend, HEAD, clock="promised", days=most, **WHY)

    found = await clocks(case)
    assert found["promised"].due_day == found["statutory"].due_day
    with pytest.raises(WorkflowUpdateFailedError) as again:
        await case.act(Extend, HEAD, clock="promised", days=1, **WHY)
    assert refusal(again) == "extended_already"


async def test_second_extension_is_refused_and_says_what_may_be_done_instead(drive: Callable[[], Drive]) -> None:
    case = await accepted(drive, item=food_permit(), office=real_office())
    await case.act(Extend, HEAD, days=3, **WHY)

    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await case.act(Extend, HEAD, days=2, **WHY)

    assert refusal(caught) == "extended_already"
    assert "delay" in str(caught.value.cause)


@pytest.mark.parametrize(
    ("by", "more", "code"),
    [
        (Actor(id="clerk-1", roles=("window",), units=(UNIT,)), {"days": 1}, "not_your_department"),
        (EXAMINER, {"days": 6}, "extension_too_long"),
        (EXAMINER, {"days": 1, "cause": Cause.STAFF_SHORTAGE}, "cause_not_objective"),
        (EXAMINER, {"days": 1, "text": None}, "reasons_missing"),
    ],
)
async def test_extension_is_refused(drive: Callable[[], Drive], by: Actor, more: dict[str, Any], code: str) -> None:
    case = await accepted(drive, item=food_permit(), office=real_office())

    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await case.act(Extend, by, **{**WHY, **more})

    assert refusal(caught) == code


async def test_item_without_a_right_has_no_extension_but_its_delay_is_told_and_filed(
    drive: Callable[[], Drive],
) -> None:
    case = await accepted(drive, item=food_permit(extension=None), office=real_office())
    before = await clocks(case)

    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await case.act(Extend, HEAD, days=1, **WHY)
    until = datetime.now(SHANGHAI).date() + timedelta(days=60)
    await case.act(Delay, EXAMINER, until=until, cause=Cause.STAFF_SHORTAGE, text="t-1")

    assert refusal(caught) == "no_extension_right"
    told = await case.event(EventKind.DELAY_TOLD)
    assert (told.papers, told.data["until"]) == (["delay", "filing"], until.isoformat())
    assert (await clocks(case))["statutory"].due_day == before["statutory"].due_day


async def test_request_that_nobody_approved_in_time_lapses_with_the_limit(drive: Callable[[], Drive]) -> None:
    none = food_permit().statutory.model_copy(update={"days": 0})  # type: ignore[union-attr]
    case = await accepted(drive, item=food_permit(statutory=none), office=closing_in(6))
    await case.act(Extend, EXAMINER, days=1, **WHY)
    task = case.task("extend")
    await asyncio.sleep(7)

    assert EventKind.EXTENSION_LAPSED in await case.happened()
    case.tasks = (task,)
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await case.answer("extend", "agency_head", Outcome.APPROVE)
    assert refusal(caught) == "task_not_open"


async def test_disapproval_leaves_every_day_and_the_department_may_ask_again(drive: Callable[[], Drive]) -> None:
    case = await accepted(drive, item=food_permit(), office=real_office())
    before = await clocks(case)
    await case.act(Extend, EXAMINER, days=3, **WHY)
    with pytest.raises(WorkflowUpdateFailedError) as twice:
        await case.act(Extend, EXAMINER, days=3, **WHY)
    await case.answer("extend", "agency_head", Outcome.DISAPPROVE, text="t-2")

    assert refusal(twice) == "extension_asked_already"
    assert (await clocks(case))["statutory"].due_day == before["statutory"].due_day
    await case.act(Extend, EXAMINER, days=3, **WHY)
    assert case.task("extend")
