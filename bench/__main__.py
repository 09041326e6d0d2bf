"""`make bench`: our lifecycles and the bare workflow's, one after the other on the same servers, in one run."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from bench import bare, processors
from bench.lifecycles import Office
from bench.stack import bench_stack
from cli.embedded import Running

CLIENTS = (1, 16, 50)


def percentile(values: list[float], share: float) -> float:
    """The value that so large a share of the values does not exceed, in milliseconds."""
    ordered = sorted(values)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def measured(clients: int, cases: int, one: Callable[[], Awaitable[str]]) -> tuple[float, list[str]]:
    """Lifecycles a second with so many clients, and the ids of those run."""
    left = iter(range(cases))
    ids: list[str] = []

    async def client() -> None:
        for _ in left:
            ids.append(await one())  # noqa: PERF401  (several clients fill it)

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return cases / (time.perf_counter() - begun), ids


async def history_of(client: Client, workflow: str) -> tuple[int, int]:
    """Events and bytes of a workflow's history."""
    info = (await client.get_workflow_handle(workflow).describe()).raw_description.workflow_execution_info
    return info.history_length, info.history_size_bytes


def memory_of(pid: int) -> float:
    """Resident memory of a process in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


async def run(stack: Running, cases: int, soak: int) -> dict[str, Any]:
    """All figures of one run."""
    client = await Client.connect(
        stack.environment["BANCHENG_TEMPORAL_ADDRESS"], data_converter=pydantic_data_converter
    )
    found: dict[str, Any] = {"cases_per_level": cases, "levels": {}}
    for clients in CLIENTS:
        office = Office(stack.addresses["api"], Path(stack.home), clients)
        await measured(clients, max(clients, 10), office.lifecycle)  # warm
        office.seconds.clear()
        seconds: list[float] = []
        await measured(clients, max(clients, 10), partial(bare.lifecycle, client, [], False))
        bare_rate, bare_ids = await measured(clients, cases, partial(bare.lifecycle, client, seconds, False))
        local_rate, _ = await measured(clients, cases, partial(bare.lifecycle, client, [], True))
        before = processors.used(stack)
        rate, numbers = await measured(clients, cases, office.lifecycle)
        took = processors.each(before, processors.used(stack), cases)
        writes = [value for values in office.seconds.values() for value in values]
        found["levels"][clients] = {
            "lifecycles_per_second": round(rate, 2),
            "bare_per_second": round(bare_rate, 2),
            "share_of_bare": round(rate / bare_rate, 2),
            "bare_with_local_activities_per_second": round(local_rate, 2),
            "share_of_bare_with_local_activities": round(rate / local_rate, 2),
            "write_p95_ms": round(percentile(writes, 0.95), 1),
            "bare_update_p95_ms": round(percentile(seconds, 0.95), 1),
            "p95_against_bare": round(percentile(writes, 0.95) / percentile(seconds, 0.95), 2),
            "processor_ms_per_lifecycle": took,
            "calls_ms": {
                name: [round(percentile(values, share), 1) for share in (0.5, 0.95, 0.99)]
                for name, values in office.seconds.items()
            },
        }
        print(json.dumps({clients: found["levels"][clients]}, ensure_ascii=False), flush=True)
        events, size = await history_of(client, f"case:{numbers[-1]}")
        bare_events, bare_size = await history_of(client, bare_ids[-1])
        found["history"] = {
            "events": events,
            "bytes": size,
            "events_per_act": round(events / bare.ACTS, 2),
            "bare_events": bare_events,
            "bare_bytes": bare_size,
        }
        await office.http.aclose()
    if soak:
        found["worker_memory_mb"] = await soaked(stack, soak)
    return found


async def soaked(stack: Running, cases: int) -> list[list[float]]:
    """The worker's memory after each tenth of so many lifecycles."""
    office = Office(stack.addresses["api"], Path(stack.home), 16)
    readings = []
    for part in range(10):
        await measured(16, cases // 10, office.lifecycle)
        readings.append([(part + 1) * cases // 10, round(memory_of(stack.pid("worker")), 1)])
        print(f"memory after {readings[-1][0]} lifecycles: {readings[-1][1]} MB", flush=True)
    return readings


def main() -> None:
    """Measure on a fresh embedded stack and write the figures down."""
    parser = argparse.ArgumentParser(description="Measure complete lifecycles against a bare workflow")
    parser.add_argument("--cases", type=int, default=300, help="lifecycles at each number of clients")
    parser.add_argument("--soak", type=int, default=0, help="lifecycles over which the worker's memory is watched")
    parser.add_argument("--output", type=Path, default=Path("bench/last.json"))
    chosen = parser.parse_args()
    with bench_stack() as stack:
        found = asyncio.run(run(stack, chosen.cases, chosen.soak))
    chosen.output.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
