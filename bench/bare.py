"""The bare workflow: as many updates and timers as a case, with or without a local activity in each, and nothing else.

It is the limit. A case of ours runs no activity for a person's act (decision 1); with one is how it is usually done.
"""

from __future__ import annotations

import asyncio
import sys
import time
import uuid
from datetime import datetime, timedelta

from temporalio import activity, workflow
from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

QUEUE = "bare"
ACTS = 7


@activity.defn(name="bare_record")
async def bare_record(batch: str) -> None:
    """Does nothing, as quickly as an activity can."""


@workflow.defn(name="Bare")
class BareWorkflow:
    """Seven updates, and two timers that are not waited for."""

    def __init__(self) -> None:
        self.acts = 0

    @workflow.run
    async def run(self) -> int:
        """How many acts there were, once there were enough."""
        timers = [asyncio.create_task(workflow.sleep(timedelta(days=days))) for days in (4, 1)]
        await workflow.wait_condition(lambda: self.acts >= ACTS and workflow.all_handlers_finished())
        for timer in timers:
            timer.cancel()
        return self.acts

    @workflow.update
    async def act(self, text: str, record: bool) -> int:
        """Count an act, after a local activity if asked for."""
        if record:
            await workflow.execute_local_activity(
                bare_record,
                text,
                start_to_close_timeout=timedelta(seconds=5),
                schedule_to_close_timeout=timedelta(seconds=6),
            )
        self.acts += 1
        return self.acts


@workflow.defn(name="BareTimer")
class BareTimer:
    """One timer and one activity after it, as a limit that ends."""

    @workflow.run
    async def run(self, until: datetime) -> datetime:
        """When the workflow saw its timer ring."""
        await workflow.sleep(max(until - workflow.now(), timedelta()))
        woken = workflow.now()
        await workflow.execute_activity(bare_record, "x" * 400, start_to_close_timeout=timedelta(seconds=30))
        return woken


async def serve(address: str) -> None:
    """Run the bare workflow's worker until killed, in the same sandbox and with the same cache as ours."""
    client = await Client.connect(address, data_converter=pydantic_data_converter)
    runner = SandboxedWorkflowRunner(SandboxRestrictions.default.with_passthrough_modules("bench"))
    worker = Worker(
        client,
        task_queue=QUEUE,
        workflows=[BareWorkflow, BareTimer],
        activities=[bare_record],
        workflow_runner=runner,
        max_cached_workflows=2000,
    )
    await worker.run()


async def lifecycle(client: Client, seconds: list[float], record: bool) -> str:
    """One bare lifecycle; the time of each update is added to `seconds`, and its workflow id returned."""
    args = ["x" * 400, record]
    operation = WithStartWorkflowOperation(
        BareWorkflow.run,
        id=f"bare:{uuid.uuid4()}",
        task_queue=QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    begun = time.perf_counter()
    await client.execute_update_with_start_workflow("act", args=args, start_workflow_operation=operation)
    seconds.append(time.perf_counter() - begun)
    handle = await operation.workflow_handle()
    for _ in range(ACTS - 1):
        begun = time.perf_counter()
        await handle.execute_update("act", args=args)
        seconds.append(time.perf_counter() - begun)
    return handle.id


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
