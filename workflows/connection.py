"""The way to Temporal, and how a case is opened there."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.contrib.pydantic import pydantic_data_converter

from domain.commands import ActRequest, Answer, Done
from observability.traces import plugins
from settings import Settings
from workflows.case_workflow import CaseWorkflow
from workflows.messages import CaseStart
from workflows.search_attributes import attributes_of


async def connect(settings: Settings, *, lazy: bool = False) -> Client:
    """A client that speaks our values; a lazy one connects with its first call, so that Temporal may come up later.

    Raises `RuntimeError` where Temporal is out of reach and the client is not lazy.
    """
    return await Client.connect(
        settings.temporal_address,
        namespace=settings.temporal_namespace,
        data_converter=pydantic_data_converter,
        lazy=lazy,
        plugins=plugins(),
    )


def workflow_id(number: str) -> str:
    """The id of a case's workflow; it holds the case number and nothing else."""
    return f"case:{number}"


async def send(client: Client, number: str, command: Answer | ActRequest, timeout: timedelta) -> Done:
    """Send an answer or an act to its case; its request id makes it happen once, however often it is sent."""
    update, request = ("answer", command) if isinstance(command, Answer) else ("act", command.act)
    handle = client.get_workflow_handle(workflow_id(number))
    return await handle.execute_update(  # type: ignore[no-any-return]
        update, command, id=request.request_id, result_type=Done, rpc_timeout=timeout
    )


async def open_case(client: Client, task_queue: str, start: CaseStart, timeout: timedelta) -> Done:
    """Open the case and return once its receipt is on record; opening it again gives the same answer."""
    item = start.item
    operation = WithStartWorkflowOperation(
        CaseWorkflow.run,
        start,
        id=workflow_id(start.number),
        task_queue=task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        static_summary=f"{item.name} · {item.unit}",
        static_details=f"事项 {item.code}，定义版本 {item.version}，摘要 {item.digest[:16]}",
        search_attributes=attributes_of(item, start.channel),
    )
    try:
        return await client.execute_update_with_start_workflow(
            CaseWorkflow.submit,  # type: ignore[arg-type]  # the SDK types no update without arguments here
            start_workflow_operation=operation,
            id="submit",
            rpc_timeout=timeout,
        )
    except Exception:
        # The start carries the same error, and Python complains of one that nobody takes; but where no connection was
        # to be had the SDK never settles it, so it is not waited for.
        with suppress(Exception):
            await asyncio.wait_for(operation.workflow_handle(), 0.05)
        raise
