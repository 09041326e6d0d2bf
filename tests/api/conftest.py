"""A counter with a database and a folder of its own, on the servers of all tests; no worker stands behind it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from api.app import create_app
from cli.token import prepare_issuer
from settings import Settings
from storage import catalogue
from storage.database import Database
from storage.migrate import migrate
from tests.conftest import Servers
from tests.counter import Counter
from tests.papers.builders import the_definition


@pytest.fixture(scope="session")
def files_settings(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with small limits: a file may have 64 KB."""
    url = servers.settings.database_url
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE DATABASE files")
    home: Path = tmp_path_factory.mktemp("files")
    own = url.rpartition("/")[0] + "/files"
    migrate(own)
    prepare_issuer(home)
    # A namespace that is not there: its case numbers are those of the other counter, and must not meet them.
    changes = {
        "temporal_namespace": "of-nobody",
        "home": home,
        "database_url": own,
        "max_file_bytes": 65536,
        "update_timeout_seconds": 0.2,
    }
    return servers.settings.model_copy(update=changes)


@pytest.fixture(scope="session")
async def files_database(files_settings: Settings) -> AsyncIterator[Database]:
    """Its database, with one item published."""
    opened = Database(files_settings.database_url)
    definition, now = the_definition("food_permit_new"), datetime.now(UTC)
    async with opened.begin() as session:
        await catalogue.register(session, definition, "0" * 64, "", "registrar", now)
        await session.flush()
        await catalogue.publish(session, definition.code, definition.version, "publisher", now)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
async def files_app(files_settings: Settings, files_database: Database) -> AsyncIterator[FastAPI]:
    """The application."""
    app = create_app(files_settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture(scope="session")
async def desk(files_settings: Settings, files_app: FastAPI) -> AsyncIterator[Counter]:
    """The counter."""
    transport = httpx2.ASGITransport(app=files_app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://counter", timeout=30) as client:
        yield Counter(client, files_settings.home)
