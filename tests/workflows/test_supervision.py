"""Orders, urging and remedies on a real case: beside its stages, on file with their papers and cards, and limits untouched."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from domain.commands import (
    Actor,
    Demand,
    HandedIn,
    JointHandling,
    Order,
    Outcome,
    Remedy,
    RemedyKind,
    Supplement,
    Transfer,
    Urge,
)
from domain.record import EventKind
from domain.values import SHANGHAI
from storage import cards, findings
from storage.tables import CardRow, NoticeRow
from tests.counter import FOOD_MATERIALS, UNIT
from tests.workflows.conftest import Drive, closing_in
from tests.workflows.test_papers_of_acts import papers_of, said_in

CHIEF = Actor(id="chief-1", roles=("chief_representative",), units=(UNIT,))
OVERSEER = Actor(id="overseer-1", roles=("supervisor",), units=("gz-thr-management",))
EXAMINER = Actor(id="examiner-1", roles=("examiner",), units=(UNIT,))
GRIEVANCE = "FY20260101-000001-1"
SECONDS = 4


async def cards_of(case: Drive) -> list[CardRow]:
    async with case.database.begin() as session:
        return list(await cards.of_case(session, case.number))


async def until_card(case: Drive) -> list[CardRow]:
    """The cards, as soon as there are any."""
    async with asyncio.timeout(20):
        while True:
            if found := await cards_of(case):
                return found
            await asyncio.sleep(0.1)


@pytest.mark.shows(50)
async def test_an_order_that_nobody_answers_is_told_to_the_department_and_gives_a_card(
    drive: Callable[[], Drive],
) -> None:
    case = drive()
    await case.open(FOOD_MATERIALS, office=closing_in(SECONDS))
    before = await case.row()
    today = datetime.now(SHANGHAI).date()
    await case.act(Remedy, OVERSEER, remedy=RemedyKind.DECIDE_BY, grievance=GRIEVANCE, due=today, text="请当日书面说明")

    (card,) = await until_card(case)

    papers, passed = await papers_of(case), await case.event(EventKind.LIMIT_PASSED)
    assert (card.rule, card.unit, card.clock) == ("order_late", UNIT, "order:1")
    assert papers["order_late"].addressee == "gz-thr-management"
    assert papers["card"].addressee == UNIT
    assert f"反映件编号：{GRIEVANCE}" in said_in(papers["order"])
    assert passed.data["clock"] == "order:1"
    assert "lateness" not in papers
    after = await case.row()
    assert (after.light, after.due_day) == ("green", before.due_day)


async def test_a_lateness_that_silence_turned_into_acceptance_names_the_window_that_kept_silent(
    drive: Callable[[], Drive],
) -> None:
    case = drive()

    await case.open(FOOD_MATERIALS, received_at=datetime.now(SHANGHAI) - timedelta(days=9))

    async with case.database.begin() as session:
        (finding,) = [one for one in await findings.of_case(session, case.number) if one.clock == "acceptance"]
    assert (await case.row()).waiting_for == [f"examiner@{UNIT}"]
    assert finding.evidence["deemed_accepted"] is True
    assert finding.evidence["waiting_for"] == [f"window@{UNIT}"]


@pytest.mark.shows(50)
async def test_an_order_outlives_the_stage_in_which_it_was_given(drive: Callable[[], Drive]) -> None:
    case = drive()
    await case.open(FOOD_MATERIALS)
    await case.act(Order, CHIEF, text="请说明")
    await case.answer("check", "window", Outcome.ACCEPT)
    await case.answer("review", "examiner", Outcome.PASS)
    await case.act(Order, OVERSEER, text="再请说明", days=9)

    await case.answer("order.1", "chief_representative", Outcome.REPORTED, text="已安排核查")
    await case.answer("on_site", "examiner", Outcome.PASS, officers=("a", "b"))
    await case.answer("decide", "approver", Outcome.GRANT)
    await case.answer("issue", "window", Outcome.ISSUED)
    await case.answer("order.2", "chief_representative", Outcome.REPORTED, text="已经准予")
    await case.answer("deliver", "window", Outcome.DELIVERED)

    happened = await case.happened()
    assert happened.count("order_answered") == 2
    assert happened[-1] == "closed"
    assert (await case.row()).ending == "granted"


async def test_an_order_that_is_still_open_when_the_case_ends_is_nobodys_any_more(drive: Callable[[], Drive]) -> None:
    case = drive()
    await case.open(FOOD_MATERIALS)
    await case.act(Order, CHIEF, text="请说明")
    await case.answer("check", "window", Outcome.NOT_REQUIRED, text="无需办理")

    assert case.tasks == ()
    assert "limit_passed" not in await case.happened()


@pytest.mark.shows(50)
async def test_a_unit_that_kept_a_task_too_long_is_named_by_the_transfer(drive: Callable[[], Drive]) -> None:
    case = drive()
    await case.open(FOOD_MATERIALS)
    await case.answer("check", "window", Outcome.ACCEPT)
    await case.act(Transfer, EXAMINER, task=case.task("review"), unit="gz-thr-health")
    away = await case.event(EventKind.TASK_TRANSFERRED)
    here = Actor(id="examiner-9", roles=("examiner",), units=("gz-thr-health",))
    await case.act(Transfer, here, task=case.task("review"), unit="gz-thr-health", person="examiner-8")
    within = await case.event(EventKind.TASK_TRANSFERRED)

    assert (away.data["held_by"], away.data["held"]) == (UNIT, 0)
    assert "held" not in within.data
    assert await cards_of(case) == []


async def notice_that_came_late(drive: Callable[[], Drive]) -> Drive:
    """A case that waits for a supplement of which half could have been said before."""
    case = drive()
    await case.open(("application_form",))
    await case.answer("check", "window", Outcome.NOTIFY)
    missing = tuple(HandedIn(material=material) for material in FOOD_MATERIALS if material != "application_form")
    await case.act(Supplement, materials=missing)
    late = Demand(material="application_form", defect=await kept(case, "签名不清"))
    open_ = Demand(material="floor_plan", defect=await kept(case, "未标明面积"))
    await case.answer("check", "window", Outcome.NOTIFY, demands=(late, open_))
    return case


async def kept(case: Drive, words: str) -> str:
    """The id of words that are on file."""
    more = {"text": words}
    await case._write(more)
    return more["text"]


@pytest.mark.shows(50)
async def test_withdrawing_a_late_demand_leaves_the_rest_and_tells_the_applicant(drive: Callable[[], Drive]) -> None:
    case = await notice_that_came_late(drive)

    await case.act(Remedy, OVERSEER, remedy=RemedyKind.WITHDRAW_NOTICE, grievance=GRIEVANCE, text="复核属实")
    still = (await case.row()).stage
    await case.act(Supplement, materials=(HandedIn(material="floor_plan"),))

    withdrawn: NoticeRow = (await papers_of(case))["notice_withdrawn"]
    said = said_in(withdrawn)
    assert withdrawn.addressee is None
    assert "签名不清" in said
    assert "未标明面积" not in said
    assert "其余1项要求仍须补正" in said
    assert GRIEVANCE in said
    assert still == "supplement"
    assert (await case.row()).stage == "acceptance"


@pytest.mark.shows(50)
async def test_acceptance_that_is_ordered_during_a_supplement_ends_it(drive: Callable[[], Drive]) -> None:
    case = await notice_that_came_late(drive)

    await case.act(Remedy, OVERSEER, remedy=RemedyKind.ACCEPT_NOW, grievance=GRIEVANCE)

    accepted, row = await case.event(EventKind.ACCEPTED), await case.row()
    assert (accepted.by["roles"], accepted.data["grievance"]) == (["supervisor"], GRIEVANCE)
    assert row.stage == "examination"
    assert [task.rsplit(".")[-1] for task in case.tasks][:1] == ["review"]
    assert row.due_day is not None
    assert row.accepted_on == datetime.now(SHANGHAI).date()


@pytest.mark.shows(25)
async def test_urging_by_the_window_for_the_applicant_counts_as_theirs(drive: Callable[[], Drive]) -> None:
    case = drive()
    await case.open(FOOD_MATERIALS)
    clerk = Actor(id="clerk-1", roles=("window",), units=(UNIT,))

    await case.act(Urge, clerk, text="申请人电话催办")
    urged = await case.event(EventKind.URGED)
    await case.act(Urge, CHIEF)
    not_counted = await case.event(EventKind.URGED)

    assert (urged.by["roles"], urged.data["nth"]) == (["window"], 1)
    assert "nth" not in not_counted.data
    said = said_in((await papers_of(case))["urge"])
    assert "首席事务代表" in said


async def test_every_invited_unit_gets_a_notice_of_its_own_in_one_batch(drive: Callable[[], Drive]) -> None:
    case = drive()
    await case.open(FOOD_MATERIALS)
    held_on = datetime.now(SHANGHAI).date() + timedelta(days=3)
    units = ("gz-thr-health", "gz-thr-fire")

    await case.act(JointHandling, CHIEF, units=units, held_on=held_on, text="到经营场所联合核查")

    events = [event for event in await case.events() if event.kind == "joint_handling"]
    assert [event.data["addressee"] for event in events] == list(units)
    assert (await papers_of(case))["joint_handling"].addressee == units[-1]
    assert (await case.papers()).count("joint_handling") == 2
