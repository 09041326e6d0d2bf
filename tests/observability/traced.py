"""Submits one application with traces on and looks at the spans."""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from contextlib import suppress

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from activities.case_file import CaseFile
from observability.traces import set_up_traces
from registry.units import read_units
from settings import settings
from storage.database import Database
from tests.counter import counter_of
from worker.main import case_worker
from workflows.connection import connect
from workflows.filing import Filer

SECRET = "TEST000001-SECRET"


async def refused_by_the_database(database: Database) -> None:
    """PostgreSQL repeats the row that it refuses, a person's data included."""
    query = "INSERT INTO broken_promise VALUES ('TEST', :secret, NULL, NULL)"
    with suppress(DBAPIError):
        async with database.begin() as session:
            await session.execute(text(query), {"secret": SECRET})


async def main() -> None:
    exporter = InMemorySpanExporter()
    set_up_traces("test", "", exporter)
    own = settings()
    database = Database(own.database_url)
    case_file = CaseFile(database, read_units(own.definitions), own.public_url)
    client = await connect(own)
    async with case_worker(client, own.task_queue, case_file, Filer(client, case_file)), counter_of(own) as counter:
        exporter.clear()
        case = await counter.apply()
        await asyncio.sleep(0.5)
        await refused_by_the_database(database)
    await database.close()

    traces: dict[int, list[ReadableSpan]] = defaultdict(list)
    for span in exporter.get_finished_spans():
        traces[span.context.trace_id].append(span)
    names = next(names for spans in traces.values() if "POST /v1/cases" in (names := [s.name for s in spans]))
    assert any(name.startswith("HandleUpdate") for name in names), names
    assert "WITH" in names, f"no batch was put on file in {names}"
    told = " ".join(str(span.to_json()) for spans in traces.values() for span in spans)
    assert "exception.type" in told
    for secret in ("测试申请人", "TEST000001", case["query_code"], SECRET):
        assert secret not in told


asyncio.run(main())
os._exit(0)  # a Python that finalizes may abort in the engine's library (sdk-python #300)
