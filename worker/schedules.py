"""At every start the schedules of the monthly reports are there; `python -m worker.schedules` makes them by hand."""

from __future__ import annotations

import asyncio
import logging

from temporalio.client import Client

from registry.units import Units, read_units
from settings import settings
from workflows.connection import connect
from workflows.monthly_schedule import keep_schedules

log = logging.getLogger(__name__)

AGAIN_AFTER_SECONDS = 30.0


class Schedules:
    """Keeps the schedules as they should be."""

    def __init__(self, client: Client, task_queue: str, units: Units) -> None:
        self._client, self._task_queue, self._units = client, task_queue, units

    async def run(self) -> None:
        """Make them, again and again until it was done once; then there is nothing left to do while the worker lives."""
        while True:
            try:
                await keep_schedules(self._client, self._task_queue, self._units.places)
                log.info("schedules of the monthly reports are kept", extra={"places": len(self._units.places)})
                break
            except Exception as error:
                log.error("making the schedules of the monthly reports is tried again: %s", type(error).__name__)
                await asyncio.sleep(AGAIN_AFTER_SECONDS)
        await asyncio.Event().wait()


async def main() -> None:
    """Make them once, and name them."""
    known = settings()
    client = await connect(known)
    for id_ in await keep_schedules(client, known.task_queue, read_units(known.definitions).places):
        print(id_)


if __name__ == "__main__":
    asyncio.run(main())
