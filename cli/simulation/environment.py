"""A Temporal server of its own for simulations: it skips time when told, keeps nothing, and dies with its parent."""

from __future__ import annotations

import asyncio
import signal
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError
from temporalio.testing import TimeSkipper, TimeSkippingConfig
from temporalio.worker import Worker

from cli.embedded import binaries
from cli.embedded.child import Child
from cli.embedded.lifeline import Watchdog
from cli.embedded.ports import HOST, Ports, listens
from cli.embedded.trouble import Trouble
from cli.simulation.beside import Beside
from cli.simulation.grievance.record import InMemoryGrievances
from cli.simulation.record import InMemoryRecord
from workflows.bundle_workflow import BundleWorkflow
from workflows.case_workflow import CaseWorkflow
from workflows.grievance.workflow import GrievanceWorkflow
from workflows.sandbox import runner
from workflows.search_attributes import SEARCH_ATTRIBUTES

TASK_QUEUE = "simulation"
START_WITHIN_SECONDS = 30
DYNAMIC_CONFIG = (
    "frontend.WorkflowTimeSkippingEnabled=true",
    "system.forceSearchAttributesCacheRefreshOnRead=false",  # all are registered at the start
    'history.timerProcessorMaxTimeShift="1ms"',  # timers ring up to a second late otherwise
)
ONLY_WHEN_TOLD = TimeSkippingConfig(enabled=False, max_session_skip_count=2000)
"""A case stands still unless it is moved; one move may pass very many limits."""


@dataclass(frozen=True)
class Environment:
    """Where scenarios run."""

    client: Client
    task_queue: str
    recorder: InMemoryRecord
    grievances: InMemoryGrievances
    time: TimeSkipper
    beside: Beside


@asynccontextmanager
async def environment() -> AsyncIterator[Environment]:
    """A server with a worker; both are gone when this is left. Raises `Trouble` if the server does not start."""
    with tempfile.TemporaryDirectory(prefix="bancheng-simulate-") as folder:
        watchdog = Watchdog()
        port = Ports.free().temporal
        server = _server(port, Path(folder), watchdog)
        try:
            server.start()
            client = await _connected(server, port)
            time_ = TimeSkipper(client, config=ONLY_WHEN_TOLD)
            recorder, beside = InMemoryRecord(), Beside(time_.client, TASK_QUEUE)
            grievances = InMemoryGrievances()
            async with _worker(time_.client, recorder, grievances, beside):
                yield Environment(time_.client, TASK_QUEUE, recorder, grievances, time_, beside)
        finally:
            server.stop(0)
            watchdog.close()


def _server(port: int, folder: Path, watchdog: Watchdog) -> Child:
    argv = [str(binaries.temporal()), "server", "start-dev", "--headless", "--log-level=error"]
    argv += [f"--ip={HOST}", f"--port={port}"]
    argv += [f"--dynamic-config-value={value}" for value in DYNAMIC_CONFIG]
    argv += [f"--search-attribute={name}={kind}" for name, kind in SEARCH_ATTRIBUTES.items()]
    environment = {"HOME": str(folder), "GOGC": "400"}
    return Child(argv, folder / "temporal.log", watchdog, environment, folder=folder, stop_by=signal.SIGKILL)


async def _connected(server: Child, port: int) -> Client:
    until = time.monotonic() + START_WITHIN_SECONDS
    while time.monotonic() < until and server.ended() is None:
        if listens(port):
            try:
                return await Client.connect(f"{HOST}:{port}", data_converter=pydantic_data_converter)
            except (RPCError, RuntimeError):  # it listens before it can answer
                pass
        await asyncio.sleep(0.02)
    raise Trouble(
        f"模拟用的 Temporal 没有启动：{server.output()}",
        f"Temporal did not start for the simulation: {server.output()}",
    )


def _worker(client: Client, recorder: InMemoryRecord, grievances: InMemoryGrievances, beside: Beside) -> Worker:
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[CaseWorkflow, BundleWorkflow, GrievanceWorkflow],
        activities=[
            recorder.record,
            recorder.last_look,
            recorder.last_look_of_part,
            recorder.open_part,
            recorder.hand_on,
            beside.begin,
            grievances.record_grievance,
            grievances.ask_of_case,
        ],
        interceptors=[beside],
        workflow_runner=runner(),
    )
