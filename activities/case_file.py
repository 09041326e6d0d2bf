"""Puts a batch on file, with the papers that it gives: one batch, one transaction."""

from __future__ import annotations

from datetime import datetime

from temporalio import activity

from activities.papers.giving import give
from domain.record import Batch, Clock, Ending
from registry.units import Units
from storage import case_file, people, under_way
from storage.catalogue import Definitions
from storage.database import Database


class CaseFile:
    """Writes case files; it may be called twice with the same batch and writes it once."""

    def __init__(self, database: Database, units: Units, public_url: str) -> None:
        self._database, self._units, self._public_url = database, units, public_url
        self._definitions = Definitions()

    @activity.defn(name="last_look")
    async def last_look(self, number: str, until: datetime) -> bool:
        """Whether materials were handed in by then of which the case has not heard, because the engine was away."""
        async with self._database.begin() as session:
            return await under_way.is_on_its_way(session, number, until)

    async def no_longer_under_way(self, request: str | None) -> None:
        """What the act led to is on file, or it was never done."""
        if request is not None:
            async with self._database.begin() as session:
                await under_way.forget(session, request)

    async def put(self, batch: Batch, request: str | None = None) -> None:
        """Put events, tasks, clocks and papers on file, all of them or none; `request` is the act that led to them.

        Raises `OutOfOrder` where a batch before it is not on file yet.
        """
        papers = any(event.papers for event in batch.events)
        if not papers and batch.ending is not Ending.PROMISE_LAPSED:
            async with self._database.at_once() as connection:
                await case_file.apply(connection, batch, request)
            return
        async with self._database.begin() as session:
            if (written := await case_file.apply(session, batch, request)) is None:
                return
            case, applicant, policy = written
            if batch.ending is Ending.PROMISE_LAPSED:
                on = next(clock.due_day for clock in batch.clocks if clock.key == Clock.PROMISE)
                bar_days = int(policy["deferral_bar_days"])
                await people.note_broken_promise(session, batch.number, applicant.document_number, on, bar_days)
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
