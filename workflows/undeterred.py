"""What goes on though somebody presses "Request Cancellation" in Temporal UI."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from temporalio import workflow

Result = TypeVar("Result")


async def undeterred(work: Coroutine[Any, Any, Result], name: str) -> Result:
    """The result of the work. A request to cancel is passed over: a case ends as the law says, and a supervisor who wants
    it ended acts on it."""
    life = asyncio.create_task(work, name=name)
    while True:
        try:
            return await asyncio.shield(life)
        except asyncio.CancelledError:
            if life.cancelled():
                raise
            workflow.logger.warning("a request to cancel the case is passed over")
