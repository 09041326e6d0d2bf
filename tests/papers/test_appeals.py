"""An appeal against a card reaches the department, and comes again each working day once it should have been decided."""

from __future__ import annotations

from datetime import date
from typing import Any

from activities.papers.appeals import AppealPapers
from domain.supervision.rules import Colour
from storage import cards
from storage.database import Database
from storage.notices import acknowledge
from storage.tables import CardRow, NoticeRow
from tests.papers.builders import RECEIVED, on_file
from tests.papers.test_reminders import OFFICE, Overseer, at, deliveries, sends_again, taken

DECIDE_BY = date(2026, 2, 26)


async def appealed(database: Database, overseer: Overseer) -> tuple[CardRow, NoticeRow]:
    """A card of one of the overseer's units, with its appeal."""
    case, _ = await on_file(database, unit=f"{overseer.place}-samr")
    card = CardRow(
        id=cards.key_of(case.number, 3),
        number=case.number,
        seq=3,
        colour=Colour.YELLOW,
        rule="promised_late",
        name="超过承诺办结时限",
        rules_version=date(2026, 1, 1),
        unit=case.unit,
        item_code=case.item_code,
        article="gz:19",
        given_at=RECEIVED,
        appeal_until=date(2026, 2, 25),
    )
    async with database.begin() as session:
        session.add(card)
        await session.flush()
        await cards.appealed(session, card, by="chief-1", text="t-1", at=RECEIVED, decide_by=DECIDE_BY)
        paper = await AppealPapers(overseer.units, OFFICE, 1).appeal(session, card, "当日停电", RECEIVED)
    assert paper is not None
    return card, paper


def said_in(paper: NoticeRow) -> str:
    return str(paper.body)


async def acknowledged(database: Database, paper: NoticeRow) -> None:
    async with database.begin() as session:
        await acknowledge(session, paper.number, paper.seq, paper.paper, "overseer-1", RECEIVED)
    await taken(database, *await deliveries(database, paper))


async def test_an_appeal_says_what_it_is_against_and_by_when_it_is_decided(database: Database) -> None:
    overseer = Overseer("http://127.0.0.1:9/")

    card, paper = await appealed(database, overseer)

    said = said_in(paper)
    assert paper.addressee == overseer.code
    assert f"黄牌（办件编号：{card.number}，第3号事件）" in said
    assert "申诉理由：当日停电" in said
    assert "请于2026年2月26日前（含当日）决定维持或者撤销" in said


async def test_an_appeal_is_sent_again_from_the_day_after_it_should_have_been_decided(database: Database) -> None:
    overseer = Overseer("http://127.0.0.1:9/")
    _, paper = await appealed(database, overseer)
    await acknowledged(database, paper)

    in_time = await sends_again(database, overseer.units, at(DECIDE_BY, 23))
    late = await sends_again(database, overseer.units, at(date(2026, 2, 27)))

    assert (in_time, late) == (0, 1)


async def test_a_decided_appeal_is_not_sent_again_and_its_decision_says_so(database: Database) -> None:
    overseer = Overseer("http://127.0.0.1:9/")
    card, paper = await appealed(database, overseer)
    await acknowledged(database, paper)

    async with database.begin() as session:
        card = await session.merge(card)
        await cards.decided(session, card, by="overseer-1", text="t-2", at=RECEIVED, upheld=True)
        told: Any = await AppealPapers(overseer.units, OFFICE, 1).decision(session, card, "停电不属实", RECEIVED)

    assert await sends_again(database, overseer.units, at(date(2026, 2, 27))) == 0
    assert told.addressee == card.unit
    assert told.unit == overseer.code
    assert "决定维持" in said_in(told)
    assert card.withdrawn_at is None
