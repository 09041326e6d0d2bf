"""Papers are numbered without gaps or doubles, kept as they were sent, and laid out for each channel."""

import asyncio
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy import text as sql
from sqlmodel import col

from activities.papers.giving import give
from activities.papers.onfile import read_and_number
from domain.record import Batch, EventKind, Paper
from domain.values import SHANGHAI
from registry.units import Units
from storage.database import Database
from storage.tables import ApplicantRow, CaseRow, ClockRow, DeliveryRow, NoticeRow, TextRow
from tests.papers.builders import RECEIVED, a_batch, a_clock, an_event, on_file, the_definition, the_units


async def given(
    database: Database,
    batch: Batch,
    case: CaseRow,
    applicant: ApplicantRow,
    *,
    units: Units | None = None,
    fails: bool = False,
) -> list[NoticeRow]:
    async with database.begin() as session:
        notices = await give(
            session,
            batch=batch,
            case=case,
            applicant=applicant,
            definition=the_definition(),
            units=units or the_units(),
            public_url="https://gov.example",
        )
        await asyncio.sleep(0)
        if fails:
            raise ConnectionError("the activity was lost")
        return notices


def numbers_of(notices: Sequence[NoticeRow]) -> list[int]:
    return sorted(int(found[1]) for n in notices if (found := re.search(r"〕(\d+)号", n.document_number)))


def a_unit_of_its_own() -> str:
    """A unit that no other test numbers papers for."""
    return f"gz-thr-t{uuid4().hex[:8]}"


async def test_numbers_have_no_gap_and_no_double_under_eight_at_once_and_rollbacks(database: Database) -> None:
    unit = a_unit_of_its_own()
    limit = asyncio.Semaphore(8)

    async def one(n: int) -> list[NoticeRow]:
        case, applicant = await on_file(database, unit=unit)
        kinds = [Paper.RECEIPT, Paper.WITHDRAWAL] if n % 2 else [Paper.WITHDRAWAL, Paper.RECEIPT]
        events = [an_event(EventKind.RECEIVED, *kinds), an_event(EventKind.MATERIALS_RECEIVED, Paper.RECEIPT, seq=2)]
        async with limit:
            try:
                return await given(database, a_batch(case.number, *events), case, applicant, fails=n % 5 == 0)
            except ConnectionError:
                return []

    notices = [notice for batch in await asyncio.gather(*(one(n) for n in range(40))) for notice in batch]

    receipts = [n for n in notices if n.paper == Paper.RECEIPT]
    withdrawals = [n for n in notices if n.paper == Paper.WITHDRAWAL]
    assert numbers_of(receipts) == list(range(1, 65))
    assert numbers_of(withdrawals) == list(range(1, 33))


async def test_the_same_batch_twice_gives_its_papers_once(database: Database) -> None:
    unit = a_unit_of_its_own()
    case, applicant = await on_file(database, unit=unit)
    batch = a_batch(case.number, an_event(EventKind.RECEIVED, Paper.RECEIPT))

    first = await given(database, batch, case, applicant)
    second = await given(database, batch, case, applicant)

    assert [n.document_number for n in first] == [f"{unit} 收件〔2026〕1号"]
    assert second == []


async def test_numbers_begin_anew_each_year_of_shanghai(database: Database) -> None:
    case, applicant = await on_file(database, unit=a_unit_of_its_own())
    eve = datetime(2026, 12, 31, 23, 59, tzinfo=SHANGHAI)
    new_year = datetime(2027, 1, 1, 0, 0, tzinfo=SHANGHAI)
    events = [
        an_event(EventKind.RECEIVED, Paper.RECEIPT, at=eve),
        an_event(EventKind.MATERIALS_RECEIVED, Paper.RECEIPT, seq=2, at=new_year),
    ]

    notices = await given(database, a_batch(case.number, *events), case, applicant)

    assert [n.document_number.split(" ")[1] for n in notices] == ["收件〔2026〕1号", "收件〔2027〕1号"]


async def test_a_listed_unit_signs_with_its_mark(database: Database) -> None:
    case, applicant = await on_file(database)

    (notice,) = await given(
        database, a_batch(case.number, an_event(EventKind.RECEIVED, Paper.RECEIPT)), case, applicant
    )

    assert re.fullmatch(r"穗天河市监 收件〔2026〕\d+号", notice.document_number)
    assert notice.body["unit_name"] == "广州市天河区市场监督管理局"


async def test_texts_limits_and_earlier_papers_come_from_the_file(database: Database) -> None:
    case, applicant = await on_file(database)
    clock = a_clock("supplement", 15)
    text = TextRow(id=uuid4().hex, number=case.number, body="图上未标注操作间", by="w-1", written_at=RECEIVED)
    async with database.begin() as session:
        session.add(text)
        session.add(ClockRow(number=case.number, **clock.model_dump(exclude={"limit"}), limit=clock.limit.model_dump()))
    demands = [{"material": "floor_plan", "defect": text.id}]
    told = an_event(EventKind.NOTIFIED, Paper.ONE_TIME_NOTICE, seq=2, round=1, demands=demands)
    lapsed = an_event(EventKind.SUPPLEMENT_LAPSED, Paper.DEEMED_WITHDRAWAL, seq=3)

    (notice,) = await given(database, a_batch(case.number, told), case, applicant)
    (ending,) = await given(database, a_batch(case.number, lapsed), case, applicant)

    assert notice.body["items"]["rows"] == (("1", "经营场所平面布局图、操作流程（工艺流程）", "图上未标注操作间"),)
    assert "请于2026年2月26日前（含当日）补齐" in notice.body["closing"][0]
    assert notice.document_number in ending.body["paragraphs"][0]


async def test_of_a_limit_that_began_anew_the_newest_comes_last_however_the_rows_are_read(database: Database) -> None:
    case, _ = await on_file(database)
    newest = a_clock("supplement", 15, date(2026, 4, 8), started_at=RECEIVED + timedelta(days=30))
    for clock in (newest, a_clock("supplement", 15), a_clock("acceptance")):
        async with database.begin() as session:
            limit = clock.limit.model_dump()
            session.add(ClockRow(number=case.number, **clock.model_dump(exclude={"limit"}), limit=limit))

    async with database.begin() as session:
        await session.execute(sql("SET LOCAL enable_indexscan = off"))  # so that they come as they were written
        file = await read_and_number(session, case.number, case.unit, [], set())

    assert [clock.key for clock in file.clocks] == ["acceptance", "supplement", "supplement"]
    assert file.clocks[-1].due_day == newest.due_day


async def test_a_text_of_another_case_is_never_quoted(database: Database) -> None:
    from activities.papers.gathering import TextMissing

    case, applicant = await on_file(database)
    other = TextRow(id=uuid4().hex, number="somebody-else", body="秘密", by="w-1", written_at=RECEIVED)
    async with database.begin() as session:
        session.add(other)

    refused = an_event(EventKind.REFUSED, Paper.REFUSAL, text=other.id)
    with pytest.raises(TextMissing):
        await given(database, a_batch(case.number, refused), case, applicant)


async def test_each_channel_gets_one_delivery_where_the_applicant_can_be_reached(database: Database) -> None:
    channels = {
        "mail": {"kind": "mail"},
        "sms": {"kind": "webhook", "url": "http://127.0.0.1:9/"},
        "board": {"kind": "webhook", "url": "http://127.0.0.1:9/", "to": "nobody"},
    }
    listed = {"gz-thr-samr": {"name": "测试局", "mark": "测试", "channels": list(channels)}}
    units = Units.model_validate({"channels": channels, "places": {}, "units": listed})
    case, applicant = await on_file(database, mobile=None)
    batch = a_batch(case.number, an_event(EventKind.RECEIVED, Paper.RECEIPT))

    await given(database, batch, case, applicant, units=units)

    async with database.begin() as session:
        rows = (await session.scalars(select(DeliveryRow).where(col(DeliveryRow.number) == case.number))).all()
    assert {row.id: row.address for row in rows} == {
        f"{case.number}:1:receipt:mail": "zhangsan@example.test",
        f"{case.number}:1:receipt:board": "-",
    }
