"""Drops what is not of law and not needed any more, again and again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from observability.turns import goes_on, turn
from storage import outdated
from storage.database import Database
from worker.now import in_shanghai

log = logging.getLogger(__name__)

LOOP = "housekeeping"
LOOK_EVERY_SECONDS = 1200.0
"""More often than there is much to do, so that the loop is seen to run."""
AT_ONCE = 5000


class Housekeeping:
    """Drops a few rows at a time; several workers that do it at once share them."""

    def __init__(self, database: Database, keep: timedelta, *, now: Callable[[], datetime] = in_shanghai) -> None:
        self._database, self._keep, self._now = database, keep, now

    async def run(self) -> None:
        """Look again and again; a failure is tried again."""
        while True:
            try:
                with turn(LOOP):
                    await self.look()
            except Exception as error:
                log.error("housekeeping is tried again: %s", type(error).__name__)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def look(self) -> dict[str, int]:
        """How many of each were dropped."""
        before = self._now() - self._keep
        dropped = {what: await self._all(what, before) for what in outdated.EACH}
        if any(dropped.values()):
            log.info("dropped what was kept long enough", extra=dropped)
        return dropped

    async def _all(self, what: str, before: datetime) -> int:
        total = 0
        while True:
            async with self._database.begin() as session:
                dropped = await outdated.drop(session, what, before, AT_ONCE)
            total += dropped
            goes_on(LOOP)
            if dropped < AT_ONCE:
                return total
