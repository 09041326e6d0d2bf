"""The library of the engine in this process: its log goes where ours goes, its metrics come out where ours do."""

from __future__ import annotations

import logging
import socket
from collections.abc import Mapping
from datetime import timedelta

from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    OpenTelemetryConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

from observability.logs import ENGINE

BEATS = timedelta(seconds=10)
"""How often a worker tells the engine that it is there; the probe takes one that does not for gone (`watch.queues`)."""
TRIES = 5
"""Another process may take the port that was free a moment ago."""


def set_up_engine(who: Mapping[str, str], served: bool, endpoint: str, every_seconds: float) -> str:
    """Make the one runtime of this process, before its first client; the address of the library's own metrics where they are
    to be `served`, empty where they are pushed to the collector or nowhere. What is pushed says `who` it is from."""
    if not served:
        pushed = _pushed(endpoint, every_seconds) if endpoint else None
        Runtime.set_default(Runtime(telemetry=_telemetry(pushed, who), worker_heartbeat_interval=BEATS))
        return ""
    for again in range(TRIES):
        port = _free_port()
        address = f"127.0.0.1:{port}"
        told = PrometheusConfig(address, counters_total_suffix=True, unit_suffix=True, durations_as_seconds=True)
        try:
            runtime = Runtime(telemetry=_telemetry(told), worker_heartbeat_interval=BEATS)
        except (RuntimeError, ValueError):
            if again == TRIES - 1:
                raise
            continue
        Runtime.set_default(runtime)
        return f"http://{address}/metrics"
    return ""


def _telemetry(
    metrics: PrometheusConfig | OpenTelemetryConfig | None, who: Mapping[str, str] | None = None
) -> TelemetryConfig:
    forwarding = LogForwardingConfig(
        logging.getLogger(ENGINE),
        append_target_to_name=False,
        prepend_target_on_message=False,
        append_log_fields_to_message=False,
    )
    said = LoggingConfig(TelemetryFilter(core_level="WARN", other_level="ERROR"), forwarding=forwarding)
    return TelemetryConfig(logging=said, metrics=metrics, global_tags=who or {}, attach_service_name=False)


def _pushed(endpoint: str, every_seconds: float) -> OpenTelemetryConfig:
    return OpenTelemetryConfig(
        url=f"{endpoint.rstrip('/')}/v1/metrics",
        http=True,
        metric_periodicity=timedelta(seconds=every_seconds),
        durations_as_seconds=True,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
