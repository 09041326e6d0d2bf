"""Traces: one request is one trace, from HTTP through the workflow and its activity to the SQL.

Off unless a collector is named: the libraries cost 0.4 s at the start and a tenth of the throughput.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import FastAPI
    from opentelemetry.sdk.trace.export import SpanExporter
    from temporalio.client import Plugin

UNTRACED = "/v1/health,/v1/progress"
"""Health is noise; the address of the progress page holds the applicant's query code, which belongs in no trace."""

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

    from observability.discretion import discreet

    provider = create_tracer_provider(resource=Resource({SERVICE_NAME: service}))
    if exporter is not None:
        provider.add_span_processor(SimpleSpanProcessor(discreet(exporter)))
    else:
        collector = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
        provider.add_span_processor(BatchSpanProcessor(discreet(collector)))
    trace.set_tracer_provider(provider)
    PsycopgInstrumentor().instrument(skip_dep_check=True)
    _plugins.append(OpenTelemetryPlugin(add_temporal_spans=True))


def plugins() -> list[Any]:
    """The plugins that a Temporal client of this process takes; none where there are no traces."""
    return list(_plugins)


def trace_requests(app: FastAPI) -> None:
    """Begin a trace with each request to the application; nothing where there are no traces."""
    if not _plugins:
        return
    from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

    FastAPIInstrumentor.instrument_app(app, excluded_urls=UNTRACED, exclude_spans=["receive", "send"])
