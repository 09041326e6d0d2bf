"""The worker process: workflows, activities, and the loops that deliver and open what waits."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine, Iterable
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.worker import Interceptor, Worker, WorkerDeploymentConfig

from activities.case_file import CaseFile
from activities.delivery import Dispatcher
from activities.fetching import Fetcher
from activities.grievance.file import GrievanceFile
from activities.lanes import show_lanes
from activities.monthly import Monthly
from activities.vacancies import Vacancies
from observability import metrics
from observability.alive import keep_alive
from observability.pool import show_pool
from observability.turns import show_turns
from registry.reference import read_reference
from registry.supervision import read_supervision
from registry.units import Units, read_units
from settings import Settings
from storage.database import Database
from worker.figures import Figures
from worker.grievance_calendars import GrievanceCalendars
from worker.recounting import Recounting
from worker.reminders import Reminders
from worker.schedules import Schedules
from worker.struggling import Struggling
from worker.unfinished import Unfinished
from worker.vacancies import VacancyWatch
from worker.visits import Visits
from workflows.connection import connect
from workflows.filing import Filer
from workflows.grievance.asking import Asker
from workflows.namespace import until_complete
from workflows.release import WORKFLOWS, deployment_of
from workflows.sandbox import runner
from workflows.transport import Unreachable

log = logging.getLogger(__name__)


def hands_of(
    client: Client, database: Database, units: Units, filer: Filer, settings: Settings
) -> list[Callable[..., Any]]:
    """The activities of what stands beside cases: of grievances and of monthly reports."""
    grievances = GrievanceFile(database, units, settings.public_url, settings.filing_days)
    monthly = Monthly(database, units, settings.filing_days, settings.public_url, settings.closing_time)
    asker = Asker(client, filer, database)
    return [grievances.record_grievance, asker.ask_of_case, monthly.months_due, monthly.make_month]


def case_worker(
    client: Client,
    task_queue: str,
    case_file: CaseFile,
    filer: Filer,
    beside: Iterable[Callable[..., Any]] = (),
    cached: int = 2000,
    release: WorkerDeploymentConfig | None = None,
    interceptors: Iterable[Interceptor] = (),
) -> Worker:
    """A worker of the workflows and their activities; `beside` are those of what stands beside cases, `release` is which
    one it is of the releases that the engine keeps apart."""
    return Worker(
        client,
        task_queue=task_queue,
        workflows=list(WORKFLOWS),
        activities=[
            filer.record,
            case_file.last_look,
            case_file.last_look_of_part,
            case_file.open_part,
            case_file.hand_on,
            case_file.how_it_ended,
            *beside,
        ],
        workflow_runner=runner(),
        max_cached_workflows=cached,
        deployment_config=release,
        interceptors=list(interceptors),
        graceful_shutdown_timeout=timedelta(seconds=10),
    )


async def _connected(settings: Settings) -> Client:
    while True:
        try:
            return await connect(settings)
        except Unreachable as error:
            log.warning("waiting for Temporal: %s", error)
            await asyncio.sleep(1)


async def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; what is under way is finished first."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    alive = asyncio.create_task(keep_alive(settings.alive_file))
    database = Database(settings.database_url, settings.database_pool)
    client = await _connected(settings)
    await until_complete(client)
    units = read_units(settings.definitions)
    case_file = CaseFile(database, units, settings.public_url)
    filer = Filer(client, case_file)
    loops: list[Coroutine[Any, Any, None]] = [
        Unfinished(database, client, filer, settings.task_queue).run(),
        Dispatcher(database, settings, units).run(),
        Fetcher(database, settings).run(),
        Schedules(client, settings.task_queue, units).run(),
        GrievanceCalendars(database, client, units, settings.closing_time).run(),
        Recounting(database, client, filer, units, settings.recount_at_once, settings.closing_time).run(),
        Reminders(database, units, read_reference(settings.definitions, settings.closing_time).office).run(),
        VacancyWatch(
            database, Vacancies(units, settings.definitions, settings.filing_days, settings.closing_time)
        ).run(),
        Visits(
            database,
            units,
            read_supervision(settings.definitions),
            public_url=settings.public_url,
            filing_days=settings.filing_days,
            closing_time=settings.closing_time,
        ).run(),
    ]
    show_pool(database.pool)
    show_turns()
    show_lanes()
    if metrics.is_on():
        figures = Figures(settings.database_url, settings.metrics_seconds)
        figures.show()
        loops.append(figures.run())
    beside = [asyncio.create_task(loop) for loop in loops]
    try:
        hands = hands_of(client, database, units, filer, settings)
        release = deployment_of(settings)
        struggling = [Struggling(database)]
        async with case_worker(
            client, settings.task_queue, case_file, filer, hands, release=release, interceptors=struggling
        ):
            log.info("worker ready", extra={"task_queue": settings.task_queue, "release": settings.build_id or None})
            waiting: asyncio.Task[Any] = asyncio.create_task(stopped.wait())
            done, _ = await asyncio.wait([waiting, *beside], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
    finally:
        for task in (alive, *beside):
            task.cancel()
        await asyncio.gather(alive, *beside, return_exceptions=True)
        await database.close()
