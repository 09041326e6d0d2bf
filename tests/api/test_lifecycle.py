"""A real item lives its whole legal life over HTTP."""

from __future__ import annotations

import pytest

from tests.counter import FOOD_MAIN, FOOD_MATERIALS, Counter


@pytest.mark.shows(2, 12, 18, 20, 68, 75, 87)
async def test_application_with_everything_in_hand_is_granted_and_delivered(counter: Counter) -> None:
    case = await counter.apply()

    done = await counter.granted(case["number"])

    assert done["ending"] == "granted"
    timeline = (await counter.get("applicant", f"/v1/cases/{case['number']}/timeline")).json()
    kinds = [event["kind"] for event in timeline]
    assert kinds == ["received", "accepted", *["step_answered"] * 3, "granted", "issued", "delivered", "closed"]
    assert [event["seq"] for event in timeline] == list(range(1, 10))


@pytest.mark.shows("N3")
async def test_complete_application_cannot_be_sent_back_for_materials(counter: Counter) -> None:
    case = await counter.apply()

    response = await counter.answer("window", case["number"], "check", "notify")

    assert response.status_code == 409
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert (problem["code"], problem["article"]) == ("must_accept", "gz:13.1")
    assert "应当受理" in problem["detail"]


@pytest.mark.shows("N3")
async def test_refusals_are_in_english_where_it_is_asked_for(counter: Counter) -> None:
    case = await counter.apply()
    task = await counter.open_task(case["number"], "check")
    headers = counter.headers(
        "window", **{"Idempotency-Key": "english-please", "Accept-Language": "en;q=0.9, zh;q=0.5"}
    )

    response = await counter.client.post(f"/v1/tasks/{task}/answer", headers=headers, json={"outcome": "notify"})

    assert response.json()["detail"].startswith("All materials are in")


@pytest.mark.shows("N5", 13, 14, 15)
async def test_missing_material_is_told_once_supplemented_and_accepted(counter: Counter) -> None:
    case = await counter.apply(materials=FOOD_MATERIALS[1:])
    number = case["number"]

    refused = await counter.answer("window", number, "check", "accept")
    await counter.answered("window", number, "check", "notify")
    handed = [{"material": "application_form", "paper": True}]
    await counter.post("applicant", f"/v1/cases/{number}/materials", {"materials": handed})
    accepted = await counter.answered("window", number, "check", "accept")

    assert refused.json()["code"] == "materials_missing"
    assert accepted["stage"] == "examination"
    titles = [notice["paper"] for notice in (await counter.get("applicant", f"/v1/cases/{number}/notices")).json()]
    assert titles == ["receipt", "one_time_notice", "receipt", "acceptance_after_supplement"]


@pytest.mark.shows("N5", "N13")
async def test_second_notice_of_what_was_there_before_is_a_breach_that_stays_visible(counter: Counter) -> None:
    number = (await counter.apply(materials=FOOD_MATERIALS[1:]))["number"]
    await counter.answered("window", number, "check", "notify")
    handed = [{"material": "application_form", "paper": True}]
    await counter.post("applicant", f"/v1/cases/{number}/materials", {"materials": handed})

    late = [{"material": "floor_plan", "defect": "图纸未盖章"}]
    await counter.answered("window", number, "check", "notify", demands=late)

    timeline = (await counter.get("applicant", f"/v1/cases/{number}/timeline")).json()
    breach = next(event for event in timeline if event["kind"] == "breach_found")
    assert breach["article"] == "gz:13.2"
    assert "办不成事" in breach["says"]


@pytest.mark.shows(16, "N4")
async def test_deferred_acceptance_runs_and_issues_only_when_the_promise_is_kept(counter: Counter) -> None:
    number = (await counter.apply(materials=FOOD_MAIN, promise=True))["number"]
    await counter.answered("window", number, "check", "accept_deferred")
    await counter.answered("examiner", number, "review", "pass")
    await counter.answered("examiner", number, "on_site", "pass", officers=["officer-a", "officer-b"])

    waiting = await counter.answered("approver", number, "decide", "grant")
    handed = [{"material": material, "paper": True} for material in FOOD_MATERIALS[2:]]
    kept = await counter.post("applicant", f"/v1/cases/{number}/materials", {"materials": handed})

    assert (waiting["stage"], waiting["tasks"]) == ("promise", [])
    assert kept.json()["stage"] == "issue"


async def test_deferral_without_a_promise_is_refused_with_what_would_be_right(counter: Counter) -> None:
    number = (await counter.apply(materials=FOOD_MAIN))["number"]

    refused = await counter.answer("window", number, "check", "accept_deferred")
    await counter.post("applicant", f"/v1/cases/{number}/acts", {"act": "promise"})
    accepted = await counter.answered("window", number, "check", "accept_deferred")

    assert (refused.json()["code"], refused.json()["article"]) == ("promise_missing", "gdbe:32")
    assert accepted["stage"] == "examination"


@pytest.mark.shows(18)
async def test_refusal_needs_reasons_and_its_paper_names_them_and_the_remedies(counter: Counter) -> None:
    number = (await counter.apply())["number"]
    await counter.answered("window", number, "check", "accept")
    await counter.answered("examiner", number, "review", "fail", text="制度不全")
    await counter.answered("examiner", number, "on_site", "pass", officers=["officer-a", "officer-b"])

    without = await counter.answer("approver", number, "decide", "refuse")
    await counter.answered("approver", number, "decide", "refuse", text="不具备与经营品种相适应的场所")

    assert (without.json()["code"], without.json()["article"]) == ("reasons_missing", "apl:38")
    notices = (await counter.get("applicant", f"/v1/cases/{number}/notices")).json()
    body = str(next(notice["body"] for notice in notices if notice["paper"] == "refusal"))
    assert "不具备与经营品种相适应的场所" in body
    assert "行政复议" in body


@pytest.mark.shows(58)
@pytest.mark.parametrize(("decision", "what"), [("grant", "食品经营许可证"), ("refuse", "不予行政许可决定书")])
async def test_service_of_a_decision_is_proven_by_a_paper_that_names_it(
    counter: Counter, decision: str, what: str
) -> None:
    number = (await counter.apply())["number"]
    await counter.answered("window", number, "check", "accept")
    await counter.answered("examiner", number, "review", "pass")
    await counter.answered("examiner", number, "on_site", "pass", officers=["officer-a", "officer-b"])
    await counter.answered("approver", number, "decide", decision, text="依据现场核查结果")
    if decision == "grant":
        await counter.answered("window", number, "issue", "issued")

    done = await counter.answered("window", number, "deliver", "delivered")

    papers = {paper["paper"]: paper for paper in (await counter.get("applicant", f"/v1/cases/{number}/notices")).json()}
    proof = papers["proof_of_service"]
    said = {row[0]: row[1] for row in proof["body"]["items"]["rows"]}
    assert said["送达的文书或者结果"] == what
    assert said["决定文号"] == papers["grant" if decision == "grant" else "refusal"]["document_number"]
    assert said["受送达人"].startswith("测试申请人")
    assert (said["送达单位"], proof["given_on"]) == ("广州市天河区市场监督管理局", done["at"][:10])
    assert proof["document_number"].startswith("穗天河市监 送达〔")
    assert (await counter.get("applicant", proof["pdf"])).content.startswith(b"%PDF")


async def test_withdrawal_is_open_until_the_decision_and_closed_after_it(counter: Counter) -> None:
    early, late = (await counter.apply())["number"], (await counter.apply())["number"]
    await counter.answered("window", late, "check", "accept")
    await counter.answered("examiner", late, "review", "pass")
    await counter.answered("examiner", late, "on_site", "pass", officers=["officer-a", "officer-b"])
    await counter.answered("approver", late, "decide", "grant")

    withdrawn = await counter.post("applicant", f"/v1/cases/{early}/acts", {"act": "withdraw"})
    refused = await counter.post("applicant", f"/v1/cases/{late}/acts", {"act": "withdraw"})

    assert withdrawn.json()["ending"] == "withdrawn"
    assert (refused.status_code, refused.json()["code"]) == (409, "decided_already")


async def test_on_site_check_takes_two_officers(counter: Counter) -> None:
    number = (await counter.apply())["number"]
    await counter.answered("window", number, "check", "accept")

    alone = await counter.answer("examiner", number, "on_site", "pass", officers=["officer-a", "officer-a"])

    assert (alone.status_code, alone.json()["article"]) == (409, "apl:34")


async def test_form_that_is_not_filled_in_is_taken_in_told_once_and_filled_in_later(counter: Counter) -> None:
    receipt = await counter.apply(item="442199006000", materials=(), situations={}, form={"gas_use": "餐饮"})
    number = receipt["number"]
    refused = await counter.answer("window", number, "check", "accept", units=("gz-gas-co",))
    await counter.answered("window", number, "check", "notify", units=("gz-gas-co",))

    filled = await counter.post("applicant", f"/v1/cases/{number}/materials", {"form": {"gas_volume": 3.5}})
    accepted = await counter.answered("window", number, "check", "accept", units=("gz-gas-co",))

    assert (refused.status_code, refused.json()["code"]) == (409, "materials_missing")
    assert "预计用气量" in refused.json()["detail"]
    assert filled.status_code == 200, filled.text
    assert accepted["stage"] == "examination"
    notices = (await counter.get("applicant", f"/v1/cases/{number}/notices")).json()
    (notice,) = (one for one in notices if one["paper"] == "one_time_notice")
    assert "申请表“预计用气量（立方米/时）”" in str(notice["body"])
