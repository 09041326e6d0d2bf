"""Metrics: served as Prometheus text on a port of their own, or pushed to the OTLP collector; one way out, counted once.

Off unless a port or a collector is named. Instruments may be made before that and cost nothing then.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from opentelemetry.metrics import CallbackOptions, Meter, NoOpMeterProvider, Observation

if TYPE_CHECKING:
    from opentelemetry.metrics import Counter, Histogram, UpDownCounter
    from opentelemetry.sdk.metrics.export import MetricReader

Values = Iterable[tuple[Mapping[str, str], float]]
"""Labels with their value."""

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Bounds of how long a request takes."""

_meter: Meter = NoOpMeterProvider().get_meter("bancheng")


def set_up_metrics(service: str, host: str, port: int, endpoint: str, every_seconds: float) -> None:
    """Let the metrics of this process out, and those of the engine's library with them; once a process, before its first
    client of the engine. `port` 0: not served; then `endpoint` is where they are pushed to, if it is not empty.

    Raises `OSError` where the port is taken.
    """
    from observability.engine import set_up_engine

    who = _this_process(service)
    address = set_up_engine(who, bool(port), endpoint, every_seconds)
    if port:
        from observability.serving import serve

        _let_out(who, serve(host, port, address))
    elif endpoint:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader

        collector = OTLPMetricExporter(endpoint=f"{endpoint.rstrip('/')}/v1/metrics")
        _let_out(who, PeriodicExportingMetricReader(collector, export_interval_millis=every_seconds * 1000))


def _let_out(who: Mapping[str, str], reader: MetricReader) -> None:
    global _meter
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.resources import Resource

    _meter = MeterProvider([reader], resource=Resource(dict(who)), shutdown_on_exit=False).get_meter("bancheng")


def _this_process(service: str) -> dict[str, str]:
    """What tells this process from all others that push to the same collector, on this machine too."""
    return {"service.name": service, "service.instance.id": f"{service}@{socket.gethostname()}:{os.getpid()}"}


def is_on() -> bool:
    """Whether metrics leave this process."""
    return not isinstance(_meter, type(NoOpMeterProvider().get_meter("")))


def gauge(name: str, says: str, values: Callable[[], Values], unit: str = "") -> None:
    """What stands so now, asked whenever somebody looks."""
    _meter.create_observable_gauge(name, [_asked(values)], unit, says)


def total(name: str, says: str, values: Callable[[], Values]) -> None:
    """What was counted so far and only grows, asked whenever somebody looks; it is shown as `…_total`."""
    _meter.create_observable_counter(name, [_asked(values)], "", says)


def counter(name: str, says: str) -> Counter:
    """Counts here, from the start of the process; it is shown as `…_total`."""
    return _meter.create_counter(name, "", says)


def level(name: str, says: str) -> UpDownCounter:
    """What is added here and taken away again."""
    return _meter.create_up_down_counter(name, "", says)


def seconds(name: str, says: str) -> Histogram:
    """How long things take."""
    return _meter.create_histogram(name, "s", says, explicit_bucket_boundaries_advisory=SECONDS)


def _asked(values: Callable[[], Values]) -> Callable[[CallbackOptions], Iterable[Observation]]:
    def observe(_: CallbackOptions) -> Iterable[Observation]:
        return [Observation(value, dict(labels)) for labels, value in values()]

    return observe
