"""On whose desks the steps lie that a batch is about."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.record import Batch, Event, TaskState
from domain.supervision.desks import Desks
from storage.tables import TaskRow


async def desks_of(session: AsyncSession, batch: Batch, events: Iterable[Event]) -> Desks:
    """The desks of the steps whose limits these events are about; nothing is looked up where there are none.

    Those that the batch itself took a step off are among them: a late answer may be in one batch with its lateness.
    """
    clocks = [str(event.data.get("clock") or "") for event in events]
    steps = {clock.removeprefix("step:") for clock in clocks if clock.startswith("step:")}
    if not steps:
        return ()
    here = {(task.step, task.unit) for task in batch.tasks if task.step in steps}
    this = (col(TaskRow.number) == batch.number, col(TaskRow.step).in_(steps), col(TaskRow.state) == TaskState.OPEN)
    query = select(col(TaskRow.step), col(TaskRow.unit)).where(*this).distinct()
    return tuple(sorted({*here, *((step, unit) for step, unit in await session.execute(query))}))
