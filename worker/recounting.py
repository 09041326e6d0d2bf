"""Brings every open case to the calendar in force: again and again, until none counts by another one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain.commands import Actor, Recount
from domain.law import carries_out
from domain.values import SHANGHAI
from registry.units import Units
from storage import calendars, under_way
from storage.calendars import InForce, Stale
from storage.database import Database
from workflows.connection import send
from workflows.filing import Filer

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 5.0
PAGE = 200
TELL_EVERY = 1000
PATIENCE = timedelta(seconds=30)
THE_CALENDAR = Actor(id="calendar", roles=("calendar",))
ONE_AT_A_TIME = 5_201_314_002
"""Key of the lock that the process holds which recounts; the others look again later."""


class Recounting:
    """Looks for open cases whose calendar is not the one in force for their unit, and sends it to them.

    What is done is on file with the case; so the work goes on where it was, whatever was killed, and nothing is done twice.
    """

    def __init__(
        self, database: Database, client: Client, filer: Filer, units: Units, at_once: int, closing_time: time | None
    ) -> None:
        self._database, self._client, self._filer, self._units = database, client, filer, units
        self._at_once, self._closing_time = at_once, closing_time

    async def run(self) -> None:
        """Look again and again; a failure is tried again."""
        while True:
            try:
                await self.recount()
            except Exception as error:
                log.error("recounting failed and is tried again: %s", type(error).__name__)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    @carries_out("gz:13.4")
    async def recount(self) -> int:
        """How many cases were brought to the calendar in force; those that could not be come again at the next turn."""
        async with self._database.at_once() as lock:
            if not await calendars.take_turn(lock, ONE_AT_A_TIME):
                return 0
            try:
                return await self._all()
            finally:
                await calendars.give_turn(lock, ONE_AT_A_TIME)

    async def _all(self) -> int:
        async with self._database.begin() as session:
            now = await calendars.in_force(session)
        done, after = 0, ""
        while page := await self._page(now, after):
            after = page[-1].number
            before, done = done, done + await self._each(page, now)
            if done // TELL_EVERY > before // TELL_EVERY:
                async with self._database.begin() as session:
                    left = (await calendars.progress(session, now))[1]
                log.info("recounting by the new calendar", extra={"done": done, "left": left})
        if done:
            log.info("recounted by the calendar in force", extra={"cases": done})
        return done

    async def _page(self, now: InForce, after: str) -> list[Stale]:
        async with self._database.begin() as session:
            return await calendars.stale(session, now, after, PAGE)

    async def _each(self, cases: Iterable[Stale], now: InForce) -> int:
        """How many of the cases count by the calendar now."""
        waiting, done = iter(cases), 0

        async def hand() -> None:
            nonlocal done
            for case in waiting:
                try:
                    done += await self._one(case, now)
                except Exception as error:
                    log.warning("recounting is tried again: %s", type(error).__name__, extra={"case": case.number})

        await asyncio.gather(*(hand() for _ in range(self._at_once)))
        return done

    async def _one(self, case: Stale, now: InForce) -> bool:
        """Whether the case counts by the calendar now."""
        calendar = now.calendar(case.unit)
        request = f"recount:{case.number}:{calendar.version}:{case.seq}"
        command = Recount(
            request_id=request,
            by=THE_CALENDAR,
            calendar=calendar.since(case.year),
            closing_time=self._units.unit(case.unit).closing_time or self._closing_time,
            source=str(now.newest),
        )
        async with self._database.at_once() as connection:
            await under_way.announce(connection, request, case.number, datetime.now(SHANGHAI))
        try:
            acted = await send(self._client, case.number, command, PATIENCE)
        except WorkflowUpdateFailedError as error:
            return await self._refused(case, request, calendar.version, error)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:  # it has ended meanwhile, or somebody terminated its workflow
                await self._forget(request)
                return False
            raise
        await self._filer.file(acted, request)
        return True

    async def _refused(self, case: Stale, request: str, version: str, error: WorkflowUpdateFailedError) -> bool:
        """A case that counts by the calendar already says so; its row learns it from the history."""
        await self._forget(request)
        if not (isinstance(error.cause, ApplicationError) and error.cause.type == "counted_already"):
            raise error
        await self._filer.catch_up(case.number)
        async with self._database.begin() as session:
            await calendars.counts_by(session, case.number, version)
        return True

    async def _forget(self, request: str) -> None:
        async with self._database.begin() as session:
            await under_way.forget(session, request)
