"""Task queues that nobody serves, told by who polled them last and by workers that said goodbye."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from temporalio.api.enums.v1 import TaskQueueKind, TaskQueueType, WorkerStatus
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, ListWorkersRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.troubles import Trouble, TroubleKind
from storage.troubles import Seen
from watch.looking import ASKED

TYPES = {
    "workflow": TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    "activity": TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
}

STOPPED = (WorkerStatus.WORKER_STATUS_SHUTTING_DOWN, WorkerStatus.WORKER_STATUS_SHUTDOWN)
SLACK_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 30.0
WORKERS = 1000
"""More workers than a city has."""


class Served(NamedTuple):
    """When the tasks of one type in a queue were last asked for, and how many wait."""

    polled_at: datetime | None
    backlog: int
    oldest: timedelta
    """How long the first of them has waited."""


class Queues:
    """Looks at task queues.

    The server notes when a poll begins. One that finds nothing ends after `poll_seconds` (the server's
    `matching.longPollExpirationInterval`) and the next begins, so a queue whose last poll is older than that has nobody any
    more. A worker that is stopped in good order says so in its last heartbeat, and is not waited for. Where workers ask and a
    task waits all the same, they are of a release that was not promoted, or too few.
    """

    def __init__(
        self,
        client: Client,
        names: Sequence[str],
        poll_seconds: float,
        *,
        slack_seconds: float = SLACK_SECONDS,
        longest_wait_seconds: float = LONGEST_WAIT_SECONDS,
    ) -> None:
        self._client, self._names, self._longest = client, names, timedelta(seconds=longest_wait_seconds)
        self._fresh = timedelta(seconds=poll_seconds + slack_seconds)
        self._since: dict[str, datetime] = {}

    async def see(self) -> list[Seen]:
        """The queues of which nobody takes workflow tasks, activity tasks, or both."""
        found = [trouble for name in self._names if (trouble := await self._look_at(name))]
        return [Seen(frozenset({TroubleKind.QUEUE_UNSERVED}), tuple(found), frozenset(self._names))]

    async def _look_at(self, name: str) -> Trouble | None:
        now, gone = datetime.now(UTC), await self._gone(name)
        served = {kind: await self._served(name, of, gone) for kind, of in TYPES.items()}
        bare = [kind for kind, one in served.items() if one.polled_at is None or one.polled_at < now - self._fresh]
        waiting = [kind for kind, one in served.items() if one.oldest > self._longest]
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
            "polled": not bare,
            "cases": open_.count,
            "backlog": sum(served[kind].backlog for kind in at_fault),
        }
        return Trouble(kind=TroubleKind.QUEUE_UNSERVED, subject=name, since=since, facts=facts)

    async def _gone(self, name: str) -> dict[str, datetime]:
        """The workers of the queue that were stopped, by their identity, and when they said so."""
        request = ListWorkersRequest(namespace=self._client.namespace, page_size=WORKERS)
        try:
            answer = await self._client.workflow_service.list_workers(request, timeout=ASKED)
        except RPCError as error:
            if error.status is not RPCStatusCode.UNIMPLEMENTED:
                raise
            return {}
        beats = [info.worker_heartbeat for info in answer.workers_info]
        stopped = [beat for beat in beats if beat.task_queue == name and beat.status in STOPPED]
        return {beat.worker_identity: beat.heartbeat_time.ToDatetime(UTC) for beat in stopped}

    async def _served(self, name: str, kind: TaskQueueType.ValueType, gone: Mapping[str, datetime]) -> Served:
        answer = await self._client.workflow_service.describe_task_queue(
            DescribeTaskQueueRequest(
                namespace=self._client.namespace,
                task_queue=TaskQueue(name=name, kind=TaskQueueKind.TASK_QUEUE_KIND_NORMAL),
                task_queue_type=kind,
                report_stats=True,
            ),
            timeout=ASKED,
        )
        polls = [(poller.identity, poller.last_access_time.ToDatetime(UTC)) for poller in answer.pollers]
        there = [at for who, at in polls if who not in gone or at > gone[who]]
        stats = answer.stats
        oldest = stats.approximate_backlog_age.ToTimedelta() if stats.approximate_backlog_count else timedelta()
        return Served(max(there, default=None), stats.approximate_backlog_count, oldest)
