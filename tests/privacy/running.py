"""The counter, a worker, an engine, a mail server and a collector of traces of their own, and everything that they leave."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import astuple, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
from google.protobuf.message import Message
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import (
    DescribeScheduleRequest,
    DescribeWorkflowExecutionRequest,
    GetWorkflowExecutionHistoryRequest,
    ListSchedulesRequest,
    ListWorkflowExecutionsRequest,
)
from temporalio.client import Client

from cli.embedded.lifeline import Watchdog
from cli.embedded.ports import HOST, Ports
from cli.embedded.temporal import Temporal
from settings import Settings
from tests.counter import Counter
from tests.papers.servers import MailServer, a_mail_server
from workflows.connection import connect
from workflows.search_attributes import SEARCH_ATTRIBUTES

PROGRAMS = ("worker", "api", "watch")
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240.0


class Collector:
    """Takes traces as a collector does, and keeps what it was sent."""

    def __init__(self) -> None:
        kept = self.sent = list[bytes]()

        class Take(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                kept.append(gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body)
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer((HOST, 0), Take)
        self.url = f"http://{HOST}:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@dataclass
class Running:
    """What runs, and where it leaves its traces."""

    settings: Settings
    counter: Counter
    engine: Client
    collector: Collector
    mail: MailServer
    logs: Path
    parts: list[subprocess.Popen[bytes]] = field(default_factory=list)
    metrics: dict[str, int] = field(default_factory=dict)
    """The port of each program's page."""

    def left_in_files(self) -> Iterator[tuple[str, bytes]]:
        """Every log, what went to the collector, and the pages of metrics."""
        for file in sorted(self.logs.glob("*.log")):
            yield file.name, file.read_bytes()
        yield from (("a trace", sent) for sent in self.collector.sent)
        for program, port in self.metrics.items():
            with suppress(httpx2.ConnectError):  # one that serves no page
                yield f"metrics of {program}", httpx2.get(f"http://{HOST}:{port}/metrics", timeout=30).content

    async def left_in_the_engine(self) -> list[tuple[str, Message]]:
        """Every history, what each workflow is described as, all rows of the lists, and the schedules, as the engine has them."""
        service, namespace = self.engine.workflow_service, self.engine.namespace
        rows = await service.list_workflow_executions(
            ListWorkflowExecutionsRequest(namespace=namespace, page_size=1000)
        )
        left: list[tuple[str, Message]] = [("a row of a list", row) for row in rows.executions]
        for row in rows.executions:
            named = WorkflowExecution(workflow_id=row.execution.workflow_id, run_id=row.execution.run_id)
            asked = GetWorkflowExecutionHistoryRequest(namespace=namespace, execution=named)
            while True:
                page = await service.get_workflow_execution_history(asked)
                left += [(f"history of {named.workflow_id}", event) for event in page.history.events]
                if not (token := page.next_page_token):
                    break
                asked.next_page_token = token
            described = DescribeWorkflowExecutionRequest(namespace=namespace, execution=named)
            left.append(("a description", await service.describe_workflow_execution(described)))
        schedules = await service.list_schedules(ListSchedulesRequest(namespace=namespace, maximum_page_size=100))
        for one in schedules.schedules:
            left.append(("a row of the schedules", one))
            schedule = DescribeScheduleRequest(namespace=namespace, schedule_id=one.schedule_id)
            left.append(("a schedule", await service.describe_schedule(schedule)))
        return left

    async def settled(self) -> None:
        """Wait until a letter has left and the last traces came in."""
        until = time.monotonic() + PATIENCE
        while not self.mail.messages:
            assert time.monotonic() < until, "no mail was sent"
            await asyncio.sleep(0.1)


@contextmanager
def an_engine(home: Path, ports: Ports) -> Iterator[str]:
    """A Temporal that nobody else uses."""
    watchdog = Watchdog()
    engine = Temporal(home, (ports.temporal, ports.ui), "default", SEARCH_ATTRIBUTES, watchdog, durable=False)
    try:
        engine.prepare(time.sleep)
        engine.start(time.sleep)
        until = time.monotonic() + PATIENCE
        while not engine.ready():
            assert time.monotonic() < until, engine.child.output()
            time.sleep(0.05)
        yield f"{HOST}:{ports.temporal}"
    finally:
        engine.child.ask_to_stop()
        engine.child.stop(15)
        watchdog.close()


@asynccontextmanager
async def running(own: Settings, ports: Ports, mail_answers: list[str]) -> AsyncIterator[Running]:
    """All of it, with these settings of a database of its own."""
    (logs := own.home / "log").mkdir(exist_ok=True)
    collector = Collector()
    with an_engine(own.home, ports) as engine:
        async with a_mail_server(answers=mail_answers) as mail:
            api = f"http://{HOST}:{ports.api}"
            changes = {
                "temporal_address": engine,
                "public_url": api,
                "smtp_url": mail.url,
                "otlp_endpoint": collector.url,
            }
            changes |= {"temporal_ui_url": f"http://{HOST}:{ports.ui}", "api_port": ports.api, "log_json": True}
            own = own.model_copy(update=changes)
            async with httpx2.AsyncClient(base_url=api, timeout=60) as client:
                counter = Counter(client, own.home)
                whole = Running(own, counter, await connect(own), collector, mail, logs)
                try:
                    for program, port in zip(PROGRAMS, astuple(Ports.free()), strict=False):
                        whole.parts.append(_started(program, own.model_copy(update={"metrics_port": port}), logs))
                        whole.metrics[program] = port
                    await _answers(whole)
                    yield whole
                finally:
                    for part in whole.parts:
                        part.kill()
                        part.wait()
                    collector.close()


def _started(program: str, own: Settings, logs: Path) -> subprocess.Popen[bytes]:
    given = own.model_dump(mode="json", include=own.model_fields_set, exclude_defaults=True)
    ours = {
        f"BANCHENG_{name}".upper(): value if isinstance(value, str) else json.dumps(value)
        for name, value in given.items()
    }
    env = {name: value for name, value in os.environ.items() if not name.startswith("BANCHENG_")}
    env |= {**ours, "PYTHONPATH": str(ROOT), "OTEL_BSP_SCHEDULE_DELAY": "200"}
    with (logs / f"{program}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.privacy.part", program], env=env, stderr=log, stdout=log, cwd=ROOT
        )


async def _answers(whole: Running) -> None:
    """Wait for the counter, and for the worker to say that it works."""
    until = time.monotonic() + PATIENCE
    while True:
        logs = {file.name: file.read_text("utf-8", "replace") for file in whole.logs.glob("*.log")}
        assert time.monotonic() < until, logs
        assert all(part.poll() is None for part in whole.parts), logs
        try:
            healthy = (await whole.counter.client.get("/v1/health")).status_code == 200
        except httpx2.TransportError:
            healthy = False
        if healthy and "worker ready" in logs.get("worker.log", ""):
            return
        await asyncio.sleep(0.1)
