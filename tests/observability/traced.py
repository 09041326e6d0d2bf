"""Submits one application with traces on and looks at the spans."""

from __future__ import annotations

import asyncio
import gc
from collections import defaultdict

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from activities.case_file import CaseFile
from observability.traces import set_up_traces
from registry.units import read_units
from settings import settings
from storage.database import Database
from tests.counter import counter_of
from worker.main import case_worker
from workflows.connection import connect


async def main() -> None:
    exporter = InMemorySpanExporter()
    set_up_traces("test", "", SimpleSpanProcessor(exporter))
    own = settings()
    database = Database(own.database_url)
    case_file = CaseFile(database, read_units(own.definitions), own.public_url)
    async with case_worker(await connect(own), own.task_queue, case_file), counter_of(own) as counter:
        exporter.clear()
        case = await counter.apply()
        await asyncio.sleep(0.5)
    await database.close()

    traces: dict[int, list[ReadableSpan]] = defaultdict(list)
    for span in exporter.get_finished_spans():
        traces[span.context.trace_id].append(span)
    names = next(names for spans in traces.values() if "POST /v1/cases" in (names := [s.name for s in spans]))
    assert any(name.startswith("HandleUpdate") for name in names), names
    assert any("record" in name for name in names), names
    assert any(name in ("WITH", "INSERT", "SELECT") for name in names), names
    told = " ".join(str(span.to_json()) for spans in traces.values() for span in spans)
    for secret in ("测试申请人", "TEST000001", case["query_code"]):
        assert secret not in told


asyncio.run(main())
gc.collect()
