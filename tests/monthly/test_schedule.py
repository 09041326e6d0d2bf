"""The schedule on a real engine: it looks each morning, makes a report once, and outlives a worker that is down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlmodel import col
from temporalio import workflow
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.worker import Replayer, Worker

from activities.monthly import Monthly
from domain.values import SHANGHAI
from settings import Settings
from storage.database import Database
from storage.tables import NoticeRow, ReportRow
from tests.monthly.conftest import Today
from tests.monthly.february import february
from worker.serving import report_worker
from workflows.connection import connect
from workflows.monthly_messages import MonthlyDone, MonthlyStart, schedule_id
from workflows.monthly_schedule import keep_schedules
from workflows.monthly_workflow import MonthlyWorkflow
from workflows.sandbox import runner
from workflows.timeouts import MAKE_MONTH, MONTHLY, MONTHS_DUE

PLACE = "gz-thr"


@pytest.fixture
async def client(monthly_settings: Settings) -> AsyncIterator[Client]:
    """The engine, with no schedule of ours left behind."""
    opened = await connect(monthly_settings)
    yield opened
    await opened.get_schedule_handle(schedule_id(PLACE)).delete()


@asynccontextmanager
async def working(client: Client, maker: Monthly, task_queue: str) -> AsyncIterator[None]:
    carries_on = Worker(client, task_queue=task_queue, workflows=[MonthlyWorkflow], workflow_runner=runner())
    async with carries_on, report_worker(client, task_queue, maker):
        yield


async def ran(client: Client, times: int) -> list[str]:
    """The runs that the schedule started, once there are so many."""
    handle = client.get_schedule_handle(schedule_id(PLACE))
    async with asyncio.timeout(20):
        while len(found := (await handle.describe()).info.recent_actions) < times:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return [one.action.workflow_id for one in found]  # type: ignore[union-attr]


async def made(client: Client, workflow_id: str) -> tuple[str, ...]:
    done: MonthlyDone = await client.get_workflow_handle(workflow_id, result_type=MonthlyDone).result()
    return done.months


async def on_file(file: Database) -> tuple[list[str], int]:
    async with file.begin() as session:
        months = list((await session.execute(select(col(ReportRow.month)).order_by(col(ReportRow.month)))).scalars())
        given = (await session.execute(select(col(NoticeRow.seq)).where(col(NoticeRow.number).startswith("YB")))).all()
    return months, len(given)


async def test_schedule_fires_each_morning_of_the_first_half_of_the_month(client: Client) -> None:
    assert await keep_schedules(client, "monthly-x", [PLACE]) == [schedule_id(PLACE)]

    description = await client.get_schedule_handle(schedule_id(PLACE)).describe()

    fires = [at.astimezone(SHANGHAI) for at in description.info.next_action_times]
    assert len(fires) >= 5
    assert {(at.hour, at.minute) for at in fires} == {(8, 30)}
    assert {at.day for at in fires} <= set(range(1, 16))
    assert fires[0] > datetime.now(UTC)


async def test_schedules_made_again_follow_the_program_and_stay_paused_where_somebody_paused_them(
    client: Client,
) -> None:
    await keep_schedules(client, "monthly-old", [PLACE])
    await client.get_schedule_handle(schedule_id(PLACE)).pause(note="测试")

    await keep_schedules(client, "monthly-new", [PLACE])

    schedule = (await client.get_schedule_handle(schedule_id(PLACE)).describe()).schedule
    assert schedule.state.paused
    assert schedule.action.task_queue == "monthly-new"  # type: ignore[union-attr]


@pytest.mark.shows("N19")
async def test_triggered_twice_the_schedule_makes_the_report_once(
    client: Client, maker: Monthly, file: Database
) -> None:
    await february().write(file)
    queue = f"monthly-{uuid4().hex[:8]}"
    await keep_schedules(client, queue, [PLACE])
    handle = client.get_schedule_handle(schedule_id(PLACE))

    async with working(client, maker, queue):
        await handle.trigger()
        [first] = await ran(client, 1)
        done = [await made(client, first)]
        await asyncio.sleep(1.1)  # the id of a run holds the second at which it was started
        await handle.trigger()
        done.append(await made(client, (await ran(client, 2))[-1]))

    assert done == [("2026-02",), ()]
    assert await on_file(file) == (["2026-02"], 3)


@pytest.mark.shows("N19")
async def test_worker_that_was_down_makes_what_fell_due_when_it_is_back(
    client: Client, maker: Monthly, file: Database, today: Today
) -> None:
    await february().write(file)
    queue = f"monthly-{uuid4().hex[:8]}"
    await keep_schedules(client, queue, [PLACE])
    await client.get_schedule_handle(schedule_id(PLACE)).trigger()
    [waiting] = await ran(client, 1)
    described = await client.get_workflow_handle(waiting).describe()
    today.now += timedelta(days=3)

    async with working(client, maker, queue):
        done = await made(client, waiting)

    assert described.status is WorkflowExecutionStatus.RUNNING
    assert done == ("2026-02",)
    assert await on_file(file) == (["2026-02"], 3)


@workflow.defn(name="Monthly", sandboxed=False)
class AsItWas:
    """The workflow before reports had a task queue of their own."""

    @workflow.run
    async def run(self, start: MonthlyStart) -> MonthlyDone:
        due: list[str] = await workflow.execute_activity(MONTHS_DUE, start.place, result_type=list[str], **MONTHLY)
        for month in due:
            await workflow.execute_activity(MAKE_MONTH, args=[start.place, month], result_type=str, **MONTHLY)
        return MonthlyDone(months=tuple(due))


async def test_run_of_a_former_release_whose_tasks_lie_in_the_queue_of_the_cases_is_finished(
    client: Client, maker: Monthly, file: Database
) -> None:
    await february().write(file)
    queue = f"monthly-{uuid4().hex[:8]}"
    await keep_schedules(client, queue, [PLACE])  # so that there is one to be deleted
    async with Worker(client, task_queue=queue, workflows=[AsItWas]):
        handle = await client.start_workflow(
            MonthlyWorkflow.run, MonthlyStart(place=PLACE), id=f"monthly:{uuid4()}", task_queue=queue
        )
        await asked_for_something(handle)

    hands = [maker.months_due, maker.make_month]  # as `worker.serving.hands_of` has them
    async with (
        Worker(client, task_queue=queue, workflows=[MonthlyWorkflow], activities=hands, workflow_runner=runner()),
        report_worker(client, queue, maker),
    ):
        done = await handle.result()

    assert done.months == ("2026-02",)
    assert await queues_of(handle) == [queue, f"{queue}-reports"]


async def asked_for_something(handle: WorkflowHandle[Any, Any]) -> None:
    async with asyncio.timeout(20):
        while not await queues_of(handle):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def queues_of(handle: WorkflowHandle[Any, Any]) -> list[str]:
    """The queues in which the run laid its activities."""
    scheduled = [one.activity_task_scheduled_event_attributes for one in (await handle.fetch_history()).events]
    return [one.task_queue.name for one in scheduled if one.activity_id]


async def test_before_the_first_working_day_nothing_is_made(
    client: Client, maker: Monthly, file: Database, today: Today
) -> None:
    today.now = datetime(2026, 10, 7, 8, 30, tzinfo=SHANGHAI)
    queue = f"monthly-{uuid4().hex[:8]}"
    await keep_schedules(client, queue, [PLACE])

    async with working(client, maker, queue):
        await client.get_schedule_handle(schedule_id(PLACE)).trigger()
        done = await made(client, (await ran(client, 1))[0])

    assert done == ()
    assert await on_file(file) == ([], 0)


async def test_fault_is_tried_again_and_the_history_replays_without_anything_of_the_file(
    client: Client, maker: Monthly, file: Database, monthly_settings: Settings
) -> None:
    await february().write(file)
    queue, tries = f"monthly-{uuid4().hex[:8]}", 0
    reckon = maker.reckon

    async def failing_once(*args: object) -> object:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise RuntimeError("the database is away")
        return await reckon(*args)  # type: ignore[arg-type]

    maker.reckon = failing_once  # type: ignore[method-assign,assignment]
    await keep_schedules(client, queue, [PLACE])  # so that there is one to be deleted

    async with working(client, maker, queue):
        handle = await client.start_workflow(
            MonthlyWorkflow.run, MonthlyStart(place=PLACE), id=f"monthly:{uuid4()}", task_queue=queue
        )
        done = await handle.result()

    history = await handle.fetch_history()
    written = history.to_json()
    await Replayer(
        workflows=[MonthlyWorkflow], data_converter=client.data_converter, workflow_runner=runner()
    ).replay_workflow(history)
    assert (done.months, tries) == (("2026-02",), 2)
    assert len(history.events) <= 17
    assert "GZTEST" not in written
    assert "测试事项" not in written
