"""Finds the visits of which nothing came in time, whether or not anybody complains (gz:13.5)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, time

from activities.visits import Desk, find
from domain.deadline import Office
from domain.law import carries_out
from domain.supervision.visits import WhyFound, is_unanswered
from observability.turns import turn
from registry.supervision import SupervisionFile
from registry.units import Units
from storage import visits
from storage.calendars import Calendars
from storage.database import Database
from storage.tables import VisitRow
from storage.visits import as_visit
from worker.now import in_shanghai

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 60.0
PAGE = 500


class Visits:
    """Looks for visits past the day by which there had to be a receipt or a written answer."""

    def __init__(
        self,
        database: Database,
        units: Units,
        rules: SupervisionFile,
        *,
        public_url: str,
        filing_days: int,
        closing_time: time | None = None,
        now: Callable[[], datetime] = in_shanghai,
    ) -> None:
        self._database, self._units, self._rules = database, units, rules
        self._public_url, self._filing_days, self._closing_time = public_url, filing_days, closing_time
        self._now, self._calendars = now, Calendars()

    async def run(self) -> None:
        """Look again and again; a failure is tried again."""
        while True:
            try:
                with turn("visits"):
                    await self.look()
            except Exception as error:
                log.error("looking for visits without an answer is tried again: %s", type(error).__name__)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    @carries_out("gz:13.5")
    async def look(self) -> int:
        """How many visits were found of which nothing came; each once, whoever else looks at the same time."""
        now = self._now()
        async with self._database.begin() as session:
            waiting = [row.id for row in await visits.waiting(session, now.date(), PAGE)]
        found = 0
        for id_ in waiting:
            try:
                found += await self._one(id_, now)
            except Exception as error:
                log.warning("a visit is looked at again: %s", type(error).__name__, extra={"visit": id_})
        if found:
            log.warning("visits of which nothing came in time", extra={"found": found})
        return found

    async def _one(self, id_: str, now: datetime) -> bool:
        """Whether the visit was found, as it stands now: it may have ended a moment ago."""
        async with self._database.begin() as session:
            row = await visits.visit_of(session, id_, to_change=True)
            if row is None:
                return False
            calendar = (await self._calendars.in_force(session)).calendar(row.unit)
            office = Office(
                calendar=calendar, closing_time=self._units.unit(row.unit).closing_time or self._closing_time
            )
            if not is_unanswered(as_visit(row), now, office):
                return False
            return await find(session, self._desk(row, office), row, WhyFound.UNANSWERED, now) is not None

    def _desk(self, row: VisitRow, office: Office) -> Desk:
        rules = self._rules.of(self._units.place_of(row.unit))
        return Desk(self._units, rules, office, self._public_url, self._filing_days)
