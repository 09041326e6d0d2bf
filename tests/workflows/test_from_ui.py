"""Acts from Temporal UI: the workflow itself puts them on file, with the person; what may not be done leaves no trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from temporalio.client import Client, WorkflowUpdateFailedError

from domain.commands import Outcome
from domain.shown import Shown
from tests.counter import UNIT, Counter
from tests.replay.paths import ALL, TESTING
from tests.workflows.conftest import SOON, Drive, food_permit
from workflows.messages import Acted, workflow_id

MANAGEMENT = "gz-thr-management"
OVERSEER = {"by": "overseer-7", "role": "supervisor", "unit": MANAGEMENT}
CHIEF = {"by": "chief-7", "role": "chief_representative", "unit": UNIT}
EXAMINER = {"by": "examiner-7", "role": "examiner", "unit": UNIT}


async def accepted(drive: Callable[[], Drive]) -> Drive:
    case = drive()
    shown = Shown(place="gz-thr", overseen_by=MANAGEMENT)
    await case.open(ALL, item=food_permit(procedures=(TESTING,)), shown=shown)
    await case.answer("check", "window", Outcome.ACCEPT)
    return case


async def sent(case: Drive, update: str, word: Any, request: str | None = None) -> Acted:
    """What "Send an Update" does: one JSON, and nobody who would put on file what it led to."""
    handle = case.client.get_workflow_handle(workflow_id(case.number))
    more = {"id": request} if request else {}
    acted: Acted = await handle.execute_update(update, word, result_type=Acted, rpc_timeout=SOON, **more)
    return acted


async def length(case: Drive) -> int:
    described = await case.client.get_workflow_handle(workflow_id(case.number)).describe()
    return int(described.history_length)


@pytest.mark.shows(25, 63)
async def test_urging_from_the_ui_is_on_file_and_on_the_timeline_with_the_person(
    drive: Callable[[], Drive], counter: Counter
) -> None:
    case = await accepted(drive)

    acted = await sent(case, "urge", OVERSEER)

    assert acted.batch is None, "the workflow has put it on file before it answered"
    assert (await case.happened())[-1] == "urged"
    timeline = (await counter.get("chief_representative", f"/v1/cases/{case.number}/timeline")).json()
    assert (timeline[-1]["kind"], timeline[-1]["person"]) == ("urged", "overseer-7")
    assert (await case.papers())[-1] == "urge"


@pytest.mark.shows(26, 63)
async def test_a_task_is_reassigned_from_the_ui(drive: Callable[[], Drive], counter: Counter) -> None:
    case = await accepted(drive)

    await sent(case, "reassign", CHIEF | {"task": "review", "to_person": "examiner-2"})

    tasks = (await counter.get("examiner", f"/v1/cases/{case.number}/tasks")).json()
    assert [task["assignee"] for task in tasks if task["step"] == "review"] == ["examiner-2"]
    assert (await case.events())[-1].by["id"] == "chief-7"


@pytest.mark.shows(30, 63)
async def test_a_case_is_held_and_goes_on_from_the_ui_as_the_law_allows(drive: Callable[[], Drive]) -> None:
    case = await accepted(drive)

    await sent(case, "hold", EXAMINER | {"procedure": "testing", "days": 2})
    held = (await case.row()).paused_until
    await sent(case, "resume", EXAMINER | {"procedure": "testing"})

    assert held is not None
    assert (await case.row()).paused_until is None
    assert (await case.happened())[-2:] == ["paused", "resumed"]
    assert "special_procedure" in await case.papers()


@pytest.mark.parametrize(
    ("update", "word", "code"),
    [
        ("urge", OVERSEER | {"unit": "gz-pyu-management"}, "not_the_applicant"),
        ("urge", {"by": "x-1", "role": "supervisor"}, "word_not_understood"),
        ("urge", "催办", "word_not_understood"),
        ("urge", OVERSEER | {"text": "请尽快"}, "word_not_understood"),
        ("reassign", OVERSEER | {"task": "review", "to_person": "x-2"}, "not_your_task"),
        ("reassign", CHIEF | {"task": "review", "to_unit": "gz-thr-smar"}, "unit_not_of_case"),
        ("reassign", CHIEF | {"task": "review"}, "nobody_named"),
        ("reassign", CHIEF | {"task": "nothing", "to_person": "x-2"}, "task_not_open"),
        ("hold", EXAMINER | {"procedure": "testing", "days": 99}, "procedure_too_long"),
        ("hold", EXAMINER | {"procedure": "holiday", "days": 1}, "procedure_not_declared"),
        ("hold", OVERSEER | {"procedure": "testing", "days": 1}, "not_your_department"),
        ("resume", EXAMINER | {"procedure": "testing"}, "procedure_not_running"),
    ],
)
async def test_what_may_not_be_done_is_refused_with_the_reason_and_leaves_no_trace(
    drive: Callable[[], Drive], update: str, word: Any, code: str
) -> None:
    case = await accepted(drive)
    before = await length(case)

    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await sent(case, update, word)

    assert getattr(caught.value.cause, "type", "") == code
    assert await length(case) == before
    assert (await case.happened())[-1] == "accepted"


async def test_an_update_that_is_sent_again_under_its_id_is_done_once(drive: Callable[[], Drive]) -> None:
    case = await accepted(drive)

    first = await sent(case, "urge", OVERSEER, "ui-1")
    again = await sent(case, "urge", OVERSEER, "ui-1")

    assert first == again
    assert (await case.happened()).count("urged") == 1


async def test_acts_are_offered_in_the_ui_with_what_they_take(drive: Callable[[], Drive], temporal: Client) -> None:
    case = await accepted(drive)
    metadata = await temporal.get_workflow_handle(workflow_id(case.number)).query("__temporal_workflow_metadata")

    offered = {one.name: one.description for one in metadata.definition.update_definitions}

    assert {"urge", "reassign", "hold", "resume"} <= set(offered)
    assert all('{"by":"工号"' in offered[name] for name in ("urge", "reassign", "hold", "resume"))
    details = metadata.current_details
    assert "监管人员现在可以做" in details
    assert f'`{{"by":"工号","role":"supervisor","unit":"{MANAGEMENT}"}}`' in details
