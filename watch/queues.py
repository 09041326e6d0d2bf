"""Task queues that nobody serves, told by who polled them last and by what workers say of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from temporalio.api.enums.v1 import TaskQueueKind, TaskQueueType, WorkerStatus
from temporalio.api.taskqueue.v1 import PollerInfo, TaskQueue
from temporalio.api.worker.v1 import WorkerHeartbeat
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, ListWorkersRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.troubles import Trouble, TroubleKind
from storage.troubles import Seen
from watch.looking import ASKED
from workflows.queues import reports_queue

TYPES = {
    "workflow": TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    "activity": TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
}
STOPPED = (WorkerStatus.WORKER_STATUS_SHUTTING_DOWN, WorkerStatus.WORKER_STATUS_SHUTDOWN)
SLACK_SECONDS = 5.0
WORKERS = 1000
"""More workers than a city has."""


class Queue(NamedTuple):
    """A queue that has to be served."""

    name: str
    types: tuple[str, ...] = tuple(TYPES)
    longest: timedelta = timedelta(seconds=30)
    """How long a task may lie in it."""
    reports: bool = False
    """It holds monthly reports. Their worker makes one at a time, and asks for no other meanwhile: it counts as asking while its
    heart beats."""


def queues_of(task_queue: str) -> tuple[Queue, ...]:
    """All of them; `task_queue` is that of the cases."""
    return Queue(task_queue), Queue(reports_queue(task_queue), ("activity",), timedelta(hours=2), reports=True)


class Served(NamedTuple):
    """When the tasks of one type in a queue were last asked for, and how many wait."""

    polled_at: datetime | None
    backlog: int
    oldest: timedelta
    """How long the first of them has waited."""


class Queues:
    """Looks at task queues.

    A worker says every ten seconds whether it asks for tasks (`observability.engine`), and at last that it stops. A server that
    keeps no heartbeats notes at least when a poll begins; one that finds nothing ends after `poll_seconds` (the server's
    `matching.longPollExpirationInterval`) and the next begins. So a queue of which neither is younger than that has nobody any
    more. Where workers ask and a task waits all the same, they are of a release that was not promoted, or too few.
    """

    def __init__(
        self,
        client: Client,
        queues: Sequence[Queue],
        poll_seconds: float,
        *,
        slack_seconds: float = SLACK_SECONDS,
    ) -> None:
        self._client, self._queues = client, queues
        self._fresh = timedelta(seconds=poll_seconds + slack_seconds)
        self._since: dict[str, datetime] = {}

    async def see(self) -> list[Seen]:
        """The queues of which nobody takes workflow tasks, activity tasks, or both."""
        found = [trouble for queue in self._queues if (trouble := await self._look_at(queue))]
        names = frozenset(queue.name for queue in self._queues)
        return [Seen(frozenset({TroubleKind.QUEUE_UNSERVED}), tuple(found), names)]

    async def _look_at(self, queue: Queue) -> Trouble | None:
        now, name, beats = datetime.now(UTC), queue.name, await self._beats(queue.name)
        served = {kind: await self._served(queue, kind, beats) for kind in queue.types}
        bare = [kind for kind, one in served.items() if one.polled_at is None or one.polled_at < now - self._fresh]
        waiting = [kind for kind, one in served.items() if one.oldest > queue.longest]
        if not (at_fault := bare or waiting):
            self._since.pop(name, None)
            return None
        last = [polled for kind in bare if (polled := served[kind].polled_at)]
        began = now - max(one.oldest for one in served.values()) if waiting else now
        since = self._since.setdefault(name, max(last) if last else began)
        open_ = await self._client.count_workflows(
            f'TaskQueue = "{name}" AND ExecutionStatus = "Running"', rpc_timeout=ASKED
        )
        facts: dict[str, str | int | bool | None] = {
            "tasks": at_fault[0] if len(at_fault) == 1 else "both",
            "reports": queue.reports,
            "polled": not bare,
            "cases": open_.count,
            "backlog": sum(served[kind].backlog for kind in at_fault),
        }
        return Trouble(kind=TroubleKind.QUEUE_UNSERVED, subject=name, since=since, facts=facts)

    async def _beats(self, name: str) -> list[WorkerHeartbeat]:
        """What the workers of the queue said last of themselves."""
        request = ListWorkersRequest(namespace=self._client.namespace, page_size=WORKERS)
        try:
            answer = await self._client.workflow_service.list_workers(request, timeout=ASKED)
        except RPCError as error:
            if error.status is not RPCStatusCode.UNIMPLEMENTED:
                raise
            return []
        beats = [info.worker_heartbeat for info in answer.workers_info]
        return [beat for beat in beats if beat.task_queue == name]

    async def _served(self, queue: Queue, kind: str, beats: Sequence[WorkerHeartbeat]) -> Served:
        answer = await self._client.workflow_service.describe_task_queue(
            DescribeTaskQueueRequest(
                namespace=self._client.namespace,
                task_queue=TaskQueue(name=queue.name, kind=TaskQueueKind.TASK_QUEUE_KIND_NORMAL),
                task_queue_type=TYPES[kind],
                report_stats=True,
            ),
            timeout=ASKED,
        )
        there = last_signs(answer.pollers, beats, queue, kind)
        stats = answer.stats
        oldest = stats.approximate_backlog_age.ToTimedelta() if stats.approximate_backlog_count else timedelta()
        return Served(max(there, default=None), stats.approximate_backlog_count, oldest)


def last_signs(
    polls: Iterable[PollerInfo], beats: Sequence[WorkerHeartbeat], queue: Queue, kind: str
) -> list[datetime]:
    """When each worker was last known to ask for tasks of this type; those that said that they stop are left out."""
    gone = {beat.worker_identity: _at(beat) for beat in beats if beat.status in STOPPED}
    polled = [(poll.identity, poll.last_access_time.ToDatetime(UTC)) for poll in polls]
    there = [at for who, at in polled if who not in gone or at > gone[who]]
    return there + [_at(beat) for beat in beats if beat.status not in STOPPED and (queue.reports or _asks(beat, kind))]


def _at(beat: WorkerHeartbeat) -> datetime:
    return beat.heartbeat_time.ToDatetime(UTC)


def _asks(beat: WorkerHeartbeat, kind: str) -> bool:
    """Whether the worker waits for tasks of this type; one that hangs takes none any more, though its heart may beat."""
    info = beat.workflow_poller_info if kind == "workflow" else beat.activity_poller_info
    return info.current_pollers > 0
