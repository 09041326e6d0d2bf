"""When nothing is under way any more in a workflow."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryReverseRequest
from temporalio.client import Client, WorkflowHandle

LOOKED_AT = 60
"""So many of the last events are looked at; nothing is under way for longer than that."""
A_MOMENT = 0.005

UNDER_WAY = {
    EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED: "scheduled_event_id",
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: "scheduled_event_id",
    EventType.EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED: "initiated_event_id",
}
"""What begins something, and the name under which its end points to it. A signal ends when the other workflow has it."""
ENDS = {*UNDER_WAY.values(), "started_event_id"}
"""The last is what a timer that rang points to."""
NO_END = (EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED, EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED)
"""These point to a beginning and are no end of it."""
CLOSES = (
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED,
)
"""After one of these no timer rings."""
BROKEN = (EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED, EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT)
"""After one of these the task is tried anew, and only its success is in the history."""


async def quiet(client: Client, handle: WorkflowHandle[Any, Any], reached: datetime) -> int:
    """Return once nothing is under way, with the number of the event with which the workflow did something last.

    `reached` is the moment that its server has come to: a timer that is due by then rings yet, though time was moved beyond it.
    """
    request = GetWorkflowExecutionHistoryReverseRequest(
        namespace=client.namespace,
        execution=WorkflowExecution(workflow_id=handle.id),
        maximum_page_size=LOOKED_AT,
    )
    while True:
        answer = await client.workflow_service.get_workflow_execution_history_reverse(request)
        if not is_under_way(events := answer.history.events, reached):
            done = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
            return next((event.event_id for event in events if event.event_type == done), 0)
        await asyncio.sleep(A_MOMENT)


def is_under_way(events: Sequence[HistoryEvent], reached: datetime) -> bool:
    """Whether something that began among the events, the last one first, has not ended among them; a timer ends when it is due."""
    if events[0].event_type in BROKEN:
        return True
    over: set[int] = set()
    for event in events:
        if event.event_type in UNDER_WAY:
            if event.event_id not in over:
                return True
        elif event.event_type == EventType.EVENT_TYPE_TIMER_STARTED:
            if event.event_id not in over and _rings_at(event) <= reached and events[0].event_type not in CLOSES:
                return True
        elif event.event_type not in NO_END:
            facts = getattr(event, event.WhichOneof("attributes") or "", None)
            over |= {id_ for name in ENDS if (id_ := getattr(facts, name, 0))}
    return False


def _rings_at(event: HistoryEvent) -> datetime:
    started = event.event_time.ToDatetime(UTC)
    return started + event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
