"""Who serves a task queue, by the polls that the engine has noted and by what workers say of themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from temporalio.api.enums.v1 import WorkerStatus
from temporalio.api.taskqueue.v1 import PollerInfo
from temporalio.api.worker.v1 import WorkerHeartbeat, WorkerPollerInfo

from watch.queues import Queue, last_signs

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
CASES, REPORTS = Queue("cases"), Queue("cases-reports", ("activity",), reports=True)
RUNNING, STOPPED = WorkerStatus.WORKER_STATUS_RUNNING, WorkerStatus.WORKER_STATUS_SHUTDOWN


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def a_poll(seconds: float, who: str = "worker-1") -> PollerInfo:
    poll = PollerInfo(identity=who)
    poll.last_access_time.FromDatetime(ago(seconds))
    return poll


def a_beat(seconds: float, *, asks: int = 5, status: WorkerStatus.ValueType = RUNNING) -> WorkerHeartbeat:
    pollers = WorkerPollerInfo(current_pollers=asks)
    beat = WorkerHeartbeat(
        worker_identity="worker-1", status=status, workflow_poller_info=pollers, activity_poller_info=pollers
    )
    beat.heartbeat_time.FromDatetime(ago(seconds))
    return beat


@pytest.mark.parametrize(
    ("polls", "beats", "queue", "last"),
    [
        ([a_poll(55)], [], CASES, 55),
        ([a_poll(55)], [a_beat(4)], CASES, 4),
        ([], [], CASES, None),
        ([a_poll(55)], [a_beat(4, asks=0)], CASES, 55),
        ([a_poll(55)], [a_beat(4, asks=0)], REPORTS, 4),
        ([a_poll(8)], [a_beat(4, status=STOPPED)], CASES, None),
        ([a_poll(2)], [a_beat(4, status=STOPPED)], CASES, 2),
        ([a_poll(2, "worker-2")], [a_beat(4, status=STOPPED)], CASES, 2),
    ],
    ids=[
        "a poll is a sign of life where there are no heartbeats",
        "an idle worker is known by its heartbeat, however long the engine keeps its poll",
        "nobody ever asked",
        "one that hangs asks for nothing, though its heart beats",
        "one that makes a report asks for no other meanwhile",
        "one that stopped is gone",
        "one that began again under its name is there",
        "another one is there",
    ],
)
def test_last_sign_of_life(
    polls: list[PollerInfo], beats: list[WorkerHeartbeat], queue: Queue, last: float | None
) -> None:
    signs = last_signs(polls, beats, queue, "activity")

    assert max(signs, default=None) == (None if last is None else ago(last))
