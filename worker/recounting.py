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
from observability.subject import within
from observability.traces import own_trace
from observability.turns import goes_on, turn
from registry.units import Units
from storage import recounts, under_way
from storage.calendars import Calendars, InForce
from storage.database import Database
from storage.recounts import Stale
from workflows.connection import send
from workflows.filing import Filer

log = logging.getLogger(__name__)

LOOP = "recounting"
LOOK_EVERY_SECONDS = 5.0
LOOK_AT_LEAST_EVERY_SECONDS = 60.0
"""Where cases cannot be reached, as those whose workflow somebody terminated, they are not asked every few seconds."""
PAGE = 1000
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
        self._calendars, self._failed = Calendars(), 0

    async def run(self) -> None:
        """Look again and again; a failure is tried again."""
        pause = LOOK_EVERY_SECONDS
        while True:
            try:
                self._failed = 0
                with turn(LOOP):
                    await self.recount()
            except Exception as error:
                self._failed += 1
                log.error("recounting failed and is tried again: %s", type(error).__name__)
            pause = min(2 * pause, LOOK_AT_LEAST_EVERY_SECONDS) if self._failed else LOOK_EVERY_SECONDS
            await asyncio.sleep(pause)

    @carries_out("gz:13.4")
    async def recount(self) -> int:
        """How many cases were brought to the calendar in force; those that could not be come again at the next turn."""
        async with self._database.at_once() as lock:
            if not await recounts.take_turn(lock, ONE_AT_A_TIME):
                return 0
            try:
                return await self._all()
            finally:
                await recounts.give_turn(lock, ONE_AT_A_TIME)

    async def _all(self) -> int:
        async with self._database.begin() as session:
            now = await self._calendars.in_force(session)
        done, after = 0, None
        while page := await self._page(now, after):
            after = page[-1]
            before, done = done, done + await self._each(page, now)
            goes_on(LOOP)
            if done // TELL_EVERY > before // TELL_EVERY:
                async with self._database.begin() as session:
                    left = (await recounts.progress(session, now))[1]
                log.info("recounting by the new calendar", extra={"done": done, "left": left})
        if done:
            log.info("recounted by the calendar in force", extra={"cases": done})
        return done

    async def _page(self, now: InForce, after: Stale | None) -> list[Stale]:
        """The next cases; none where another calendar came into force meanwhile: then it begins anew with that one."""
        async with self._database.begin() as session:
            if await self._calendars.in_force(session) is not now:
                return []
            return await recounts.stale(session, now, after, PAGE)

    async def _each(self, cases: Iterable[Stale], now: InForce) -> int:
        """How many of the cases count by the calendar now."""
        waiting, done = iter(cases), 0

        async def hand() -> None:
            nonlocal done
            for case in waiting:
                try:
                    with within(case.number), own_trace("Recount"):
                        done += await self._one(case, now)
                except Exception as error:
                    _stop_where_told(error)
                    self._failed += 1
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
            calendars={unit: now.calendar(unit).since(case.year) for unit in case.units},
            closing_time=self._units.unit(case.unit).closing_time or self._closing_time,
            source=str(now.order(case.unit)),
        )
        async with self._database.at_once() as connection:
            await under_way.announce(connection, request, case.number, datetime.now(SHANGHAI))
        try:
            acted = await send(self._client, case.number, command, PATIENCE)
        except WorkflowUpdateFailedError as error:
            return await self._refused(case, request, calendar.version, error)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return await self._refused(case, request, calendar.version, error)
        await self._filer.file(acted, request)
        return True

    async def _refused(self, case: Stale, request: str, version: str, error: Exception) -> bool:
        """Whether the case counts by the calendar already, or has ended: then its row learns so from the history."""
        async with self._database.begin() as session:
            await under_way.forget(session, request)
        await self._filer.catch_up(case.number)
        cause = error.cause if isinstance(error, WorkflowUpdateFailedError) else None
        counted = isinstance(cause, ApplicationError) and cause.type == "counted_already"
        async with self._database.begin() as session:
            if counted:
                await recounts.counts_by(session, case, version)
            elif not await recounts.has_ended(session, case.number):
                raise error
        return counted


def _stop_where_told(error: Exception) -> None:
    """Raise `CancelledError` where this task was cancelled: the SDK says that of an update by an error of its own."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError from error
