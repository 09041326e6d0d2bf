"""Whether the file of a case or grievance says what its history says; and where it is behind, putting there what is missing.

The history decides what happened (decision 1), so a file that is behind is repaired from it. A file that is ahead of its
history cannot be: what the engine forgot it will do again otherwise.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from activities.case_file import CaseFile
from activities.grievance.file import GrievanceFile
from registry.units import Units
from settings import Settings
from storage import watched
from storage.database import Database
from storage.watched import FiledTo, OnFile
from workflows import filing
from workflows.filing import Filer
from workflows.grievance import filing as grievance_filing
from workflows.grievance.filing import GrievanceFiler

PATIENCE = timedelta(seconds=10)
LISTED = 500
AT_ONCE = 8
"""So many files are compared side by side: each waits for the engine most of the time."""


class Agreement(StrEnum):
    """How a file stands to its history."""

    SAME = "same"
    REPAIRED = "repaired"
    BEHIND = "behind"
    """It was not to be repaired, or could not be."""
    AHEAD = "ahead"
    NO_HISTORY = "no_history"
    """It is open, and its workflow is not running: ended otherwise than by its procedure, or unknown to the engine."""


class Compared(NamedTuple):
    """A file beside its history: the last event of each."""

    number: str
    agreement: Agreement
    file: int
    history: int
    status: str = "running"
    error: str | None = None
    """The type of what went wrong when it was repaired."""


class Reconciler:
    """Compares the files of cases and grievances with their histories, and repairs those that are behind."""

    def __init__(self, client: Client, database: Database, filer: Filer, grievances: GrievanceFiler) -> None:
        self._client, self._database = client, database
        self._catch_up = {"case": filer.catch_up, "grievance": grievances.catch_up}

    async def of(self, number: str, *, repair: bool = True) -> Compared | None:
        """How the file stands, after its repair where that was needed; None where there is no such file."""
        if (row := await self._row(number)) is None:
            return None
        try:
            status, history = await self._status(row), await self._last_in_history(row, number)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            unknown = (
                row.stage != "closed" and row.seq > 0
            )  # after its retention it is gone; one not opened yet has none
            return Compared(number, Agreement.NO_HISTORY if unknown else Agreement.SAME, row.seq, 0, "missing")
        if history < row.seq:
            return Compared(number, Agreement.AHEAD, row.seq, history, status)
        if history > row.seq:
            row = await self._row(number) or row  # what went on file between the two looks is no difference
        if history > row.seq:
            return await self._behind(number, row, history, status, repair=repair)
        ended = row.stage != "closed" and status != "running"
        return Compared(number, Agreement.NO_HISTORY if ended else Agreement.SAME, row.seq, history, status)

    async def all(
        self, progress: Callable[[int], None] | None = None, *, repair: bool = True
    ) -> AsyncIterator[Compared]:
        """Every open file that does not agree with its history, or was repaired; `progress` is told how many were compared."""
        done = 0
        for what in self._catch_up:
            after = ""
            while rows := await self._next_open(what, after):
                numbers = [row.subject.partition(":")[2] for row in rows]
                after = numbers[-1]
                for n in range(0, len(numbers), AT_ONCE):
                    some = [self.of(number, repair=repair) for number in numbers[n : n + AT_ONCE]]
                    found = await asyncio.gather(*some, return_exceptions=True)
                    done += len(some)
                    if progress is not None:
                        progress(done)
                    for one in found:
                        if isinstance(one, Compared) and one.agreement is not Agreement.SAME:
                            yield one
                    if failed := [one for one in found if isinstance(one, BaseException)]:
                        raise failed[0]  # when those beside it have told what they did

    async def _behind(self, number: str, row: FiledTo, history: int, status: str, *, repair: bool) -> Compared:
        if not repair:
            return Compared(number, Agreement.BEHIND, row.seq, history, status)
        try:
            await self._catch_up[row.kind](number)
        except Exception as error:
            return Compared(number, Agreement.BEHIND, row.seq, history, status, type(error).__name__)
        return Compared(number, Agreement.REPAIRED, row.seq, history, status)

    async def _next_open(self, what: str, after: str) -> list[OnFile]:
        async with self._database.begin() as session:
            return await watched.next_open(session, what, after, LISTED)

    async def _row(self, number: str) -> FiledTo | None:
        async with self._database.begin() as session:
            return await watched.filed_to(session, number)

    async def _last_in_history(self, row: FiledTo, number: str) -> int:
        batches_in = filing.batches_in if row.kind == "case" else grievance_filing.batches_in
        return max((batch.last for batch in await batches_in(self._client, number)), default=0)

    async def _status(self, row: FiledTo) -> str:
        described = await self._client.get_workflow_handle(row.subject).describe(rpc_timeout=PATIENCE)
        return status_of(described.status)


def reconciler_of(client: Client, database: Database, units: Units, settings: Settings) -> Reconciler:
    """What compares and repairs in this database, as these settings have it."""
    cases = CaseFile(database, units, settings.public_url)
    grievances = GrievanceFile(database, units, settings.public_url, settings.filing_days)
    return Reconciler(client, database, Filer(client, cases), GrievanceFiler(client, grievances))


def status_of(status: WorkflowExecutionStatus | None) -> str:
    """The status of a workflow in a word; one that was continued runs."""
    if status is None or status is WorkflowExecutionStatus.CONTINUED_AS_NEW:
        return WorkflowExecutionStatus.RUNNING.name.lower()
    return status.name.lower()
