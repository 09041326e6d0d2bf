"""Search attributes follow a case from its receipt to its end, with as few events of its history as may be."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.worker import Worker

from domain.commands import HandedIn, Outcome, Supplement, Withdraw
from domain.grievance.commands import PassOn
from domain.shown import Shown
from storage.case_file import clocks_of
from tests.counter import FOOD_PERMIT, UNIT
from tests.replay.grievance_paths import CHIEF, OTHER, WINDOW, GrievanceDrive
from tests.replay.paths import ALL
from tests.replay.paths import Drive as Bare
from tests.replay.record import nothing_on_its_way, record_no_grievance, record_nothing
from tests.workflows.conftest import Drive
from workflows.case_workflow import CaseWorkflow
from workflows.grievance.workflow import GrievanceWorkflow
from workflows.messages import workflow_id
from workflows.sandbox import runner
from workflows.search_attributes import UNIT as UNIT_KEY

UPSERT = EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES


async def attributes(case: Any) -> dict[str, Any]:
    described = await case.client.get_workflow_handle(workflow_id(case.number)).describe()
    return {pair.key.name: pair.value for pair in described.typed_search_attributes}


async def comes_to_show(case: Any, name: str, value: Any) -> dict[str, Any]:
    """All attributes, once this one is as expected."""
    async with asyncio.timeout(30):
        while (shown := await attributes(case)).get(name) != value:  # noqa: ASYNC110  (the index is the engine's)
            await asyncio.sleep(0.1)
    return shown


async def upserts(case: Any) -> list[set[str]]:
    """Which attributes each of the upserts told."""
    history = await case.client.get_workflow_handle(workflow_id(case.number)).fetch_history()
    return [
        set(event.upsert_workflow_search_attributes_event_attributes.search_attributes.indexed_fields)
        for event in history.events
        if event.event_type == UPSERT
    ]


def worker_without_files(client: Client, task_queue: str) -> Worker:
    """What carries cases and grievances on, and puts nothing on file."""
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[CaseWorkflow, GrievanceWorkflow],
        activities=[record_nothing, nothing_on_its_way, record_no_grievance],
        workflow_runner=runner(),
    )


@pytest.mark.shows(63)
async def test_a_case_is_found_from_the_first_moment_and_its_receipt_costs_no_event(drive: Callable[[], Drive]) -> None:
    case = drive()
    await case.open(ALL, shown=Shown(place="gz-thr"))

    shown = await attributes(case)

    assert await upserts(case) == []
    assert (shown["AcStatus"], shown["AcStage"], shown["AcLight"]) == ("open", "acceptance", "green")
    assert shown["AcPlace"] == "gz-thr"
    assert shown["AcWaitingFor"] == ["role:window", f"unit:{UNIT}", f"window@{UNIT}"]
    async with case.database.begin() as session:
        (acceptance,) = await clocks_of(session, case.number)
    assert shown["AcDueAt"] == acceptance.due_at
    assert "AcCaseDueAt" not in shown


@pytest.mark.shows(63)
async def test_each_act_tells_at_most_once_and_only_what_changed(drive: Callable[[], Drive]) -> None:
    case = drive()
    await case.open(("application_form",))
    await case.answer("check", "window", Outcome.NOTIFY)
    waiting = await comes_to_show(case, "AcStage", "supplement")
    await case.act(Supplement, materials=(HandedIn(material="floor_plan"),))
    more = tuple(HandedIn(material=one) for one in ("training", "safety_rules", "facilities"))
    await case.act(Supplement, materials=more)
    back = await comes_to_show(case, "AcStage", "acceptance")
    await case.act(Withdraw)
    over = await comes_to_show(case, "AcStatus", "withdrawn")

    told = await upserts(case)
    assert waiting["AcWaitingFor"] == ["applicant"]
    assert isinstance(waiting["AcDueAt"], datetime)
    assert back["AcWaitingFor"] == ["role:window", f"unit:{UNIT}", f"window@{UNIT}"]
    assert over["AcStage"] == "closed"
    assert not {"AcWaitingFor", "AcDueAt", "AcCaseDueAt", "AcFlags"} & set(over)
    assert len(told) == 3, "a material that changes nothing tells nothing"
    assert told[0] == {"AcStage", "AcWaitingFor", "AcDueAt"}
    assert all(not names & {"AcItemCode", "AcDept", "AcPlace", "AcBundleNo"} for names in told)


@pytest.mark.shows(63)
async def test_a_case_of_an_earlier_release_tells_nothing_but_a_trouble(temporal: Client) -> None:
    case = Bare(temporal, f"old-{uuid.uuid4()}")
    async with worker_without_files(temporal, case.task_queue):
        await case.open(semantics=0)
        await case.answer("check", "window", Outcome.ACCEPT)
        before = await upserts(case)
        await case.handle.signal("note_trouble", ["behind"])
        await comes_to_show(case, "AcTrouble", ["behind"])
        await case.handle.signal("note_trouble", ["behind", "x" * 3000])  # as nobody should send it
        await comes_to_show(case, "AcTrouble", ["behind", "x" * 40])
        await case.handle.signal("note_trouble", [])
        shown = await comes_to_show(case, "AcTrouble", None)
        await case.act(Withdraw)

    assert before == []
    assert "AcStatus" not in shown
    assert (shown["AcItemCode"], shown["AcDept"]) == (FOOD_PERMIT, UNIT)


@pytest.mark.shows(63)
async def test_a_grievance_is_found_under_the_unit_that_answers_for_it(temporal: Client) -> None:
    grievance = GrievanceDrive(temporal, f"showing-{uuid.uuid4()}")
    async with worker_without_files(temporal, grievance.task_queue):
        await grievance.open(unit=None)
        received = await dept(grievance, WINDOW)
        await grievance.to_the_answer()
        answering = await dept(grievance, UNIT)
        await grievance.act(PassOn, CHIEF, unit=OTHER)
        passed_on = await dept(grievance, OTHER)
        await grievance.handle.terminate()

    assert (received, answering, passed_on) == (WINDOW, UNIT, OTHER)


async def dept(grievance: GrievanceDrive, expected: str) -> str:
    """The unit that the engine finds it under, once it is this one."""
    async with asyncio.timeout(30):
        while True:
            found = (await grievance.handle.describe()).typed_search_attributes[UNIT_KEY]
            if found == expected:
                return found
            await asyncio.sleep(0.1)
