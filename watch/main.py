"""Puts the probe together and runs it."""

from __future__ import annotations

import asyncio
import logging
import signal
from datetime import timedelta

from temporalio.client import Client

from observability.alive import keep_alive
from registry.units import Units, read_units
from settings import Settings
from storage.database import Database
from storage.watched import STUCK_AFTER
from watch.archive import Unarchived
from watch.cases import Cases, Pace
from watch.facts import Facts
from watch.looking import Look
from watch.parts import Parts
from watch.probe import Probe
from watch.queues import Queues, queues_of
from watch.strays import Strays
from watch.tasks import Tasks
from watch.telling import Teller
from workflows.connection import connect
from workflows.reconciling import reconciler_of

log = logging.getLogger(__name__)

POOL = 5


def probe_of(
    settings: Settings,
    client: Client,
    database: Database,
    units: Units,
    patience: timedelta = STUCK_AFTER,
    pace: Pace | None = None,
) -> Probe:
    """The probe of these settings; `patience` is how long something may be due before it is missed."""
    every, queue = settings.watch_every_seconds, settings.task_queue
    archive_after = timedelta(days=settings.archive_after_days)
    sweep = max(1, round(settings.watch_sweep_per_second * every))
    reconciler = reconciler_of(client, database, units, settings)
    cases = Cases(client, database, reconciler, queue, pace or Pace(sweep=sweep))
    looks = [
        Look("facts", Facts(database, units, patience).see),
        Look("queues", Queues(client, queues_of(queue), settings.watch_poll_seconds).see, needs_engine=True),
        Look("tasks", Tasks(client, (queue,)).see, needs_engine=True),
        Look("cases", cases.see, needs_engine=True),
        Look("archive", Unarchived(client, database, archive_after).see, needs_engine=True),
        Look("strays", Strays(client, database, queue, young=patience).see, needs_engine=True),
    ]
    return Probe(database, Parts(client, database), looks, Teller(client, database, queue).tell, every)


async def run(settings: Settings) -> None:
    """Look until SIGTERM or SIGINT; neither PostgreSQL nor Temporal has to be there."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    alive = asyncio.create_task(keep_alive(settings.alive_file))
    database = Database(settings.database_url, POOL)
    client = await connect(settings, lazy=True)
    probing = asyncio.create_task(probe_of(settings, client, database, read_units(settings.definitions)).run())
    log.info("probe ready", extra={"every_seconds": settings.watch_every_seconds})
    try:
        waiting: asyncio.Task[bool] = asyncio.create_task(stopped.wait())
        done, _ = await asyncio.wait([waiting, probing], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for one in (alive, probing):
            one.cancel()
        await asyncio.gather(alive, probing, return_exceptions=True)
        await database.close()
