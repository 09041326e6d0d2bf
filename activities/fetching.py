"""Materials come from registers beside the cases: a dead register holds up nobody, and nothing is given up (gz:17)."""

from __future__ import annotations

import asyncio
import logging
import math
import random
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from activities.channels.backoff import wait_after
from activities.lanes import Lanes
from activities.registers.connector import Connector, NotFound, SourceDown
from activities.registers.listed import connectors
from domain.law import carries_out
from domain.values import SHANGHAI
from observability.subject import about
from observability.turns import turn
from settings import Settings
from storage import files, materials
from storage.database import Database
from storage.files import FileEmpty, FileStore, FileTooLarge, NotAcceptable, StoreUnavailable
from storage.materials import Wanted

log = logging.getLogger(__name__)

UNUSABLE = {
    FileEmpty: "the answer is empty",
    FileTooLarge: "the document is larger than files may be",
    NotAcceptable: "the answer is no document of a known type",
    StoreUnavailable: "the folder of files does not work",
}
UNLISTED = "registers.yaml does not have this register"


class Pace(NamedTuple):
    """How fast and how patient a fetcher is, in seconds; the lease is far longer than an attempt may last."""

    poll: float = 2.0
    attempt: float = 60.0
    lease: float = 300.0
    farewell: float = 5.0
    round: float = 60.0
    at_once: int = 4
    """Requests under way at once to each register."""


class Fetcher:
    """Takes due materials and fetches them, until it is cancelled; any number of them may share the work."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        registers: Mapping[str, Connector] | None = None,
        pace: Pace = Pace(),  # noqa: B008  (immutable)
    ) -> None:
        self._database, self._pace = database, pace
        self._store = FileStore(settings.home, settings.max_file_bytes)
        self._registers = registers if registers is not None else connectors(settings)
        self._lanes = Lanes(log, pace.at_once)
        self._looked_round = -math.inf

    async def run(self) -> None:
        """Fetch what is due, again and again. When cancelled, what is under way gets a few seconds to finish."""
        try:
            while True:
                await self._look_round()
                await self._take_and_fetch()
                await self._lanes.rest(self._pace.poll)
        finally:
            await self._finish()

    async def _take_and_fetch(self) -> None:
        """Start an attempt for each due material that finds a place; a failing database is asked again at the next turn."""
        free = {name: count for name in self._registers if (count := self._lanes.free(name)) > 0}
        if not free:
            return
        taken: list[Wanted] = []
        try:
            with turn("fetching"):
                async with self._database.begin() as session:
                    taken = await materials.take(session, free, timedelta(seconds=self._pace.lease))
        except Exception as error:
            log.warning("materials wait for the database: %s", type(error).__name__)
        self._lanes.found(free, (wanted.register_name for wanted in taken))
        for wanted in taken:
            self._lanes.start(wanted.register_name, self._attempt(wanted))

    async def _attempt(self, wanted: Wanted) -> None:
        about(wanted.number)
        register = self._registers[wanted.register_name]
        try:
            async with asyncio.timeout(self._pace.attempt):
                answer = await register.fetch(
                    wanted.register_name, wanted.type, wanted.document_number, f"{wanted.number}.{wanted.id}"
                )
                stored = None if isinstance(answer, NotFound) else await self._store.keep(answer.content)
        except Exception as error:
            await self._postpone(wanted, error)
            return
        async with self._database.begin() as session:
            if stored is None:
                await materials.not_found(session, wanted)
            else:
                await files.enter(session, stored, datetime.now(SHANGHAI))
                await materials.found(session, wanted, stored)
        log.info("a register has answered", extra={**_facts(wanted), "found": stored is not None})

    @carries_out("gz:17")
    async def _postpone(self, wanted: Wanted, error: Exception) -> None:
        """Note the exception; the material counts as in hand meanwhile, and the applicant is not asked for it."""
        why = UNUSABLE.get(type(error)) or type(error).__name__
        if isinstance(error, SourceDown):
            why = str(error)
        elif isinstance(error, TimeoutError):
            why = f"no answer within {self._pace.attempt:g} s"
        elif type(error) not in UNUSABLE:
            log.error("fetching hit an unexpected fault: %s", why, extra=_facts(wanted))
        wait = wait_after(wanted.attempts, wanted.waited, random.random())
        facts = {**_facts(wanted), "why": why, "wait": wait.total_seconds(), "article": "gz:17"}
        log.warning("exception: a register gave nothing, the case goes on and it is asked again", extra=facts)
        async with self._database.begin() as session:
            await materials.postponed(session, wanted, why, wait)

    async def _finish(self) -> None:
        await self._lanes.finish(self._pace.farewell)
        for register in self._registers.values():
            await register.close()

    async def _look_round(self) -> None:
        """Once a minute: note what waits for a register that is not set up, and clear away what a killed process left."""
        if time.monotonic() - self._looked_round < self._pace.round:
            return
        self._looked_round = time.monotonic()
        try:
            await asyncio.to_thread(self._store.sweep)
            async with self._database.begin() as session:
                unlisted = await materials.note_unlisted(session, self._registers, UNLISTED)
        except Exception as error:
            log.warning("could not look for stranded materials: %s", type(error).__name__)
            return
        for row in unlisted:
            facts = {"case": row.number, "material": str(row.id), "register": row.register_name, "article": "gz:17"}
            log.warning("exception: a material waits for a register that registers.yaml does not have", extra=facts)


def _facts(wanted: Wanted) -> dict[str, object]:
    return {
        "case": wanted.number,
        "material": str(wanted.id),
        "register": wanted.register_name,
        "attempts": wanted.attempts,
    }
