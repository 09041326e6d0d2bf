"""Special procedures stop the clock, with a notice; the days they took are not counted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError

from domain.commands import Actor, Outcome, Pause, Resume
from domain.deadline import Office, due, last_of
from domain.item import Procedure
from domain.limits import Limit, Starts, StatedLimit
from domain.record import EventKind, Light
from domain.values import SHANGHAI
from registry.calendars import read_calendar
from storage import case_file
from tests.counter import UNIT
from tests.replay.paths import ALL, DEFINITIONS
from tests.workflows.conftest import Drive, closing_in, food_permit, working_today

OVERDUE = StatedLimit(days=20, starts=Starts.RECEIPT)
EXAMINER = Actor(id="examiner-1", roles=("examiner",), units=(UNIT,))
TESTING = Procedure(id="testing", name="检验", kind="testing", counted=False, max=Limit(days=10), basis="apl:45")
ON_SITE = Procedure(id="visit", name="现场核查", kind="item_law", counted=True, max=Limit(days=10), basis="x")


def permit_with_a_test(**changes: Any) -> Any:
    """The food permit with a test that stops its clock, and a visit that does not."""
    return food_permit(procedures=(TESTING, ON_SITE), **changes)


async def accepted(drive: Callable[[], Drive], **more: Any) -> Drive:
    case = drive()
    await case.open(ALL, **{"item": permit_with_a_test(), **more})
    await case.answer("check", "window", Outcome.ACCEPT)
    return case


async def clocks(case: Drive) -> dict[str, Any]:
    async with case.database.begin() as session:
        return {clock.key: clock for clock in await case_file.clocks_of(session, case.number)}


def refusal(caught: pytest.ExceptionInfo[WorkflowUpdateFailedError]) -> str:
    """The code under which the act was refused."""
    return str(getattr(caught.value.cause, "type", ""))


@pytest.mark.shows(40)
async def test_clock_stands_still_during_the_procedure_and_the_applicant_is_told_first(
    drive: Callable[[], Drive],
) -> None:
    office = Office(calendar=read_calendar(DEFINITIONS / "calendar"))
    case = await accepted(drive, office=office)
    before = await clocks(case)

    await case.act(Pause, EXAMINER, procedure="testing", days=4, text="t-1")

    paused = await case.event(EventKind.PAUSED)
    today = datetime.now(SHANGHAI).date()
    until = last_of(today, Limit(days=4), office)
    assert paused.papers == ["special_procedure"]
    assert (paused.article, paused.data["until"], paused.data["special"]) == ("apl:45", until.isoformat(), "2")
    after = await clocks(case)
    for key in ("promised", "statutory", "step:review", "step:on_site"):
        assert after[key].due_day > before[key].due_day, key
    assert after["acceptance"].due_day == before["acceptance"].due_day
    assert (await case.row()).paused_until == until


async def test_days_the_procedure_really_took_are_left_out_once_it_is_over(drive: Callable[[], Drive]) -> None:
    office = Office(calendar=working_today())
    from_receipt = {"statutory": StatedLimit(days=20, starts=Starts.RECEIPT), "acceptance": OVERDUE}
    days_ago = datetime.now(SHANGHAI) - timedelta(days=3)
    case = await accepted(drive, item=permit_with_a_test(**from_receipt), office=office, received_at=days_ago)
    await case.act(Pause, EXAMINER, procedure="testing", days=4)

    await case.act(Resume, EXAMINER, procedure="testing")

    resumed, clock = await case.event(EventKind.RESUMED), (await clocks(case))["statutory"]
    assert clock.due_day == due(days_ago, Limit(days=21), office).day
    assert (resumed.data["days"], resumed.papers) == (1, ["due_day_changed"])
    assert [told["kind"] for told in clock.told] == ["received", "paused", "resumed"]
    assert (await case.row()).paused_until is None


async def test_pause_on_the_day_of_acceptance_leaves_nothing_out_for_that_day_is_not_counted(
    drive: Callable[[], Drive],
) -> None:
    case = await accepted(drive, office=Office(calendar=working_today()))
    before = (await clocks(case))["statutory"].due_day
    await case.act(Pause, EXAMINER, procedure="testing", days=1)

    await case.act(Resume, EXAMINER, procedure="testing")

    assert (await clocks(case))["statutory"].due_day == before


async def test_no_card_is_given_while_a_procedure_runs_and_the_limit_rings_only_after_it(
    drive: Callable[[], Drive],
) -> None:
    case = await accepted(
        drive,
        item=permit_with_a_test(promised=food_permit().promised.model_copy(update={"days": 0})),
        office=closing_in(4),
    )
    await case.act(Pause, EXAMINER, procedure="testing", days=2)
    await asyncio.sleep(5)

    assert EventKind.LIMIT_PASSED not in await case.happened()
    assert (await case.row()).light == Light.GREEN


async def test_announced_time_that_is_over_warns_the_unit_and_gives_no_card(drive: Callable[[], Drive]) -> None:
    case = await accepted(drive, office=closing_in(5))
    await case.act(Pause, EXAMINER, procedure="testing", days=1)
    await asyncio.sleep(6)

    overrun = await case.event(EventKind.PAUSE_OVERRUN)
    assert (overrun.by, overrun.papers) == (None, ["overrun"])
    assert (await case.row()).light == Light.GREEN
    await case.act(Pause, EXAMINER, procedure="testing", days=1)
    assert (await case.event(EventKind.PAUSE_PROLONGED)).papers == ["special_procedure"]


async def test_procedure_that_begins_after_hours_stops_the_clock_with_the_next_day(drive: Callable[[], Drive]) -> None:
    case = await accepted(drive, office=closing_in(-60))
    await case.act(Pause, EXAMINER, procedure="testing", days=1)

    tomorrow = datetime.now(SHANGHAI).date() + timedelta(days=1)
    assert (await case.event(EventKind.PAUSED)).data["first"] == tomorrow.isoformat()


@pytest.mark.parametrize(
    ("by", "procedure", "days", "code"),
    [
        (Actor(id="clerk-1", roles=("window",), units=(UNIT,)), "testing", 1, "not_your_department"),
        (Actor(id="examiner-9", roles=("examiner",), units=("gz-other",)), "testing", 1, "not_your_department"),
        (EXAMINER, "auction", 1, "procedure_not_declared"),
        (EXAMINER, "visit", 1, "procedure_counted"),
        (EXAMINER, "testing", 11, "procedure_too_long"),
    ],
)
async def test_clock_does_not_stop_without_a_right_to(
    drive: Callable[[], Drive], by: Actor, procedure: str, days: int, code: str
) -> None:
    case = await accepted(drive)

    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await case.act(Pause, by, procedure=procedure, days=days)

    assert refusal(caught) == code
    assert EventKind.PAUSED not in await case.happened()


async def test_nothing_is_decided_while_a_procedure_runs(drive: Callable[[], Drive]) -> None:
    case = await accepted(drive, office=Office(calendar=working_today()))
    await case.act(Pause, EXAMINER, procedure="testing", days=3)
    await case.answer("review", "examiner", Outcome.PASS)
    await case.answer("on_site", "examiner", Outcome.PASS, officers=("a", "b"))

    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await case.answer("decide", "approver", Outcome.GRANT)

    assert refusal(caught) == "procedure_running"
    await case.act(Resume, EXAMINER, procedure="testing")
    await case.answer("decide", "approver", Outcome.GRANT)
    assert "granted" in await case.happened()
