"""From the history of a grievance to its file, where the file lacks what the history has."""

from __future__ import annotations

from datetime import timedelta

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from activities.grievance.file import GrievanceFile
from domain.grievance.record import GrievanceBatch
from workflows.grievance.messages import grievance_id
from workflows.timeouts import RECORD_GRIEVANCE

PATIENCE = timedelta(seconds=10)


class GrievanceFiler:
    """Puts on file whatever the history of a grievance has and its file has not."""

    def __init__(self, client: Client, file: GrievanceFile) -> None:
        self._client, self._file = client, file

    async def catch_up(self, number: str) -> None:
        """Every batch in its order; one that is on file already changes nothing."""
        for batch in await batches_in(self._client, number):
            await self._file.record_grievance(batch)


async def batches_in(client: Client, number: str) -> list[GrievanceBatch]:
    """Every batch of the grievance in order, as its history holds them: the inputs of the activity that records."""
    history = await client.get_workflow_handle(grievance_id(number)).fetch_history(rpc_timeout=PATIENCE)
    found: list[GrievanceBatch] = []
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            scheduled = event.activity_task_scheduled_event_attributes
            if scheduled.activity_type.name == RECORD_GRIEVANCE:
                found += await client.data_converter.decode(scheduled.input.payloads, [GrievanceBatch])
    return sorted(found, key=lambda batch: batch.first)
