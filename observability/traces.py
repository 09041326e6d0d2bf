"""Traces: one request is one trace, from HTTP through the workflow and its activity to the SQL.

Off unless a collector is named: the libraries cost 0.4 s at the start and a tenth of the throughput.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from temporalio.plugin import SimplePlugin

from observability import logs, subject
from observability.cases import NamesItsCase

if TYPE_CHECKING:
    from fastapi import FastAPI
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import Span
    from opentelemetry.sdk.trace.export import SpanExporter
    from temporalio.client import Plugin

UNTRACED = "/v1/health,/v1/progress"
"""Health is noise; the address of the progress page holds the applicant's query code, which belongs in no trace."""
CASE = "case.number"
"""Attribute of every span that is about a case: what happens to one over weeks is many traces."""

_plugins: list[Plugin] = []


def set_up_traces(service: str, endpoint: str, exporter: SpanExporter | None = None) -> None:
    """Send the spans of this process to an OTLP/HTTP collector (or to the exporter given, each at once); once a process."""
    if not endpoint and exporter is None:
        return
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
    from temporalio.contrib.opentelemetry import OpenTelemetryPlugin, create_tracer_provider

    from observability.by_itself import OwnTraces
    from observability.discretion import discreet

    provider = create_tracer_provider(resource=Resource({SERVICE_NAME: service}))
    provider.add_span_processor(_of_cases())
    if exporter is not None:
        provider.add_span_processor(SimpleSpanProcessor(discreet(exporter)))
    else:
        collector = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
        provider.add_span_processor(BatchSpanProcessor(discreet(collector)))
    trace.set_tracer_provider(provider)
    PsycopgInstrumentor().instrument(skip_dep_check=True)
    # In this order: what ours begins is then around what the engine's plugin begins.
    _plugins.append(OpenTelemetryPlugin(add_temporal_spans=True))
    _plugins.append(SimplePlugin("bancheng.OwnTraces", interceptors=[OwnTraces()]))
    subject.when_told(lambda number: trace.get_current_span().set_attribute(CASE, number))
    logs.span_from(_active)


def _of_cases() -> Any:
    """Notes on each span at its start which case it is about."""
    from opentelemetry.sdk.trace import SpanProcessor

    class OfCases(SpanProcessor):
        def on_start(self, span: Span, parent_context: Context | None = None) -> None:
            workflow = str((span.attributes or {}).get("temporalWorkflowID", ""))
            if number := subject.number_in(workflow) or subject.number():
                span.set_attribute(CASE, number)

    return OfCases()


def _active() -> dict[str, str]:
    from opentelemetry.trace import format_span_id, format_trace_id, get_current_span

    active = get_current_span().get_span_context()
    if not active.is_valid:
        return {}
    return {"trace_id": format_trace_id(active.trace_id), "span_id": format_span_id(active.span_id)}


def plugins() -> list[Any]:
    """The plugins that a Temporal client of this process takes."""
    return [SimplePlugin("bancheng.NamesItsCase", interceptors=[NamesItsCase()]), *_plugins]


@contextmanager
def quiet() -> Iterator[None]:
    """What is done inside is no trace of the database's: whoever looks again and again would make one a second, of one span each."""
    if not _plugins:
        yield
        return
    from opentelemetry.instrumentation.utils import suppress_instrumentation

    with suppress_instrumentation():
        yield


@contextmanager
def own_trace(name: str) -> Iterator[None]:
    """What is done inside is a trace of this name, also where the loop around it is quiet."""
    if not _plugins:
        yield
        return
    from opentelemetry.context import Context, attach, detach
    from opentelemetry.trace import get_tracer

    token = attach(Context())
    try:
        with get_tracer(__name__).start_as_current_span(name):
            yield
    finally:
        detach(token)


def trace_requests(app: FastAPI) -> None:
    """Begin a trace with each request to the application; nothing where there are no traces."""
    if not _plugins:
        return
    from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

    FastAPIInstrumentor.instrument_app(
        app, excluded_urls=UNTRACED, exclude_spans=["receive", "send"], server_request_hook=_named_in_the_address
    )


def _named_in_the_address(span: Any, scope: dict[str, Any]) -> None:
    if number := subject.number_in(scope["path"]):
        span.set_attribute(CASE, number)
