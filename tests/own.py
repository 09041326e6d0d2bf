"""A counter with a database and a folder of its own, on the servers of all tests; no worker stands behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count

import psycopg
import pytest

from api.app import create_app
from cli.token import prepare_issuer
from settings import Settings
from storage import catalogue
from storage.database import Database
from storage.migrate import migrate
from tests.conftest import Servers
from tests.counter import Counter, speaking_to
from tests.papers.builders import the_definition

FIRST_NUMBERS = count(20_000, 20_000)
"""Where each database begins with its numbers: all of them have one engine, which takes two cases of one number for the same."""


def settings_of_its_own(servers: Servers, folders: pytest.TempPathFactory, name: str) -> Settings:
    """Settings with a database of this name and an issuer of tokens."""
    url, home = servers.settings.database_url, folders.mktemp(name)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    own = f"{url.rpartition('/')[0]}/{name}"
    migrate(own)
    first = next(FIRST_NUMBERS)
    with psycopg.connect(own.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SELECT setval('case_serial', %s), setval('grievance_serial', %s)", [first, first])
    prepare_issuer(home)
    return servers.settings.model_copy(update={"home": home, "database_url": own})


@asynccontextmanager
async def with_the_food_permit(settings: Settings) -> AsyncIterator[Database]:
    """Its database, with the food permit published."""
    opened = Database(settings.database_url)
    definition, now = the_definition("food_permit_new"), datetime.now(UTC)
    async with opened.begin() as session:
        await catalogue.register(session, definition, "0" * 64, "", "registrar", now)
        await session.flush()
        await catalogue.publish(session, definition.code, definition.version, "publisher", now)
    yield opened
    await opened.close()


@asynccontextmanager
async def counter_of_its_own(settings: Settings) -> AsyncIterator[tuple[Database, Counter]]:
    """Its database, with the food permit published, and the counter on it."""
    app = create_app(settings)
    async with (
        with_the_food_permit(settings) as database,
        app.router.lifespan_context(app),
        speaking_to(app, settings.home) as counter,
    ):
        yield database, counter
