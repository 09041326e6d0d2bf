import asyncio, time
from datetime import timedelta
async def test_it(servers, temporal):
    from workflows import connection as c
    from temporalio.client import WithStartWorkflowOperation
    from temporalio.common import WorkflowIDConflictPolicy
    from workflows.case_workflow import CaseWorkflow
    op = WithStartWorkflowOperation("CaseWorkflow", id="x-hang", task_queue="nobody", id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING)
    t=time.time()
    try:
        await temporal.execute_update_with_start_workflow("submit", start_workflow_operation=op, id="submit", rpc_timeout=timedelta(seconds=0.3))
    except Exception as e:
        print("raised", type(e), time.time()-t)
    try:
        await asyncio.wait_for(op.workflow_handle(), 3)
    except BaseException as e:
        print("handle", type(e))
