"""Who is slow outside holds up no case: in the worker's own process, and where outside calls have a process of their own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
from sqlalchemy import text
from temporalio.client import Client

from registry.units import read_units
from settings import Settings, WorkerPart
from storage.database import Database
from tests.conftest import Servers
from tests.counter import Counter, an_application
from tests.own import counter_of_its_own, settings_of_its_own
from tests.papers.servers import a_closed_port, a_mail_server
from tests.waiting import comes_true
from worker.main import work
from worker.parts import PARTS
from workflows.monthly_messages import schedule_id

QUEUE, PLACES = "outside-calls", 2
APPLICANT = an_application()["applicant"] | {"email": "sample@example.test"}


class Silent:
    """Takes connections and never says a word, until it is let go."""

    def __init__(self) -> None:
        self.held = 0
        self.let_go = asyncio.Event()
        self.port = 0

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.held += 1
        with suppress(ConnectionError):
            await self.let_go.wait()
        self.held -= 1
        writer.close()


@asynccontextmanager
async def a_silent_server() -> AsyncIterator[Silent]:
    silent = Silent()
    server = await asyncio.start_server(silent.take, "127.0.0.1", 0)
    silent.port = server.sockets[0].getsockname()[1]
    try:
        yield silent
    finally:
        silent.let_go.set()
        server.close()


@dataclass
class Town:
    """A counter with a database of its own, and no worker yet."""

    settings: Settings
    client: Client
    database: Database
    counter: Counter

    @asynccontextmanager
    async def working(self, **changes: Any) -> AsyncIterator[None]:
        """A worker's process, all but its signals."""
        stopped = asyncio.Event()
        running = asyncio.create_task(work(self.settings.model_copy(update=changes), stopped))
        try:
            yield
        finally:
            stopped.set()
            await running

    async def count(self, query: str, number: str) -> int:
        """What the query counts in the file of the case."""
        async with self.database.begin() as session:
            return int((await session.execute(text(query), {"number": number})).scalar_one())

    async def until(self, query: str, number: str, holds: Callable[[int], bool]) -> None:
        """Return once the count is such."""
        async with asyncio.timeout(30):
            while not holds(await self.count(query, number)):  # noqa: ASYNC110  (the change is in the database)
                await asyncio.sleep(0.05)


@pytest.fixture(scope="module")
async def town(servers: Servers, temporal: Client, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    own = settings_of_its_own(servers, tmp_path_factory, "outside_calls").model_copy(update={"task_queue": QUEUE})
    async with counter_of_its_own(own) as (database, counter):
        yield Town(own, temporal, database, counter)
    for place in read_units(own.definitions).places:  # other tests look at these
        await temporal.get_schedule_handle(schedule_id(place)).delete()


def test_every_part_that_can_be_asked_for_is_there() -> None:
    assert set(PARTS) == set(get_args(WorkerPart)) == Settings.model_fields["worker_does"].default


@pytest.mark.shows("N15")
async def test_case_is_accepted_and_goes_on_while_all_lanes_are_held_by_those_who_never_answer(
    town: Town, tmp_path: Path
) -> None:
    async with a_silent_server() as register, a_silent_server() as mail:
        slow = {
            "definitions": asking_of(f"http://127.0.0.1:{register.port}/", town.settings.definitions, tmp_path),
            "register_keys": {"电子证照": "TEST"},
            "smtp_url": f"smtp://127.0.0.1:{mail.port}",
            "deliveries_at_once": PLACES,
            "fetches_at_once": PLACES,
        }
        async with town.working(**slow):
            for _ in range(PLACES):  # each has three materials to be asked for, and a receipt to be sent
                await town.counter.apply(applicant=APPLICANT)
            await comes_true(lambda: register.held == mail.held == PLACES, 30)

            number = (await town.counter.apply(applicant=APPLICANT))["number"]
            await town.counter.answered("window", number, "check", "accept")
            await town.counter.answered("examiner", number, "review", "pass")

            held = (register.held, mail.held)
            register.let_go.set()
            mail.let_go.set()

    assert held == (PLACES, PLACES)
    assert await town.count(f"{EVENTS} AND kind IN ('accepted', 'step_answered')", number) == 2
    assert await town.count(f"{MATERIALS} AND state = 'requested'", number) == 3
    assert await town.count(f"{MAILS} AND state = 'waiting'", number) > 0


async def test_worker_of_outside_calls_needs_no_temporal_and_one_of_cases_makes_none(town: Town) -> None:
    away = {"temporal_address": f"127.0.0.1:{a_closed_port()}", "worker_does": frozenset({"outside"})}
    async with a_mail_server() as mail:
        async with town.working(worker_does=frozenset({"cases"}), smtp_url=mail.url):
            number = (await town.counter.apply(applicant=APPLICANT))["number"]
            await town.counter.answered("window", number, "check", "accept")
        untried = await town.count(f"{MATERIALS} AND attempts = 0", number)
        unsent = await town.count(f"{MAILS} AND attempts = 0", number)

        async with town.working(**away, smtp_url=mail.url):
            await town.until(f"{MATERIALS} AND state = 'in_hand'", number, lambda got: got == untried)
            await town.until(f"{MAILS} AND state = 'delivered'", number, lambda sent: sent == unsent)

    assert untried == 3
    assert unsent > 0
    assert {message["To"] for message in mail.messages} == {APPLICANT["email"]}


EVENTS = "SELECT count(*) FROM case_event WHERE number = :number"
MATERIALS = "SELECT count(*) FROM material WHERE number = :number AND register_name IS NOT NULL"
MAILS = "SELECT count(*) FROM delivery WHERE number = :number AND channel = 'mail'"


def asking_of(url: str, definitions: Path, folder: Path) -> Path:
    """The definitions, with this address in place of the samples."""
    for one in definitions.iterdir():
        if one.name != "registers.yaml":
            (folder / one.name).symlink_to(one)
    listed = {"registers": {"电子证照": {"connector": "http", "url": url, "timeout_seconds": 60}}}
    (folder / "registers.yaml").write_text(json.dumps(listed, ensure_ascii=False), "utf-8")
    return folder
