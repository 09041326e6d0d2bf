"""The probe: looks again and again, puts on file what it sees, and says in the log what opens and what is over."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from domain.trouble_telling import says
from domain.troubles import Trouble, TroubleKind, number_of
from observability import metrics
from observability.traces import quiet
from storage import troubles
from storage.database import Database
from storage.troubles import Changed, Seen
from watch.looking import Look, type_of
from watch.parts import SUBJECTS, Parts

log = logging.getLogger(__name__)

LONGEST_LOOK_SECONDS = 20.0
SAID_AGAIN_SECONDS = 60.0


class Probe:
    """Any number of probes may look at once: a subject has one open trouble of a kind, whoever sees it."""

    def __init__(
        self,
        database: Database,
        parts: Parts,
        looks: Sequence[Look],
        tell: Callable[[], Awaitable[int]],
        every_seconds: float,
        longest_seconds: float = LONGEST_LOOK_SECONDS,
    ) -> None:
        self._database, self._parts, self._looks, self._tell = database, parts, looks, tell
        self._every, self._longest = every_seconds, longest_seconds
        self._down: dict[TroubleKind, Trouble] = {}
        self._unfiled: Trouble | None = None
        self._said_at = 0.0
        says_down = (
            "Whether PostgreSQL or Temporal does not answer the probe, which says so also while nothing can be filed."
        )
        metrics.gauge("bancheng_part_down", says_down, self._shown)

    def _shown(self) -> metrics.Values:
        return [({"part": subject}, float(kind in self._down)) for kind, subject in SUBJECTS.items()]

    async def run(self) -> None:
        """Look until cancelled; each look has a loop of its own, so that a slow one holds up no other."""
        await self._look_at_parts()
        async with asyncio.TaskGroup() as loops:
            loops.create_task(self._again(self._look_at_parts))
            for look in self._looks:
                loops.create_task(self._again(lambda look=look: self.look(look)))  # type: ignore[misc]
            loops.create_task(self._again(self._tell_workflows))

    async def _again(self, turn: Callable[[], Awaitable[None]]) -> None:
        while True:
            began = time.monotonic()
            with quiet():
                await turn()
            await asyncio.sleep(max(0.1, self._every - (time.monotonic() - began)))

    async def look(self, look: Look) -> None:
        """One turn of a look; one that fails is said and comes again."""
        if TroubleKind.DATABASE_DOWN in self._down or (look.needs_engine and TroubleKind.ENGINE_DOWN in self._down):
            return
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._longest):
                since = await self._moment()
                for seen in await look.see():
                    await self._note(seen, since)
                async with self._database.begin() as session:
                    await troubles.looked(session, look.name, time.monotonic() - began)
        except Exception as error:
            log.error("a look failed and is tried again: %s", type_of(error), extra={"look": look.name})

    async def _moment(self) -> datetime:
        async with self._database.begin() as session:
            return await troubles.moment(session)

    async def _note(self, seen: Seen, began: datetime) -> Changed:
        async with self._database.begin() as session:
            changed = await troubles.note(session, seen, began)
        for trouble in changed.opened:
            _say(trouble)
        for kind, subject in changed.cleared:
            log.info("trouble is over", extra={"trouble": kind, "subject": subject, "case": number_of(subject)})
        return changed

    async def _look_at_parts(self) -> None:
        """What is down is said by the log at once and each minute; it goes on file when there is a database to take it."""
        began = time.monotonic()
        down = {kind: trouble for kind, trouble in (await self._parts.down()).items() if trouble is not None}
        self._say_what_is_down(down)
        self._down = down
        database = down.get(TroubleKind.DATABASE_DOWN)
        if database is not None:
            self._unfiled = database
            return
        engine = down.get(TroubleKind.ENGINE_DOWN)
        try:
            async with asyncio.timeout(self._longest):
                await self._file_what_is_over()
                seen = Seen(frozenset({TroubleKind.ENGINE_DOWN}), (engine,) if engine else ())
                await self._note(seen, await self._moment())
                async with self._database.begin() as session:
                    await troubles.looked(session, "parts", time.monotonic() - began)
        except Exception as error:
            log.error("a look failed and is tried again: %s", type_of(error), extra={"look": "parts"})

    def _say_what_is_down(self, down: dict[TroubleKind, Trouble]) -> None:
        again = bool(down) and time.monotonic() - self._said_at > SAID_AGAIN_SECONDS
        for kind, trouble in down.items():
            if again or kind not in self._down:
                _say(trouble)
                self._said_at = time.monotonic()

    async def _file_what_is_over(self) -> None:
        if (trouble := self._unfiled) is None:
            return
        async with self._database.begin() as session:
            await troubles.put_over(session, trouble)
        self._unfiled = None
        log.info("trouble is over", extra={"trouble": trouble.kind.value, "subject": trouble.subject})

    async def _tell_workflows(self) -> None:
        if self._down:
            return
        try:
            async with asyncio.timeout(self._longest):
                await self._tell()
        except Exception as error:
            log.error("telling workflows of their troubles is tried again: %s", type_of(error))


def _say(trouble: Trouble) -> None:
    said = says(trouble.kind, trouble.subject, trouble.since, trouble.facts)
    facts = {"trouble": trouble.kind.value, "subject": trouble.subject, "case": trouble.number}
    log.warning("trouble: %s", said.zh, extra=facts)
