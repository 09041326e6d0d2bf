"""From the history of a grievance to its file, where the file lacks what the history has."""

from __future__ import annotations

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

from activities.grievance.file import GrievanceFile
from domain.grievance.record import GrievanceBatch
from workflows.batches import batches_of, given_last
from workflows.grievance.messages import grievance_id
from workflows.timeouts import RECORD_GRIEVANCE


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
    return await batches_of(client, grievance_id(number), _held_by)


async def _held_by(client: Client, event: HistoryEvent) -> list[GrievanceBatch]:
    return await given_last(client, event, (RECORD_GRIEVANCE,), GrievanceBatch)
