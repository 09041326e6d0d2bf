"""Lets a case live with traces on, under a worker that is put in the place of another, and looks at the spans and the log."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.testing import TimeSkipper, TimeSkippingConfig, WorkflowEnvironment
from temporalio.worker import Worker

from activities.case_file import CaseFile
from api.app import create_app
from cli.embedded import binaries
from observability.logs import Context, JsonLine
from observability.subject import within
from observability.traces import CASE, own_trace, set_up_traces
from observability.turns import turn
from registry.units import read_units
from settings import Settings
from storage.database import Database
from tests.counter import Counter, speaking_to
from tests.observability.city import publish_the_food_permit
from tests.observability.saying import Say, say_in_activity
from worker.serving import case_worker
from workflows.connection import connect
from workflows.filing import Filer
from workflows.sandbox import runner
from workflows.search_attributes import SEARCH_ATTRIBUTES

SECRET = "TEST000001-SECRET"
SECRETS = ("测试申请人", "TEST000001", SECRET)
SAID = "GZ20260101-000007-5"
"""The number of no case, in the id of a workflow."""
SKIPS = ("frontend.WorkflowTimeSkippingEnabled=true", 'history.timerProcessorMaxTimeShift="1ms"')

Spans = list[ReadableSpan]


class Seen:
    """The spans that were exported, and the lines that were logged."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        set_up_traces("test", "", self._exporter)
        self._log = io.StringIO()
        handler = logging.StreamHandler(self._log)
        handler.setFormatter(JsonLine())
        handler.addFilter(Context())
        logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)

    @property
    def spans(self) -> Spans:
        return list(self._exporter.get_finished_spans())

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self._log.getvalue().splitlines()]

    def trace_with(self, name: str) -> Spans:
        """The trace in which the first span of this name is."""
        found = next(span for span in self.spans if span.name == name)
        return [span for span in self.spans if span.context.trace_id == found.context.trace_id]


def names(spans: Iterable[ReadableSpan]) -> list[str]:
    return [span.name for span in spans]


def root(spans: Spans) -> ReadableSpan:
    return next(span for span in spans if span.parent is None)


def check_one_trace(spans: Spans, number: str, update: str) -> None:
    """From HTTP through the workflow to the SQL that puts the act on file; all that concerns the case names it."""
    assert any(name == f"HandleUpdate:{update}" for name in names(spans)), names(spans)
    assert "WITH" in names(spans), f"no batch was put on file in {names(spans)}"
    assert root(spans).name.startswith("POST ")
    for span in spans:
        if span.name in ("WITH", f"HandleUpdate:{update}") or span is root(spans):
            assert (span.attributes or {}).get(CASE) == number, f"{span.name}: {span.attributes}"


async def refused_by_the_database(database: Database) -> None:
    """PostgreSQL repeats the row that it refuses, a person's data included."""
    query = "INSERT INTO broken_promise VALUES ('TEST', :secret, NULL, NULL)"
    with suppress(DBAPIError):
        async with database.begin() as session:
            await session.execute(text(query), {"secret": SECRET})


async def looked_round(database: Database, number: str) -> None:
    """What a loop does: it looks for what is to be done, and does it."""
    with turn("looking"):
        async with database.begin() as session:
            await session.execute(text("SELECT 'nothing to do'"))
        with within(number), own_trace("Finish"):
            async with database.begin() as session:
                await session.execute(text("SELECT 'done'"))


def check_quiet(seen: Seen, number: str) -> None:
    """Looking round leaves no trace; what was found to do is one of its own, about its case."""
    statements = {str((span.attributes or {}).get("db.statement")): span for span in seen.spans}
    assert "SELECT 'nothing to do'" not in statements
    done = seen.trace_with("Finish")
    assert statements["SELECT 'done'"] in done
    assert {(span.attributes or {}).get(CASE) for span in done} == {number}


async def check_nothing_twice(seen: Seen, client: Client, number: str) -> None:
    """What a history has once, spans have once, however often it was replayed."""
    history = await client.get_workflow_handle(f"case:{number}").fetch_history()
    updates = [e for e in history.events if e.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED]
    scheduled = [e for e in history.events if e.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED]
    of_the_case = [span for span in seen.spans if (span.attributes or {}).get(CASE) == number]

    told = Tally(name.partition(":")[0] for name in names(of_the_case))

    assert told["HandleUpdate"] == len(updates) == 2, told
    assert told["StartActivity"] == told["ByItself"] == len(scheduled) > 0, (told, len(scheduled))
    assert len({span.context.span_id for span in seen.spans}) == len(seen.spans)


async def live(seen: Seen, own: Settings, server: WorkflowEnvironment) -> None:
    """A case is opened, accepted under another worker that remembers nothing, and left until its limits have passed."""
    database = Database(own.database_url)
    case_file = CaseFile(database, read_units(own.definitions), own.public_url)
    client = await connect(own)
    filer = Filer(client, case_file)
    app = create_app(own)
    async with app.router.lifespan_context(app), speaking_to(app, own.home) as counter:
        await publish_the_food_permit(counter)
        async with case_worker(client, own.task_queue, case_file, filer):
            case = await counter.apply()
            number = str(case["number"])
        async with case_worker(client, own.task_queue, case_file, filer, cached=0):
            await accepted(counter, number)
            time = TimeSkipper(server.client, config=TimeSkippingConfig(enabled=False))
            handle = server.client.get_workflow_handle(f"case:{number}")
            assert await time.fast_forward(handle, timedelta(days=20))
            await on_file(database, number, "limit_passed")
            await counter.get("supervisor", f"/v1/cases/{number}", name=SECRET)
            await refused_by_the_database(database)
            await looked_round(database, number)
            async with Worker(
                client,
                task_queue="saying",
                workflows=[Say],
                activities=[say_in_activity],
                workflow_runner=runner(),
            ):
                await client.execute_workflow(Say.run, id=f"case:{SAID}", task_queue="saying")
    await database.close()

    check_one_trace(opened := seen.trace_with("HandleUpdate:submit"), number, "submit")
    check_one_trace(seen.trace_with("HandleUpdate:answer"), number, "answer")
    check_by_time(seen, opened, number)
    await check_nothing_twice(seen, client, number)
    check_log(seen)
    check_quiet(seen, number)
    told = " ".join(str(span.to_json()) for span in seen.spans) + json.dumps(seen.lines, ensure_ascii=False)
    assert "exception.type" in told
    for secret in (*SECRETS, case["query_code"]):
        assert secret not in told


async def accepted(counter: Counter, number: str) -> None:
    task = await counter.open_task(number, "check")
    answer = await counter.until_answered("window", f"/v1/tasks/{task}/answer", {"outcome": "accept"})
    assert answer.status_code == 200, answer.text


async def on_file(database: Database, number: str, kind: str) -> None:
    """Return once the case has an event of this kind."""
    query = text("SELECT FROM case_event WHERE number = :number AND kind = :kind")
    async with asyncio.timeout(60):
        while True:
            async with database.begin() as session:
                if (await session.execute(query, {"number": number, "kind": kind})).first() is not None:
                    return
            await asyncio.sleep(0.1)


def check_by_time(seen: Seen, opened: Spans, number: str) -> None:
    """What time did is a trace of its own, down to the SQL, and is linked to the one that opened the case."""
    by_time = seen.trace_with("ByItself:record")
    assert {"RunActivity:record", "WITH"} <= set(names(by_time)), names(by_time)
    assert root(by_time).context.trace_id != root(opened).context.trace_id
    assert [link.context.trace_id for link in root(by_time).links] == [root(opened).context.trace_id]
    assert {(span.attributes or {}).get(CASE) for span in by_time} == {number}


def check_log(seen: Seen) -> None:
    """Lines of an activity and of a workflow lead to the case and to the trace."""
    said = {line["message"]: line for line in seen.lines}
    spans: dict[str, set[str]] = defaultdict(set)
    for span in seen.spans:
        spans[f"{span.context.trace_id:032x}"].add(f"{span.context.span_id:016x}")
    for message in ("said in an activity", "said in a workflow"):
        line = next(line for name, line in said.items() if str(name).startswith(message))
        assert line["case"] == SAID
        assert line["span_id"] in spans[str(line["trace_id"])], line


async def main() -> None:
    own, seen = Settings(), Seen()
    attributes = [f"--search-attribute={name}={kind}" for name, kind in SEARCH_ATTRIBUTES.items()]
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(binaries.temporal()),
        dev_server_log_level="error",
        dev_server_extra_args=[*attributes, *(f"--dynamic-config-value={value}" for value in SKIPS)],
    ) as server:
        address = server.client.service_client.config.target_host
        await live(seen, own.model_copy(update={"temporal_address": address}), server)


if __name__ == "__main__":
    asyncio.run(main())
    os._exit(0)  # a Python that finalizes may abort in the engine's library (sdk-python #300)
