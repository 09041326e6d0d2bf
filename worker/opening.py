"""Opens the cases that the engine has not heard of: an application is on file before its workflow exists."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from temporalio.client import Client, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError

from storage import case_file
from storage.database import Database
from workflows.connection import open_case
from workflows.messages import CaseStart

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 5.0
LEFT_TO_THE_COUNTER_SECONDS = 15.0
"""For so long the counter that took the application in opens it itself."""


async def open_what_is_unopened(database: Database, client: Client, task_queue: str) -> int:
    """How many applications were found on file without a workflow, and opened; one that fails holds up no other."""
    async with database.begin() as session:
        found = await case_file.unstarted(session, LEFT_TO_THE_COUNTER_SECONDS)
    opened = 0
    for case in found:
        try:
            await open_case(client, task_queue, CaseStart.model_validate(case.start), timedelta(seconds=10))
        except (RPCError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
            log.warning("opening waits for the engine: %s", error, extra={"case": case.number})
        else:
            opened += 1
            log.info("opened a case that was left on file", extra={"case": case.number})
    return opened


async def keep_opening(database: Database, client: Client, task_queue: str) -> None:
    """Look again and again; a failure is tried again, for nothing handed in may be lost."""
    while True:
        try:
            await open_what_is_unopened(database, client, task_queue)
        except Exception:
            log.exception("looking for unopened cases failed and is tried again")
        await asyncio.sleep(LOOK_EVERY_SECONDS)
