"""A database of its own for the reports of months, and what makes them on a day that the test sets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from activities.monthly import Monthly
from domain.values import SHANGHAI
from registry.calendars import read_years
from registry.units import read_units
from settings import Settings
from storage import calendars
from storage.database import Database
from tests.conftest import Servers
from tests.monthly.writing import empty
from tests.own import settings_of_its_own


@pytest.fixture(scope="session")
def monthly_settings(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with a database of its own."""
    return settings_of_its_own(servers, tmp_path_factory, "monthly").model_copy(update={"task_queue": "monthly"})


@pytest.fixture(scope="session")
async def opened(monthly_settings: Settings) -> AsyncIterator[Database]:
    """Its database, with the working days of the repository in force."""
    database = Database(monthly_settings.database_url)
    async with database.begin() as session:
        years = read_years(monthly_settings.definitions / "calendar")
        await calendars.seed(session, years, datetime.now(SHANGHAI))
    yield database
    await database.close()


@pytest.fixture
async def file(opened: Database) -> Database:
    """The database with nothing on file."""
    await empty(opened)
    return opened


class Today:
    """The day that the maker takes it for."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 8, 30, tzinfo=SHANGHAI)


@pytest.fixture
def today() -> Today:
    """The first working day of March 2026, until the test sets another one."""
    return Today()


@pytest.fixture
def maker(file: Database, monthly_settings: Settings, today: Today) -> Monthly:
    """What makes reports."""
    units = read_units(monthly_settings.definitions)
    return Monthly(file, units, 1, "https://gov.example", now=lambda: today.now)
