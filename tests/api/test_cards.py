"""A card reaches its unit, which may appeal; urging and orders go their way beside the case; applicants see no cards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from storage.database import Database
from storage.tables import CardRow
from tests.counter import UNIT, Counter

OVERSIGHT = ("gz-thr-management",)
ELSEWHERE = ("gz-management",)
CHIEF = "chief_representative-1"
ALL_BUT_TRAINING = ("application_form", "floor_plan", "safety_rules", "facilities")


async def told_twice(counter: Counter) -> tuple[str, int]:
    """A case whose second notice demands what the first could have said, and the event that found it."""
    number = (await counter.apply(materials=ALL_BUT_TRAINING))["number"]
    await counter.answered("window", number, "check", "notify")
    handed = {"materials": [{"material": "training", "paper": True}]}
    assert (await counter.post("applicant", f"/v1/cases/{number}/materials", handed)).status_code == 200
    late = [{"material": "floor_plan", "defect": "未标明面积"}]
    await counter.answered("window", number, "check", "notify", demands=late)
    timeline = (await counter.get("supervisor", f"/v1/cases/{number}/timeline")).json()
    return number, next(event["seq"] for event in timeline if event["kind"] == "breach_found")


async def act(counter: Counter, who: str, number: str, **body: Any) -> Any:
    units = body.pop("units_of", (UNIT,))
    return await counter.post(who, f"/v1/cases/{number}/acts", body, units=units)


@pytest.mark.shows(50)
async def test_a_card_is_given_with_its_paper_and_its_unit_acknowledges_it(counter: Counter) -> None:
    number, seq = await told_twice(counter)

    card = (await counter.get(CHIEF, f"/v1/cards/{number}/{seq}")).json()
    warning = (await counter.get(CHIEF, f"/v1/warnings/{number}/{seq}", paper="card")).json()
    taken = await counter.post(CHIEF, f"/v1/warnings/{number}/{seq}/acknowledgment?paper=card", {})

    assert (card["colour"], card["rule"], card["unit"], card["state"]) == ("yellow", "told_twice", UNIT, "standing")
    assert card["article"] == "gz:19"
    assert warning["title"] == "红黄牌通知单（黄牌）"
    assert taken.status_code == 200, taken.text
    assert taken.json()["acknowledgment"]["person"] == CHIEF


@pytest.mark.shows(50)
async def test_an_appeal_is_decided_with_reasons_and_the_card_falls(counter: Counter) -> None:
    number, seq = await told_twice(counter)
    at = f"/v1/cards/{number}/{seq}"

    too_early = await counter.post("supervisor", f"{at}/decision", {"uphold": True, "text": "无"}, units=OVERSIGHT)
    not_theirs = await counter.post("examiner", f"{at}/appeal", {"text": "不服"})
    appealed = await counter.post(
        CHIEF, f"{at}/appeal", {"text": "首次告知时尚未收到该图。"}, key="appeal-once-0001" + number
    )
    again = await counter.post(
        CHIEF, f"{at}/appeal", {"text": "首次告知时尚未收到该图。"}, key="appeal-once-0001" + number
    )
    twice = await counter.post(CHIEF, f"{at}/appeal", {"text": "另一理由"})
    filed = (await counter.get("supervisor", f"/v1/filings/{number}/{seq}", OVERSIGHT)).json()
    foreign = await counter.post("supervisor", f"{at}/decision", {"uphold": False, "text": "属实"}, units=ELSEWHERE)
    decided = await counter.post("supervisor", f"{at}/decision", {"uphold": False, "text": "属实"}, units=OVERSIGHT)
    told = (await counter.get(CHIEF, f"/v1/warnings/{number}/{seq}", paper="card_decision")).json()
    over = await counter.post("supervisor", f"{at}/decision", {"uphold": True, "text": "改判"}, units=OVERSIGHT)

    assert (too_early.status_code, too_early.json()["code"]) == (409, "not_appealed")
    assert not_theirs.status_code == 403
    assert appealed.status_code == 200, appealed.text
    assert (appealed.json()["state"], appealed.json()["appeal"]) == ("appealed", "首次告知时尚未收到该图。")
    assert again.json() == appealed.json()
    assert (twice.status_code, twice.json()["code"]) == (409, "appealed_already")
    assert filed["paper"] == "card_appeal"
    assert foreign.status_code == 403
    assert decided.status_code == 200, decided.text
    assert (decided.json()["state"], decided.json()["decision"]) == ("withdrawn", "属实")
    assert told["title"] == "红黄牌申诉决定书"
    assert (over.status_code, over.json()["code"]) == (409, "card_withdrawn")


async def test_an_appeal_that_comes_too_late_is_told_until_when_it_was_possible(
    counter: Counter, database: Database
) -> None:
    number, seq = await told_twice(counter)
    card = (await counter.get(CHIEF, f"/v1/cards/{number}/{seq}")).json()
    async with database.begin() as session:
        until = (await session.get_one(CardRow, f"{number}:{seq}")).given_at.date() - timedelta(days=1)
        await session.execute(update(CardRow).where(col(CardRow.number) == number).values(appeal_until=until))

    late = await counter.post(CHIEF, f"/v1/cards/{number}/{seq}/appeal", {"text": "不服"})

    assert card["appeal_until"] > until.isoformat()
    assert (late.status_code, late.json()["code"]) == (409, "appeal_too_late")
    assert until.isoformat() in late.json()["detail"]


async def test_an_appeal_that_nobody_decides_in_time_shows_as_overdue(counter: Counter, database: Database) -> None:
    number, seq = await told_twice(counter)
    await counter.post(CHIEF, f"/v1/cards/{number}/{seq}/appeal", {"text": "不服"})

    before = (await counter.get("supervisor", "/v1/cards", OVERSIGHT, state="overdue")).json()["rows"]
    async with database.begin() as session:
        by = (await session.get_one(CardRow, f"{number}:{seq}")).given_at.date() - timedelta(days=1)
        await session.execute(update(CardRow).where(col(CardRow.number) == number).values(decide_by=by))
    after = (await counter.get("supervisor", "/v1/cards", OVERSIGHT, state="overdue")).json()["rows"]

    assert number not in [row["number"] for row in before]
    (row,) = [row for row in after if row["number"] == number]
    assert row["overdue"]


async def test_the_list_is_for_the_units_own_cards_and_whoever_oversees(counter: Counter) -> None:
    number, _ = await told_twice(counter)

    own = (await counter.get("examiner", "/v1/cards", colour="yellow", unit=UNIT)).json()["rows"]
    red = (await counter.get("examiner", "/v1/cards", colour="red")).json()["rows"]
    other = (await counter.get("examiner", "/v1/cards", ("gz-thr-health",))).json()["rows"]
    seen = (await counter.get("supervisor", "/v1/cards", OVERSIGHT, state="standing")).json()["rows"]
    hidden = await counter.get("applicant", "/v1/cards")

    assert number in [row["number"] for row in own]
    assert number not in [row["number"] for row in red]
    assert number not in [row["number"] for row in other]
    assert number in [row["number"] for row in seen]
    assert hidden.status_code == 403


async def test_the_timeline_and_certificate_show_cards_to_the_office_only(counter: Counter) -> None:
    number, seq = await told_twice(counter)

    office = (await counter.get("examiner", f"/v1/cases/{number}/timeline")).json()
    applicant = (await counter.get("applicant", f"/v1/cases/{number}/timeline")).json()
    certified = (await counter.get("examiner", f"/v1/cases/{number}/deadline")).json()
    own = (await counter.get("applicant", f"/v1/cases/{number}/deadline")).json()

    assert next(event for event in office if event["seq"] == seq)["card"]["rule"] == "told_twice"
    assert all(event["card"] is None for event in applicant)
    assert [one["kind"] for one in certified["supervision"]] == ["card"]
    assert own["supervision"] == []


@pytest.mark.shows(25)
async def test_an_applicant_urges_once_a_day_and_the_unit_is_told(counter: Counter) -> None:
    number = (await counter.apply())["number"]

    urged = await act(counter, "applicant", number, act="urge", text="盼早日办结")
    again = await act(counter, "applicant", number, act="urge")
    seen = (await counter.get("applicant", f"/v1/cases/{number}/timeline")).json()[-1]
    warning = (await counter.get("examiner", f"/v1/warnings/{number}/{urged.json()['seq']}")).json()

    assert urged.status_code == 200, urged.text
    assert (again.status_code, again.json()["code"]) == (409, "urged_lately")
    assert seen["says"] == "催办（申请人第1次）"
    assert warning["paper"] == "urge"


@pytest.mark.shows(50)
async def test_an_order_lies_with_the_chief_representative_and_moves_nothing_of_the_case(counter: Counter) -> None:
    number = (await counter.apply())["number"]
    before = (await counter.get("supervisor", f"/v1/cases/{number}")).json()

    foreign = await act(counter, "supervisor", number, act="order", text="请说明", units_of=ELSEWHERE)
    ordered = await act(counter, "grievance_window-1", number, act="order", text="请说明为何未受理", units_of=OVERSIGHT)
    during = (await counter.get("supervisor", f"/v1/cases/{number}")).json()
    silent = await counter.answer(CHIEF, number, "order.1", "reported")
    others = await counter.answer("examiner", number, "order.1", "reported", text="已办")
    answered = await counter.answer(CHIEF, number, "order.1", "reported", text="正在受理审查")
    accepted = await counter.answered("window", number, "check", "accept")
    seen = (await counter.get("applicant", f"/v1/cases/{number}/timeline")).json()

    assert (foreign.status_code, foreign.json()["code"]) == (403, "not_yours_to_say")
    assert ordered.status_code == 200, ordered.text
    assert (during["stage"], during["due_day"], during["light"]) == (before["stage"], before["due_day"], "green")
    assert f"chief_representative@{UNIT}" in during["waiting_for"]
    assert (silent.status_code, silent.json()["code"]) == (409, "report_missing")
    assert (others.status_code, others.json()["code"]) == (403, "not_your_task")
    assert answered.status_code == 200, answered.text
    assert accepted["stage"] == "examination"
    assert {"ordered", "order_answered"} <= {event["kind"] for event in seen}
    assert all(event["text"] is None for event in seen)


async def test_each_unit_called_to_joint_handling_gets_its_notice(counter: Counter) -> None:
    number = (await counter.apply())["number"]
    invited = ["gz-thr-health", "gz-thr-fire"]

    unknown = await act(
        counter, CHIEF, number, act="joint_handling", units=["gz-nowhere"], held_on="2099-01-05", text="现场"
    )
    called = await act(counter, CHIEF, number, act="joint_handling", units=invited, held_on="2099-01-05", text="现场")
    seqs = [called.json()["seq"] - 1, called.json()["seq"]]
    papers = [
        (await counter.get("examiner", f"/v1/warnings/{number}/{seq}", (unit,))).json()
        for seq, unit in zip(seqs, invited, strict=True)
    ]

    assert (unknown.status_code, unknown.json()["code"]) == (422, "unit_unknown")
    assert called.status_code == 200, called.text
    assert [paper["paper"] for paper in papers] == ["joint_handling", "joint_handling"]
