"""A database of its own for the tests of papers and deliveries, on the PostgreSQL of all tests, and its counter."""

from collections.abc import AsyncIterator

import httpx2
import psycopg
import pytest

from api.app import create_app
from storage.database import Database
from storage.migrate import migrate
from tests.conftest import Servers
from tests.counter import Counter


@pytest.fixture(scope="session")
async def database(servers: Servers) -> AsyncIterator[Database]:
    url = servers.settings.database_url
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE DATABASE papers")
    own = url.rpartition("/")[0] + "/papers"
    migrate(own)
    opened = Database(own)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
async def desk(servers: Servers, database: Database) -> AsyncIterator[Counter]:
    """The counter over that database, where people see their papers and how the deliveries stand."""
    settings = servers.settings.model_copy(update={"database_url": database.url})
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://counter", timeout=30) as client:
            yield Counter(client, settings.home)
