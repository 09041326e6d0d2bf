"""From the history to the case file: what a case answered, what time led to, and whatever is missing before it."""

from __future__ import annotations

from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

from activities.case_file import CaseFile
from domain.record import Batch
from storage.case_file import OutOfOrder
from workflows.batches import batches_of, given_last
from workflows.messages import Acted, workflow_id
from workflows.timeouts import OPEN_PART, RECORD


class Filer:
    """Puts batches on file in their order; where one is missing because its writer died or is still at it, the history
    has it."""

    def __init__(self, client: Client, case_file: CaseFile) -> None:
        self._client, self._case_file = client, case_file

    @activity.defn(name=RECORD)
    async def record(self, batch: Batch) -> None:
        """What time led to goes on file, all of it or nothing."""
        await self._put(batch, None)

    async def file(self, acted: Acted, request: str | None = None) -> None:
        """What an act led to goes on file, and the act is no longer under way."""
        if acted.batch is None:  # another one carried it away, or the workflow has filed it
            await self.catch_up(acted.done.number)
            await self._case_file.no_longer_under_way(request)
        else:
            await self._put(acted.batch, request)

    async def _put(self, batch: Batch, request: str | None) -> None:
        try:
            await self._case_file.put(batch, request)
        except OutOfOrder:
            await self.catch_up(batch.number)
            await self._case_file.put(batch, request)

    async def catch_up(self, number: str) -> None:
        """Put on file whatever the history has and the file has not."""
        for batch in await batches_in(self._client, number):
            await self._case_file.put(batch)


async def batches_in(client: Client, number: str) -> list[Batch]:
    """Every batch of the case in order, as its history holds them: answers to acts, and inputs of the activity."""
    return await batches_of(client, workflow_id(number), _held_by)


async def _held_by(client: Client, event: HistoryEvent) -> list[Batch]:
    if event.event_type != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
        return await given_last(client, event, (RECORD, OPEN_PART), Batch)
    outcome = event.workflow_execution_update_completed_event_attributes.outcome
    if not outcome.HasField("success"):
        return []
    (acted,) = await client.data_converter.decode(outcome.success.payloads, [Acted])
    return [acted.batch] if acted.batch else []
