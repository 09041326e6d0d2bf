"""Faults of the engine and its workers, put in one by one: each is found, said in its sentence, and over after its mend."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio import activity, workflow
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkerDeploymentConfig

from domain.commands import Actor, ActRequest, Claim
from domain.limits import Starts, StatedLimit
from domain.troubles import TroubleKind
from storage.database import Database
from tests.counter import UNIT
from tests.waiting import comes_true
from tests.watch.conftest import QUEUE, Scene
from tests.watch.relay import a_relay
from tests.workflows.conftest import closing_in, food_permit
from watch.cases import Cases, Pace
from watch.looking import Look
from watch.parts import Parts
from watch.probe import Probe
from watch.queues import Queue, Queues, queues_of
from watch.tasks import Tasks
from workflows.connection import connect
from workflows.messages import workflow_id
from workflows.monthly_messages import MonthlyStart
from workflows.monthly_workflow import MonthlyWorkflow
from workflows.sandbox import runner
from workflows.timeouts import MONTHS_DUE

REPORTS = f"{QUEUE}-reports"
PRIVATE = "测试申请人 13800000000"
ALL = ("application_form", "floor_plan", "training", "safety_rules", "facilities")


@pytest.mark.shows(60)
async def test_task_queue_that_nobody_serves(scene: Scene) -> None:
    async with scene.working():
        await scene.drive().open(ALL)
        async with asyncio.timeout(30):
            while (await Queues(scene.client, queues_of(QUEUE), 20).see())[0].found:  # noqa: ASYNC110
                await asyncio.sleep(0.05)  # a worker that has just begun has not asked yet
        async with scene.probing():
            await scene.has_looked("queues")
            served = [await scene.troubles(TroubleKind.QUEUE_UNSERVED, queue) for queue in (QUEUE, REPORTS)]

    async with scene.probing():
        sentence = await scene.sees(TroubleKind.QUEUE_UNSERVED, QUEUE)
        of_reports = await scene.sees(TroubleKind.QUEUE_UNSERVED, REPORTS)
        async with scene.working():
            await scene.is_over(TroubleKind.QUEUE_UNSERVED, QUEUE)
            await scene.is_over(TroubleKind.QUEUE_UNSERVED, REPORTS)

    assert served == [[], []]
    assert f"月度报告的任务队列 {REPORTS} 自" in of_reports
    assert f"任务队列 {QUEUE} 自" in sentence
    assert "没有工作进程来取流程和活动任务，1 件在办的停在原处" in sentence


async def test_release_that_was_not_promoted_leaves_tasks_lying_though_it_asks_for_work(scene: Scene) -> None:
    queue, release = "released", WorkerDeploymentVersion("watched", "2")
    queues = Queues(scene.client, [Queue(queue, longest=timedelta(seconds=1))], 60)
    probe = Probe(scene.database, Parts(scene.client, scene.database), [Look("queues", queues.see)], _nobody_told, 0.2)
    probing = asyncio.create_task(probe.run())

    async with a_worker(scene.client, queue, Mended, release=release):
        await scene.client.start_workflow("Other", PRIVATE, id="case:released", task_queue=queue)
        sentence = await scene.sees(TroubleKind.QUEUE_UNSERVED, queue, saying="有工作进程，而")
    probing.cancel()
    await scene.client.get_workflow_handle("case:released").terminate()

    assert "1 项流程任务自" in sentence
    assert "新版本还没有启用" in sentence


async def test_worker_that_is_at_a_report_and_asks_for_no_other_is_there_by_its_heartbeat(scene: Scene) -> None:
    begun, over = asyncio.Event(), asyncio.Event()

    @activity.defn(name=MONTHS_DUE)
    async def at_it(place: str) -> list[str]:
        begun.set()
        await over.wait()
        return []

    async def becomes(served: bool, queue: Queue) -> None:
        async with asyncio.timeout(30):
            while bool((await Queues(scene.client, [queue], 3, slack_seconds=0).see())[0].found) == served:  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    (_, reports), by_its_polls = queues_of(QUEUE), Queue(REPORTS, ("activity",))
    runtime = Runtime(telemetry=TelemetryConfig(), worker_heartbeat_interval=timedelta(seconds=1))
    client = await Client.connect(scene.settings.temporal_address, runtime=runtime)
    async with (
        Worker(scene.client, task_queue=QUEUE, workflows=[MonthlyWorkflow], workflow_runner=runner()),
        Worker(client, task_queue=REPORTS, activities=[at_it], max_concurrent_activities=1),
    ):
        run = await scene.client.start_workflow(
            MonthlyWorkflow.run, MonthlyStart(place="gz-thr"), id="monthly:at-it", task_queue=QUEUE
        )
        await begun.wait()
        await becomes(False, by_its_polls)
        await becomes(True, reports)
        over.set()
        await run.result()
    await becomes(False, reports)


@workflow.defn(name="Sample")
class AsItWas:
    """A workflow that waits for a word, for an hour at most."""

    def __init__(self) -> None:
        self.spoken = False

    @workflow.run
    async def run(self, person: str) -> None:
        await workflow.wait_condition(lambda: self.spoken, timeout=timedelta(hours=1))

    @workflow.signal
    def speak(self) -> None:
        self.spoken = True


@workflow.defn(name="Sample")
class AsItWasDeployed:
    """The same after a change that does not fit the histories of those that run."""

    @workflow.run
    async def run(self, person: str) -> None:
        await workflow.execute_activity("look_it_up", start_to_close_timeout=timedelta(hours=1))

    @workflow.signal
    def speak(self) -> None:
        """Nothing."""


@workflow.defn(name="Other")
class Faulty:
    """A workflow with a bug that quotes what it was given."""

    @workflow.run
    async def run(self, person: str) -> None:
        raise KeyError(person)


@workflow.defn(name="Other")
class Mended:
    """The same without it."""

    @workflow.run
    async def run(self, person: str) -> None:
        """Nothing."""


@activity.defn
async def look_it_up() -> None:
    """Nothing."""


def a_worker(client: Client, queue: str, *workflows: type, release: WorkerDeploymentVersion | None = None) -> Worker:
    behaviour = VersioningBehavior.AUTO_UPGRADE
    return Worker(
        client,
        task_queue=queue,
        workflows=workflows,
        activities=[look_it_up],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=0,
        deployment_config=release
        and WorkerDeploymentConfig(version=release, use_worker_versioning=True, default_versioning_behavior=behaviour),
    )


@pytest.mark.shows(60)
async def test_workflow_task_that_keeps_failing_is_told_apart_by_its_cause(scene: Scene) -> None:
    """A bad deploy and a bug, at the same time; what the exception says never reaches the row."""
    queue = "deployed"
    look = Look("tasks", Tasks(scene.client, (queue,)).see)
    probe = Probe(scene.database, Parts(scene.client, scene.database), [look], _nobody_told, 0.2)
    async with a_worker(scene.client, queue, AsItWas):
        await scene.client.start_workflow("Sample", PRIVATE, id="case:sample", task_queue=queue)
        await _has_waited(scene.client, "case:sample")
    probing = asyncio.create_task(probe.run())

    async with a_worker(scene.client, queue, AsItWasDeployed, Faulty):
        await scene.client.get_workflow_handle("case:sample").signal("speak")
        await scene.client.start_workflow("Other", PRIVATE, id="case:other", task_queue=queue)
        deployed = await scene.sees(TroubleKind.TASK_FAILING, "case:sample")
        bug = await scene.sees(TroubleKind.TASK_FAILING, "case:other")
        [first_ones] = await Tasks(scene.client, (queue,), at_most=1).see()
    async with a_worker(scene.client, queue, AsItWas, Mended):
        rows = [await scene.is_over(TroubleKind.TASK_FAILING, f"case:{name}", 60) for name in ("sample", "other")]
    probing.cancel()

    assert first_ones.among == {trouble.subject for trouble in first_ones.found}, "of the others nothing is known"
    assert len(first_ones.found) == 1
    assert "与它的办理历史不一致（非确定性错误" in deployed
    assert "程序出错（KeyError）" in bug
    assert "13800000000" not in str(rows)


async def _nobody_told() -> int:
    return 0


async def _has_waited(client: Client, id_: str) -> None:
    async with asyncio.timeout(20):
        while True:
            if (await client.get_workflow_handle(id_).describe()).history_length >= 5:
                return
            await asyncio.sleep(0.05)


async def test_activity_that_keeps_failing_as_the_database_of_its_worker_is_dead(scene: Scene) -> None:
    port = int(scene.settings.database_url.rpartition(":")[2].partition("/")[0])
    case = scene.drive()
    async with scene.working():
        await case.open(ALL)
    async with a_relay(port, mended=False) as way:
        dead = Database(scene.settings.database_url.replace(f":{port}/", f":{way.port}/"))
        by = Actor(id="window", roles=("window",), units=(UNIT,))
        claim = ActRequest(act=Claim(request_id="claim", by=by, task=case.task("check")))
        async with scene.working(dead):
            handle = scene.client.get_workflow_handle(workflow_id(case.number))
            acting = asyncio.create_task(handle.execute_update("act", claim))
            by_itself = await scene.sees(TroubleKind.ACTIVITY_RETRYING, workflow_id(case.number))
            await scene.sql("DELETE FROM trouble")
            async with scene.probing():
                found = await scene.sees(TroubleKind.ACTIVITY_RETRYING, workflow_id(case.number))
                await way.mend()
                await acting
                await scene.is_over(TroubleKind.ACTIVITY_RETRYING, workflow_id(case.number))
        await dead.close()

    assert f"办件 {case.number} 的后台操作 record 自" in by_itself
    assert f"办件 {case.number} 的后台操作 record 自" in found
    assert "错误 OperationalError" in found


@pytest.mark.shows(60)
async def test_limit_that_passed_while_the_workflow_could_not_run(scene: Scene) -> None:
    case = scene.drive()
    item = food_permit(acceptance=StatedLimit(days=0, starts=Starts.RECEIPT, basis="apl:32.4"))
    async with scene.working():
        await case.open(ALL, item=item, office=closing_in(3))

    async with scene.probing():
        sentence = await scene.sees(TroubleKind.MISSED_TIMER, workflow_id(case.number))
        async with scene.working():
            await scene.is_over(TroubleKind.MISSED_TIMER, workflow_id(case.number))

    assert f"办件 {case.number} 的受理时限已于" in sentence
    assert "deemed_accepted" in await case.happened()


async def test_workflow_that_was_terminated_under_an_open_case(scene: Scene) -> None:
    async with scene.working(), scene.probing():
        case = scene.drive()
        await case.open(ALL)
        handle = scene.client.get_workflow_handle(workflow_id(case.number))
        await handle.terminate()

        sentence = await scene.sees(TroubleKind.WORKFLOW_GONE, workflow_id(case.number))
        await _reset(scene, case.number)
        await scene.is_over(TroubleKind.WORKFLOW_GONE, workflow_id(case.number))

    assert f"办件 {case.number} 仍在办，而它在办件引擎中的流程被终止" in sentence
    assert f"temporal workflow reset --workflow-id case:{case.number}" in sentence


async def _reset(scene: Scene, number: str) -> None:
    """As the sentence says."""
    command = [str(Path(sys.executable).with_name("temporal")), "workflow", "reset"]
    command += ["--address", scene.settings.temporal_address, "--workflow-id", workflow_id(number)]
    command += ["--type", "LastWorkflowTask", "--reason", "test"]
    await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)


async def test_workflow_that_is_terminated_is_looked_at_before_its_turn(scene: Scene) -> None:
    """Of a hundred thousand open cases it would come hours later."""
    case = scene.drive()
    async with scene.working():
        await case.open(ALL)
    await scene.client.get_workflow_handle(workflow_id(case.number)).terminate()
    looking = Cases(scene.client, scene.database, scene.reconciler, QUEUE, Pace(sweep=0))

    async with asyncio.timeout(20):
        while not (found := [trouble for seen in await looking.see() for trouble in seen.found]):  # noqa: ASYNC110
            await asyncio.sleep(0.1)  # the list follows the engine

    assert [(trouble.kind, trouble.subject) for trouble in found] == [
        (TroubleKind.WORKFLOW_GONE, workflow_id(case.number))
    ]


@pytest.mark.parametrize("gone", ["terminated", "deleted"])
async def test_workflow_of_which_there_is_no_file(scene: Scene, gone: str) -> None:
    number = f"GZ20261124-99999{len(gone)}-1"
    await scene.client.start_workflow("Case", id=workflow_id(number), task_queue=QUEUE)

    async with scene.probing():
        sentence = await scene.sees(TroubleKind.WORKFLOW_WITHOUT_FILE, workflow_id(number))
        if gone == "terminated":
            await scene.client.get_workflow_handle(workflow_id(number)).terminate()
        else:
            this = WorkflowExecution(workflow_id=workflow_id(number))
            request = DeleteWorkflowExecutionRequest(namespace=scene.client.namespace, workflow_execution=this)
            await scene.client.workflow_service.delete_workflow_execution(request)
        await scene.is_over(TroubleKind.WORKFLOW_WITHOUT_FILE, workflow_id(number))

    assert f"办件引擎中有办件 {number}" in sentence
    assert "数据库中没有它的档案" in sentence


async def test_temporal_that_does_not_answer(scene: Scene) -> None:
    port = int(scene.settings.temporal_address.rpartition(":")[2])
    async with a_relay(port, mended=False) as way:
        away = scene.settings.model_copy(update={"temporal_address": f"127.0.0.1:{way.port}"})
        async with scene.probing(client=await connect(away, lazy=True)):
            sentence = await scene.sees(TroubleKind.ENGINE_DOWN, "temporal")
            await way.mend()
            await scene.is_over(TroubleKind.ENGINE_DOWN, "temporal")

    assert "办件引擎（Temporal）自" in sentence
    assert "没有响应" in sentence


async def test_database_that_does_not_answer_is_said_by_the_log_and_put_on_file_when_it_is_back(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    port = int(scene.settings.database_url.rpartition(":")[2].partition("/")[0])
    async with a_relay(port) as way:
        shaky = Database(scene.settings.database_url.replace(f":{port}/", f":{way.port}/"))
        with caplog.at_level("INFO", logger="watch.probe"):
            async with scene.probing(database=shaky):
                await way.cut()
                await comes_true(lambda: "数据库自" in caplog.text, within=30)
                nothing_yet = await scene.troubles(TroubleKind.DATABASE_DOWN, "postgresql")
                await way.mend()
                row = await scene.is_over(TroubleKind.DATABASE_DOWN, "postgresql")
        await shaky.close()

    assert nothing_yet == []
    assert row.since < row.found_at
