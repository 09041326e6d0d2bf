"""Tasks that went astray come back, and a decision of several rests on the opinion that decided it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from activities.case_file import CaseFile
from domain.commands import Actor, AddHelper, Claim, DropHelper, Outcome, Transfer
from domain.definition import Role
from domain.item import ItemStep, Sitting
from domain.limits import Limit
from domain.record import EventKind
from storage.case_file import keep_ahead
from storage.database import Database
from storage.tables import TextRow
from tests.counter import UNIT
from tests.workflows.conftest import Drive, food_permit
from worker.serving import case_worker
from workflows.filing import Filer

ALL = ("application_form", "floor_plan", "training", "safety_rules", "facilities")
HEAD = Actor(id="head-1", roles=("chief_representative",), units=(UNIT,))
EXAMINER = Actor(id="examiner-1", roles=("examiner",), units=(UNIT,))


def decided_by(*signers: str) -> ItemStep:
    sittings = tuple(Sitting(role=Role.APPROVER, unit=UNIT) for _ in signers)
    limit = Limit(days=1)
    return ItemStep(
        id="decide", name="决定", mode="all", sittings=sittings, officers=1, after=(), limit=limit, decides=True
    )


async def a_text(database: Database, case: Drive, id_: str) -> str:
    row = TextRow(id=id_, number=case.number, body="场所不符合要求。", by="approver-1", written_at=datetime.now(UTC))
    async with database.begin() as session:
        await keep_ahead(session, [row])
    return id_


async def refused_with(code: str, case: Drive, command: type, by: Actor, **more: object) -> None:
    with pytest.raises(WorkflowUpdateFailedError) as failed:
        await case.act(command, by, **more)
    assert isinstance(failed.value.cause, ApplicationError)
    assert failed.value.cause.type == code


@pytest.mark.shows(22)
async def test_refusal_by_one_of_all_who_sign_carries_the_reasons_of_the_one_who_refused(
    drive: Callable[[], Drive], database: Database
) -> None:
    case = drive()
    await case.open(ALL, item=food_permit(steps=(decided_by("a", "b"),)))
    await case.answer("check", "window", Outcome.ACCEPT)
    reasons = await a_text(database, case, f"{case.number}-reasons")

    await case.answer("decide.1", "approver", Outcome.REFUSE, text=reasons)
    await case.answer("decide.2", "approver", Outcome.GRANT, person=2)

    refused = await case.event(EventKind.REFUSED)
    assert (refused.by["id"], refused.data["text"]) == ("approver-1", reasons)
    assert (await case.papers())[-1] == "refusal"
    await case.answer("deliver", "window", Outcome.DELIVERED)
    assert (await case.row()).ending == "refused"


async def in_examination(drive: Callable[[], Drive]) -> Drive:
    case = drive()
    await case.open(ALL)
    await case.answer("check", "window", Outcome.ACCEPT)
    return case


@pytest.mark.shows(23, 26)
async def test_chief_representative_takes_back_what_was_sent_astray(drive: Callable[[], Drive]) -> None:
    case = await in_examination(drive)
    review = case.task("review")
    await case.act(Transfer, EXAMINER, task=review, unit="gz-thr-nobody")
    await refused_with("not_your_task", case, Transfer, EXAMINER, task=review, unit=UNIT)

    await case.act(Transfer, HEAD, task=review, unit=UNIT)
    await case.answer("review", "examiner", Outcome.PASS)

    assert (await case.happened())[-3:] == ["task_transferred", "task_transferred", "step_answered"]


async def test_chief_representative_gives_back_what_an_absent_colleague_claimed(drive: Callable[[], Drive]) -> None:
    case = await in_examination(drive)
    review = case.task("review")
    await case.act(Claim, Actor(id="gone", roles=("examiner",), units=(UNIT,)), task=review)
    await refused_with("claimed_by_other", case, Claim, EXAMINER, task=review, release=True)

    await case.act(Claim, HEAD, task=review, release=True)
    await case.answer("review", "examiner", Outcome.PASS)

    await refused_with("not_claimed", case, Claim, HEAD, task=case.task("on_site"), release=True)


@pytest.mark.shows(23)
async def test_helper_who_never_answers_is_dropped_and_the_step_goes_on(drive: Callable[[], Drive]) -> None:
    case = await in_examination(drive)
    await case.act(AddHelper, EXAMINER, task=case.task("review"), role=Role.EXAMINER, unit="gz-thr-health")

    await case.act(DropHelper, EXAMINER, task=case.task("review.h1"))
    await case.answer("review", "examiner", Outcome.PASS)

    assert "helper_dropped" in await case.happened()
    await refused_with("not_a_helper", case, DropHelper, EXAMINER, task=case.task("on_site"))


async def test_request_to_cancel_a_case_in_temporal_ui_is_passed_over(drive: Callable[[], Drive]) -> None:
    case = await in_examination(drive)
    handle = case.client.get_workflow_handle(f"case:{case.number}")

    await handle.cancel()
    await case.answer("review", "examiner", Outcome.PASS)
    await case.answer("on_site", "examiner", Outcome.PASS, officers=("a", "b"))
    await case.answer("decide", "approver", Outcome.GRANT)
    await case.answer("issue", "window", Outcome.ISSUED)
    await case.answer("deliver", "window", Outcome.DELIVERED)

    assert (await case.row()).ending == "granted"
    assert (await handle.result())["ending"] == "granted"


@pytest.mark.shows(82)
async def test_cases_that_fall_out_of_the_workers_memory_go_on_where_they_were(
    temporal: Client, database: Database, case_file: CaseFile, filer: Filer, caplog: pytest.LogCaptureFixture
) -> None:
    queue = f"small-{uuid.uuid4()}"
    cases = [Drive(temporal, database, filer, queue) for _ in range(3)]

    async with case_worker(temporal, queue, case_file, filer, cached=1):
        for case in cases:
            await case.open(ALL)
        for case in cases:
            await case.answer("check", "window", Outcome.ACCEPT)
        for case in cases:
            await case.answer("review", "examiner", Outcome.PASS)

    assert {tuple(await case.happened()) for case in cases} == {("received", "accepted", "step_answered")}
    assert [record.message for record in caplog.records if "evict" in record.message.lower()] == []
