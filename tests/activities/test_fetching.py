"""Materials that come from registers: fetched beside the cases, never given up, never twice at once."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import Response
from sqlalchemy import text

from activities.fetching import Fetcher, Pace
from activities.registers.connector import Connector, Found, NotFound
from activities.registers.http import Http
from domain.values import SHANGHAI
from settings import Settings
from storage import materials
from storage.database import Database
from storage.files import FileStore
from storage.tables import FileRow, MaterialRow
from storage.tables.material import MaterialSource, MaterialState
from tests.activities.conftest import Register
from tests.papers.builders import on_file
from tests.samples import PDF, a_pdf
from tests.waiting import comes_true

NUMBER = "TEST000077"
SOON = Pace(poll=0.05, attempt=5.0, lease=30.0, farewell=0.2, round=0.05)


@pytest.fixture(autouse=True)
async def nothing_waits(register_database: Database) -> None:
    async with register_database.begin() as session:
        await session.execute(text("DELETE FROM material"))


async def a_requested(database: Database, register: str = "电子证照", type: str = "营业执照") -> UUID:
    case, _ = await on_file(database, document_number=NUMBER, document_kind="passport")
    now = datetime.now(SHANGHAI)
    row = MaterialRow(
        id=uuid4(),
        number=case.number,
        material="business_licence",
        source=MaterialSource.REGISTER,
        state=MaterialState.REQUESTED,
        register_name=register,
        reference=type,
        next_attempt_at=now,
        handed_in_by="a-1",
        received_at=now,
    )
    async with database.begin() as session:
        session.add(row)
    return row.id


async def read(database: Database, id_: UUID) -> MaterialRow:
    async with database.begin() as session:
        return await session.get_one(MaterialRow, id_)


async def until(database: Database, id_: UUID, reached: Callable[[MaterialRow], object]) -> MaterialRow:
    async with asyncio.timeout(10):
        while True:
            if reached(row := await read(database, id_)):
                return row
            await asyncio.sleep(0.02)


async def make_due(database: Database, id_: UUID) -> None:
    async with database.begin() as session:
        await session.execute(text("UPDATE material SET next_attempt_at = now() WHERE id = :id"), {"id": id_})


@asynccontextmanager
async def fetching(
    database: Database, home: Path, pace: Pace = SOON, **registers: Connector
) -> AsyncIterator[asyncio.Task[None]]:
    settings = Settings(home=home)
    running = asyncio.create_task(Fetcher(database, settings, registers=registers, pace=pace).run())
    try:
        yield running
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


class Stub:
    """A register in this process."""

    def __init__(self, answer: Callable[[], Any]) -> None:
        self.answer, self.asked, self.references = answer, 0, list[str]()

    async def fetch(self, register: str, type: str, applicant_document_number: str, reference: str) -> Found | NotFound:
        self.asked += 1
        self.references.append(reference)
        answer = self.answer()
        return await answer if asyncio.iscoroutine(answer) else answer  # type: ignore[no-any-return]

    async def close(self) -> None:
        pass


async def test_what_the_register_holds_comes_into_hand(
    register_database: Database, register: Register, tmp_path: Path
) -> None:
    content = a_pdf("from a register")
    register.answer = lambda asked: Response(content, media_type="application/pdf")
    wanted = await a_requested(register_database)

    async with fetching(register_database, tmp_path, 电子证照=Http(register.url, key="k")):
        row = await until(register_database, wanted, lambda row: row.state is MaterialState.IN_HAND)

    assert row.digest is not None
    assert FileStore(tmp_path, 1).path_of(row.digest).read_bytes() == content
    assert (row.next_attempt_at, row.last_error, row.attempts) == (None, None, 1)
    assert (register.asked[0]["type"], register.asked[0]["document_number"]) == ("营业执照", NUMBER)
    async with register_database.begin() as session:
        file = await session.get_one(FileRow, row.digest)
    assert (file.media_type, file.size) == ("application/pdf", len(content))


async def test_what_the_register_does_not_hold_is_shown_as_not_found(
    register_database: Database, register: Register, tmp_path: Path
) -> None:
    wanted = await a_requested(register_database)

    async with fetching(register_database, tmp_path, 电子证照=Http(register.url, key="k")):
        row = await until(register_database, wanted, lambda row: row.state is not MaterialState.REQUESTED)

    assert (row.state, row.digest, row.next_attempt_at) == (MaterialState.NOT_FOUND, None, None)


@pytest.mark.shows("N15")
async def test_a_dead_source_is_an_exception_on_record_that_is_repaired_later(
    register_database: Database, register: Register, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    register.answer = lambda asked: Response(status_code=503)
    wanted = await a_requested(register_database)

    async with fetching(register_database, tmp_path, 电子证照=Http(register.url, key="k")):
        row = await until(register_database, wanted, lambda row: row.last_error)
        register.answer = lambda asked: Response(PDF, media_type="application/pdf")
        await make_due(register_database, wanted)
        repaired = await until(register_database, wanted, lambda row: row.state is MaterialState.IN_HAND)

    assert (row.state, row.attempts, row.last_error) == (MaterialState.REQUESTED, 1, "HTTP 503")
    assert row.next_attempt_at is not None
    assert timedelta(seconds=3) < row.next_attempt_at - row.received_at < timedelta(seconds=15)
    assert (repaired.last_error, repaired.attempts) == (None, 2)
    exceptions = [record for record in caplog.records if getattr(record, "article", None) == "gz:17"]
    assert len(exceptions) == 1
    assert vars(exceptions[0])["material"] == str(wanted)
    ours = [str(vars(record)) for record in caplog.records if not record.name.startswith("uvicorn")]
    assert NUMBER not in " ".join(ours)


async def test_waits_grow_and_nothing_is_ever_given_up(register_database: Database, tmp_path: Path) -> None:
    def broken() -> Found:
        raise RuntimeError(f"a fault that repeats {NUMBER}")

    wanted = await a_requested(register_database)
    waits = []

    async with fetching(register_database, tmp_path, 电子证照=Stub(broken)):
        for attempt in range(1, 14):
            row = await until(
                register_database,
                wanted,
                lambda row, n=attempt: row.attempts == n and row.last_error,  # type: ignore[misc]
            )
            await asyncio.sleep(0.05)
            row = await read(register_database, wanted)
            assert row.next_attempt_at is not None
            waits.append((row.next_attempt_at - datetime.now(SHANGHAI)).total_seconds())
            async with register_database.begin() as session:
                values = {"id": wanted}
                await session.execute(
                    text("UPDATE material SET next_attempt_at = now(), last_error = NULL WHERE id = :id"), values
                )

    assert row.last_error == "RuntimeError"
    assert row.state is MaterialState.REQUESTED
    assert waits[0] < 6
    assert waits[5] > 60
    assert 2800 < waits[-1] <= 3600


@pytest.mark.parametrize("content", [b"", b"<html>Error</html>", b"%PDF-1.4 cut off"])
async def test_an_answer_that_is_no_document_is_not_taken_for_one(
    register_database: Database, tmp_path: Path, content: bytes
) -> None:
    wanted = await a_requested(register_database)

    async with fetching(register_database, tmp_path, 电子证照=Stub(lambda: Found(content, "application/pdf"))):
        row = await until(register_database, wanted, lambda row: row.last_error)

    assert (row.state, row.digest) == (MaterialState.REQUESTED, None)
    assert "answer is" in str(row.last_error)


async def test_a_dead_register_takes_no_place_from_another(register_database: Database, tmp_path: Path) -> None:
    dead, alive = Stub(lambda: asyncio.sleep(60)), Stub(lambda: Found(PDF, "application/pdf"))
    stuck = [await a_requested(register_database, "死源") for _ in range(12)]
    wanted = [await a_requested(register_database, "活源") for _ in range(12)]

    async with fetching(register_database, tmp_path, 死源=dead, 活源=alive):
        for id_ in wanted:
            await until(register_database, id_, lambda row: row.state is MaterialState.IN_HAND)

    assert dead.asked == SOON.at_once
    assert {(await read(register_database, id_)).state for id_ in stuck} == {MaterialState.REQUESTED}


async def test_fetchers_share_the_work_and_ask_once_for_each(register_database: Database, tmp_path: Path) -> None:
    async def slowly() -> Found:
        await asyncio.sleep(0.05)
        return Found(PDF, "application/pdf")

    one, other = Stub(slowly), Stub(slowly)
    wanted = [await a_requested(register_database) for _ in range(30)]

    async with (
        fetching(register_database, tmp_path, 电子证照=one),
        fetching(register_database, tmp_path, 电子证照=other),
    ):
        for id_ in wanted:
            await until(register_database, id_, lambda row: row.state is MaterialState.IN_HAND)

    references = one.references + other.references
    assert len(references) == len(set(references)) == 30
    assert one.asked > 0
    assert other.asked > 0


async def test_what_a_killed_fetcher_had_taken_comes_back_when_its_lease_ends(
    register_database: Database, tmp_path: Path
) -> None:
    wanted = await a_requested(register_database)
    async with register_database.begin() as session:
        taken = await materials.take(session, {"电子证照": 9}, timedelta(seconds=0.5))

    async with register_database.begin() as session:
        meanwhile = await materials.take(session, {"电子证照": 9}, timedelta(seconds=0.5))
    async with fetching(register_database, tmp_path, 电子证照=Stub(lambda: Found(PDF, "application/pdf"))):
        row = await until(register_database, wanted, lambda row: row.state is MaterialState.IN_HAND)
    async with register_database.begin() as session:  # the one that was thought dead comes late
        await materials.not_found(session, taken[0])
        await materials.postponed(session, taken[0], "late", timedelta(0))

    assert [w.id for w in taken] == [wanted]
    assert meanwhile == []
    assert row.attempts == 2
    assert (await read(register_database, wanted)).state is MaterialState.IN_HAND


async def test_a_register_that_nobody_set_up_is_an_exception_on_record(
    register_database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wanted = await a_requested(register_database, "未配置")

    async with fetching(register_database, tmp_path):
        row = await until(register_database, wanted, lambda row: row.last_error)
        await asyncio.sleep(0.3)
    async with fetching(register_database, tmp_path, 未配置=Stub(lambda: Found(PDF, "application/pdf"))):
        repaired = await until(register_database, wanted, lambda row: row.state is MaterialState.IN_HAND)

    assert (row.state, row.attempts) == (MaterialState.REQUESTED, 0)
    assert repaired.last_error is None
    assert len([record for record in caplog.records if getattr(record, "article", None) == "gz:17"]) == 1


async def test_a_fetcher_ends_when_it_is_told_to(register_database: Database, tmp_path: Path) -> None:
    await a_requested(register_database)
    slow = Stub(lambda: asyncio.sleep(60))

    async with asyncio.timeout(5), fetching(register_database, tmp_path, 电子证照=slow) as running:
        await comes_true(lambda: slow.asked)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
