"""Grievances on the real workflow with the real file, opened with what a test wants to be different about them."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from temporalio.client import Client, WorkflowHandle

from activities.grievance.file import GrievanceFile
from activities.grievance.opening import Reported, lay
from domain.commands import Actor
from domain.deadline import Office
from domain.grievance.commands import (
    Classify,
    Conclusion,
    GiveFeedback,
    NotifyUnit,
    Reply,
    ReturnVisit,
    Review,
    Said,
    Transfer,
)
from domain.grievance.start import GrievanceDone, GrievanceStart
from domain.supervision.rules import Class, GrievanceRules, Supervision
from domain.supervision.shortcomings import Shortcoming
from domain.values import SHANGHAI
from registry.units import Units
from storage import case_file as shelf
from storage import findings, grievances
from storage.database import Database
from storage.tables import CaseRow, FindingRow, GrievanceRow, TextRow
from workflows.grievance.connection import act_on, open_grievance
from workflows.grievance.messages import grievance_id

WINDOW, UNIT, OTHER = "gz-thr-management", "gz-thr-samr", "gz-thr-health"
SOON = timedelta(seconds=20)


def one(role: str, unit: str, person: str | None = None) -> Actor:
    """Somebody with the role in the unit."""
    return Actor(id=person or f"{role}-1", roles=(role,), units=(unit,))


CLERK, SUPERVISOR = one("grievance_window", WINDOW), one("supervisor", WINDOW)
CHIEF, REPORTER = one("chief_representative", UNIT), Actor(id="applicant-1", roles=("applicant",))


@dataclass
class GrievanceDrive:
    """A grievance and those who carry it on."""

    client: Client
    database: Database
    units: Units
    task_queue: str
    number: str = ""

    async def lie(
        self,
        *,
        rules: GrievanceRules | None = None,
        office: Office | None = None,
        case: CaseRow | None = None,
        received_at: datetime | None = None,
        channel: str = "online",
        finding: FindingRow | None = None,
    ) -> GrievanceStart:
        """It is on file; no workflow knows of it."""
        now = received_at or datetime.now(SHANGHAI)
        place = Supervision(version=now.date(), grievances=rules or GrievanceRules())
        async with self.database.begin() as session:
            if finding is not None:
                await findings.keep(session, finding)
            by = None if channel == "system" else REPORTER
            reported = Reported(channel=channel, at=now, unit=UNIT, case=case, by=by, finding=finding)
            row = await lay(session, self.units, place, reported)
            self.number = row.number
        start = GrievanceStart.model_validate(row.start)
        start = start.model_copy(update={"office": office or start.office})
        async with self.database.begin() as session:
            kept = await session.get_one(GrievanceRow, self.number)
            kept.start = start.model_dump(mode="json", by_alias=True)
        return start

    async def open(self, **changes: Any) -> None:
        """It is on file, and opened."""
        await open_grievance(self.client, self.task_queue, await self.lie(**changes), SOON)

    async def act(
        self, kind: type[Any], by: Actor, request: str | None = None, *, within: timedelta = SOON, **more: Any
    ) -> GrievanceDone:
        """Somebody acts; what they say is kept before, as the counter does."""
        request = request or uuid.uuid4().hex
        if "text" in kind.model_fields:
            more["text"] = f"{request}-text"
            row = TextRow(id=more["text"], number=self.number, body="说明", by=by.id, written_at=datetime.now(SHANGHAI))
            async with self.database.begin() as session:
                await shelf.keep_ahead(session, [row])
        return await act_on(self.client, self.number, kind(request_id=request, by=by, **more), within)

    async def with_the_unit(self, klass: Class = Class.COMPLEX) -> None:
        """It is classified and passed to the unit."""
        await self.act(Classify, CLERK, klass=klass, grounds=(Shortcoming.NOT_FINISHED,))
        await self.act(Transfer, CLERK, unit=UNIT)

    async def to_its_end(self, **answer: Any) -> None:
        """From the unit's answer to the ledger."""
        await self.act(Reply, CHIEF, said=Said.REMEDIED, **answer)
        await self.act(GiveFeedback, CLERK)
        await self.act(ReturnVisit, CLERK, reached=True, satisfaction=2)
        await self.act(Review, SUPERVISOR, conclusion=Conclusion.NOT_CONFIRMED)
        await self.act(NotifyUnit, SUPERVISOR)

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(grievance_id(self.number))

    async def events(self) -> list[Any]:
        """What is on file."""
        async with self.database.begin() as session:
            return await grievances.events_of(session, self.number)

    async def happened(self) -> list[str]:
        """The kinds of what is on file."""
        return [event.kind for event in await self.events()]

    async def row(self) -> GrievanceRow:
        """Where it stands by its file."""
        async with self.database.begin() as session:
            return await session.get_one(GrievanceRow, self.number)

    async def papers(self) -> list[tuple[str, str | None]]:
        """The papers with the units that they go to, in order."""
        query = text("SELECT paper, addressee FROM notice WHERE number = :number ORDER BY seq, paper")
        async with self.database.begin() as session:
            return [(row.paper, row.addressee) for row in await session.execute(query, {"number": self.number})]

    async def body_of(self, paper: str) -> str:
        """What the last paper of this kind says."""
        query = text("SELECT body::text FROM notice WHERE number = :number AND paper = :paper ORDER BY seq DESC")
        async with self.database.begin() as session:
            return str((await session.execute(query, {"number": self.number, "paper": paper})).scalars().first())

    async def comes_to(self, *kinds: str, within: float = 30.0) -> None:
        """Return once these are on file."""
        async with asyncio.timeout(within):
            while True:
                if set(kinds) <= set(await self.happened()):
                    return
                await asyncio.sleep(0.1)


class AwayAtTimes:
    """A database that can be taken away, and comes again."""

    def __init__(self, there: Database, nowhere: Database) -> None:
        self._there, self._nowhere = there, nowhere
        self.away = False

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Any]:
        """A transaction; `OperationalError` while it is away."""
        async with (self._nowhere if self.away else self._there).begin() as session:
            yield session


def file_on(database: AwayAtTimes, units: Units) -> GrievanceFile:
    """What puts batches on file, on a database that is away at times."""
    return GrievanceFile(database, units, "https://example.com", 1)  # type: ignore[arg-type]
