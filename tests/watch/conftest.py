"""A probe, a database, a task queue and a counter of their own, so that a fault that a test puts in is the only one there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from temporalio.client import Client

from activities.case_file import CaseFile
from domain.trouble_telling import says
from domain.troubles import TroubleKind
from registry.units import read_units
from settings import Settings
from storage.database import Database
from storage.tables import TroubleRow
from tests.conftest import Servers
from tests.counter import Counter
from tests.own import counter_of_its_own, settings_of_its_own
from tests.workflows.conftest import Drive
from watch.cases import Pace
from watch.main import probe_of
from worker.serving import case_worker, hands_of, monthly_of, report_worker
from worker.struggling import Struggling
from workflows.filing import Filer
from workflows.reconciling import Reconciler, reconciler_of

QUEUE = "watched"
MOMENT = timedelta(seconds=0.5)
"""How long something may be due in these tests before it is missed."""
QUICK = Pace(patience_seconds=0.5)


@dataclass
class Scene:
    """All that a fault needs: cases, those who carry them on, and the probe."""

    settings: Settings
    client: Client
    database: Database
    counter: Counter

    def filer(self, database: Database | None = None) -> Filer:
        """What puts batches on file; in this database, or in another one."""
        file = CaseFile(database or self.database, read_units(self.settings.definitions), self.settings.public_url)
        return Filer(self.client, file)

    @property
    def reconciler(self) -> Reconciler:
        """What compares files with histories."""
        return reconciler_of(self.client, self.database, read_units(self.settings.definitions), self.settings)

    def drive(self) -> Drive:
        """A case to be opened."""
        return Drive(self.client, self.database, self.filer(), QUEUE)

    @asynccontextmanager
    async def working(self, database: Database | None = None) -> AsyncIterator[None]:
        """Workers, whose activities have this database or another one."""
        units, filer = read_units(self.settings.definitions), self.filer(database)
        file = CaseFile(database or self.database, units, self.settings.public_url)
        hands = hands_of(self.client, self.database, units, filer, self.settings)
        struggling = [Struggling(self.database)]
        monthly = monthly_of(self.database, units, self.settings)
        async with (
            case_worker(self.client, QUEUE, file, filer, hands, interceptors=struggling),
            report_worker(self.client, QUEUE, monthly),
        ):
            yield

    @asynccontextmanager
    async def probing(self, client: Client | None = None, database: Database | None = None) -> AsyncIterator[None]:
        """The whole probe, in a hurry."""
        units, own = read_units(self.settings.definitions), self.settings
        probe = probe_of(own, client or self.client, database or self.database, units, MOMENT, QUICK)
        running = asyncio.create_task(probe.run())
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def troubles(self, kind: TroubleKind, subject: str) -> list[TroubleRow]:
        """What is on file of it, the newest first."""
        query = text("SELECT * FROM trouble WHERE kind = :kind AND subject = :subject ORDER BY found_at DESC")
        async with self.database.begin() as session:
            rows = (await session.execute(query, {"kind": kind.value, "subject": subject})).mappings().all()
        return [TroubleRow.model_validate(dict(row)) for row in rows]

    async def sees(self, kind: TroubleKind, subject: str, saying: str = "", within: float = 45.0) -> str:
        """The sentence in which the probe says it, as soon as it does; where it first says something else, the one that says this."""
        async with asyncio.timeout(within):
            while True:
                sentence = said(await self._last(kind, subject, within, is_over=False))
                if saying in sentence:
                    return sentence
                await asyncio.sleep(0.05)

    async def is_over(self, kind: TroubleKind, subject: str, within: float = 45.0) -> TroubleRow:
        """The trouble, as soon as it was seen and is not seen any more."""
        return await self._last(kind, subject, within, is_over=True)

    async def _last(self, kind: TroubleKind, subject: str, within: float, *, is_over: bool) -> TroubleRow:
        async with asyncio.timeout(within):
            while True:
                rows = await self.troubles(kind, subject)
                if rows and (rows[0].cleared_at is not None) == is_over:
                    return rows[0]
                await asyncio.sleep(0.05)

    async def has_looked(self, name: str, times: int = 2) -> None:
        """Return when the probe has finished this look again, all of it after this call."""
        seen: set[object] = set()
        async with asyncio.timeout(30):
            while len(seen) <= times:
                seen |= {row["at"] for row in await self.sql("SELECT at FROM look WHERE name = :name", name=name)}
                await asyncio.sleep(0.05)

    async def sql(self, statement: str, **named: Any) -> Any:
        """What the statement gives or does."""
        async with self.database.begin() as session:
            result = await session.execute(text(statement), named)
            return result.mappings().all() if result.returns_rows else None  # type: ignore[attr-defined]


def said(row: TroubleRow) -> str:
    """The trouble in Chinese."""
    return says(row.kind, row.subject, row.since, row.facts).zh


@pytest.fixture(scope="session")
async def scene(servers: Servers, temporal: Client, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """One for all these tests."""
    own = settings_of_its_own(servers, tmp_path_factory, "watched")
    own = own.model_copy(update={"task_queue": QUEUE, "watch_every_seconds": 0.2, "watch_sweep_per_second": 1000})
    async with counter_of_its_own(own) as (database, counter):
        yield Scene(own, temporal, database, counter)


@pytest.fixture(autouse=True)
async def nothing_before(scene: Scene) -> AsyncIterator[None]:
    """Each test begins without cases, and leaves no workflow behind."""
    yield
    async for one in scene.client.list_workflows(f'TaskQueue = "{QUEUE}" AND ExecutionStatus = "Running"'):
        await scene.client.get_workflow_handle(one.id).terminate()
    await scene.sql(
        "TRUNCATE trouble, look, case_file, applicant, grievance, notice, delivery, material, task, clock, case_event,"
        " act_under_way, alarm, post, person, finding, card, visit, request, text, grievance_event, broken_promise CASCADE"
    )
