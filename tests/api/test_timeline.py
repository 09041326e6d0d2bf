"""What a case tells whom: the applicant what happened and why, those who handle it also by whom and in which words."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cli.token import issue
from tests.counter import FOOD_MATERIALS, Counter, an_application

OTHER = "gz-thr-fire"
PEOPLE = ("window-7", "examiner-7", "examiner-8", "examiner-9", "officer-a", "officer-b")
WORDS = (
    "平面图未标尺寸",
    "请尽快补齐",
    "材料已核对",
    "由对口科室办理",
    "请核实燃气安全",
    "燃气设施合格",
    "布局与图纸一致",
)
TEXT_ID = re.compile(r"[0-9a-f]{64}-\d")


@pytest.fixture(scope="module")
async def number(counter: Counter) -> str:
    """A case in which the office wrote and passed on all that it can before the decision."""
    number = str((await counter.apply("applicant-7", materials=FOOD_MATERIALS[1:]))["number"])
    demands = [{"material": "application_form"}, {"material": "floor_plan", "defect": WORDS[0]}]
    await counter.answered("window-7", number, "check", "notify", text=WORDS[1], demands=demands)
    handed = [{"material": material, "paper": True} for material in ("application_form", "floor_plan")]
    await counter.post("applicant-7", f"/v1/cases/{number}/materials", {"materials": handed})
    await counter.answered("window-7", number, "check", "accept", text=WORDS[2])
    on_site = await counter.open_task(number, "on_site")
    moved = {"unit": "gz-thr-samr", "person": "examiner-8", "text": WORDS[3]}
    await counter.post("examiner-7", f"/v1/tasks/{on_site}/transfer", moved)
    review = await counter.open_task(number, "review")
    await counter.post("examiner-7", f"/v1/tasks/{review}/claim", {})
    helper = {"act": "add_helper", "task": review, "role": "examiner", "unit": OTHER, "text": WORDS[4]}
    await counter.post("examiner-7", f"/v1/cases/{number}/acts", helper)
    advice = await counter.open_task(number, "review.h1")
    body = {"outcome": "advised", "text": WORDS[5]}
    await counter.post("examiner-9", f"/v1/tasks/{advice}/answer", body, units=(OTHER,))
    people = ["officer-a", "officer-b"]
    await counter.answered("examiner-8", number, "on_site", "pass", officers=people, text=WORDS[6])
    return number


async def timeline(counter: Counter, number: str, who: str, *units: str) -> list[dict[str, Any]]:
    return list((await counter.get(who, f"/v1/cases/{number}/timeline", units or ("gz-thr-samr",))).json())


@pytest.mark.shows(59)
async def test_applicant_reads_what_happened_and_nothing_of_people_and_opinions(counter: Counter, number: str) -> None:
    shown = await counter.get("applicant-7", f"/v1/cases/{number}/timeline")

    assert [word for word in (*PEOPLE, *WORDS) if word in shown.text] == []
    assert TEXT_ID.findall(shown.text) == []
    told = {event["kind"]: event for event in shown.json()}
    assert told["notified"]["data"]["demands"][0]["material"] == "application_form"
    assert [demand["defect"] for demand in told["notified"]["data"]["demands"]] == [False, True]
    assert told["step_answered"]["data"]["outcome"] == "pass"
    assert told["step_answered"]["by"] == "examiner"
    assert (told["helper_added"]["data"], told["helper_answered"]["data"]) == ({}, {})
    assert all(event["says"] for event in shown.json())


@pytest.mark.shows(59)
@pytest.mark.parametrize(
    ("who", "units"), [("examiner", ("gz-thr-samr",)), ("examiner", (OTHER,)), ("supervisor", ("gz-city",))]
)
async def test_those_who_handle_the_case_read_by_whom_and_in_which_words(
    counter: Counter, number: str, who: str, units: tuple[str, ...]
) -> None:
    events = await timeline(counter, number, who, *units)

    assert {event["text"] for event in events} - {None} == set(WORDS[1:])
    on_site = next(event for event in events if event["kind"] == "step_answered")
    assert (on_site["person"], on_site["data"]["officers"]) == ("examiner-8", ["officer-a", "officer-b"])
    assert next(event for event in events if event["kind"] == "task_transferred")["data"]["person"] == "examiner-8"


async def test_applicant_sees_whose_turn_it_is_and_not_which_persons(counter: Counter, number: str) -> None:
    async def assignees(who: str, *units: str) -> set[str | None]:
        listed = await counter.get(who, f"/v1/cases/{number}/tasks", units)
        return {task["assignee"] for task in listed.json()}

    assert await assignees("applicant-7") == {None}
    assert await assignees("window", "gz-thr-samr") == {None, "examiner-7", "examiner-8"}
    assert await assignees("examiner-9", OTHER) == {None, "examiner-7", "examiner-8"}


async def test_applicant_who_works_in_another_unit_is_an_applicant(counter: Counter) -> None:
    token = issue(counter.home, "employee-7", ["applicant", "examiner"], ["gz-thr-health"])
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "employee-7-applies"}
    applied = await counter.client.post("/v1/cases", headers=headers, json=an_application())
    number = applied.json()["number"]
    await counter.answered("window-7", number, "check", "accept", text=WORDS[2])
    review = await counter.open_task(number, "review")
    await counter.post("examiner-7", f"/v1/tasks/{review}/claim", {})

    events = await counter.client.get(f"/v1/cases/{number}/timeline", headers=headers)
    tasks = await counter.client.get(f"/v1/cases/{number}/tasks", headers=headers)

    assert [word for word in (*PEOPLE, *WORDS) if word in events.text + tasks.text] == []
    assert [event["kind"] for event in events.json()] == ["received", "accepted", "task_claimed"]


async def test_authority_that_is_competent_instead_is_named_in_words(counter: Counter) -> None:
    number = (await counter.apply("applicant-7"))["number"]
    refusal = {"ground": "other_authority", "authority": "广州市越秀区市场监督管理局", "text": WORDS[2]}
    await counter.answered("window-7", number, "check", "refuse_acceptance", **refusal)

    for who in ("applicant-7", "window"):
        refused = next(e for e in await timeline(counter, number, who) if e["kind"] == "not_accepted")
        assert refused["data"]["authority"] == "广州市越秀区市场监督管理局"


async def test_officer_of_the_unit_who_applied_reads_no_opinion_on_the_own_application(
    counter: Counter, number: str
) -> None:
    token = issue(counter.home, "applicant-7", ["applicant", "examiner"], ["gz-thr-samr"])

    shown = await counter.client.get(f"/v1/cases/{number}/timeline", headers={"Authorization": f"Bearer {token}"})

    assert shown.status_code == 200
    assert [word for word in (*PEOPLE, *WORDS) if word in shown.text] == []
