"""Takes the histories of what has ended into the archive before the engine lets go of them (od:12)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from temporalio.client import Client

from domain.archiving import LOOKED_FOR_AGAIN, archived_after, kept_since
from domain.troubles import number_of
from observability.turns import turn
from storage import archive
from storage.archive import Ended, Kept
from storage.database import Database
from storage.files import FileStore
from storage.recounts import give_turn, take_turn
from worker.now import in_shanghai
from workflows.histories import COMPRESSED, Gone, NotWhole, retention_of, runs_of

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 60.0
ONE_AT_A_TIME = 5_201_314_012
"""Key of the lock that a worker holds for one look; the others come again."""
PAGE = 200
AT_ONCE = 4
LARGEST_HISTORY_BYTES = 256 * 1024 * 1024
"""The engine ends a workflow whose history goes beyond 50 MiB; as JSON, and encrypted, that is more."""


class Looked(NamedTuple):
    """What one look did: how many were archived, how many the engine did not have, and whether more may be waiting."""

    archived: int = 0
    gone: int = 0
    more: bool = False


class Archiver:
    """Archives what ended some time ago, the oldest first; what fails is passed over and comes again with the next round.

    First the bytes are safe, then a row says so: a process killed in between leaves a file that the next one writes again.
    """

    def __init__(
        self,
        database: Database,
        client: Client,
        store: FileStore,
        after: timedelta,
        *,
        page: int = PAGE,
        now: Callable[[], datetime] = in_shanghai,
    ) -> None:
        self._database, self._client, self._store, self._after = database, client, store, after
        self._page, self._now = page, now
        self._places = asyncio.Semaphore(AT_ONCE)
        self._last: Ended | None = None

    async def run(self) -> None:
        """Look again and again; a failure is tried again."""
        while True:
            more = False
            try:
                with turn("archive"):
                    more = (await self.look()).more
            except Exception as error:
                log.error("archiving is tried again: %s", type(error).__name__)
            await asyncio.sleep(0 if more else LOOK_EVERY_SECONDS)

    async def look(self) -> Looked:
        """Archive the next ones whose time has come; nothing while another worker is at it."""
        async with self._database.at_once() as connection:
            if not await take_turn(connection, ONE_AT_A_TIME):
                return Looked()
            try:
                return await self._next()
            finally:
                await give_turn(connection, ONE_AT_A_TIME)

    async def _next(self) -> Looked:
        now, retention = self._now(), await retention_of(self._client)
        async with self._database.begin() as session:
            until = now - archived_after(self._after, retention)
            due = await archive.waiting(session, until, self._last, self._page)
            again = await archive.gone(session, kept_since(now, retention), now - LOOKED_FOR_AGAIN, self._page)
        more = len(due) == self._page
        self._last = due[-1] if more else None
        return await self._each([*due, *again], more)

    async def _each(self, ended: list[Ended], more: bool) -> Looked:
        said = await asyncio.gather(*(self._one(one) for one in ended), return_exceptions=True)
        failed = [error for error in said if isinstance(error, BaseException)]
        for one, error in zip(ended, said, strict=True):
            if isinstance(error, BaseException):
                facts = {"case": number_of(one.workflow)}
                log.warning("a history is archived later: %s", type(error).__name__, extra=facts)
        if failed and len(failed) == len(ended):
            raise failed[0]
        looked = Looked(said.count(True), said.count(False), more)
        if looked.archived or looked.gone:
            log.info("histories were archived", extra={"archived": looked.archived, "gone": looked.gone})
        return looked

    async def _one(self, ended: Ended) -> bool | None:
        """True: it is archived; False: the engine has it no longer; None: later, or somebody else was first."""
        async with self._places:
            try:
                runs = await runs_of(self._client, ended.workflow)
            except NotWhole:
                log.warning("closed on file, and its workflow runs", extra={"case": number_of(ended.workflow)})
                return None
            except Gone:
                runs = []
            kept = []
            for run in runs:
                stored = await self._store.keep(run.content, COMPRESSED) if run.content else None
                kept.append(Kept(run.run, run.events, run.size, stored))
            async with self._database.begin() as session:
                settled = await archive.settle(session, ended, kept, self._now())
            return bool(kept) if settled else None
