"""Cases on the real workflow with the real case file, opened with what a test wants to be different about them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from temporalio.client import Client

from domain.calendar import Calendar, CalendarYear
from domain.case_number import case_number
from domain.commands import Act, Actor, Answer, HandedIn, Outcome
from domain.deadline import Office
from domain.item import Item
from domain.record import EventKind
from domain.running import Policy
from domain.shown import SEMANTICS, Shown
from domain.values import SHANGHAI
from storage import case_file as shelf
from storage.database import Database
from storage.tables import CaseRow, TextRow
from tests.conftest import Servers
from tests.counter import UNIT
from tests.papers.builders import on_file
from tests.replay.paths import an_item
from workflows.connection import open_case, send
from workflows.filing import Filer
from workflows.messages import CaseStart

APPLICANT = Actor(id="applicant-1", roles=("applicant",))
SOON = timedelta(seconds=20)


def food_permit(**changes: Any) -> Item:
    """The food permit, with other limits or steps where a test needs them."""
    return an_item("food_permit_new", {"sells_online": "no"}).model_copy(update=changes)


def working_today() -> Calendar:
    """A calendar on which today is worked, whatever day it is."""
    today = datetime.now(SHANGHAI).date()
    return Calendar(version="today", years=(CalendarYear(year=today.year, holidays=(), make_up=(today,)),))


def closing_in(seconds: float) -> Office:
    """An office that works today and closes in so many seconds."""
    at = datetime.now(SHANGHAI) + timedelta(seconds=seconds)
    return Office(calendar=working_today(), closing_time=at.time())


def opening_in(seconds: float) -> Office:
    """An office that works today and opens in so many seconds; it warns when it opens."""
    at = datetime.now(SHANGHAI) + timedelta(seconds=seconds)
    return Office(calendar=working_today(), sessions=((at.time(), time.max),))


@dataclass
class Drive:
    """A case and those who carry it on; what they do is put on file."""

    client: Client
    database: Database
    filer: Filer
    task_queue: str
    number: str = ""
    tasks: tuple[str, ...] = ()
    _acts: list[Any] = field(default_factory=list)

    async def open(
        self,
        in_hand: tuple[str, ...],
        *,
        item: Item | None = None,
        office: Office | None = None,
        promised: bool = False,
        received_at: datetime | None = None,
        policy: Policy | None = None,
        shown: Shown | None = None,
    ) -> None:
        """Take an application in."""
        item, received_at = item or food_permit(), received_at or datetime.now(SHANGHAI)
        self.number = case_number(received_at.date(), 10**9 + uuid.uuid4().int % 10**9)
        await on_file(
            self.database,
            number=self.number,
            item_code=item.code,
            item_version=date.fromisoformat(item.version),
            item_name=item.name,
            unit=item.unit,
            channel="online",
            applied_by=APPLICANT.id,
            received_at=received_at,
        )
        start = CaseStart(
            number=self.number,
            item=item,
            office=office or Office(calendar=Calendar(version="none", years=())),
            received_at=received_at,
            by=APPLICANT,
            in_hand=tuple(HandedIn(material=material) for material in in_hand),
            promised=promised,
            policy=policy or Policy(),
            semantics=SEMANTICS,
            shown=shown or Shown(),
        )
        async with self.database.begin() as session:
            row = await session.get_one(CaseRow, self.number)
            row.start = start.model_dump(mode="json", by_alias=True)
        acted = await open_case(self.client, self.task_queue, start, SOON)
        await self.filer.file(acted)
        self.tasks = acted.done.tasks

    def task(self, slot: str) -> str:
        """The open task of the slot."""
        return next(task for task in self.tasks if task.endswith(f".{slot}"))

    async def answer(self, slot: str, role: str, outcome: Outcome, person: int = 1, **more: Any) -> None:
        """Somebody of the role answers."""
        by = Actor(id=f"{role}-{person}", roles=(role,), units=(UNIT,))
        await self._write(more)
        await self.send(Answer(request_id=uuid.uuid4().hex, by=by, task=self.task(slot), outcome=outcome, **more))

    async def act(self, kind: type[Any], by: Actor = APPLICANT, **more: Any) -> None:
        """Somebody acts; the applicant unless said otherwise."""
        await self._write(more)
        await self.send(kind(request_id=uuid.uuid4().hex, by=by, **more))

    async def _write(self, more: dict[str, Any]) -> None:
        """Keep the words of an act, as the counter does before it names them."""
        if (words := more.get("text")) and not words.startswith(self.number):  # else the test has kept them itself
            more["text"] = f"{self.number}:{words}"
            row = TextRow(id=more["text"], number=self.number, body=words, by="test", written_at=datetime.now(SHANGHAI))
            async with self.database.begin() as session:
                await shelf.keep_ahead(session, [row])

    async def send(self, command: Answer | Act) -> None:
        """Send a command and put on file what it led to."""
        acted = await send(self.client, self.number, command, SOON)
        await self.filer.file(acted, command.request_id)
        self.tasks = acted.done.tasks

    async def events(self) -> list[Any]:
        """What is on file of the case."""
        async with self.database.begin() as session:
            return await shelf.events_of(session, self.number)

    async def happened(self) -> list[str]:
        """The kinds of what is on file."""
        return [event.kind for event in await self.events()]

    async def papers(self) -> list[str]:
        """The papers given, in order."""
        query = text("SELECT paper FROM notice WHERE number = :number ORDER BY seq, paper")
        async with self.database.begin() as session:
            return list((await session.execute(query, {"number": self.number})).scalars())

    async def row(self) -> CaseRow:
        """The case file."""
        async with self.database.begin() as session:
            return await session.get_one(CaseRow, self.number)

    async def event(self, kind: EventKind) -> Any:
        """The last event of the kind."""
        return next(event for event in reversed(await self.events()) if event.kind == kind)


@pytest.fixture
def drive(servers: Servers, database: Database, temporal: Client, filer: Filer, counter: object) -> Callable[[], Drive]:
    """Makes cases; `counter` runs the worker behind them."""
    return lambda: Drive(temporal, database, filer, servers.settings.task_queue)


UNFINISHED = ("act_under_way SET sent_at", "case_file SET changed_at", "grievance SET changed_at")


@pytest.fixture
async def nothing_left(database: Database) -> None:
    """What former tests left unfinished is not due today: at a queue that nobody serves any more, the worker tries each for
    its whole patience."""
    async with database.begin() as session:
        for begun in UNFINISHED:
            only = "" if begun.startswith("act") else "WHERE seq = 0"
            await session.execute(text(f"UPDATE {begun} = now() + interval '1 day' {only}"))
