"""What leaves with a span: that something failed and how it is called, never the words, which may quote a person's data."""

from __future__ import annotations

from collections.abc import Sequence

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Status

KEPT = "exception.type"


class _Discreet(SpanExporter):
    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._exporter.export([_without_words(span) for span in spans])

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        return self._exporter.force_flush(timeout_millis)


def discreet(exporter: SpanExporter) -> SpanExporter:
    """The exporter, given spans whose exceptions say their type only: a database repeats the row that it refused."""
    return _Discreet(exporter)


def _without_words(span: ReadableSpan) -> ReadableSpan:
    if not any(event.name == "exception" for event in span.events) and not span.status.description:
        return span
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=span.attributes,
        events=[_named(event) if event.name == "exception" else event for event in span.events],
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _named(event: Event) -> Event:
    attributes = {name: value for name, value in (event.attributes or {}).items() if name == KEPT}
    return Event(event.name, attributes, event.timestamp)
