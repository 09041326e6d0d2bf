"""A database, a folder of files and a task queue of their own, with a worker behind them, so that an archiver finds nothing else."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from temporalio.client import Client

from activities.case_file import CaseFile
from domain.archiving import archived_after
from domain.commands import Outcome, Withdraw
from registry.units import read_units
from settings import Settings
from storage.database import Database
from storage.files import FileStore
from storage.tables import HistoryRow
from tests.conftest import Servers
from tests.own import settings_of_its_own, with_the_food_permit
from tests.workflows.conftest import Drive
from tests.workflows.grievances import GrievanceDrive
from worker.archiving import LARGEST_HISTORY_BYTES, Archiver
from worker.serving import case_worker, hands_of
from workflows.filing import Filer
from workflows.histories import retention_of
from workflows.messages import workflow_id

QUEUE = "archived"
DAY = timedelta(days=1)
ALL = ("application_form", "floor_plan", "training", "safety_rules", "facilities")


@dataclass
class Archive:
    """All that archiving needs, and cases to archive."""

    settings: Settings
    client: Client
    database: Database

    @property
    def store(self) -> FileStore:
        """The folder of files."""
        return FileStore(self.settings.home, LARGEST_HISTORY_BYTES)

    def archiver(self, now: datetime, **changes: Any) -> Archiver:
        """One that thinks that it is now this moment, and wants to archive a day after the end."""
        given: dict[str, Any] = {"database": self.database, "client": self.client, "store": self.store, "after": DAY}
        return Archiver(**given | changes, now=lambda: now)

    @asynccontextmanager
    async def working(self, client: Client) -> AsyncIterator[None]:
        """A worker on the queue of these tests."""
        units = read_units(self.settings.definitions)
        filer = self.filer(client)
        file = CaseFile(self.database, units, self.settings.public_url)
        hands = hands_of(client, self.database, units, filer, self.settings)
        async with case_worker(client, self.settings.task_queue, file, filer, hands):
            yield

    def filer(self, client: Client) -> Filer:
        """What puts batches on file."""
        return Filer(client, CaseFile(self.database, read_units(self.settings.definitions), self.settings.public_url))

    async def a_closed_case(self, client: Client | None = None) -> str:
        """Accepted, then withdrawn; its number."""
        by = client or self.client
        case = Drive(by, self.database, self.filer(by), self.settings.task_queue)
        await case.open(ALL)
        await case.answer("check", "window", Outcome.ACCEPT)
        await case.act(Withdraw)
        await by.get_workflow_handle(workflow_id(case.number)).result()
        return case.number

    async def a_closed_grievance(self) -> str:
        """To its end; its number."""
        grievance = GrievanceDrive(
            self.client, self.database, read_units(self.settings.definitions), self.settings.task_queue
        )
        await grievance.open()
        await grievance.with_the_unit()
        await grievance.to_its_end()
        await grievance.handle.result()
        return grievance.number

    async def ended_at(self, number: str) -> datetime:
        """When it was closed."""
        query = "SELECT changed_at FROM case_file WHERE number = :n UNION SELECT changed_at FROM grievance WHERE number = :n"
        (row,) = await self.sql(query, n=number)
        ended: datetime = row["changed_at"]
        return ended

    async def day_after(self, *numbers: str) -> datetime:
        """The moment from which on all of these are archived: a day later, or sooner where the engine keeps less than two."""
        last = max([await self.ended_at(number) for number in numbers])
        return last + archived_after(DAY, await retention_of(self.client))

    async def histories(self, number: str) -> list[HistoryRow]:
        """What the archive has of it."""
        query = "SELECT * FROM history WHERE split_part(workflow, ':', 2) = :n ORDER BY place"
        return [HistoryRow.model_validate(dict(row)) for row in await self.sql(query, n=number)]

    async def content(self, row: HistoryRow) -> bytes:
        """The archived bytes, which are those that were put there."""
        content = await self.store.content(row.digest or "")
        assert content is not None
        return content

    async def sql(self, statement: str, **named: Any) -> Any:
        """What the statement gives or does."""
        async with self.database.begin() as session:
            result = await session.execute(text(statement), named)
            return result.mappings().all() if result.returns_rows else None  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
async def shelf(servers: Servers, temporal: Client, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Archive]:
    """One for all these tests."""
    own = settings_of_its_own(servers, tmp_path_factory, QUEUE).model_copy(update={"task_queue": QUEUE})
    async with with_the_food_permit(own) as database:
        archive = Archive(own, temporal, database)
        async with archive.working(temporal):
            yield archive


@pytest.fixture(autouse=True)
async def nothing_before(shelf: Archive) -> None:
    """Each test begins with nothing closed."""
    await shelf.sql(
        "TRUNCATE history, trouble, case_file, applicant, grievance, notice, delivery, material, task, clock, case_event,"
        " act_under_way, finding, card, visit, request, text, grievance_event, broken_promise CASCADE"
    )


def manifest_of(content: bytes) -> dict[str, Any]:
    """What the manifest says."""
    return dict(json.loads(content))
