"""Releases of the worker: which one serves, and whether a new one can take over the cases that are open (decision 9)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from temporalio.api.deployment.v1 import WorkerDeploymentVersion as DeploymentVersion
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.enums.v1 import WorkerDeploymentVersionStatus as Status
from temporalio.api.taskqueue.v1 import PollerInfo, TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    DescribeWorkerDeploymentRequest,
    DescribeWorkerDeploymentVersionRequest,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.client import Client, WorkflowHistory
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Replayer, WorkerDeploymentConfig

from settings import Settings
from workflows.bundle_workflow import BundleWorkflow
from workflows.case_workflow import CaseWorkflow
from workflows.grievance.workflow import GrievanceWorkflow
from workflows.monthly_workflow import MonthlyWorkflow
from workflows.sandbox import runner

WORKFLOWS: tuple[type, ...] = (CaseWorkflow, BundleWorkflow, GrievanceWorkflow, MonthlyWorkflow)
"""Every workflow that a worker carries out."""
BEHAVIOUR = VersioningBehavior.AUTO_UPGRADE
"""Cases live for weeks or months, and what is mended or what the law changes must reach the open ones: each goes on with the
release that serves when its next task comes. Nothing is pinned, so an old release may be stopped as soon as another serves."""

PRESENT = timedelta(minutes=2)
"""A worker asks for work at least so often."""
PASSING = frozenset({RPCStatusCode.CANCELLED, RPCStatusCode.UNAVAILABLE, RPCStatusCode.ABORTED})
PAUSES_SECONDS = (0.2, 1.0, 3.0)

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Serving(StrEnum):
    """What a release does now."""

    CURRENT = "current"
    RAMPING = "ramping"
    WAITING = "waiting"
    """It has workers and no task yet."""
    FORMER = "former"
    """It served before; no case needs it."""


class Release(NamedTuple):
    """One release of the worker, by its build id; since when it serves (UTC)."""

    build: str
    serving: Serving
    since: datetime | None


class Replayed(NamedTuple):
    """A history that was replayed, and why it can't go on under this code, if so."""

    workflow_id: str
    fault: str | None


class NoSuchRelease(Exception):
    """No worker of the release asks for work; if it served, every case would stand still."""


def deployment_of(settings: Settings) -> WorkerDeploymentConfig | None:
    """The release that this process is one worker of; None where it has no build id, as in the embedded stack."""
    if not settings.build_id:
        return None
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(settings.deployment, settings.build_id),
        use_worker_versioning=True,
        default_versioning_behavior=BEHAVIOUR,
    )


async def answered(call: Callable[[Asked], Awaitable[Answer]], request: Asked) -> Answer:
    """What the engine says of its releases. It keeps them in workflows of its own, and cancels what is asked while one of them
    is busy; so that is asked again, and what else passes. Raises `RPCError` where it does not."""
    for pause in PAUSES_SECONDS:
        try:
            return await call(request)
        except RPCError as error:
            if error.status not in PASSING:
                raise
        await asyncio.sleep(pause)
    return await call(request)


async def releases(client: Client, deployment: str) -> list[Release]:
    """The releases that the engine knows of, the newest first. Raises `RPCError` with NOT_FOUND where it knows of none."""
    request = DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=deployment)
    info = (await answered(client.workflow_service.describe_worker_deployment, request)).worker_deployment_info
    found = sorted(info.version_summaries, key=lambda one: one.create_time.ToDatetime(), reverse=True)
    return [_release(one) for one in found]


def _release(summary: Any) -> Release:
    match summary.status:
        case Status.WORKER_DEPLOYMENT_VERSION_STATUS_CURRENT:
            serving, since = Serving.CURRENT, summary.current_since_time
        case Status.WORKER_DEPLOYMENT_VERSION_STATUS_RAMPING:
            serving, since = Serving.RAMPING, summary.ramping_since_time
        case Status.WORKER_DEPLOYMENT_VERSION_STATUS_INACTIVE | Status.WORKER_DEPLOYMENT_VERSION_STATUS_CREATED:
            serving, since = Serving.WAITING, None
        case _:
            serving, since = Serving.FORMER, None
    build = summary.deployment_version.build_id
    return Release(build, serving, since.ToDatetime(UTC) if since is not None else None)


async def promote(client: Client, deployment: str, build: str, present: timedelta = PRESENT) -> None:
    """From now on this release does the next task of every case. Raises `NoSuchRelease` where none of its workers asked for
    work as lately as `present` says, and `RPCError` where it does not serve a task queue that the current one serves."""
    if all(one.build != build for one in await releases(client, deployment)):
        raise NoSuchRelease(build)
    if not await _is_manned(client, deployment, build, datetime.now(UTC) - present):
        raise NoSuchRelease(build)
    chosen = SetWorkerDeploymentCurrentVersionRequest(
        namespace=client.namespace, deployment_name=deployment, build_id=build, identity=client.identity
    )
    await answered(client.workflow_service.set_worker_deployment_current_version, chosen)


async def _is_manned(client: Client, deployment: str, build: str, since: datetime) -> bool:
    """Whether somebody asked for the workflow tasks of each of its queues since then."""
    version = DeploymentVersion(deployment_name=deployment, build_id=build)
    about = DescribeWorkerDeploymentVersionRequest(namespace=client.namespace, deployment_version=version)
    described = await answered(client.workflow_service.describe_worker_deployment_version, about)
    found = described.version_task_queues
    queues = [one for one in found if one.type == TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW]
    for queue in queues:
        asked = DescribeTaskQueueRequest(
            namespace=client.namespace, task_queue=TaskQueue(name=queue.name), task_queue_type=queue.type
        )
        pollers = (await answered(client.workflow_service.describe_task_queue, asked)).pollers
        if not any(_asked_since(one, build, since) for one in pollers):
            return False
    return bool(queues)


def _asked_since(poller: PollerInfo, build: str, since: datetime) -> bool:
    return poller.deployment_options.build_id == build and poller.last_access_time.ToDatetime(UTC) > since


async def replayed(
    client: Client, sample: int, workflows: Sequence[type] = WORKFLOWS, among: str = ""
) -> AsyncIterator[Replayed]:
    """So many histories of open cases and so many of closed ones of each kind, evenly spread, each replayed by this code.

    `among` narrows them down by a visibility query. Nothing is changed, whatever comes out.
    """
    replayer = Replayer(
        workflows=list(workflows),
        workflow_runner=runner(),
        data_converter=client.data_converter,
        namespace=client.namespace,
    )
    for kind in workflows:
        for status in ("=", "!="):
            query = f"WorkflowType='{_name(kind)}' AND ExecutionStatus{status}'Running'{among and f' AND {among}'}"
            async for workflow_id, run_id in _spread(client, query, sample):
                history = await _history(client, workflow_id, run_id)
                if history is None:
                    continue
                result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
                yield Replayed(workflow_id, str(result.replay_failure) if result.replay_failure else None)


async def _history(client: Client, workflow_id: str, run_id: str) -> WorkflowHistory | None:
    """None where its retention ended after it was listed."""
    try:
        return await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return None


async def _spread(client: Client, query: str, sample: int) -> AsyncIterator[tuple[str, str]]:
    every = max(1, (await client.count_workflows(query)).count // sample)
    n = 0
    async for execution in client.list_workflows(query):
        if n % every == 0 and n // every < sample:
            yield execution.id, execution.run_id
        n += 1


def _name(kind: type) -> str:
    return str(kind.__temporal_workflow_definition.name)  # type: ignore[attr-defined]
