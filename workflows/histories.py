"""Histories of what has ended: every run of a workflow, whole, as the archive keeps them and as they are replayed from it."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

PATIENCE = timedelta(seconds=30)
"""For one page of a history."""
COMPRESSED = "application/gzip"
ENDS = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW,
    }
)


class Gone(Exception):
    """The engine knows the workflow no longer."""


class NotWhole(Exception):
    """The workflow still runs, or the history that came is not all of it: to be asked for again."""


class Run(NamedTuple):
    """One run of a workflow: its history as compressed JSON; None where the engine has let go of it."""

    run: str
    events: int = 0
    size: int = 0
    """In bytes, before compression."""
    content: bytes | None = None


async def retention_of(client: Client) -> timedelta:
    """How long the namespace keeps a history after its end; zero: for ever. Raises `RPCError`, with NOT_FOUND where there is
    no such namespace."""
    request = DescribeNamespaceRequest(namespace=client.namespace)
    described = await client.workflow_service.describe_namespace(request, timeout=PATIENCE)
    return described.config.workflow_execution_retention_ttl.ToTimedelta()


async def runs_of(client: Client, workflow: str) -> list[Run]:
    """Every run of the workflow, the oldest first: the one that ended last, and those that it continued or was reset from.

    Raises `Gone`, `NotWhole`, and `RPCError` where the engine does not answer.
    """
    try:
        described = await client.get_workflow_handle(workflow).describe(rpc_timeout=PATIENCE)
    except RPCError as error:
        raise _gone(error) from error
    if described.status is WorkflowExecutionStatus.RUNNING:
        raise NotWhole(workflow)
    found: list[Run] = []
    wanted: str | None = described.run_id
    while wanted:
        handle = client.get_workflow_handle(workflow, run_id=wanted)
        try:
            history = await handle.fetch_history(rpc_timeout=PATIENCE)
        except RPCError as error:
            gone = _gone(error)
            if not found:
                raise gone from error
            found.append(Run(wanted))  # its own retention is over; what went on from it is in the later one
            break
        if not _is_whole(history.events):
            raise NotWhole(workflow)
        found.append(await asyncio.to_thread(_packed, wanted, history))
        wanted = _came_from(history.events)
    return found[::-1]


def unpacked(workflow: str, content: bytes) -> WorkflowHistory:
    """A history from the archive, to be replayed."""
    return WorkflowHistory.from_json(workflow, gzip.decompress(content).decode())


def _packed(run: str, history: WorkflowHistory) -> Run:
    """The same bytes whoever makes them: protobuf leaves the order of keys open."""
    said = json.dumps(history.to_json_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return Run(run, len(history.events), len(said), gzip.compress(said, mtime=0))


def _is_whole(events: Sequence[HistoryEvent]) -> bool:
    ids = [event.event_id for event in events]
    return bool(ids) and ids == list(range(1, len(ids) + 1)) and events[-1].event_type in ENDS


def _came_from(events: Sequence[HistoryEvent]) -> str | None:
    """The run before this one: the one that it was reset from, else the one that it continues."""
    for event in reversed(events):
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
            failed = event.workflow_task_failed_event_attributes
            if failed.cause == WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW:
                return failed.base_run_id or None
    return events[0].workflow_execution_started_event_attributes.continued_execution_run_id or None


def _gone(error: RPCError) -> Exception:
    return Gone(error.message) if error.status is RPCStatusCode.NOT_FOUND else error
