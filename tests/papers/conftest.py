"""A database of its own for the tests of papers and deliveries, on the PostgreSQL of all tests."""

from collections.abc import AsyncIterator

import psycopg
import pytest

from storage.database import Database
from storage.migrate import migrate
from tests.conftest import Servers


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
