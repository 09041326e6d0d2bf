"""An activity that keeps failing tells of itself: Temporal has no list of those, and a probe comes to each case in its turn."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from domain.troubles import Trouble, TroubleKind
from storage import troubles
from storage.database import Database
from workflows.timeouts import FAILS_OFTEN, WAITS_BY_FAILING

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 2.0


class Struggling(Interceptor):
    """Counts every failed attempt (`bancheng_activity_failures`), and files a trouble from the third on; the probe clears it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """The activity, watched."""
        return _Watched(next, self._database)


class _Watched(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, database: Database) -> None:
        super().__init__(next)
        self._database = database

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        try:
            return await super().execute_activity(input)
        except Exception as error:
            info = activity.info()
            if info.activity_type not in WAITS_BY_FAILING:
                failed = activity.metric_meter().create_counter("bancheng_activity_failures", "failed attempts")
                failed.add(1, {"activity": info.activity_type})
                if info.attempt >= FAILS_OFTEN:
                    await self._file(info, type(error).__name__)
            raise

    async def _file(self, info: activity.Info, error: str) -> None:
        """As well as it goes: where it is the database that fails, the log and the probe say so."""
        trouble = Trouble(
            kind=TroubleKind.ACTIVITY_RETRYING,
            subject=info.workflow_id or info.activity_id,
            since=info.scheduled_time,
            facts={"activity": info.activity_type, "attempts": info.attempt, "error": error},
        )
        facts = {"case": trouble.number, "activity": info.activity_type, "attempts": info.attempt}
        log.warning("an activity fails again and again: %s", error, extra=facts)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), self._database.begin() as session:
                await troubles.open_one(session, trouble)
        except Exception as unfiled:
            log.info("that an activity fails could not be put on file: %s", type(unfiled).__name__)
