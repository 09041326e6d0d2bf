"""An act is on file exactly when its history holds it: whoever dies in between, and whoever finds it out."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from temporalio.client import Client, WorkflowUpdateFailedError

from domain.commands import Act, Actor, ActRequest, Answer, Claim, Outcome
from domain.record import Batch
from storage import case_file as shelf
from storage import under_way
from storage.database import Database
from storage.tables import ActUnderWayRow, CaseRow
from tests.conftest import Servers
from tests.counter import UNIT, Counter
from worker.unfinished import Unfinished
from workflows.connection import send
from workflows.filing import Filer, batches_in
from workflows.messages import Acted, workflow_id

WINDOW = Actor(id="window", roles=("window",), units=(UNIT,))
SOON = timedelta(seconds=10)


@pytest.fixture
def unfinished(servers: Servers, database: Database, temporal: Client, filer: Filer, nothing_left: None) -> Unfinished:
    return Unfinished(database, temporal, filer, servers.settings.task_queue)


async def a_case_at_the_window(counter: Counter) -> tuple[str, str]:
    """Its number, and the task that the window has."""
    number = str((await counter.apply())["number"])
    return number, await counter.open_task(number, "check")


async def sent_and_not_filed(database: Database, temporal: Client, number: str, command: Answer | Act) -> Acted:
    """The act is done, and the counter that sent it is dead before it puts the act on file."""
    async with database.begin() as session:
        await under_way.announce(session, command.request_id, number, datetime.now(UTC) - timedelta(minutes=1))
    return await send(temporal, number, command, SOON)


async def on_file(database: Database, number: str) -> tuple[int, str, list[int], int]:
    """The case's sequence and stage, its events, and how many of its acts are under way."""
    async with database.begin() as session:
        case = await session.get_one(CaseRow, number)
        events = [event.seq for event in await shelf.events_of(session, number)]
        query = text("SELECT count(*) FROM act_under_way WHERE number = :number")
        left = (await session.execute(query, {"number": number})).scalar_one()
    return case.seq, case.stage, events, left


def accepting(task: str) -> Answer:
    return Answer(request_id=uuid4().hex, by=WINDOW, task=task, outcome=Outcome.ACCEPT)


@pytest.mark.shows(70, 75)
async def test_act_that_nobody_put_on_file_is_put_there_by_the_worker(
    counter: Counter, database: Database, temporal: Client, unfinished: Unfinished
) -> None:
    number, task = await a_case_at_the_window(counter)
    await sent_and_not_filed(database, temporal, number, accepting(task))
    assert await on_file(database, number) == (1, "acceptance", [1], 1)

    filed = await unfinished.file_acts()

    assert filed >= 1
    assert await on_file(database, number) == (2, "examination", [1, 2], 0)


async def test_next_act_brings_what_is_missing_before_it_from_the_history(
    counter: Counter, database: Database, temporal: Client
) -> None:
    number, task = await a_case_at_the_window(counter)
    acted = await sent_and_not_filed(database, temporal, number, accepting(task))
    review = next(task for task in acted.done.tasks if task.endswith(".review"))

    response = await counter.post("examiner", f"/v1/tasks/{review}/answer", {"outcome": "pass"})

    assert response.status_code == 200, response.text
    assert (await on_file(database, number))[2] == [1, 2, 3]
    papers = (await counter.get("applicant", f"/v1/cases/{number}/notices")).json()
    assert [paper["paper"] for paper in papers] == ["receipt", "acceptance"]


async def test_act_that_the_engine_never_got_is_forgotten_and_changes_nothing(
    counter: Counter, database: Database, unfinished: Unfinished
) -> None:
    number, _ = await a_case_at_the_window(counter)
    async with database.begin() as session:
        await under_way.announce(session, uuid4().hex, number, datetime.now(UTC) - timedelta(minutes=1))

    await unfinished.file_acts()

    assert await on_file(database, number) == (1, "acceptance", [1], 0)


async def test_act_that_is_refused_leaves_nothing_under_way(counter: Counter, database: Database) -> None:
    number, _ = await a_case_at_the_window(counter)

    response = await counter.answer("window", number, "check", "notify")

    assert response.status_code == 409
    assert await on_file(database, number) == (1, "acceptance", [1], 0)


async def test_act_sent_by_somebody_who_files_nothing_is_put_on_file_before_it_is_answered(
    counter: Counter, database: Database, temporal: Client
) -> None:
    """As from Temporal UI, which sends an update and knows no case file."""
    number, task = await a_case_at_the_window(counter)
    claim = ActRequest(act=Claim(request_id=uuid4().hex, by=WINDOW, task=task))

    handle = temporal.get_workflow_handle(workflow_id(number))
    acted: Acted = await handle.execute_update("act", claim, result_type=Acted, rpc_timeout=SOON)

    assert acted.batch is None
    assert (await on_file(database, number))[2] == [1, 2]


async def test_history_holds_every_batch_once_and_in_order(counter: Counter, temporal: Client) -> None:
    number, _ = await a_case_at_the_window(counter)
    await counter.granted(number)

    batches = await batches_in(temporal, number)

    numbers = [event.seq for batch in batches for event in batch.events]
    assert numbers == list(range(1, 10))


async def test_refused_update_leaves_no_batch_in_the_history(counter: Counter, temporal: Client) -> None:
    number, task = await a_case_at_the_window(counter)

    with pytest.raises(WorkflowUpdateFailedError):
        await send(temporal, number, Answer(request_id="r", by=WINDOW, task=task, outcome=Outcome.NOTIFY), SOON)

    assert [batch.last for batch in await batches_in(temporal, number)] == [1]


async def test_batch_that_comes_before_its_turn_waits_for_the_one_before(
    counter: Counter, database: Database, temporal: Client, filer: Filer
) -> None:
    number, task = await a_case_at_the_window(counter)
    accepted = await send(temporal, number, accepting(task), SOON)
    review = next(task for task in accepted.done.tasks if task.endswith(".review"))
    examiner = Actor(id="examiner", roles=("examiner",), units=(UNIT,))
    passed = Answer(request_id=uuid4().hex, by=examiner, task=review, outcome=Outcome.PASS)
    reviewed = await send(temporal, number, passed, SOON)

    await filer.file(reviewed)
    await filer.file(accepted)

    assert (await on_file(database, number))[2] == [1, 2, 3]
    assert isinstance(reviewed.batch, Batch)


async def test_act_that_nobody_answers_for_holds_up_no_other_case_and_those_of_one_case_keep_their_order(
    database: Database, unfinished: Unfinished, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = (f"{uuid4().hex[:12]}-{which}" for which in "ab")
    async with database.begin() as session:
        for n, number in enumerate((a, a, b)):
            sent_at = datetime.now(UTC) - timedelta(minutes=9 - n)
            await under_way.announce(session, f"{number}.{n}", number, sent_at)
    looked_at: list[str] = []
    other_case = asyncio.Event()

    async def answered_late(act: ActUnderWayRow) -> bool:
        looked_at.append(act.id)
        if act.number == b:
            other_case.set()
        await asyncio.wait_for(other_case.wait(), 60)
        async with database.begin() as session:
            await under_way.forget(session, act.id)
        return True

    monkeypatch.setattr(unfinished, "_file", answered_late)
    assert await unfinished.file_acts() == 3

    assert looked_at == [f"{a}.0", f"{b}.2", f"{a}.1"]
