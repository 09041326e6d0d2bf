"""Finishes what the counter left unfinished when it died or found the engine away, for nothing handed in may be lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.service import RPCError, RPCStatusCode

from domain.commands import Supplement
from domain.grievance.start import GrievanceStart
from observability.subject import within
from observability.traces import own_trace
from observability.turns import turn
from storage import case_file, grievances, under_way
from storage.database import Database
from storage.tables import ActUnderWayRow, CaseRow, GrievanceRow
from workflows.connection import open_case, outcome_of, send
from workflows.filing import Filer
from workflows.grievance.connection import open_grievance
from workflows.messages import CaseStart

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 5.0
LEFT_TO_THE_COUNTER_SECONDS = 15.0
"""For so long the counter that took an application or an act in goes on with it itself."""
PATIENCE = timedelta(seconds=10)
AT_ONCE = 8
"""So many cases are seen to at once: after an hour without Temporal thousands wait, and one that nobody serves takes its time."""
PAGE = 100

Row = TypeVar("Row", ActUnderWayRow, CaseRow, GrievanceRow)


class Unfinished:
    """Applications and grievances that have no workflow yet, and acts whose outcome is not on file yet."""

    def __init__(self, database: Database, client: Client, filer: Filer, task_queue: str) -> None:
        self._database, self._client, self._filer, self._task_queue = database, client, filer, task_queue
        self._places = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Look again and again, at once where there was as much as one look takes; a failure is tried again."""
        while True:
            more = False
            for finish in (self.open_cases, self.file_acts, self.open_grievances):
                try:
                    with turn(f"unfinished.{finish.__name__}"):
                        more |= await finish() >= PAGE
                except Exception as error:
                    log.error("looking for what is unfinished failed and is tried again: %s", type(error).__name__)
            await asyncio.sleep(0 if more else LOOK_EVERY_SECONDS)

    async def open_cases(self, older_than_seconds: float = LEFT_TO_THE_COUNTER_SECONDS) -> int:
        """How many applications were on file without a workflow, and opened."""
        async with self._database.begin() as session:
            found = await under_way.unstarted(session, older_than_seconds, PAGE)
        return await self._each(found, self._open)

    async def file_acts(self, older_than_seconds: float = LEFT_TO_THE_COUNTER_SECONDS) -> int:
        """How many acts were done without anybody putting them on file, and are on file now."""
        async with self._database.begin() as session:
            found = await under_way.left(session, older_than_seconds, PAGE)
        return await self._each(found, self._file)

    async def open_grievances(self, older_than_seconds: float = 0.0) -> int:
        """How many grievances were on file without a workflow, and opened: those that a finding opened by itself, and those
        that the counter did not get to; opening one twice is opening it once."""
        async with self._database.begin() as session:
            found = await grievances.unstarted(session, older_than_seconds, PAGE)
        return await self._each(found, self._open_grievance)

    async def _each(self, rows: Sequence[Row], finish: Callable[[Row], Awaitable[bool]]) -> int:
        """How many were finished; one that fails or takes long holds up no other case, and comes last at the next look."""
        of: dict[str, list[Row]] = {}
        for row in rows:
            of.setdefault(row.number, []).append(row)
        return sum(await asyncio.gather(*(self._in_order(those, finish) for those in of.values())))

    async def _in_order(self, rows: Sequence[Row], finish: Callable[[Row], Awaitable[bool]]) -> int:
        """What was left of one case, one after the other."""
        finished = 0
        async with self._places:
            for row in rows:
                try:
                    with within(row.number), own_trace(f"Unfinished:{finish.__name__.strip('_')}"):
                        finished += await finish(row)
                except Exception as error:
                    log.warning("finishing is tried again: %s", type(error).__name__, extra={"case": row.number})
                    async with self._database.begin() as session:
                        await under_way.postpone(session, row)
        return finished

    async def _open(self, case: CaseRow) -> bool:
        start = CaseStart.model_validate(case.start)
        await self._filer.file(await open_case(self._client, self._task_queue, start, PATIENCE))
        log.info("opened a case that was left on file", extra={"case": case.number})
        return True

    async def _open_grievance(self, row: GrievanceRow) -> bool:
        start = GrievanceStart.model_validate(row.start)
        await open_grievance(self._client, self._task_queue, start, PATIENCE)
        log.info("opened a grievance that was left on file", extra={"grievance": row.number})
        return True

    async def _file(self, act: ActUnderWayRow) -> bool:
        """Whether the act was done; the engine knows what became of it, or that nothing did."""
        try:
            acted = await outcome_of(self._client, act.number, act.id, PATIENCE)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            if act.command is not None and await self._send_again(act):
                return True
            return await self._forget(act)
        except WorkflowUpdateFailedError:
            return await self._forget(act)
        await self._filer.file(acted, act.id)
        log.info("filed an act that was left under way", extra={"case": act.number})
        return True

    async def _send_again(self, act: ActUnderWayRow) -> bool:
        """Whether the case took what the applicant had handed in; what a case refuses, it would have refused then."""
        try:
            acted = await send(self._client, act.number, Supplement.model_validate(act.command), PATIENCE)
        except WorkflowUpdateFailedError:
            return False
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND and await self._has_ended(act.number):
                return False
            raise
        await self._filer.file(acted, act.id)
        log.info("sent materials on that were left on file", extra={"case": act.number})
        return True

    async def _has_ended(self, number: str) -> bool:
        async with self._database.begin() as session:
            case = await case_file.case_of(session, number)
        return case is None or case.ending is not None

    async def _forget(self, act: ActUnderWayRow) -> bool:
        """It was never done, and nobody waits for it any more."""
        async with self._database.begin() as session:
            await under_way.forget(session, act.id)
        return False
