"""From the history to the case file: what a case answered, and whatever is missing before it."""

from __future__ import annotations

from datetime import timedelta

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from activities.case_file import CaseFile
from domain.record import Batch
from storage.case_file import OutOfOrder
from workflows.connection import workflow_id
from workflows.messages import Acted
from workflows.timeouts import RECORD


async def file(client: Client, case_file: CaseFile, acted: Acted, request: str | None = None) -> None:
    """Put what an act led to on file. Where a batch before it is missing, because its writer died or is still at it, the
    history has it."""
    if acted.batch is None:
        return
    try:
        await case_file.put(acted.batch, request)
    except OutOfOrder:
        for batch in await batches_in(client, acted.batch.number):
            await case_file.put(batch)
        await case_file.put(acted.batch, request)


async def batches_in(client: Client, number: str) -> list[Batch]:
    """Every batch of the case in order, as its history holds them: answers to acts, and inputs of the activity."""
    history = await client.get_workflow_handle(workflow_id(number)).fetch_history(rpc_timeout=timedelta(seconds=10))
    found: list[Batch] = []
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
            outcome = event.workflow_execution_update_completed_event_attributes.outcome
            if outcome.HasField("success"):
                (acted,) = await client.data_converter.decode(outcome.success.payloads, [Acted])
                found += [acted.batch] if acted.batch else []
        elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            scheduled = event.activity_task_scheduled_event_attributes
            if scheduled.activity_type.name == RECORD:
                found += await client.data_converter.decode(scheduled.input.payloads, [Batch])
    return sorted(found, key=lambda batch: batch.first)
