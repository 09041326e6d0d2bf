"""Puts a batch of a grievance on file, with the papers that it gives: one batch, one transaction."""

from __future__ import annotations

from temporalio import activity

from activities.grievance.papers import Papers
from domain.grievance.record import GrievanceBatch
from registry.units import Units
from storage import grievances
from storage.database import Database


class GrievanceFile:
    """Writes grievances; it may be called twice with the same batch and writes it once."""

    def __init__(self, database: Database, units: Units, public_url: str, filing_days: int) -> None:
        self._database, self._units = database, units
        self._public_url, self._filing_days = public_url, filing_days

    @activity.defn(name="record_grievance")
    async def record_grievance(self, batch: GrievanceBatch) -> None:
        """Events, standing and papers go on file, all of them or none."""
        async with self._database.begin() as session:
            row = await grievances.apply(session, batch)
            if row is not None:
                await Papers(session, self._units, row, batch, self._public_url, self._filing_days).give()
