"""What an activity does is about the case whose workflow asked for it; logs and spans say so."""

from __future__ import annotations

from typing import Any

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from observability.subject import number_in, within


class NamesItsCase(Interceptor):
    """For every worker, whether or not there are traces."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Activities know their case."""
        return _Inbound(next)


class _Inbound(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        with within(number_in(activity.info().workflow_id or "")):
            return await super().execute_activity(input)
