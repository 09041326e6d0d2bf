"""The parts of a worker's work, and what each consists of: one process does all of them, or each has processes of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from typing import Any

from temporalio.client import Client

from activities.case_file import CaseFile
from activities.delivery import Dispatcher
from activities.delivery import Pace as DeliveryPace
from activities.fetching import Fetcher
from activities.fetching import Pace as FetchingPace
from activities.vacancies import Vacancies
from observability import metrics
from registry.reference import read_reference
from registry.supervision import read_supervision
from registry.units import Units
from settings import Settings, WorkerPart
from storage.database import Database
from storage.files import FileStore
from worker.archiving import LARGEST_HISTORY_BYTES, Archiver
from worker.figures import Figures
from worker.grievance_calendars import GrievanceCalendars
from worker.housekeeping import Housekeeping
from worker.recounting import Recounting
from worker.reminders import Reminders
from worker.schedules import Schedules
from worker.serving import case_worker, hands_of, monthly_of, report_worker
from worker.struggling import Struggling
from worker.unfinished import Unfinished
from worker.vacancies import VacancyWatch
from worker.visits import Visits
from workflows.connection import connect
from workflows.filing import Filer
from workflows.namespace import until_complete
from workflows.release import deployment_of
from workflows.transport import Unreachable

log = logging.getLogger(__name__)

Loop = Coroutine[Any, Any, None]


class Site:
    """What the parts in one process have in common."""

    def __init__(self, settings: Settings, database: Database, units: Units) -> None:
        self.settings, self.database, self.units = settings, database, units
        self._client: Client | None = None
        self._connecting = asyncio.Lock()

    async def engine(self) -> Client:
        """Temporal, as soon as it is there and has all that cases show in it."""
        async with self._connecting:
            if self._client is None:
                client = await _connected(self.settings)
                await until_complete(client)
                self._client = client
        return self._client


async def cases(site: Site) -> None:
    """Carry cases on, with all that looks after them by the clock."""
    client, database, units, own = await site.engine(), site.database, site.units, site.settings
    case_file = CaseFile(database, units, own.public_url)
    filer = Filer(client, case_file)
    vacancies = Vacancies(units, own.definitions, own.filing_days, own.closing_time)
    loops: list[Loop] = [
        Unfinished(database, client, filer, own.task_queue).run(),
        Schedules(client, own.task_queue, units).run(),
        GrievanceCalendars(database, client, units, own.closing_time).run(),
        Recounting(database, client, filer, units, own.recount_at_once, own.closing_time).run(),
        Reminders(database, units, read_reference(own.definitions, own.closing_time).office).run(),
        VacancyWatch(database, vacancies).run(),
        Visits(
            database,
            units,
            read_supervision(own.definitions),
            public_url=own.public_url,
            filing_days=own.filing_days,
            closing_time=own.closing_time,
        ).run(),
    ]
    if metrics.is_on():
        figures = Figures(own.database_url, own.metrics_seconds)
        figures.show()
        loops.append(figures.run())
    hands = hands_of(client, database, units, filer, own)
    async with case_worker(
        client,
        own.task_queue,
        case_file,
        filer,
        hands,
        cached=own.cached_cases,
        at_once=own.activities_at_once,
        release=deployment_of(own),
        interceptors=[Struggling(database)],
    ):
        log.info("worker ready", extra={"task_queue": own.task_queue, "release": own.build_id or None})
        await _beside(loops)


async def outside(site: Site) -> None:
    """Send papers and ask registers. Needs no Temporal: what waits is in the database."""
    own = site.settings
    sending, asking = DeliveryPace(at_once=own.deliveries_at_once), FetchingPace(at_once=own.fetches_at_once)
    await _beside(
        [
            Dispatcher(site.database, own, site.units, pace=sending).run(),
            Fetcher(site.database, own, pace=asking).run(),
        ]
    )


async def reports(site: Site) -> None:
    """Make the monthly reports."""
    client, own = await site.engine(), site.settings
    monthly = monthly_of(site.database, site.units, own)
    async with report_worker(client, own.task_queue, monthly, deployment_of(own), [Struggling(site.database)]):
        await asyncio.Event().wait()


async def archive(site: Site) -> None:
    """Archive the histories of what has ended, and let go of what nobody needs any more."""
    client, own = await site.engine(), site.settings
    store = FileStore(own.home, LARGEST_HISTORY_BYTES)
    await _beside(
        [
            Archiver(site.database, client, store, timedelta(days=own.archive_after_days)).run(),
            Housekeeping(site.database, timedelta(days=own.keep_days)).run(),
        ]
    )


PARTS: Mapping[WorkerPart, Callable[[Site], Loop]] = {
    "cases": cases,
    "outside": outside,
    "reports": reports,
    "archive": archive,
}


async def _beside(loops: list[Loop]) -> None:
    """Run them until one fails; when cancelled, each finishes what it has begun."""
    async with asyncio.TaskGroup() as group:
        for loop in loops:
            group.create_task(loop)


async def _connected(settings: Settings) -> Client:
    while True:
        try:
            return await connect(settings)
        except Unreachable as error:
            log.warning("waiting for Temporal: %s", error)
            await asyncio.sleep(1)
