"""Tells a workflow of its own troubles, so that Temporal UI shows them where supervisors look."""

from __future__ import annotations

import logging

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.troubles import TOLD_TO_ITS_WORKFLOW, TroubleKind
from storage import troubles
from storage.database import Database
from storage.troubles import Untold
from watch.looking import ASKED, type_of

log = logging.getLogger(__name__)

NOTE_TROUBLE = "note_trouble"
"""The signal that takes the codes of all that is wrong with the case now."""


class Teller:
    """Signals only what changed, and only to workflows that can take it in."""

    def __init__(self, client: Client, database: Database, task_queue: str, at_most: int = 50) -> None:
        self._client, self._database, self._queue, self._at_most = client, database, task_queue, at_most

    async def tell(self) -> int:
        """How many workflows were told. One that cannot hear now is told later, if there is still something to tell."""
        async with self._database.begin() as session:
            waiting = await troubles.untold(session, self._at_most)
            unserved = await troubles.open_subjects(session, [TroubleKind.QUEUE_UNSERVED])
        if self._queue in unserved:
            return 0
        return sum([await self._tell(one) for one in waiting])

    async def _tell(self, one: Untold) -> bool:
        codes = [kind for kind in one.open_kinds if kind in TOLD_TO_ITS_WORKFLOW]
        try:
            await self._client.get_workflow_handle(one.subject).signal(NOTE_TROUBLE, codes, rpc_timeout=ASKED)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                log.info("a workflow could not be told of its trouble: %s", type_of(error))
                return False
        async with self._database.begin() as session:
            await troubles.told(session, one)
        return True
