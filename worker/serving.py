"""The workers of Temporal's task queues: one carries cases on, another makes the monthly reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.worker import Interceptor, Worker, WorkerDeploymentConfig

from activities.case_file import CaseFile
from activities.grievance.file import GrievanceFile
from activities.monthly import Monthly
from registry.units import Units
from settings import Settings
from storage.database import Database
from workflows.filing import Filer
from workflows.grievance.asking import Asker
from workflows.queues import reports_queue
from workflows.release import WORKFLOWS
from workflows.sandbox import runner

FAREWELL = timedelta(seconds=10)
"""What is under way has so long to end when its worker is told to stop."""
CACHED, AT_ONCE = 2000, 100
POLLERS, FOR_ALL = 10, 0.5
"""So many ask for work, and this share of them where the cases lie that no worker has in memory, as a new one does: with the one
of five that the SDK sends there, who applies waits three times as long as everybody else once there is more than can be done."""


def monthly_of(database: Database, units: Units, settings: Settings) -> Monthly:
    """What makes the reports of months."""
    return Monthly(database, units, settings.filing_days, settings.public_url, settings.closing_time)


def hands_of(
    client: Client, database: Database, units: Units, filer: Filer, settings: Settings
) -> list[Callable[..., Any]]:
    """The activities of what stands beside cases. Those of monthly reports have a queue of their own by now; here are what
    runs of a former release left in that of the cases."""
    grievances = GrievanceFile(database, units, settings.public_url, settings.filing_days)
    monthly = monthly_of(database, units, settings)
    asker = Asker(client, filer, database)
    return [grievances.record_grievance, asker.ask_of_case, monthly.months_due, monthly.make_month]


def case_worker(
    client: Client,
    task_queue: str,
    case_file: CaseFile,
    filer: Filer,
    beside: Iterable[Callable[..., Any]] = (),
    cached: int = CACHED,
    at_once: int = AT_ONCE,
    release: WorkerDeploymentConfig | None = None,
    interceptors: Iterable[Interceptor] = (),
) -> Worker:
    """A worker of the workflows and their activities; `beside` are those of what stands beside cases, `cached` how many cases
    stay in memory, `at_once` how many activities may be under way, `release` which one it is of the releases that the engine
    keeps apart."""
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
        max_concurrent_activities=at_once,
        max_concurrent_workflow_task_polls=POLLERS,
        nonsticky_to_sticky_poll_ratio=FOR_ALL,
        deployment_config=release,
        interceptors=list(interceptors),
        graceful_shutdown_timeout=FAREWELL,
    )


def report_worker(
    client: Client,
    task_queue: str,
    monthly: Monthly,
    release: WorkerDeploymentConfig | None = None,
    interceptors: Iterable[Interceptor] = (),
) -> Worker:
    """A worker that makes one report after the other; `task_queue` is that of the cases."""
    return Worker(
        client,
        task_queue=reports_queue(task_queue),
        activities=[monthly.months_due, monthly.make_month],
        max_concurrent_activities=1,
        deployment_config=release,
        interceptors=list(interceptors),
        graceful_shutdown_timeout=FAREWELL,
    )
