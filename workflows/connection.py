"""The way to Temporal, and how a case is opened there."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.contrib.pydantic import pydantic_data_converter

from domain.commands import Act, ActRequest, Answer
from observability.traces import plugins
from settings import Settings
from workflows.bundle_workflow import BundleWorkflow
from workflows.case_workflow import CaseWorkflow
from workflows.life import Life
from workflows.messages import Acted, CaseStart, workflow_id
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


async def send(client: Client, number: str, command: Answer | Act, timeout: timedelta) -> Acted:
    """Send an answer or an act to its case; its request id makes it happen once, however often it is sent.

    The batch that comes back is for the caller to put on file.
    """
    command = command.model_copy(update={"caller_files": True})
    update, said = ("answer", command) if isinstance(command, Answer) else ("act", ActRequest(act=command))
    handle = client.get_workflow_handle(workflow_id(number))
    return await handle.execute_update(  # type: ignore[no-any-return]
        update, said, id=command.request_id, result_type=Acted, rpc_timeout=timeout
    )


async def outcome_of(client: Client, number: str, request: str, timeout: timedelta) -> Acted:
    """What became of an act that was sent under this id; waits for it as long as the engine holds it.

    Raises `RPCError` with NOT_FOUND where the engine knows of no such act: it was not done and will not be.
    """
    handle = client.get_workflow_handle(workflow_id(number)).get_update_handle(request, result_type=Acted)
    acted: Acted = await handle.result(rpc_timeout=timeout)
    return acted


async def open_case(client: Client, task_queue: str, start: CaseStart, timeout: timedelta) -> Acted:
    """Open the case; opening it again gives the same answer, whose batch is for the caller to put on file."""
    item = start.item
    operation = WithStartWorkflowOperation(
        CaseWorkflow.run if start.bundle is None else BundleWorkflow.run,
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
            Life.submit,  # type: ignore[arg-type]  # the SDK types no update without arguments here
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
