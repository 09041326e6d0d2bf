"""Whether a case file says what its history says; and where it is behind, putting there what is missing.

The history decides what happened (decision 1), so a file that is behind is repaired from it. A file that is ahead of its
history cannot be: what the engine forgot it will do again otherwise.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from storage import watched
from storage.database import Database
from workflows.filing import Filer, batches_in
from workflows.messages import workflow_id

PATIENCE = timedelta(seconds=10)
AT_ONCE = 500


class Agreement(StrEnum):
    """How a case file stands to its history."""

    SAME = "same"
    REPAIRED = "repaired"
    BEHIND = "behind"
    """It was not to be repaired, or could not be."""
    AHEAD = "ahead"
    NO_HISTORY = "no_history"
    """It is open, and its workflow is not running: ended otherwise than by its procedure, or unknown to the engine."""


class Compared(NamedTuple):
    """A case file beside its history: the last event of each."""

    number: str
    agreement: Agreement
    file: int
    history: int
    status: str = "running"
    error: str | None = None
    """The type of what went wrong when it was repaired."""


class Reconciler:
    """Compares case files with their histories, and repairs those that are behind."""

    def __init__(self, client: Client, database: Database, filer: Filer) -> None:
        self._client, self._database, self._filer = client, database, filer

    async def of(self, number: str, *, repair: bool = True) -> Compared | None:
        """How the case stands, after its repair where that was needed; None where there is no such case file."""
        if (row := await self._row(number)) is None:
            return None
        file, stage = row
        try:
            status = await self._status(number)
            history = max((batch.last for batch in await batches_in(self._client, number)), default=0)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            agreement = Agreement.SAME if stage == "closed" else Agreement.NO_HISTORY  # after its retention it is gone
            return Compared(number, agreement, file, 0, "missing")
        if history > file:
            return await self._behind(number, file, history, status, repair=repair)
        if history < file:
            return Compared(number, Agreement.AHEAD, file, history, status)
        ended = stage != "closed" and status != "running"
        return Compared(number, Agreement.NO_HISTORY if ended else Agreement.SAME, file, history, status)

    async def all(
        self, progress: Callable[[int], None] | None = None, *, repair: bool = True
    ) -> AsyncIterator[Compared]:
        """Every open case that does not agree with its history, or was repaired; `progress` is told how many were compared."""
        after, done = "", 0
        while True:
            async with self._database.begin() as session:
                rows = await watched.next_open(session, "case", after, AT_ONCE)
            if not rows:
                return
            for row in rows:
                after = row.subject.partition(":")[2]
                compared = await self.of(after, repair=repair)
                done += 1
                if progress is not None:
                    progress(done)
                if compared is not None and compared.agreement is not Agreement.SAME:
                    yield compared

    async def _behind(self, number: str, file: int, history: int, status: str, *, repair: bool) -> Compared:
        if not repair:
            return Compared(number, Agreement.BEHIND, file, history, status)
        try:
            await self._filer.catch_up(number)
        except Exception as error:
            return Compared(number, Agreement.BEHIND, file, history, status, type(error).__name__)
        return Compared(number, Agreement.REPAIRED, file, history, status)

    async def _row(self, number: str) -> tuple[int, str] | None:
        async with self._database.begin() as session:
            return await watched.seq_of(session, number)

    async def _status(self, number: str) -> str:
        described = await self._client.get_workflow_handle(workflow_id(number)).describe(rpc_timeout=PATIENCE)
        return status_of(described.status)


def status_of(status: WorkflowExecutionStatus | None) -> str:
    """The status of a workflow in a word; one that was continued runs."""
    if status is None or status is WorkflowExecutionStatus.CONTINUED_AS_NEW:
        return WorkflowExecutionStatus.RUNNING.name.lower()
    return status.name.lower()
