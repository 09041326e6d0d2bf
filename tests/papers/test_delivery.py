"""Deliveries: retried until they arrive, sent by one dispatcher at a time, never held up by another channel."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from activities.channels.letter import Letter, Sender
from activities.channels.mail import Mail
from activities.channels.webhook import Webhook
from activities.delivery import Dispatcher, Pace, senders_of
from domain.values import SHANGHAI
from observability.logs import Context
from registry.units import Units
from settings import Settings
from storage.database import Database
from storage.tables import DeliveryRow
from storage.tables.notice import DeliveryState
from tests.papers.builders import a_delivery
from tests.papers.servers import OK, a_closed_port, a_gateway, a_mail_server

QUICK = Pace(poll=0.05, attempt=5, lease=60, farewell=1)
SETTINGS = Settings(embedded=True)


def units_with(**channels: Any) -> Units:
    return Units.model_validate({"channels": channels, "places": {}, "units": {}})


def a_channel() -> str:
    """The name of a channel that no other test uses: the database is shared by all of them."""
    return f"c{uuid4().hex[:8]}"


@asynccontextmanager
async def dispatching(
    database: Database, units: Units, pace: Pace = QUICK, **senders: Sender
) -> AsyncIterator[asyncio.Task[None]]:
    dispatcher = Dispatcher(database, SETTINGS, units, senders=senders, pace=pace)
    task = asyncio.create_task(dispatcher.run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def the_row(database: Database, id_: str) -> DeliveryRow:
    async with database.begin() as session:
        return (await session.scalars(select(DeliveryRow).where(col(DeliveryRow.id) == id_))).one()


async def until(database: Database, id_: str, holds: Callable[[DeliveryRow], bool]) -> DeliveryRow:
    async with asyncio.timeout(10):
        while not holds(row := await the_row(database, id_)):  # noqa: ASYNC110  (the change is in the database)
            await asyncio.sleep(0.02)
    return row


async def make_due(database: Database, id_: str) -> None:
    async with database.begin() as session:
        now = datetime.now(SHANGHAI) - timedelta(seconds=1)
        await session.execute(update(DeliveryRow).where(col(DeliveryRow.id) == id_).values(next_attempt_at=now))


async def test_mail_that_was_put_off_arrives_later_and_once(database: Database) -> None:
    name = a_channel()
    id_ = await a_delivery(database, name)
    async with (
        a_mail_server(answers=["451 4.3.0 later", OK]) as server,
        dispatching(database, units_with(**{name: {"kind": "mail"}}), mail=Mail(server.url, "a@gov.example")),
    ):
        waiting = await until(database, id_, lambda row: row.last_error is not None)
        await make_due(database, id_)
        row = await until(database, id_, lambda row: row.state is DeliveryState.DELIVERED)

    assert waiting.state is DeliveryState.WAITING
    assert waiting.last_error == "451 4.3.0 later"
    assert row.attempts == 2
    assert row.delivered_at is not None
    assert row.last_error is None
    assert len(server.messages) == 1


async def test_mail_that_was_refused_for_good_is_shown_as_failed(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    name = a_channel()
    id_ = await a_delivery(database, name)
    caplog.handler.addFilter(names_its_case := Context())
    async with (
        a_mail_server(answers=["550 5.1.1 no such user"]) as server,
        dispatching(database, units_with(**{name: {"kind": "mail"}}), mail=Mail(server.url, "a@gov.example")),
    ):
        row = await until(database, id_, lambda row: row.state is DeliveryState.FAILED)

    caplog.handler.removeFilter(names_its_case)
    assert row.last_error == "550 5.1.1 no such user"
    assert row.attempts == 1
    assert [vars(line)["case"] for line in caplog.records if line.message == "delivery refused for good"] == [
        row.number
    ]


async def test_a_dead_server_leaves_the_delivery_waiting_for_its_next_attempt(database: Database) -> None:
    name = a_channel()
    id_ = await a_delivery(database, name)
    mail = Mail(f"smtp://127.0.0.1:{a_closed_port()}", "a@gov.example")

    async with dispatching(database, units_with(**{name: {"kind": "mail"}}), mail=mail):
        row = await until(database, id_, lambda row: row.last_error is not None)

    assert row.state is DeliveryState.WAITING
    assert row.next_attempt_at is not None
    assert row.next_attempt_at > datetime.now(SHANGHAI)


@pytest.mark.parametrize("status", [400, 404])
async def test_a_gateway_that_is_set_up_wrongly_for_a_while_loses_nothing(database: Database, status: int) -> None:
    name = a_channel()
    id_ = await a_delivery(database, name)
    async with a_gateway(statuses=[status, 204]) as gateway:
        units = units_with(**{name: {"kind": "webhook", "url": gateway.url}})
        async with dispatching(database, units, webhook=Webhook("secret", units)):
            waiting = await until(database, id_, lambda row: row.last_error is not None)
            await make_due(database, id_)
            row = await until(database, id_, lambda row: row.state is DeliveryState.DELIVERED)

    assert (waiting.state, waiting.last_error) == (DeliveryState.WAITING, f"HTTP {status}")
    assert waiting.next_attempt_at is not None
    assert row.attempts == 2


async def test_a_gateway_that_is_gone_is_not_asked_again(database: Database) -> None:
    name = a_channel()
    id_ = await a_delivery(database, name)
    async with a_gateway(statuses=[410]) as gateway:
        units = units_with(**{name: {"kind": "webhook", "url": gateway.url}})
        async with dispatching(database, units, webhook=Webhook("secret", units)):
            row = await until(database, id_, lambda row: row.state is DeliveryState.FAILED)

    assert (row.last_error, row.attempts) == ("HTTP 410", 1)


async def test_a_channel_that_never_answers_holds_up_no_other(database: Database) -> None:
    stuck, quick = a_channel(), a_channel()
    async with a_gateway(statuses=[0]) as silent, a_gateway() as gateway:
        units = units_with(
            **{stuck: {"kind": "webhook", "url": silent.url}, quick: {"kind": "webhook", "url": gateway.url}}
        )
        for _ in range(20):
            await a_delivery(database, stuck)
        id_ = await a_delivery(database, quick)
        pace = QUICK._replace(attempt=30, farewell=0)
        async with dispatching(database, units, pace, webhook=Webhook("secret", units, timeout=30)):
            row = await until(database, id_, lambda row: row.state is DeliveryState.DELIVERED)

    assert row.attempts == 1
    assert len(silent.requests) <= pace.at_once


class Stuck:
    """A sender that takes a letter and never comes back."""

    async def send(self, letter: Letter) -> None:
        await asyncio.sleep(60)


async def test_an_attempt_ends_by_itself(database: Database) -> None:
    name = a_channel()
    id_ = await a_delivery(database, name)

    async with dispatching(database, units_with(**{name: {"kind": "mail"}}), QUICK._replace(attempt=0.1), mail=Stuck()):
        row = await until(database, id_, lambda row: row.last_error is not None)

    assert row.last_error == "no answer within 0.1 s"
    assert row.state is DeliveryState.WAITING


async def test_a_worker_killed_between_sending_and_recording_sends_the_same_again(database: Database) -> None:
    name = a_channel()
    id_ = await a_delivery(database, name)
    pace = QUICK._replace(farewell=0, lease=0.5)
    async with a_gateway(statuses=[0, 204]) as gateway:
        units = units_with(**{name: {"kind": "webhook", "url": gateway.url}})
        async with dispatching(database, units, pace, webhook=Webhook("secret", units)):
            await asyncio.wait_for(gateway.reached.wait(), 10)
        left = await the_row(database, id_)
        async with dispatching(database, units, pace, webhook=Webhook("secret", units)):
            row = await until(database, id_, lambda row: row.state is DeliveryState.DELIVERED)

    assert left.state is DeliveryState.WAITING
    assert row.attempts == 2
    assert {request.headers["idempotency-key"] for request in gateway.requests} == {id_}
    assert len({request.body for request in gateway.requests}) == 1


class Counting:
    """A sender that notes whom it was sent to."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def send(self, letter: Letter) -> None:
        await asyncio.sleep(0.005)
        self.sent.append(letter.id)


async def test_two_dispatchers_share_the_work_and_send_each_delivery_once(database: Database) -> None:
    name = a_channel()
    ids = [await a_delivery(database, name) for _ in range(60)]
    units, sender, other = units_with(**{name: {"kind": "mail"}}), Counting(), Counting()

    async with dispatching(database, units, mail=sender), dispatching(database, units, mail=other):
        for id_ in ids:
            await until(database, id_, lambda row: row.state is DeliveryState.DELIVERED)

    assert sorted(sender.sent + other.sent) == sorted(ids)
    assert sender.sent
    assert other.sent


class Failing:
    """A sender with a fault of its own."""

    async def send(self, letter: Letter) -> None:
        raise KeyError(letter.address)


async def test_a_fault_of_ours_is_tried_again_and_logged_without_the_address(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    name = a_channel()
    id_ = await a_delivery(database, name, "zhangsan@example.test")

    with caplog.at_level(logging.DEBUG):
        async with dispatching(database, units_with(**{name: {"kind": "mail"}}), mail=Failing()):
            row = await until(database, id_, lambda row: row.last_error is not None)

    assert row.last_error == "KeyError"
    assert row.state is DeliveryState.WAITING
    assert "zhangsan" not in caplog.text


async def test_a_clean_stop_lets_what_is_under_way_finish(database: Database) -> None:
    name = a_channel()
    id_ = await a_delivery(database, name)
    units = units_with(**{name: {"kind": "webhook", "url": "http://127.0.0.1:9/"}})
    begun = asyncio.Event()

    class Slow:
        async def send(self, letter: Letter) -> None:
            begun.set()
            await asyncio.sleep(0.3)

    async with dispatching(database, units, webhook=Slow()):
        await begun.wait()

    assert (await the_row(database, id_)).state is DeliveryState.DELIVERED


async def test_a_lost_database_stops_the_dispatcher_only_for_a_while(database: Database) -> None:
    name = a_channel()
    id_ = await a_delivery(database, name)
    sender, calls = Counting(), 0

    class Flaky(Database):
        def begin(self) -> Any:
            nonlocal calls
            calls += 1
            if calls < 4:
                raise ConnectionError("no database")
            return database.begin()

    flaky = Flaky(database.url)
    async with dispatching(flaky, units_with(**{name: {"kind": "mail"}}), mail=sender):
        row = await until(database, id_, lambda row: row.state is DeliveryState.DELIVERED)
    await flaky.close()

    assert row.attempts == 1
    assert sender.sent == [id_]


def test_the_embedded_stack_keeps_mail_in_a_folder_unless_a_server_is_set() -> None:
    units = units_with()

    assert type(senders_of(Settings(embedded=True), units)["mail"]).__name__ == "Folder"
    assert type(senders_of(Settings(embedded=True, smtp_url="smtp://h"), units)["mail"]).__name__ == "Mail"
    assert type(senders_of(Settings(), units)["mail"]).__name__ == "Mail"


async def test_the_embedded_stack_delivers_into_its_mail_folder(database: Database, tmp_path: Path) -> None:
    name = a_channel()
    id_ = await a_delivery(database, name)
    settings = Settings(embedded=True, home=tmp_path)
    dispatcher = Dispatcher(database, settings, units_with(**{name: {"kind": "mail"}}), pace=QUICK)

    task = asyncio.create_task(dispatcher.run())
    await until(database, id_, lambda row: row.state is DeliveryState.DELIVERED)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    (file,) = (tmp_path / "mail").glob("*.eml")
    assert file.stem == id_.replace(":", ".")
