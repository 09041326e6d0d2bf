"""Transfer, helpers, several signers, returns: how the examination goes at the counter."""

from __future__ import annotations

import pytest

from cli.token import issue
from tests.counter import UNIT, Counter

OTHER = "gz-thr-health"
ROAD_WORKS = "440199013000"


@pytest.mark.shows(23, 26)
async def test_claimed_task_is_answered_by_its_holder_only_and_can_be_passed_on(counter: Counter) -> None:
    number = (await counter.apply())["number"]
    await counter.answered("window", number, "check", "accept")
    task = await counter.open_task(number, "review")

    await counter.post("examiner-1", f"/v1/tasks/{task}/claim", {})
    refused = await counter.answer("examiner-2", number, "review", "pass")
    moved = {"unit": OTHER, "person": "examiner-3", "text": "由对口科室办理"}
    transferred = await counter.post("examiner-1", f"/v1/tasks/{task}/transfer", moved)
    before = await counter.answer("examiner-1", number, "review", "pass")
    path = f"/v1/tasks/{task}/answer"
    after = await counter.post("examiner-3", path, {"outcome": "pass"}, units=(OTHER,))

    assert (refused.status_code, refused.json()["code"]) == (409, "claimed_by_other")
    assert transferred.status_code == 200
    assert (before.status_code, before.json()["code"]) == (403, "not_your_task")
    assert after.status_code == 200


@pytest.mark.shows(23, 29)
async def test_step_waits_for_the_opinion_that_was_asked_for(counter: Counter) -> None:
    number = (await counter.apply())["number"]
    await counter.answered("window", number, "check", "accept")
    task = await counter.open_task(number, "review")

    helper = {"act": "add_helper", "task": task, "role": "examiner", "unit": OTHER, "text": "请核实燃气安全"}
    asked = await counter.post("examiner", f"/v1/cases/{number}/acts", helper)
    early = await counter.answer("examiner", number, "review", "pass")
    advice = await counter.open_task(number, "review.h1")
    body = {"outcome": "advised", "text": "燃气设施合格"}
    await counter.post("examiner-9", f"/v1/tasks/{advice}/answer", body, units=(OTHER,))
    late = await counter.answer("examiner", number, "review", "pass")

    assert asked.status_code == 200
    assert (early.status_code, early.json()["code"]) == (409, "helper_open")
    assert late.status_code == 200


@pytest.mark.shows(24)
async def test_returned_step_is_done_anew_with_all_that_came_after_it(counter: Counter) -> None:
    number = (await counter.apply())["number"]
    await counter.answered("window", number, "check", "accept")
    await counter.answered("examiner", number, "review", "pass")
    await counter.answered("examiner", number, "on_site", "pass", officers=["officer-a", "officer-b"])

    returned = await counter.answered("approver", number, "decide", "return", return_to="review", text="补充审查意见")
    again = await counter.answered("examiner", number, "review", "pass")

    assert [task.rsplit(".", 1)[1] for task in returned["tasks"]] == ["review"]
    assert [task.rsplit(".", 1)[1] for task in again["tasks"]] == ["decide"]


@pytest.mark.shows(22)
async def test_joint_step_takes_both_units_and_one_alone_does_not_go_on(counter: Counter) -> None:
    roads, police = ("gz-thr-roads",), ("gz-thr-traffic-police",)
    situations = {"urgent": "yes", "protected_road": "no"}
    materials = ("application_form", "traffic_plan", "pipeline_plan", "repair_notice")
    number = (await counter.apply(item=ROAD_WORKS, situations=situations, materials=materials))["number"]
    check = await counter.open_task(number, "check")
    unit = ((await counter.get("supervisor", f"/v1/cases/{number}")).json()["unit"],)
    accepted = await counter.post("window", f"/v1/tasks/{check}/answer", {"outcome": "accept"}, units=unit)
    first, second = accepted.json()["tasks"]

    wrong = await counter.post("examiner-1", f"/v1/tasks/{first}/answer", {"outcome": "pass"}, units=police)
    one = await counter.post("examiner-1", f"/v1/tasks/{first}/answer", {"outcome": "pass"}, units=roads)
    both = await counter.post("examiner-2", f"/v1/tasks/{second}/answer", {"outcome": "pass"}, units=police)

    assert wrong.status_code == 403
    assert one.json()["tasks"] == [second]
    assert [task.rsplit(".", 1)[1] for task in both.json()["tasks"]] == ["decide"]


@pytest.mark.shows(28)
async def test_nobody_examines_an_application_of_their_own(counter: Counter) -> None:
    number = (await counter.apply("applicant"))["number"]
    await counter.answered("window", number, "check", "accept")
    task = await counter.open_task(number, "review")
    token = issue(counter.home, "applicant", ["applicant", "examiner"], [UNIT])
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "my-own-case-1"}

    response = await counter.client.post(f"/v1/tasks/{task}/answer", headers=headers, json={"outcome": "pass"})

    assert (response.status_code, response.json()["code"]) == (409, "own_application")
