"""What was filed is delivered to the department that oversees, and sent again each working day until it is acknowledged."""

from __future__ import annotations

import asyncio
import logging
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlmodel import col

from activities.channels.webhook import Webhook
from domain.deadline import Office
from domain.record import EventKind, Paper
from domain.values import SHANGHAI
from registry.calendars import read_calendar
from registry.units import Units
from storage import notices
from storage.database import Database
from storage.tables import DeliveryRow, NoticeRow, TextRow
from storage.tables.notice import DeliveryState
from tests.papers.builders import DEFINITIONS, RECEIVED, a_batch, an_event, on_file, the_units
from tests.papers.samples import EXTENDED
from tests.papers.servers import a_gateway
from tests.papers.test_delivery import a_channel, dispatching, the_row, until
from tests.papers.test_giving import given
from worker.reminders import Reminders

OFFICE = Office(calendar=read_calendar(DEFINITIONS / "calendar"))
DUE = date(2026, 2, 13)
"""When a filing of the day of receipt is to be acknowledged."""


class Overseer:
    """A district of its own, whose overseeing department has an inbox at this address."""

    def __init__(self, url: str) -> None:
        self.place, self.channel = f"gz-t{uuid4().hex[:8]}", a_channel()
        self.code = f"{self.place}-management"
        known = the_units().places["gz-thr"].model_dump() | {"government": None}
        management = {"code": self.code, "name": "测试管理部门", "inbox": [self.channel]}
        self.units = Units.model_validate(
            {
                "channels": {self.channel: {"kind": "webhook", "url": url, "to": "nobody"}},
                "places": {self.place: {**known, "management": management}},
                "units": {},
            }
        )

    async def files(self, database: Database) -> NoticeRow:
        """An extension of one of its units, filed on the day of receipt."""
        case, applicant = await on_file(database, unit=f"{self.place}-samr")
        why = TextRow(id=uuid4().hex, number=case.number, body="须征求意见", by="e-1", written_at=RECEIVED)
        async with database.begin() as session:
            session.add(why)
        event = an_event(EventKind.EXTENDED, Paper.EXTENSION, Paper.FILING, **{**EXTENDED, "text": why.id})
        _, filing = await given(database, a_batch(case.number, event), case, applicant, units=self.units)
        return filing


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


async def sends_again(database: Database, units: Units, now: datetime) -> int:
    return await Reminders(database, units, OFFICE, now=lambda: now).send_again()


async def deliveries(database: Database, filing: NoticeRow) -> list[DeliveryRow]:
    async with database.begin() as session:
        this = (col(DeliveryRow.number) == filing.number, col(DeliveryRow.paper) == filing.paper)
        return list((await session.scalars(select(DeliveryRow).where(*this).order_by(DeliveryRow.id))).all())


async def taken(database: Database, *rows: DeliveryRow) -> None:
    """The other side has taken these."""
    async with database.begin() as session:
        for row in rows:
            (await session.get_one(DeliveryRow, row.id)).state = DeliveryState.DELIVERED


@pytest.mark.shows(48)
async def test_filing_is_delivered_to_the_department_in_words_for_it(database: Database) -> None:
    async with a_gateway() as gateway:
        overseer = Overseer(gateway.url)
        filing = await overseer.files(database)
        (delivery,) = await deliveries(database, filing)
        async with dispatching(database, overseer.units, webhook=Webhook("secret", overseer.units)):
            await until(database, delivery.id, lambda row: row.state is DeliveryState.DELIVERED)

    (request,) = gateway.requests
    assert request.json["paper"] == "filing"
    assert request.json["document_number"] == filing.document_number
    assert "已送达贵单位" in request.json["text"]
    assert filing.number in request.json["text"]
    assert "查询码" not in request.json["text"]
    assert "张三" not in request.body.decode()


@pytest.mark.parametrize(
    ("now", "sent"),
    [
        (at(DUE - timedelta(days=1)), 0),
        (at(DUE, 23), 0),  # the day itself is not over
        (at(date(2026, 2, 14), 8), 0),  # before the office opens
        (at(date(2026, 2, 14)), 1),  # a make-up Saturday
        (at(date(2026, 2, 16)), 0),  # Spring Festival
        (at(date(2026, 2, 24)), 1),
    ],
)
async def test_filing_is_sent_again_on_working_days_after_its_day(database: Database, now: datetime, sent: int) -> None:
    overseer = Overseer("http://127.0.0.1:9/")
    filing = await overseer.files(database)
    await taken(database, *await deliveries(database, filing))

    again = await sends_again(database, overseer.units, now)

    assert again == sent


async def test_filing_is_sent_again_once_a_day_by_any_number_of_workers_and_never_given_up(database: Database) -> None:
    overseer = Overseer("http://127.0.0.1:9/")
    filing = await overseer.files(database)
    days = [date(2026, 2, 14), date(2026, 2, 24), date(2026, 12, 31)]
    for day in days:
        for hour in (9, 12, 16):
            await sends_again(database, overseer.units, at(day, hour))
            await taken(database, *await deliveries(database, filing))
            await sends_again(database, overseer.units, at(day, hour))

    ids = [row.id for row in await deliveries(database, filing)]
    first = f"{filing.number}:1:filing:{overseer.channel}"
    assert ids == [first, *(f"{first}:{day:%Y%m%d}" for day in days)]


async def test_filing_that_the_channel_has_not_taken_yet_gets_no_second_delivery(database: Database) -> None:
    overseer = Overseer("http://127.0.0.1:9/")
    filing = await overseer.files(database)

    again = await sends_again(database, overseer.units, at(date(2026, 2, 24)))

    assert again == 0
    assert len(await deliveries(database, filing)) == 1


async def test_filing_sent_again_is_a_letter_of_its_own(database: Database) -> None:
    async with a_gateway() as gateway:
        overseer = Overseer(gateway.url)
        filing = await overseer.files(database)
        await taken(database, *await deliveries(database, filing))
        await sends_again(database, overseer.units, at(date(2026, 2, 24)))
        id_ = f"{filing.number}:1:filing:{overseer.channel}:20260224"
        async with dispatching(database, overseer.units, webhook=Webhook("secret", overseer.units)):
            await until(database, id_, lambda row: row.state is DeliveryState.DELIVERED)

    assert [request.headers["idempotency-key"] for request in gateway.requests] == [id_]
    assert (await the_row(database, id_)).attempts == 1


async def test_acknowledged_filing_is_not_sent_again(database: Database) -> None:
    overseer = Overseer("http://127.0.0.1:9/")
    filing = await overseer.files(database)
    await taken(database, *await deliveries(database, filing))
    async with database.begin() as session:
        await notices.acknowledge(session, filing.number, filing.seq, "filing", "supervisor-1", at(DUE))

    assert await sends_again(database, overseer.units, at(date(2026, 2, 24))) == 0


async def test_what_nobody_acknowledges_is_counted_in_the_log_once_a_day(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    overseer = Overseer("http://127.0.0.1:9/")
    await overseer.files(database)
    await overseer.files(database)
    moments = iter([at(date(2026, 2, 24), 9), at(date(2026, 2, 24), 15), at(date(2026, 2, 25))])
    reminders = Reminders(database, overseer.units, OFFICE, now=lambda: next(moments))

    with caplog.at_level(logging.WARNING, "worker.reminders"):
        for _ in range(3):
            await reminders.send_again()

    lines: list[Any] = [line for line in caplog.records if getattr(line, "addressee", "") == overseer.code]
    assert [(line.paper, line.unacknowledged) for line in lines] == [("filing", 2), ("filing", 2)]
    assert "张三" not in caplog.text


async def test_lost_database_does_not_end_the_watch(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    lost = Database("postgresql+psycopg://postgres@127.0.0.1:9/nowhere")
    reminders = Reminders(lost, the_units(), OFFICE, now=lambda: at(date(2026, 2, 24)))

    with caplog.at_level(logging.ERROR, "worker.reminders"):
        watch = asyncio.create_task(reminders.run())
        async with asyncio.timeout(10):
            while not caplog.records:  # noqa: ASYNC110  (what is waited for is a line of the log)
                await asyncio.sleep(0.02)
        goes_on = not watch.done()
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
    await lost.close()

    assert goes_on
    assert "is tried again: OperationalError" in caplog.text
