"""A workflow and an activity that say something in the log."""

from __future__ import annotations

import logging
from datetime import timedelta

from temporalio import activity, workflow

log = logging.getLogger(__name__)


@activity.defn
async def say_in_activity() -> None:
    log.info("said in an activity")


@workflow.defn
class Say:
    """Says something itself and lets an activity say something."""

    @workflow.run
    async def run(self) -> None:
        workflow.logger.info("said in a workflow")
        await workflow.execute_activity(say_in_activity, start_to_close_timeout=timedelta(seconds=10))
