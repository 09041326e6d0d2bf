"""A process without a port of its own: it pushes its metrics, and those of the engine's library, to the collector."""

from __future__ import annotations

import asyncio
import os
import sys

from observability import metrics
from observability.start import set_up_telemetry
from settings import settings
from workflows.connection import connect


async def main() -> None:
    set_up_telemetry("pushing", settings())
    metrics.gauge("bancheng_pushed", "A number.", lambda: [({"unit": "gz"}, 7)])
    client = await connect(settings())
    await client.count_workflows()
    await asyncio.to_thread(sys.stdin.read)  # until the test has seen enough


if __name__ == "__main__":
    asyncio.run(main())
    os._exit(0)  # a Python that finalizes may abort in the engine's library (sdk-python #300)
