"""A paper that goes to a unit is for its chief representative of the day, or who stands in (gz:8.3)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event

from activities.papers.letters import ToPerson, ToUnit, give_letter
from domain.record import EventKind, Paper
from domain.supervision.posts import Absence, Post
from storage import posts
from storage.database import Database
from storage.tables import NoticeRow
from tests.papers.builders import RECEIVED, a_batch, an_event, on_file, the_units
from tests.papers.samples import TESTING
from tests.papers.test_giving import a_unit_of_its_own, given

DAY = RECEIVED.date()
OVERRUN: dict[str, Any] = {**TESTING, "days": 2, "until": "2026-02-13"}


async def staffed(database: Database, unit: str) -> tuple[str, str]:
    """The unit has a chief representative, who is away on the day after, and a substitute."""
    chief, deputy = f"chief-{uuid4().hex[:8]}", f"deputy-{uuid4().hex[:8]}"
    held = [
        Post(unit=unit, role="chief_representative", person=chief, since=date(2026, 1, 1)),
        Post(unit=unit, role="chief_representative", person=deputy, substitute=True, since=date(2026, 1, 1)),
    ]
    tomorrow = DAY + timedelta(days=1)
    async with database.begin() as session:
        await posts.keep_people(session, [(chief, "测试首席代表甲"), (deputy, "测试代理人乙")], RECEIVED)
        await posts.keep_posts(session, held, "s-1", RECEIVED)
        await posts.keep_absences(session, [Absence(person=chief, first=tomorrow, last=tomorrow)], "s-1", RECEIVED)
    return chief, deputy


@contextmanager
def asking() -> Iterator[list[str]]:
    """The questions put to the database about who is there."""
    asked: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        if "FROM post " in statement:
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def warned(database: Database, unit: str) -> list[NoticeRow]:
    """The unit is warned on two days in one batch, and the applicant gets a receipt."""
    case, applicant = await on_file(database, unit=unit)
    later = RECEIVED + timedelta(days=1)
    batch = a_batch(
        case.number,
        an_event(EventKind.RECEIVED, Paper.RECEIPT),
        an_event(EventKind.PAUSE_OVERRUN, Paper.OVERRUN, seq=2, **OVERRUN),
        an_event(EventKind.PAUSE_OVERRUN, Paper.OVERRUN, seq=3, at=later, **OVERRUN),
    )
    return await given(database, batch, case, applicant)


@pytest.mark.shows("N20")
async def test_warning_is_for_the_chief_representative_and_on_a_day_away_for_the_substitute(database: Database) -> None:
    unit = a_unit_of_its_own()
    chief, deputy = await staffed(database, unit)

    with asking() as asked:
        receipt, today, tomorrow = await warned(database, unit)

    assert (receipt.addressee, receipt.attention) == (None, None)
    assert (today.addressee, today.attention) == (unit, chief)
    assert (tomorrow.addressee, tomorrow.attention) == (unit, deputy)
    assert len(asked) == 1


async def test_warning_to_a_unit_without_a_chief_representative_is_given_to_the_unit_all_the_same(
    database: Database,
) -> None:
    unit = a_unit_of_its_own()

    _, today, _ = await warned(database, unit)

    assert (today.addressee, today.attention) == (unit, None)


async def test_nobody_is_looked_up_for_papers_that_go_to_the_applicant_alone(database: Database) -> None:
    case, applicant = await on_file(database, unit=a_unit_of_its_own())

    with asking() as asked:
        [receipt] = await given(
            database, a_batch(case.number, an_event(EventKind.RECEIVED, Paper.RECEIPT)), case, applicant
        )

    assert receipt.attention is None
    assert asked == []


async def test_letter_to_a_unit_is_for_its_chief_representative_and_a_letter_to_a_person_for_nobody_there(
    database: Database,
) -> None:
    unit = a_unit_of_its_own()
    chief, _ = await staffed(database, unit)

    to_unit = await a_letter(database, unit, ToUnit(unit))
    to_other = await a_letter(database, unit, ToUnit(unit, attention="named-by-the-caller"))
    to_person = await a_letter(database, unit, ToPerson())

    assert [letter.attention for letter in (to_unit, to_other, to_person)] == [chief, "named-by-the-caller", None]


@pytest.mark.parametrize(
    ("role", "says", "silent"),
    [
        ("首席事务代表", "的首席事务代表岗位无人任职", "没有任何在任人员"),
        ("审查人员", "的审查人员岗位无人任职", "进驻单位应当指定首席事务代表"),
        ("", "没有任何在任人员登记在册", "岗位无人任职"),
    ],
)
async def test_report_of_a_vacancy_says_which_role_of_which_unit_since_when(
    database: Database, role: str, says: str, silent: str
) -> None:
    letter = await a_letter(database, a_unit_of_its_own(), ToUnit("gz-thr-management", DAY), role=role)

    said = "".join(letter.body["paragraphs"])
    assert letter.title == "岗位空缺报告单"
    assert "自2026年2月12日起，测试单位（gz-thr-test）" in said
    assert says in said
    assert silent not in said
    assert "2026年2月12日前（含当日）签收" in "".join(letter.body["closing"])
    for slip in ("None", "{{", "  ", "。。", "，。", "（）"):
        assert slip not in said


async def a_letter(database: Database, unit: str, to: ToUnit | ToPerson, role: str = "审查人员") -> NoticeRow:
    facts = {
        "id": "vacancy:gz-thr-test:examiner:1",
        "unit": "gz-thr-test",
        "unit_name": "测试单位",
        "role": role,
        "chief": role == "首席事务代表",
        "noticed_on": DAY,
        "to_name": "测试管理部门",
    }
    async with database.begin() as session:
        letter = await give_letter(
            session,
            the_units(),
            file=f"vacancy:{uuid4().hex}",
            seq=1,
            paper=Paper.VACANCY,
            signer=the_units().unit(unit),
            to=to,
            facts={"v": facts},
            given_at=RECEIVED,
        )
    assert letter is not None
    return letter
