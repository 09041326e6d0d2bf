"""The real PostgreSQL and the real Temporal that tests run against, started once for all of them."""

from __future__ import annotations

import gc
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from activities.case_file import CaseFile
from cli.embedded.lifeline import Watchdog
from cli.embedded.ports import HOST, Ports
from cli.embedded.postgres import Postgres
from cli.embedded.temporal import Temporal
from cli.token import prepare_issuer
from registry.units import read_units
from settings import Settings
from storage.database import Database
from storage.migrate import migrate
from tests.counter import Counter, counter_of
from worker.serving import case_worker, hands_of
from workflows.connection import connect
from workflows.filing import Filer
from workflows.search_attributes import SEARCH_ATTRIBUTES


@dataclass(frozen=True)
class Servers:
    """Where the servers of the tests are."""

    settings: Settings


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """PostgreSQL with our tables, and Temporal with our search attributes; nothing of it is kept."""
    home: Path = tmp_path_factory.mktemp("servers")
    (home / "log").mkdir()
    ports, watchdog = Ports.free(), Watchdog()
    parts = [
        Postgres(home, ports.postgres, watchdog, durable=False),
        Temporal(home, (ports.temporal, ports.ui), "default", SEARCH_ATTRIBUTES, watchdog, durable=False),
    ]
    try:
        for part in parts:
            part.prepare(time.sleep)
            part.start(time.sleep)
        until = time.monotonic() + 60
        while not all(part.ready() for part in parts):
            assert time.monotonic() < until, "\n".join(part.child.output() for part in parts)
            time.sleep(0.05)
        settings = Settings(
            home=home,
            embedded=True,
            database_url=f"postgresql+psycopg://postgres@{HOST}:{ports.postgres}/postgres",
            temporal_address=f"{HOST}:{ports.temporal}",
        )
        migrate(settings.database_url)
        prepare_issuer(home)
        yield Servers(settings)
    finally:
        for part in parts:
            part.child.ask_to_stop()
        for part in parts:
            part.child.stop(15)
        watchdog.close()


@pytest.fixture(scope="session")
async def database(servers: Servers) -> AsyncIterator[Database]:
    """The case files of the tests."""
    opened = Database(servers.settings.database_url)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
async def temporal(servers: Servers) -> Client:
    """The Temporal of the tests."""
    return await connect(servers.settings)


@pytest.fixture(scope="session")
def case_file(servers: Servers, database: Database) -> CaseFile:
    """What puts batches on file."""
    return CaseFile(database, read_units(servers.settings.definitions), servers.settings.public_url)


@pytest.fixture(scope="session")
def filer(temporal: Client, case_file: CaseFile) -> Filer:
    """What files what a case answered."""
    return Filer(temporal, case_file)


@pytest.fixture(scope="session")
async def counter(
    servers: Servers, temporal: Client, database: Database, case_file: CaseFile, filer: Filer
) -> AsyncIterator[Counter]:
    """The counter with a worker behind it, and every real definition published."""
    settings = servers.settings
    hands = hands_of(temporal, database, read_units(settings.definitions), filer, settings)
    async with case_worker(temporal, settings.task_queue, case_file, filer, hands), counter_of(settings) as opened:
        yield opened


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Who does what where several processes share the tests."""
    from tests.sharing import Pieces

    return Pieces(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes share the tests, they are in the order in which they are handed out."""
    if hasattr(config, "workerinput"):
        from tests.sharing import turn

        items.sort(key=lambda item: turn(item.nodeid))


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: no collection of garbage goes through it again."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """A Temporal client that is freed while Python ends aborts the process (sdk-python #300)."""
    gc.collect()
    time.sleep(0.2)
