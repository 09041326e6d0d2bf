"""Looks for roles that nobody holds, so that the department that oversees hears of it on the same day (gz:8.3)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from activities.vacancies import Looked, Vacancies
from observability.turns import turn
from storage.database import Database
from worker.now import in_shanghai

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 60.0


class VacancyWatch:
    """Raises and clears the alarms; the counter does so too, after each change of a post."""

    def __init__(self, database: Database, vacancies: Vacancies, now: Callable[[], datetime] = in_shanghai) -> None:
        self._database, self._vacancies, self._now = database, vacancies, now

    async def run(self) -> None:
        """Look again and again; a failure is tried again."""
        while True:
            try:
                with turn("vacancies"):
                    await self.look()
            except Exception as error:
                log.error("looking for vacancies is tried again: %s", type(error).__name__)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def look(self) -> Looked:
        """What was raised and what was cleared, each in one line of the log."""
        async with self._database.begin() as session:
            looked = await self._vacancies.look(session, self._now())
        if looked.raised:
            log.warning("roles became vacant", extra={"raised": len(looked.raised), "first": looked.raised[0]})
        if looked.cleared:
            log.info("vacant roles were filled", extra={"cleared": len(looked.cleared)})
        return looked
