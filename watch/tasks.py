"""Workflow tasks that fail again and again, and why."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryReverseRequest
from temporalio.client import Client
from temporalio.client import WorkflowExecution as Listed

from domain.troubles import FailingTask, Trouble, TroubleKind
from storage.troubles import Seen
from watch.looking import ASKED, described, named

REPORTED = (
    'TemporalReportedProblems IN ("category=WorkflowTaskFailed", "category=WorkflowTaskTimedOut")'
    ' AND ExecutionStatus = "Running" AND TaskQueue = "{queue}"'
)
CAUSES: Mapping[int, FailingTask] = {
    WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR: FailingTask.NONDETERMINISM,
    WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE: FailingTask.CODE,
}


class Tasks:
    """Looks for them by what the server reports in the search attribute `TemporalReportedProblems` after two failures."""

    def __init__(self, client: Client, queues: tuple[str, ...], at_most: int = 200, at_once: int = 8) -> None:
        self._client, self._queues, self._at_most = client, queues, at_most
        self._places = asyncio.Semaphore(at_once)

    async def see(self) -> list[Seen]:
        """Every workflow whose task keeps failing. Of a deploy that broke thousands, the first ones; while there are so many, only
        what was looked at may be over."""
        rows: list[Listed] = []
        whole = True
        for queue in self._queues:
            listed = self._client.list_workflows(REPORTED.format(queue=queue), limit=self._at_most, rpc_timeout=ASKED)
            some = [one async for one in listed]
            rows, whole = rows + some, whole and len(some) < self._at_most
        found = tuple(trouble for trouble in await asyncio.gather(*map(self._why, rows)) if trouble)
        among = None if whole else frozenset(one.id for one in rows)
        return [Seen(frozenset({TroubleKind.TASK_FAILING}), found, among)]

    async def _why(self, listed: Listed) -> Trouble | None:
        async with self._places:
            now = await described(self._client, listed.id, listed.run_id)
            if now is None or not now.HasField("pending_workflow_task") or now.pending_workflow_task.attempt < 2:
                return None  # it goes on again; visibility says so a moment later
            pending = now.pending_workflow_task
            cause, kind = await self._cause(WorkflowExecution(workflow_id=listed.id, run_id=listed.run_id))
        known = pending.HasField("original_scheduled_time")
        since = pending.original_scheduled_time.ToDatetime(UTC) if known else datetime.now(UTC)
        facts: dict[str, Any] = {"cause": cause.value, "type": kind, "attempts": pending.attempt}
        return Trouble(kind=TroubleKind.TASK_FAILING, subject=listed.id, since=since, facts=facts)

    async def _cause(self, execution: WorkflowExecution) -> tuple[FailingTask, str | None]:
        """Why it failed, and the type of the error; only the first of a row of failures is in the history, as its last entry."""
        answer = await self._client.workflow_service.get_workflow_execution_history_reverse(
            GetWorkflowExecutionHistoryReverseRequest(
                namespace=self._client.namespace, execution=execution, maximum_page_size=20
            ),
            timeout=ASKED,
        )
        return next((why for event in answer.history.events if (why := cause_of(event))), (FailingTask.OTHER, None))


def cause_of(event: HistoryEvent) -> tuple[FailingTask, str | None] | None:
    """Why the workflow task failed of which this is the entry; None for an entry about something else."""
    if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT:
        return FailingTask.TIMEOUT, None
    if event.event_type != EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
        return None
    failed = event.workflow_task_failed_event_attributes
    cause = CAUSES.get(failed.cause, FailingTask.OTHER)
    return cause, named(failed.failure) or WorkflowTaskFailedCause.Name(failed.cause).removeprefix(
        "WORKFLOW_TASK_FAILED_CAUSE_"
    ).lower()
