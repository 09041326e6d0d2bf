"""All runs of a workflow are archived: those that it continued, and those that it was reset from."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from temporalio import workflow
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker

from workflows.histories import Gone, NotWhole, Run, runs_of, unpacked


@workflow.defn(name="Chain", sandboxed=False)
class Chain:
    """Begins anew so many times."""

    @workflow.run
    async def run(self, left: int) -> None:
        await workflow.sleep(timedelta(milliseconds=1))
        if left:
            workflow.continue_as_new(left - 1)


@workflow.defn(name="Waiting", sandboxed=False)
class Waiting:
    """Never ends."""

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)


async def test_runs_that_were_continued_and_reset_come_the_oldest_first_and_replay(temporal: Client) -> None:
    queue = f"chain-{uuid.uuid4().hex}"
    runner = UnsandboxedWorkflowRunner()
    async with Worker(temporal, task_queue=queue, workflows=[Chain], workflow_runner=runner):
        first = await temporal.start_workflow(Chain.run, 1, id=queue, task_queue=queue)
        await first.result()
        continued = await runs_of(temporal, queue)
        request = ResetWorkflowExecutionRequest(
            namespace=temporal.namespace,
            workflow_execution=WorkflowExecution(workflow_id=queue, run_id=continued[-1].run),
            reason="a test",
            workflow_task_finish_event_id=4,
            request_id=uuid.uuid4().hex,
        )
        reset = await temporal.workflow_service.reset_workflow_execution(request)
        await temporal.get_workflow_handle(queue, run_id=reset.run_id).result()

    runs = await runs_of(temporal, queue)

    assert [run.run for run in continued] == [first.first_execution_run_id, continued[-1].run]
    assert [run.run for run in runs] == [*(run.run for run in continued), reset.run_id]
    replayer = Replayer(workflows=[Chain], workflow_runner=runner)
    for run in runs:
        assert run.content is not None
        history = unpacked(queue, run.content)
        assert len(history.events) == run.events
        await replayer.replay_workflow(history)


async def test_same_history_is_the_same_bytes(temporal: Client) -> None:
    queue = f"chain-{uuid.uuid4().hex}"
    async with Worker(temporal, task_queue=queue, workflows=[Chain], workflow_runner=UnsandboxedWorkflowRunner()):
        await temporal.execute_workflow(Chain.run, 0, id=queue, task_queue=queue)

    runs: list[list[Run]] = [await runs_of(temporal, queue) for _ in range(2)]

    assert runs[0] == runs[1]


async def test_workflow_that_runs_and_one_that_nobody_knows_are_told_apart(temporal: Client) -> None:
    queue = f"waiting-{uuid.uuid4().hex}"
    handle = await temporal.start_workflow(Waiting.run, id=queue, task_queue=queue)

    with pytest.raises(NotWhole):
        await runs_of(temporal, queue)
    with pytest.raises(Gone):
        await runs_of(temporal, f"nobody-{uuid.uuid4().hex}")

    await handle.terminate()
