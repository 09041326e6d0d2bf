"""Puts a batch on file, with the papers that it gives: one batch, one transaction."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import supervision
from activities.papers.giving import give
from domain.bundle.settling import PartOf
from domain.record import Batch, CaseEnd, Clock, Ending
from registry.units import Units
from storage import case_file, parts, people, under_way
from storage.calendars import Calendars
from storage.catalogue import Definitions
from storage.database import Database


class CaseFile:
    """Writes case files; it may be called twice with the same batch and writes it once."""

    def __init__(self, database: Database, units: Units, public_url: str) -> None:
        self._database, self._units, self._public_url = database, units, public_url
        self._definitions, self._calendars = Definitions(), Calendars()

    @activity.defn(name="last_look")
    async def last_look(self, number: str, until: datetime) -> bool:
        """Whether materials were handed in by then of which the case has not heard, because the engine was away."""
        async with self._database.begin() as session:
            return await under_way.is_on_its_way(session, number, until)

    @activity.defn(name="last_look_of_part")
    async def last_look_of_part(self, number: str, until: datetime, missing: list[str]) -> bool:
        """The same of an item of a bundle, which also waits for what the bundle has and has not passed on."""
        async with self._database.begin() as session:
            on_its_way = await under_way.is_on_its_way(session, number, until)
            return on_its_way or await parts.is_on_its_way(session, number, until, missing)

    @activity.defn(name="open_part")
    async def open_part(self, part_of: PartOf, start: dict[str, Any], batch: Batch) -> None:
        """Open the case file of an item of a bundle with its first batch; a second time changes nothing."""
        item = start["item"]
        async with self._database.begin() as session:
            version = date.fromisoformat(item["version"])
            definition, _ = await self._definitions.get(session, item["code"], version)
            await parts.open_part(session, part_of, start, definition)
        await self.put(batch)

    @activity.defn(name="how_it_ended")
    async def how_it_ended(self, number: str) -> CaseEnd:
        """How the case ended. Raises `ApplicationError` while it has not, to be asked again."""
        async with self._database.begin() as session:
            case = await case_file.case_of(session, number)
        if case is None or case.ending is None:
            raise ApplicationError(f"{number} has not ended", type="not_ended")
        return CaseEnd(ending=case.ending, at=case.changed_at)

    @activity.defn(name="hand_on")
    async def hand_on(self, bundle: str, number: str, takes: dict[str, str]) -> None:
        """Show materials of a bundle in the case of one of its items."""
        async with self._database.begin() as session:
            await parts.hand_on(session, bundle, number, takes)

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
        lapsed = batch.ending is Ending.PROMISE_LAPSED
        broken = next((clock.due_day for clock in batch.clocks if lapsed and clock.key == Clock.PROMISE), None)
        supervised = supervision.concerns(batch)
        if not papers and broken is None and not supervised:
            async with self._database.at_once() as connection:
                await case_file.apply(connection, batch, request)
            return
        async with self._database.begin() as session:
            if (written := await case_file.apply(session, batch, request)) is None:
                return
            case, applicant, policy = written
            if broken is not None:  # of a bundle each item notes its own
                bar_days = int(policy["deferral_bar_days"])
                await people.note_broken_promise(session, batch.number, applicant.document_number, broken, bar_days)
            cards = await supervision.note(session, batch, case, self._units, self._calendars) if supervised else ()
            if not papers and not cards:
                return
            definition, _ = await self._definitions.get(session, case.item_code, case.item_version)
            await give(
                session,
                batch=batch.model_copy(update={"events": (*batch.events, *cards)}),
                case=case,
                applicant=applicant,
                definition=definition,
                units=self._units,
                public_url=self._public_url,
            )
