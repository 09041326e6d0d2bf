"""What the looks of the probe have in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import NamedTuple

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.failure.v1 import Failure
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest, DescribeWorkflowExecutionResponse
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from storage.troubles import Seen

ASKED = timedelta(seconds=5)
"""How long Temporal may take to answer one question of the probe."""


class Look(NamedTuple):
    """One thing that the probe looks at, again and again."""

    name: str
    see: Callable[[], Awaitable[list[Seen]]]
    needs_engine: bool = False


async def described(client: Client, workflow: str, run: str = "") -> DescribeWorkflowExecutionResponse | None:
    """What the server says of a workflow, of its last run where none is named; None where there is none, as lists may still show
    one that somebody has deleted."""
    execution = WorkflowExecution(workflow_id=workflow, run_id=run)
    request = DescribeWorkflowExecutionRequest(namespace=client.namespace, execution=execution)
    try:
        return await client.workflow_service.describe_workflow_execution(request, timeout=ASKED)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return None


def named(failure: Failure) -> str | None:
    """The type of the error; one that is large the server keeps as the cause of a failure without a type."""
    while not failure.application_failure_info.type and failure.HasField("cause"):
        failure = failure.cause
    return failure.application_failure_info.type or None


def type_of(error: BaseException) -> str:
    """The type of an error; its words may quote a person's data."""
    return type(error).__name__
