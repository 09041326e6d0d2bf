"""Activities that fail again and again: Temporal shows them on the page of a workflow, and in no list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionResponse,
    GetWorkflowExecutionHistoryReverseRequest,
)
from temporalio.client import Client

from domain.troubles import Trouble, TroubleKind
from watch.looking import ASKED, named
from workflows.timeouts import FAILS_OFTEN, WAITS_BY_FAILING

LONG = timedelta(seconds=20)
"""A second attempt is one, too, where the first took so long to fail."""


async def retrying(client: Client, subject: str, described: DescribeWorkflowExecutionResponse) -> Trouble | None:
    """The pending activity of the workflow that was tried most often, where one fails again and again."""
    failing = [one for one in described.pending_activities if _fails(one)]
    if not failing:
        return None
    worst = max(failing, key=lambda one: one.attempt)
    facts: dict[str, Any] = {"activity": worst.activity_type.name, "attempts": worst.attempt, "error": error_of(worst)}
    execution = described.workflow_execution_info.execution
    since = await _scheduled_at(client, execution, worst.activity_id)
    return Trouble(kind=TroubleKind.ACTIVITY_RETRYING, subject=subject, since=since, facts=facts)


def _fails(pending: PendingActivityInfo) -> bool:
    if pending.activity_type.name in WAITS_BY_FAILING or not pending.HasField("last_failure"):
        return False
    if pending.attempt >= FAILS_OFTEN:
        return True
    last = pending.last_attempt_complete_time.ToDatetime(UTC)
    return pending.attempt > 1 and datetime.now(UTC) - last > LONG


def error_of(pending: PendingActivityInfo) -> str:
    """The type of its last error, never its words."""
    if pending.last_failure.HasField("timeout_failure_info"):
        return "TimeoutError"
    return named(pending.last_failure) or "error"


async def _scheduled_at(client: Client, execution: WorkflowExecution, activity: str) -> datetime:
    """When it was asked for first, as the end of the history tells; now, where that is long ago."""
    answer = await client.workflow_service.get_workflow_execution_history_reverse(
        GetWorkflowExecutionHistoryReverseRequest(
            namespace=client.namespace, execution=execution, maximum_page_size=100
        ),
        timeout=ASKED,
    )
    for event in answer.history.events:
        if event.event_type != EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            continue
        if event.activity_task_scheduled_event_attributes.activity_id == activity:
            return event.event_time.ToDatetime(UTC)
    return datetime.now(UTC)
