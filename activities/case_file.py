"""Puts a batch on file, with the papers that it gives: one batch, one transaction."""

from __future__ import annotations

from temporalio import activity

from activities.papers.giving import give
from domain.record import Batch, Ending
from domain.values import SHANGHAI
from registry.units import Units
from storage import case_file, people
from storage.catalogue import Definitions
from storage.database import Database


class CaseFile:
    """Writes case files; it may be called twice with the same batch and writes it once."""

    def __init__(self, database: Database, units: Units, public_url: str) -> None:
        self._database, self._units, self._public_url = database, units, public_url
        self._definitions = Definitions()

    @activity.defn(name="record")
    async def record(self, batch: Batch) -> None:
        """What time led to goes on file. Raises `OutOfOrder` where a batch before it is still on its way."""
        await self.put(batch)

    async def put(self, batch: Batch, request: str | None = None) -> None:
        """Put events, tasks, clocks and papers on file, all of them or none; `request` is the act that led to them.

        Raises `OutOfOrder` where a batch before it is not on file yet.
        """
        async with self._database.begin() as session:
            written = await case_file.apply(session, batch, request)
            if written is None:
                return
            case, applicant = written
            if batch.ending is Ending.PROMISE_LAPSED:
                on = batch.events[-1].at.astimezone(SHANGHAI).date()
                bar_days = int(case.start["policy"]["deferral_bar_days"])
                await people.note_broken_promise(session, batch.number, applicant.document_number, on, bar_days)
            if any(event.papers for event in batch.events):
                definition, _ = await self._definitions.get(session, case.item_code, case.item_version)
                await give(
                    session,
                    batch=batch,
                    case=case,
                    applicant=applicant,
                    definition=definition,
                    units=self._units,
                    public_url=self._public_url,
                )
