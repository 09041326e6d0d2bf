"""`python -m worker`: carry cases on until told to stop."""

from __future__ import annotations

import asyncio
import gc

from observability.logs import set_up_logs
from observability.traces import set_up_traces
from settings import settings
from worker.main import run

GARBAGE = (20_000, 10, 10)
"""Thresholds of the garbage collector: thousands of cases in memory make each of its rounds dear."""


def main() -> None:
    """Run the worker of these settings."""
    own = settings()
    set_up_logs(json_lines=own.log_json)
    set_up_traces("bancheng-worker", own.otlp_endpoint)
    gc.set_threshold(*GARBAGE)
    asyncio.run(run(own))
    gc.collect()  # the engine's client may abort a process that ends with its objects alive


if __name__ == "__main__":
    main()
