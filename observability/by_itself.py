"""What a case does by itself, because time has passed or another case told it something, is a trace of its own.

The engine's plugin would hang it under the request that opened the case, weeks before; that one is linked instead.
"""

from __future__ import annotations

from opentelemetry.context import Context
from opentelemetry.trace import Link, get_current_span, get_tracer
from temporalio import workflow
from temporalio.worker import (
    Interceptor,
    StartActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

PREFIX = "ByItself"


class OwnTraces(Interceptor):
    """To stand behind the engine's own interceptor, so that what it begins is inside ours."""

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        """Of every workflow."""
        return _Inbound


class _Inbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_Outbound(outbound))


class _Outbound(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle:  # type: ignore[type-arg]
        if workflow.current_update_info() is not None:  # an act: part of the trace of its request
            return super().start_activity(input)
        opened = get_current_span().get_span_context()
        info = workflow.info()
        with get_tracer(__name__).start_as_current_span(
            f"{PREFIX}:{input.activity}",
            context=Context(),
            links=[Link(opened)] if opened.is_valid else None,
            attributes={"temporalWorkflowID": info.workflow_id, "temporalRunID": info.run_id},
        ):
            return super().start_activity(input)
