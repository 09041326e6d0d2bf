"""How a grievance is opened in Temporal, and how acts reach it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from domain.grievance.commands import GrievanceAct, GrievanceActRequest
from domain.grievance.start import GrievanceDone, GrievanceStart
from workflows.grievance import details
from workflows.grievance.messages import grievance_id
from workflows.grievance.workflow import GrievanceWorkflow
from workflows.search_attributes import of_grievance_at_start


async def open_grievance(client: Client, task_queue: str, start: GrievanceStart, timeout: timedelta) -> GrievanceDone:
    """Open the grievance; opening it again gives the same answer. Its receipt is on file by then."""
    operation = WithStartWorkflowOperation(
        GrievanceWorkflow.run,
        start,
        id=grievance_id(start.number),
        task_queue=task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        static_summary=f"“办不成事”反映件 · {start.unit or start.window}",
        static_details=details.static(start),
        search_attributes=of_grievance_at_start(start),
    )
    try:
        return await client.execute_update_with_start_workflow(
            GrievanceWorkflow.register,  # type: ignore[arg-type]  # the SDK types no update without arguments here
            start_workflow_operation=operation,
            id="register",
            rpc_timeout=timeout,
        )
    except Exception:
        with suppress(Exception):  # the start carries the same error; see workflows.connection.open_case
            await asyncio.wait_for(operation.workflow_handle(), 0.05)
        raise


async def act_on(client: Client, number: str, act: GrievanceAct, timeout: timedelta) -> GrievanceDone:
    """Do an act on a grievance; its request id makes it happen once, and it is on file when it is answered."""
    handle = client.get_workflow_handle(grievance_id(number))
    return await handle.execute_update(  # type: ignore[no-any-return]
        "act", GrievanceActRequest(act=act), id=act.request_id, result_type=GrievanceDone, rpc_timeout=timeout
    )
