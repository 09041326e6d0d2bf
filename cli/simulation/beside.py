"""Items of a bundle as workflows beside it. A server that skips time lets a workflow stand still for as long as a child of it
runs (1.32), so that in a simulation no workflow has children; for the code of both nothing is different."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any, cast

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.worker import (
    ExecuteWorkflowInput,
    Interceptor,
    StartChildWorkflowInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

from workflows.messages import CaseResult, CaseStart
from workflows.timeouts import ON_FILE

BEGIN, OVER = "begin_beside", "beside_over"
PARENT = "parent"
Children = dict[str, "asyncio.Future[CaseResult]"]


class Beside(Interceptor):
    """Starts as a workflow of its own what a workflow would start as its child, at the moment that it is for that one."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client, self._task_queue = client, task_queue
        self.shifts: dict[str, timedelta] = {}
        """How far the clocks of the cases that were started so run from the server's, by their numbers."""

    @activity.defn(name=BEGIN)
    async def begin(self, kind: str, id_: str, start: CaseStart, moment: datetime) -> None:
        """Start the workflow so that it is the moment for it, and never an earlier one."""
        shift = ceil((moment - datetime.now(UTC)) / timedelta(seconds=1))
        start = start.model_copy(update={"clock_shift_seconds": shift})
        memo = {PARENT: activity.info().workflow_id}
        with suppress(WorkflowAlreadyStartedError):
            await self._client.start_workflow(kind, start, id=id_, task_queue=self._task_queue, memo=memo)
            self.shifts[start.number] = timedelta(seconds=shift)

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        """What has every workflow start its children beside it, and tell the one that started it how it ended."""
        return _Inbound


class _Inbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_Outbound(outbound))

    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:
        result = await super().execute_workflow(input)
        if (parent := workflow.memo_value(PARENT, None)) is not None:
            handle = workflow.get_external_workflow_handle(parent)
            await handle.signal(OVER, args=[workflow.info().workflow_id, result])
        return result


class _Outbound(WorkflowOutboundInterceptor):
    def __init__(self, next: WorkflowOutboundInterceptor) -> None:
        super().__init__(next)
        self._children: Children = {}

    async def start_child_workflow(self, input: StartChildWorkflowInput) -> workflow.ChildWorkflowHandle[Any, Any]:
        workflow.set_signal_handler(OVER, self._over)
        start: CaseStart = input.args[0]
        moment = workflow.now() + timedelta(seconds=start.clock_shift_seconds)
        child = self._children[input.id] = asyncio.get_running_loop().create_future()
        await workflow.execute_activity(BEGIN, args=[input.workflow, input.id, start, moment], **ON_FILE)
        return cast("workflow.ChildWorkflowHandle[Any, Any]", child)

    def _over(self, id_: str, result: CaseResult) -> None:
        self._children.pop(id_).set_result(result)
