"""Pause, extend, delay and hear at the counter: what each leads to, and how the wrong one is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.counter import Counter

WHY = {"cause": "complex", "text": "须进一步核实设施布局。"}


async def accepted(counter: Counter, **changes: Any) -> str:
    number = str((await counter.apply(**changes))["number"])
    await counter.answered("window", number, "check", "accept")
    return number


async def limits(counter: Counter, number: str) -> dict[str, Any]:
    found = (await counter.get("applicant", f"/v1/cases/{number}/deadline")).json()
    return {one["clock"]: one for one in found["certificates"]}


async def test_extension_asked_for_at_the_counter_moves_the_days_once_the_head_approves(counter: Counter) -> None:
    number = await accepted(counter)
    path = f"/v1/cases/{number}/acts"
    before = await limits(counter, number)

    asked = await counter.post("examiner", path, {"act": "extend", "days": 5, **WHY}, "extend-key-1")
    again = await counter.post("examiner", path, {"act": "extend", "days": 5, **WHY}, "extend-key-1")
    approved = await counter.answer("agency_head", number, "extend", "approve")

    after = await limits(counter, number)
    timeline = (await counter.get("applicant", f"/v1/cases/{number}/timeline")).json()
    extended = next(event for event in timeline if event["kind"] == "extended")
    assert (asked.status_code, approved.status_code, again.json()) == (200, 200, asked.json())
    assert after["statutory"]["due_day"] > before["statutory"]["due_day"]
    assert extended["data"]["new"] == after["statutory"]["due_day"]
    assert extended["by"] == "agency_head"
    assert "text" not in extended["data"]
    assert extended["papers"] == ["extension"], "the filing is between the offices"


@pytest.mark.parametrize(
    ("who", "body", "status", "code"),
    [
        ("window", {"act": "extend", "days": 5, **WHY}, 403, "not_your_department"),
        ("applicant", {"act": "pause", "procedure": "hearing", "days": 3}, 403, "not_your_department"),
        ("examiner", {"act": "extend", "days": 50, **WHY}, 409, "extension_too_long"),
        (
            "examiner",
            {"act": "extend", "days": 5, "cause": "staff_shortage", "text": "人手不足"},
            409,
            "cause_not_objective",
        ),
        ("examiner", {"act": "extend", "days": 5, "cause": "complex"}, 409, "reasons_missing"),
        ("examiner", {"act": "extend", "days": 0, **WHY}, 422, "malformed"),
        ("examiner", {"act": "extend", "days": 5, "cause": "because", "text": "因为"}, 422, "malformed"),
        ("examiner", {"act": "pause", "procedure": "hearing", "days": 3}, 409, "procedure_not_declared"),
        ("examiner", {"act": "resume", "procedure": "hearing"}, 409, "procedure_not_running"),
        ("examiner", {"act": "delay", "until": "2020-01-01", **WHY}, 409, "delay_in_the_past"),
        ("examiner", {"act": "hearing", "move": "hold", "text": "笔录"}, 409, "hearing_not_there_yet"),
    ],
)
async def test_wrong_act_on_the_limits_is_refused_with_what_would_be_right(
    counter: Counter, who: str, body: dict[str, Any], status: int, code: str
) -> None:
    number = await accepted(counter)

    refused = await counter.post(who, f"/v1/cases/{number}/acts", body)

    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (status, code), problem
    assert problem["detail"] if "detail" in problem else problem["title"]


async def test_act_on_the_limits_before_acceptance_is_refused_with_the_article(counter: Counter) -> None:
    number = (await counter.apply())["number"]

    refused = await counter.post("examiner", f"/v1/cases/{number}/acts", {"act": "extend", "days": 5, **WHY})

    assert (refused.status_code, refused.json()["code"], refused.json()["article"]) == (
        409,
        "nothing_to_extend",
        "gz:13.4",
    )


async def test_progress_says_that_the_clock_stands_still_and_nothing_of_what_the_office_asks_itself(
    counter: Counter,
) -> None:
    device = ("staff_proof", "organisation", "scope", "premises", "equipment_list", "quality_rules")
    whole = (*device, "information_system", "agent_letter")
    applied = await counter.apply(item="440199008000", situations={"visit_needed": "no"}, materials=whole)
    number, units = str(applied["number"]), ("gz-samr",)
    await counter.answer("window", number, "check", "accept", units=units)
    path = f"/v1/cases/{number}/acts"

    stopped = await counter.post(
        "examiner", path, {"act": "pause", "procedure": "rectification", "days": 5}, units=units
    )
    await counter.post("examiner", path, {"act": "extend", "days": 5, **WHY}, units=units)

    asked = {"number": number, "code": applied["query_code"]}
    progress = (await counter.client.get("/v1/progress", params=asked)).json()
    case = (await counter.get("applicant", f"/v1/cases/{number}")).json()
    assert stopped.status_code == 200, stopped.text
    assert "期间不计入时限" in progress["says"]
    assert case["paused_until"] is not None
    assert any("整改" in step for step in progress["steps"])
    assert not any("申请延长" in step for step in progress["steps"])
