"""What a history holds of the file: the batches that its workflow made, wherever they are in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta
from typing import Protocol, TypeVar

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

PATIENCE = timedelta(seconds=10)


class Numbered(Protocol):
    """A batch, of a case or of a grievance."""

    @property
    def first(self) -> int:
        """The number of its first event."""


B = TypeVar("B", bound=Numbered)


async def batches_of(
    client: Client, workflow: str, held_by: Callable[[Client, HistoryEvent], Awaitable[list[B]]]
) -> list[B]:
    """Every batch in the history of the workflow in order; `held_by` finds those that one event holds."""
    history = await client.get_workflow_handle(workflow).fetch_history(rpc_timeout=PATIENCE)
    found = [batch for event in history.events for batch in await held_by(client, event)]
    return sorted(found, key=lambda batch: batch.first)


async def given_last(client: Client, event: HistoryEvent, activities: Collection[str], kind: type[B]) -> list[B]:
    """The batch that one of the activities is given as its last input; none where the event starts no such one."""
    if event.event_type != EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
        return []
    scheduled = event.activity_task_scheduled_event_attributes
    if scheduled.activity_type.name not in activities:
        return []
    return await client.data_converter.decode(scheduled.input.payloads[-1:], [kind])
