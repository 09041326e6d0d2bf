"""What a running case is told of besides its acts: for Temporal UI alone, so that nothing hangs on whether it arrives."""

from __future__ import annotations

import logging
from datetime import timedelta

from temporalio.client import Client
from temporalio.service import RPCError

from workflows.messages import workflow_id

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=3)


async def tell_acknowledged(client: Client, number: str, seq: int) -> bool:
    """Whether the case heard that the filing of this event is acknowledged; one that is closed need not."""
    handle = client.get_workflow_handle(workflow_id(number))
    try:
        await handle.signal("filing_acknowledged", seq, rpc_timeout=PATIENCE)
    except (RPCError, RuntimeError) as error:  # it has ended, or Temporal is away
        log.info("a case was not told of an acknowledgment (%s)", type(error).__name__, extra={"case": number})
        return False
    return True
