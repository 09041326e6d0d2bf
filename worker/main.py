"""The worker process: the parts of the work that it was given, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import Any

from activities.lanes import show_lanes
from observability.alive import keep_alive
from observability.pool import show_pool
from observability.turns import show_turns
from registry.units import read_units
from settings import Settings
from storage.database import Database
from worker.parts import PARTS, Site

log = logging.getLogger(__name__)


async def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; what is under way is finished first."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    alive = asyncio.create_task(keep_alive(settings.alive_file))
    try:
        await work(settings, stopped)
    finally:
        alive.cancel()
        await asyncio.gather(alive, return_exceptions=True)


async def work(settings: Settings, stopped: asyncio.Event) -> None:
    """Do the parts of these settings until `stopped` is set; raises what any of them failed with."""
    database = Database(settings.database_url, settings.database_pool)
    site = Site(settings, database, read_units(settings.definitions))
    show_pool(database.pool)
    show_turns()
    show_lanes()
    does = [part for part in PARTS if part in settings.worker_does]
    parts = [asyncio.create_task(PARTS[part](site)) for part in does]
    waiting: asyncio.Task[Any] = asyncio.create_task(stopped.wait())
    try:
        log.info("worker starts", extra={"does": does, "release": settings.build_id or None})
        done, _ = await asyncio.wait([waiting, *parts], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in (waiting, *parts):
            task.cancel()
        await asyncio.gather(waiting, *parts, return_exceptions=True)
        await database.close()
