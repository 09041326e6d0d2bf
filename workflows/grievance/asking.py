"""From a grievance to its case: what the outcome calls for is asked of the case as an act like any other."""

from __future__ import annotations

from datetime import timedelta

from temporalio import activity
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain.law import carries_out
from storage import case_file
from storage.database import Database
from workflows.connection import send
from workflows.filing import Filer
from workflows.grievance.messages import AskOfCase, CaseAnswered
from workflows.timeouts import ASK_OF_CASE

PATIENCE = timedelta(seconds=20)
CLOSED = "case_closed"


class Asker:
    """Asks the case, and puts on file what that led to; asked twice, it happens once."""

    def __init__(self, client: Client, filer: Filer, database: Database) -> None:
        self._client, self._filer, self._database = client, filer, database

    @activity.defn(name=ASK_OF_CASE)
    @carries_out("gz:13.5")
    async def ask_of_case(self, asked: AskOfCase) -> CaseAnswered:
        """Whether the case did it, or why it may not; anything else is tried again."""
        act = asked.act
        try:
            acted = await send(self._client, asked.case, act, PATIENCE)
        except WorkflowUpdateFailedError as error:
            if isinstance(error.cause, ApplicationError) and error.cause.details:
                return CaseAnswered(refused=error.cause.type)
            raise
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND and await self._has_ended(asked.case):
                return CaseAnswered(refused=CLOSED)
            raise
        await self._filer.file(acted, act.request_id)
        return CaseAnswered()

    async def _has_ended(self, number: str) -> bool:
        async with self._database.begin() as session:
            case = await case_file.case_of(session, number)
        return case is None or case.ending is not None
