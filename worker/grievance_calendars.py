"""Brings every open grievance to the calendar in force."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, time

from temporalio.client import Client

from domain.deadline import Office
from domain.values import SHANGHAI
from observability.turns import turn
from registry.units import Units
from storage import grievances
from storage.calendars import Calendars, InForce
from storage.database import Database
from storage.tables import GrievanceRow
from workflows.grievance.messages import grievance_id

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 30.0


class GrievanceCalendars:
    """Tells grievances of another calendar by a signal; told twice, it changes nothing."""

    def __init__(self, database: Database, client: Client, units: Units, closing_time: time | None) -> None:
        self._database, self._client, self._units, self._closing_time = database, client, units, closing_time
        self._calendars = Calendars()

    async def run(self) -> None:
        """Look again and again; a failure is tried again."""
        while True:
            try:
                with turn("grievance_calendars"):
                    await self.tell()
            except Exception as error:
                log.error("telling grievances of the calendar is tried again: %s", type(error).__name__)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def tell(self) -> int:
        """How many were brought to the calendar in force."""
        async with self._database.begin() as session:
            now = await self._calendars.in_force(session)
            stale = await grievances.counting_by_others(session, now)
        return sum([await self._one(row, now) for row in stale])

    async def _one(self, row: GrievanceRow, now: InForce) -> bool:
        calendar = now.calendar(row.window_unit)
        closing = self._units.unit(row.window_unit).closing_time or self._closing_time
        since = min(row.received_at.astimezone(SHANGHAI).year, datetime.now(SHANGHAI).year)
        office = Office(calendar=calendar.since(since), closing_time=closing)
        try:
            await self._client.get_workflow_handle(grievance_id(row.number)).signal("count_by", office)
        except Exception as error:
            log.warning("a grievance hears later: %s", type(error).__name__, extra={"grievance": row.number})
            return False
        async with self._database.begin() as session:
            await grievances.counts_by(session, row.number, calendar.version)
        return True
