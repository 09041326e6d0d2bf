"""An extension, its notice and its filing are one act; filings and warnings reach their units and no applicant."""

from __future__ import annotations

import asyncio
import re
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy import text as sql
from sqlmodel import col

from activities.case_file import CaseFile
from activities.papers.gathering import TextMissing
from domain.definition import ItemDefinition
from domain.record import Batch, EventKind, Paper
from domain.values import SHANGHAI
from registry.units import EVERY_UNIT, Units
from storage import catalogue
from storage.catalogue import DefinitionState
from storage.database import Database
from storage.tables import (
    ApplicantRow,
    CalendarNoticeRow,
    CaseRow,
    DefinitionRow,
    DeliveryRow,
    EventRow,
    NoticeRow,
    TextRow,
)
from tests.papers.builders import RECEIVED, a_batch, a_start, an_event, on_file, the_definition, the_units
from tests.papers.samples import DELAYED, EXTENDED, MOVED, TESTING
from tests.papers.test_giving import a_unit_of_its_own, given

MANAGEMENT = "gz-thr-management"


def overseen(unit: str, *, unit_inbox: bool = True) -> Units:
    """The unit with an inbox, overseen by a department with an inbox, both of them webhooks to nobody in particular."""
    hook = {"kind": "webhook", "url": "http://127.0.0.1:9/", "to": "nobody"}
    place = the_units().places["gz-thr"].model_dump() | {"government": None}
    management = {"code": MANAGEMENT, "name": "测试管理部门", "inbox": ["oversight"]}
    mark = "测试" + "".join(chr(0x4E00 + ord(letter)) for letter in unit[-8:])  # of its own, as its numbers are
    listed = {"name": "测试局", "mark": mark, "channels": ["mail"]}
    return Units.model_validate(
        {
            "channels": {"mail": {"kind": "mail"}, "oversight": hook, "department": hook},
            "places": {"gz-thr": {**place, "management": management}},
            "units": {unit: {**listed, "inbox": ["department"] if unit_inbox else []}},
        }
    )


async def an_extended_case(database: Database, **changes: Any) -> tuple[CaseRow, ApplicantRow, Batch, TextRow]:
    """A case that is about to be extended, and the reasons, which are not on file yet."""
    case, applicant = await on_file(database, **{"unit": a_unit_of_its_own(), **changes})
    why = TextRow(id=uuid4().hex, number=case.number, body="须征求其他机关意见", by="e-1", written_at=RECEIVED)
    event = an_event(EventKind.EXTENDED, Paper.EXTENSION, Paper.FILING, **{**EXTENDED, "text": why.id})
    return case, applicant, a_batch(case.number, event), why


async def keep(database: Database, *rows: Any) -> None:
    async with database.begin() as session:
        session.add_all(rows)


async def papers_of(database: Database, number: str) -> list[NoticeRow]:
    async with database.begin() as session:
        query = select(NoticeRow).where(col(NoticeRow.number) == number).order_by(col(NoticeRow.paper))
        return list((await session.scalars(query)).all())


async def deliveries_of(database: Database, number: str) -> set[tuple[str, str, str]]:
    async with database.begin() as session:
        rows = (await session.scalars(select(DeliveryRow).where(col(DeliveryRow.number) == number))).all()
    return {(row.paper, row.channel, row.address) for row in rows}


async def test_filing_goes_to_the_overseeing_department_and_its_notice_to_the_applicant(database: Database) -> None:
    case, applicant, batch, why = await an_extended_case(database)
    await keep(database, why)

    await given(database, batch, case, applicant, units=overseen(case.unit))

    extension, filing = await papers_of(database, case.number)
    assert (extension.paper, extension.addressee, extension.acknowledge_by) == ("extension", None, None)
    assert (filing.paper, filing.addressee) == ("filing", MANAGEMENT)
    assert extension.document_number in str(filing.body["items"])
    assert await deliveries_of(database, case.number) == {
        ("extension", "mail", "zhangsan@example.test"),
        ("filing", "oversight", "-"),
    }


async def test_warning_goes_to_the_unit_itself(database: Database) -> None:
    case, applicant = await on_file(database, unit=a_unit_of_its_own())
    facts = {**TESTING, "days": 2, "until": "2026-02-13"}
    batch = a_batch(case.number, an_event(EventKind.PAUSE_OVERRUN, Paper.OVERRUN, article="apl:45", **facts))

    await given(database, batch, case, applicant, units=overseen(case.unit))

    (warning,) = await papers_of(database, case.number)
    assert warning.addressee == case.unit
    assert await deliveries_of(database, case.number) == {("overrun", "department", "-")}


async def test_unit_without_an_inbox_finds_its_warning_in_the_list_alone(database: Database) -> None:
    case, applicant = await on_file(database, unit=a_unit_of_its_own())
    facts = {**TESTING, "days": 2, "until": "2026-02-13"}
    batch = a_batch(case.number, an_event(EventKind.PAUSE_OVERRUN, Paper.OVERRUN, **facts))

    await given(database, batch, case, applicant, units=overseen(case.unit, unit_inbox=False))

    assert [row.addressee for row in await papers_of(database, case.number)] == [case.unit]
    assert await deliveries_of(database, case.number) == set()


async def test_filing_of_a_unit_that_nobody_oversees_goes_to_whoever_oversees_the_city(database: Database) -> None:
    case, applicant, batch, why = await an_extended_case(database, unit=f"elsewhere-{uuid4().hex[:8]}")
    await keep(database, why)

    await given(database, batch, case, applicant)

    assert [row.addressee for row in await papers_of(database, case.number)] == [None, EVERY_UNIT]


@pytest.mark.parametrize(
    ("at", "days", "by"),
    [
        ("2026-02-12 10:30", 1, date(2026, 2, 13)),
        ("2026-02-13 23:59", 1, date(2026, 2, 14)),  # a make-up Saturday
        ("2026-02-14 09:00", 1, date(2026, 2, 24)),  # over the Spring Festival
        ("2026-02-12 10:30", 0, date(2026, 2, 12)),
        ("2026-02-12 10:30", 3, date(2026, 2, 24)),
    ],
)
async def test_filing_is_acknowledged_within_so_many_working_days_of_the_case(
    database: Database, at: str, days: int, by: date
) -> None:
    start = {**a_start(), "policy": {"filing_days": days}}
    case, applicant, batch, why = await an_extended_case(database, start=start)
    await keep(database, why)
    moment = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)
    event = batch.events[0].model_copy(update={"at": moment})

    await given(database, batch.model_copy(update={"events": (event,)}), case, applicant)

    _, filing = await papers_of(database, case.number)
    assert filing.acknowledge_by == by
    assert f"请于{by.year}年{by.month}月{by.day}日前（含当日）签收" in filing.body["closing"][0]


async def the_definition_on_file(database: Database, definition: ItemDefinition) -> None:
    async with database.begin() as session:
        if await session.get(DefinitionRow, (definition.code, definition.version)) is None:
            row = await catalogue.register(session, definition, "0" * 64, "", "registrar", RECEIVED)
            row.state = DefinitionState.PUBLISHED


async def numbers_taken(database: Database, unit: str) -> dict[str, int]:
    async with database.begin() as session:
        rows = await session.execute(sql("SELECT paper, last FROM numbering WHERE unit = :unit"), {"unit": unit})
        return {row.paper: row.last for row in rows}


async def events_on_file(database: Database, number: str) -> int:
    async with database.begin() as session:
        query = select(func.count()).select_from(EventRow).where(col(EventRow.number) == number)
        return int((await session.execute(query)).scalar_one())


@pytest.mark.shows("N8")
async def test_extension_that_breaks_off_between_notice_and_filing_is_not_on_file_at_all_and_once_when_it_is_run_again(
    database: Database,
) -> None:
    definition, unit = the_definition(), a_unit_of_its_own()
    await the_definition_on_file(database, definition)
    shelf = CaseFile(database, overseen(unit), "https://gov.example")
    of_item = {"item_code": definition.code, "item_version": definition.version, "unit": unit}
    case, _, batch, why = await an_extended_case(database, **of_item)
    await keep(database, why)
    name = f"ck_{uuid4().hex[:8]}"
    fault = f"ALTER TABLE notice ADD CONSTRAINT {name} CHECK (number <> '{case.number}' OR paper <> 'filing') NOT VALID"
    async with database.begin() as session:
        await session.execute(sql(fault))  # the database takes the notice and not the filing

    with pytest.raises(Exception, match=name):
        await shelf.put(batch)
    left = (await events_on_file(database, case.number), await papers_of(database, case.number))
    taken = await numbers_taken(database, unit)
    async with database.begin() as session:
        await session.execute(sql(f"ALTER TABLE notice DROP CONSTRAINT {name}"))
    await shelf.put(batch)
    await shelf.put(batch)

    assert left == (0, [])
    assert taken == {}
    assert await events_on_file(database, case.number) == 1
    papers = await papers_of(database, case.number)
    assert [paper.paper for paper in papers] == ["extension", "filing"]
    assert all(paper.document_number.endswith("〔2026〕1号") for paper in papers)
    assert await numbers_taken(database, unit) == {"extension": 1, "filing": 1}
    assert len(await deliveries_of(database, case.number)) == 2


async def test_filing_whose_reasons_are_not_on_file_takes_notice_and_event_with_it(database: Database) -> None:
    definition, unit = the_definition(), a_unit_of_its_own()
    await the_definition_on_file(database, definition)
    shelf = CaseFile(database, overseen(unit), "https://gov.example")
    of_item = {"item_code": definition.code, "item_version": definition.version, "unit": unit}
    case, _, batch, why = await an_extended_case(database, **of_item)

    with pytest.raises(TextMissing):
        await shelf.put(batch)
    left = (await events_on_file(database, case.number), await papers_of(database, case.number))
    await keep(database, why)
    await shelf.put(batch)

    assert left == (0, [])
    assert [paper.paper for paper in await papers_of(database, case.number)] == ["extension", "filing"]


async def test_filings_are_numbered_without_gaps_while_some_of_many_at_once_break_off(database: Database) -> None:
    unit = a_unit_of_its_own()

    async def one(n: int) -> None:
        case, applicant, batch, why = await an_extended_case(database, unit=unit)
        await keep(database, why)
        for fails in (n % 3 == 0, False):
            try:
                await given(database, batch, case, applicant, fails=fails)
            except ConnectionError:
                continue

    await asyncio.gather(*(one(n) for n in range(9)))

    async with database.begin() as session:
        numbers = (await session.scalars(select(NoticeRow.document_number).where(col(NoticeRow.unit) == unit))).all()
    filed = [int(found[1]) for number in numbers if (found := re.search(r"报备〔2026〕(\d+)号", number))]
    told = [int(found[1]) for number in numbers if (found := re.search(r"延期〔2026〕(\d+)号", number))]
    assert sorted(filed) == sorted(told) == list(range(1, 10))


async def test_delay_is_filed_with_the_notice_that_told_it(database: Database) -> None:
    case, applicant = await on_file(database, unit=a_unit_of_its_own())
    why = TextRow(id=uuid4().hex, number=case.number, body="人手不足", by="e-1", written_at=RECEIVED)
    await keep(database, why)
    event = an_event(EventKind.DELAY_TOLD, Paper.DELAY, Paper.FILING, **{**DELAYED, "text": why.id})

    await given(database, a_batch(case.number, event), case, applicant)

    delay, filing = await papers_of(database, case.number)
    assert (delay.addressee, filing.addressee) == (None, MANAGEMENT)
    assert delay.document_number in str(filing.body["items"])


async def test_order_that_changed_the_calendar_is_called_by_its_name(database: Database) -> None:
    case, applicant = await on_file(database, unit=a_unit_of_its_own())
    order = CalendarNoticeRow(
        year=2027, source="国办发明电〔2026〕11号", body={}, submitted_by="r-1", submitted_at=RECEIVED
    )
    await keep(database, order)
    change = an_event(EventKind.CALENDAR_CHANGED, Paper.DUE_DAY_CHANGED, source=str(order.id), moved=MOVED)

    await given(database, a_batch(case.number, change), case, applicant)

    (paper,) = await papers_of(database, case.number)
    assert "（国办发明电〔2026〕11号）" in paper.body["paragraphs"][0]


@pytest.mark.parametrize(
    ("inbox", "wrong"),
    [("mail", "is no webhook"), ("sms", "is no webhook"), ("nowhere", "is no webhook")],
)
def test_inbox_is_a_webhook_that_needs_no_address_of_an_applicant(inbox: str, wrong: str) -> None:
    channels = {"mail": {"kind": "mail"}, "sms": {"kind": "webhook", "url": "http://127.0.0.1:9/"}}
    listed = {"gz-x": {"name": "测试局", "mark": "测试", "inbox": [inbox]}}

    with pytest.raises(ValueError, match=wrong):
        Units.model_validate({"channels": channels, "places": {}, "units": listed})


def test_place_names_its_government_and_its_overseeing_department() -> None:
    units = the_units()

    assert units.government_of("gz-thr-samr") == "gz-thr-government"
    assert units.government_of("gz-samr") is None
    assert units.management_of("gz-thr-samr") == "gz-thr-management"
    assert units.management_of("gz-samr") == "gz-management"
    assert units.management_of("elsewhere-1") is None
    assert units.unit("gz-thr-samr").closing_time is None


def test_government_that_is_no_unit_of_the_file_is_refused() -> None:
    place = the_units().places["gz-thr"].model_dump() | {"government": "gz-thr-nobody"}

    with pytest.raises(ValueError, match="gz-thr-nobody is not among the units"):
        Units.model_validate({"channels": the_units().channels, "places": {"gz-thr": place}, "units": {}})


def test_unit_may_close_at_an_hour_of_its_own() -> None:
    listed = {"gz-x": {"name": "测试局", "mark": "测试", "closing_time": "17:30"}}
    units = Units.model_validate({"channels": {}, "places": {}, "units": listed})

    assert f"{units.unit('gz-x').closing_time:%H:%M}" == "17:30"
