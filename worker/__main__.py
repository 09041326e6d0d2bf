"""`python -m worker`: carry cases on until told to stop."""

from __future__ import annotations

import asyncio
import gc
import sys

from observability.garbage import look_less_often
from observability.start import set_up_telemetry
from settings import WrongSetting, settings
from worker.main import run
from workflows.connection import check_connection


def main() -> None:
    """Run the worker of these settings; ends with a sentence and status 1 where Temporal cannot be reached with them."""
    own = settings()
    try:
        check_connection(own)
    except WrongSetting as wrong:
        sys.exit(f"✗ {wrong}")
    set_up_telemetry("bancheng-worker", own)
    look_less_often()
    asyncio.run(run(own))
    gc.collect()  # the engine's client may abort a process that ends with its objects alive


if __name__ == "__main__":
    main()
