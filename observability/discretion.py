"""What leaves with a span: that something failed and how it is called, never the words, which may quote a person's data; and
of a request neither who sent it nor what its address asks for, which may be a query code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Status

KEPT = "exception.type"
UNSAID = frozenset(
    {
        *("net.peer.ip", "net.peer.port", "client.address", "client.port", "network.peer.address", "network.peer.port"),
        *("http.client_ip", "http.user_agent", "user_agent.original", "url.query"),
    }
)
ADDRESSES = frozenset({"http.url", "http.target", "url.full"})
"""Kept up to what they ask for."""


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
    said = span.attributes or {}
    unsaid = any(name in UNSAID or name in ADDRESSES for name in said)
    if not unsaid and not any(event.name == "exception" for event in span.events) and not span.status.description:
        return span
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_discreetly(said) if unsaid else span.attributes,
        events=[_named(event) if event.name == "exception" else event for event in span.events],
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _discreetly(said: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in said.items() if name not in UNSAID}
    return {name: str(value).partition("?")[0] if name in ADDRESSES else value for name, value in kept.items()}


def _named(event: Event) -> Event:
    attributes = {name: value for name, value in (event.attributes or {}).items() if name == KEPT}
    return Event(event.name, attributes, event.timestamp)
