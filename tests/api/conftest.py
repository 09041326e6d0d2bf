"""A counter with a database and a folder of its own, on the servers of all tests; no worker stands behind it."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from api.app import create_app
from settings import Settings
from storage.database import Database
from tests.conftest import Servers
from tests.counter import Counter, speaking_to
from tests.own import settings_of_its_own, with_the_food_permit


@pytest.fixture(scope="session")
def files_settings(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with small limits: a file may have 64 KB."""
    # A namespace that is not there: its case numbers are those of the other counter, and must not meet them.
    changes = {"temporal_namespace": "of-nobody", "max_file_bytes": 65536, "update_timeout_seconds": 0.2}
    return settings_of_its_own(servers, tmp_path_factory, "files").model_copy(update=changes)


@pytest.fixture(scope="session")
async def files_database(files_settings: Settings) -> AsyncIterator[Database]:
    """Its database, with one item published."""
    async with with_the_food_permit(files_settings) as opened:
        yield opened


@pytest.fixture(scope="session")
async def files_app(files_settings: Settings, files_database: Database) -> AsyncIterator[FastAPI]:
    """The application."""
    app = create_app(files_settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture(scope="session")
async def desk(files_settings: Settings, files_app: FastAPI) -> AsyncIterator[Counter]:
    """The counter."""
    async with speaking_to(files_app, files_settings.home) as opened:
        yield opened
