"""Logs, traces and metrics of a process, as the settings have them; before its first client of the engine."""

from __future__ import annotations

import sys

from observability.logs import set_up_logs
from observability.metrics import set_up_metrics
from observability.traces import set_up_traces
from settings import PREFIX, Settings


def set_up_telemetry(service: str, settings: Settings) -> None:
    """From here on what this process says and does can be seen. Ends it with a sentence where the port of metrics is taken."""
    set_up_logs(json_lines=settings.log_json)
    set_up_traces(service, settings.otlp_endpoint)
    host, port, every = settings.metrics_host, settings.metrics_port, settings.metrics_seconds
    try:
        set_up_metrics(service, host, port, settings.otlp_endpoint, every)
    except OSError as error:
        sys.exit(f"✗ {PREFIX}METRICS_PORT：{host}:{port} {error.strerror} (docs/settings.md)")
