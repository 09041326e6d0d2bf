"""The way to Temporal, and how a case is opened there."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import HeaderCodecBehavior, WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from domain.commands import Act, ActRequest, Answer
from observability.traces import plugins
from settings import Settings
from workflows import details
from workflows.bundle_workflow import BundleWorkflow
from workflows.case_workflow import CaseWorkflow
from workflows.encryption import converter_of
from workflows.life import Life
from workflows.messages import Acted, CaseStart, workflow_id
from workflows.payload_keys import NO_KEYS, keyring_of
from workflows.search_attributes import at_start
from workflows.transport import Unreachable, transport_of


def check_connection(settings: Settings) -> None:
    """Raises `WrongSetting` where no connection could be made with these settings: a file is missing, a key is none."""
    transport_of(settings)
    keyring_of(settings)


async def connect(settings: Settings, *, lazy: bool = False) -> Client:
    """A client that speaks our values, encrypted where there are keys; every process makes its client here.

    A lazy one connects with its first call, so that Temporal may come up later. Raises `Unreachable` where Temporal is out
    of reach and the client is not lazy, `WrongSetting` where the settings cannot be used.
    """
    transport, keys = transport_of(settings), keyring_of(settings)
    try:
        return await Client.connect(
            settings.temporal_address,
            namespace=settings.temporal_namespace,
            data_converter=converter_of(keys),
            header_codec_behavior=HeaderCodecBehavior.NO_CODEC if keys is NO_KEYS else HeaderCodecBehavior.CODEC,
            tls=transport.tls,
            api_key=transport.api_key,
            lazy=lazy,
            plugins=plugins(),
        )
    except RuntimeError as error:
        raise Unreachable(settings, str(error)) from error


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
        static_details=details.static(start),
        search_attributes=at_start(start),
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
