"""Finishes what the counter left unfinished when it died or found the engine away, for nothing handed in may be lost."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError, RPCStatusCode

from activities.case_file import CaseFile
from storage import case_file
from storage.database import Database
from storage.tables import ActUnderWayRow
from workflows.connection import open_case, outcome_of
from workflows.filing import file
from workflows.messages import CaseStart

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 5.0
LEFT_TO_THE_COUNTER_SECONDS = 15.0
"""For so long the counter that took an application or an act in goes on with it itself."""
PATIENCE = timedelta(seconds=10)


class Unfinished:
    """Applications that have no workflow yet, and acts whose outcome is not on file yet."""

    def __init__(self, database: Database, client: Client, files: CaseFile, task_queue: str) -> None:
        self._database, self._client, self._files, self._task_queue = database, client, files, task_queue

    async def run(self) -> None:
        """Look again and again; a failure is tried again."""
        while True:
            for finish in (self.open_cases, self.file_acts):
                try:
                    await finish()
                except Exception as error:
                    log.error("looking for what is unfinished failed and is tried again: %s", type(error).__name__)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def open_cases(self, older_than_seconds: float = LEFT_TO_THE_COUNTER_SECONDS) -> int:
        """How many applications were on file without a workflow, and opened; one that fails holds up no other."""
        async with self._database.begin() as session:
            found = await case_file.unstarted(session, older_than_seconds)
        opened = 0
        for case in found:
            try:
                start = CaseStart.model_validate(case.start)
                await file(self._client, self._files, await open_case(self._client, self._task_queue, start, PATIENCE))
            except (RPCError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
                log.warning("opening waits for the engine: %s", error, extra={"case": case.number})
            else:
                opened += 1
                log.info("opened a case that was left on file", extra={"case": case.number})
        return opened

    async def file_acts(self, older_than_seconds: float = LEFT_TO_THE_COUNTER_SECONDS) -> int:
        """How many acts were done without anybody putting them on file, and are on file now."""
        async with self._database.begin() as session:
            found = await case_file.under_way(session, older_than_seconds)
        return sum([await self._file(act) for act in found])

    async def _file(self, act: ActUnderWayRow) -> bool:
        """Whether the act was done; the engine knows what became of it, or that nothing did."""
        try:
            acted = await outcome_of(self._client, act.number, act.id, PATIENCE)
        except WorkflowUpdateRPCTimeoutOrCancelledError:
            return False  # the engine has it and waits for a worker
        except WorkflowUpdateFailedError:
            await self._forget(act)
            return False
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                await self._forget(act)
            else:
                log.warning("filing waits for the engine: %s", error.status, extra={"case": act.number})
            return False
        await file(self._client, self._files, acted, act.id)
        log.info("filed an act that was left under way", extra={"case": act.number})
        return True

    async def _forget(self, act: ActUnderWayRow) -> None:
        """It was never done, and nobody waits for it any more."""
        async with self._database.begin() as session:
            await case_file.take_back(session, ActUnderWayRow, [act.id])
