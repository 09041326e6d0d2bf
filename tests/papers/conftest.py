"""A real PostgreSQL for the tests of papers and deliveries."""

import time
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlmodel import SQLModel

import storage.tables  # noqa: F401  (makes the tables known)
from cli.embedded.lifeline import Watchdog
from cli.embedded.ports import Ports
from cli.embedded.postgres import Postgres
from storage.database import Database


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("papers")
    (home / "log").mkdir()
    watchdog = Watchdog()
    server = Postgres(home, Ports.free().postgres, watchdog, durable=False)
    try:
        server.prepare(time.sleep)
        server.start(time.sleep)
        until = time.monotonic() + 60
        while not server.ready():
            assert server.child.ended() is None, server.child.output()
            assert time.monotonic() < until, server.child.output()
            time.sleep(0.02)
        yield server.url.replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.child.ask_to_stop()
        server.child.stop(15)
        watchdog.close()


@pytest.fixture(scope="session")
async def database(postgres_url: str) -> AsyncIterator[Database]:
    base = Database(postgres_url)
    async with base.begin() as session:
        await (await session.connection()).run_sync(SQLModel.metadata.create_all)
    yield base
    await base.close()
