"""The "can't get it done" window by HTTP, on the real Temporal and PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest

from domain.supervision.rules import Supervision
from registry.supervision import SupervisionFile
from storage.database import Database
from storage.tables import GrievanceRow
from tests.counter import FOOD_PERMIT, Counter

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]

WINDOW = ("gz-thr-management",)
SAMR = ("gz-thr-samr",)


async def reported(counter: Counter, who: str = "grievance_window", **changes: Any) -> dict[str, Any]:
    """A grievance that was registered."""
    body = {"unit": "gz-thr-samr", "grounds": ["not_finished"], "request": "至今没有答复。", **changes}
    response = await counter.post(who, "/v1/grievances", body, units=WINDOW)
    assert response.status_code == 201, response.text
    return dict(response.json())


async def act(counter: Counter, number: str, who: str, body: dict[str, Any], units: tuple[str, ...] = WINDOW) -> Any:
    return await counter.post(who, f"/v1/grievances/{number}/acts", body, units=units)


async def done(counter: Counter, number: str, who: str, body: dict[str, Any], units: tuple[str, ...] = WINDOW) -> Any:
    response = await act(counter, number, who, body, units)
    assert response.status_code == 200, response.text
    return response.json()


async def test_grievance_about_a_case_goes_from_its_receipt_to_the_ledger(counter: Counter) -> None:
    case = await counter.apply("applicant-g1")
    g = await reported(counter, "applicant-g1", case=case["number"], unit=None)
    number = g["number"]

    assert (g["leg"], g["channel"]) == ("classification", "online")
    await done(
        counter, number, "grievance_window", {"act": "classify", "klass": "complex", "grounds": ["not_finished"]}
    )
    await done(counter, number, "grievance_window", {"act": "transfer", "unit": "gz-thr-samr", "text": "请核实答复。"})
    await done(counter, number, "examiner", {"act": "answer", "said": "explained", "text": "正在审查。"}, SAMR)
    await done(counter, number, "grievance_window", {"act": "feedback", "text": "承办单位说明正在审查。"})
    await done(counter, number, "grievance_window", {"act": "return_visit", "reached": True, "satisfaction": 2})
    reviewed = {"act": "review", "conclusion": "partly", "text": "答复不及时。", "improvement": "按日跟踪。"}
    await done(counter, number, "supervisor", reviewed)
    last = await done(counter, number, "supervisor", {"act": "notify", "text": "请报送改进情况。"})

    assert last["leg"] == "closed"
    events = (await counter.get("supervisor", f"/v1/grievances/{number}/timeline", WINDOW)).json()
    assert [e["kind"] for e in events] == [
        *("registered", "classified", "transferred", "answered", "feedback_given", "visited", "reviewed"),
        *("unit_notified", "closed"),
    ]
    papers = (await counter.get("supervisor", f"/v1/grievances/{number}/notices", WINDOW)).json()
    assert [p["paper"] for p in papers] == [
        *("grievance_receipt", "grievance_transfer", "grievance_feedback", "grievance_notice"),
    ]
    assert papers[-1]["acknowledgment"]["to"] == "gz-thr-samr"
    own = (await counter.get("applicant-g1", f"/v1/grievances/{number}/notices")).json()
    assert [p["paper"] for p in own] == ["grievance_receipt", "grievance_feedback"]


async def test_applicant_without_a_token_reports_with_the_query_code_of_the_receipt(counter: Counter) -> None:
    case = await counter.apply("applicant-g2")
    body = {
        "case": case["number"],
        "code": case["query_code"].lower(),
        "grounds": ["not_told_once"],
        "request": "又要材料。",
    }

    response = await counter.client.post("/v1/grievances", json=body, headers={"Idempotency-Key": "query-code-1"})
    again = await counter.client.post("/v1/grievances", json=body, headers={"Idempotency-Key": "query-code-1"})

    assert response.status_code == 201, response.text
    assert response.json()["number"] == again.json()["number"]
    seen = await counter.client.get(
        "/v1/progress", params={"number": response.json()["number"], "code": response.json()["query_code"]}
    )
    assert seen.status_code == 200, seen.text
    assert "登记反映，出具回执" in seen.json()["steps"][0]
    box = (await counter.get("applicant-g2", "/v1/notices")).json()["rows"]
    assert [paper["paper"] for paper in box] == ["grievance_receipt", "receipt"]
    foreign = await counter.get("examiner", f"/v1/grievances/{response.json()['number']}", ("gz-thr-health",))
    assert (foreign.status_code, foreign.json()["code"]) == (403, "not_your_grievance")


@pytest.mark.parametrize("wrong", [{"code": "AAAAAAAA"}, {"case": "GZ20261124-000123-3", "code": "AAAAAAAA"}])
async def test_wrong_number_and_wrong_code_are_answered_alike(counter: Counter, wrong: dict[str, str]) -> None:
    case = await counter.apply("applicant-g3")
    body = {"case": case["number"], "code": case["query_code"], "request": "没有答复。"} | wrong

    response = await counter.client.post("/v1/grievances", json=body, headers={"Idempotency-Key": "wrong-code"})

    assert (response.status_code, response.json()["code"]) == (404, "case_not_found")


async def test_somebody_elses_case_is_not_reported_on_without_its_code(counter: Counter) -> None:
    case = await counter.apply("applicant-g4")

    response = await counter.post("applicant-g5", "/v1/grievances", {"case": case["number"], "request": "没有答复。"})

    assert (response.status_code, response.json()["code"]) == (403, "not_your_case")


async def test_hotline_order_is_registered_once_whoever_sends_it_again(counter: Counter) -> None:
    order = {"order": "HOTLINE-2026-77", "reporter": {"name": "测试反映人", "email": "sample@example.com"}}

    first = await reported(counter, "hotline", **order)
    second = await reported(counter, "hotline-2", **order)

    assert first["number"] == second["number"]
    assert first["channel"] == "hotline"
    found = (await counter.get("hotline-3", "/v1/grievances", order="HOTLINE-2026-77")).json()["rows"]
    assert [row["number"] for row in found] == [first["number"]]
    papers = (await counter.get("supervisor", f"/v1/grievances/{first['number']}/notices", WINDOW)).json()
    assert papers[0]["body"]["salutation"] == "测试反映人"
    assert [delivery["channel"] for delivery in papers[0]["deliveries"]] == ["mail"]


async def test_nobody_learns_the_receipt_of_somebody_elses_hotline_order(counter: Counter) -> None:
    case = await counter.apply("applicant-g6")
    reporter = {"name": "测试反映人", "mobile": "13800000000"}
    await reported(counter, "hotline", order="HOTLINE-2026-78", reporter=reporter)
    body = {"case": case["number"], "order": "HOTLINE-2026-78", "request": "没有答复。"}
    by_code = body | {"code": case["query_code"]}

    with_token = await counter.post("applicant-g6", "/v1/grievances", body)
    without = await counter.client.post("/v1/grievances", json=by_code, headers={"Idempotency-Key": "foreign-order"})

    for response in (with_token, without):
        assert (response.status_code, response.json()["code"]) == (403, "role_missing")
        assert "query_code" not in response.text


async def test_clerk_who_reports_on_their_own_application_gets_no_evidence_of_the_office(counter: Counter) -> None:
    case = await counter.apply("window-g7", for_myself=True)

    own = await reported(counter, "window-g7", case=case["number"], unit=None)
    office = await reported(counter, "grievance_window", case=case["number"], unit=None)

    assert office["evidence"]
    assert (own["evidence"], "temporal_ui" in own["links"]) == ([], False)


async def test_grievance_about_an_item_alone_goes_by_the_rules_of_the_place_of_its_department(
    counter: Counter, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of(file: SupervisionFile, place: str | None) -> Supervision:
        slower = file.city.grievances.model_copy(update={"classification": 3})
        return file.city.model_copy(update={"grievances": slower}) if place == "gz-thr" else file.city

    monkeypatch.setattr(SupervisionFile, "of", of)

    g = await reported(counter, unit=None, item=FOOD_PERMIT)

    async with database.begin() as session:
        row = await session.get_one(GrievanceRow, g["number"])
    assert g["unit"] == "gz-thr-samr"
    assert row.start["rules"]["classification"] == 3


async def test_same_key_with_another_body_is_found_out(counter: Counter) -> None:
    body = {"unit": "gz-thr-samr", "request": "没有答复。"}

    first = await counter.post("grievance_window", "/v1/grievances", body, key="grievance-key-1", units=WINDOW)
    other = await counter.post(
        "grievance_window", "/v1/grievances", body | {"request": "另一件事。"}, key="grievance-key-1", units=WINDOW
    )

    assert first.status_code == 201
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


async def test_repeated_act_is_done_once_and_with_another_body_found_out(counter: Counter) -> None:
    g = await reported(counter)
    path = f"/v1/grievances/{g['number']}/acts"
    body = {"act": "classify", "klass": "complex", "grounds": ["not_finished"]}

    first = await counter.post("grievance_window", path, body, key="classify-key", units=WINDOW)
    second = await counter.post("grievance_window", path, body, key="classify-key", units=WINDOW)
    other = await counter.post("grievance_window", path, body | {"klass": "simple"}, key="classify-key", units=WINDOW)

    assert first.json() == second.json()
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    events = (await counter.get("supervisor", f"/v1/grievances/{g['number']}/timeline", WINDOW)).json()
    assert [e["kind"] for e in events] == ["registered", "classified"]


async def test_units_see_what_was_passed_to_them_and_nobody_elses(counter: Counter) -> None:
    g = await reported(counter)
    number = g["number"]
    await done(counter, number, "grievance_window", {"act": "classify", "klass": "complex", "grounds": ["difficult"]})
    await done(counter, number, "grievance_window", {"act": "transfer", "unit": "gz-thr-health", "text": "请答复。"})

    health = await counter.get("chief_representative", "/v1/grievances", ("gz-thr-health",), mine=True)
    samr = await counter.get("examiner", f"/v1/grievances/{number}", SAMR)
    other = await counter.get("supervisor", f"/v1/grievances/{number}", ("gz-management",))

    assert number in [row["number"] for row in health.json()["rows"]]
    assert (samr.status_code, samr.json()["code"]) == (403, "not_your_grievance")
    assert other.status_code == 403


@pytest.mark.parametrize(
    ("who", "units", "body", "status", "code"),
    [
        ("examiner", SAMR, {"act": "classify", "klass": "simple", "grounds": ["not_taken"]}, 403, "not_your_grievance"),
        ("grievance_window", WINDOW, {"act": "classify"}, 409, "class_or_exclusion"),
        ("grievance_window", WINDOW, {"act": "classify", "klass": "simple"}, 409, "grounds_missing"),
        ("grievance_window", WINDOW, {"act": "classify", "excluded": "own_cause"}, 409, "reasons_missing"),
        ("grievance_window", WINDOW, {"act": "transfer", "unit": "gz-thr-samr", "text": "转办"}, 409, "not_this_leg"),
        ("grievance_window", WINDOW, {"act": "transfer", "unit": "gz-thr-nobody", "text": "转办"}, 422, "unit_unknown"),
        ("supervisor", WINDOW, {"act": "notify", "text": "通报"}, 409, "not_this_leg"),
        ("grievance_window", WINDOW, {"act": "feedback"}, 422, "malformed"),
    ],
)
async def test_what_may_not_be_done_now_is_refused_with_what_would_be_right(
    counter: Counter, who: str, units: tuple[str, ...], body: dict[str, Any], status: int, code: str
) -> None:
    g = await reported(counter, unit="gz-thr-samr")

    response = await act(counter, g["number"], who, body, units)

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.json()["detail"]


async def test_no_is_reported_upward_with_the_feedback_and_closes_the_matter(counter: Counter) -> None:
    g = await reported(counter)
    number = g["number"]
    excluded = {"act": "classify", "excluded": "legal_proceedings", "text": "已提起行政诉讼，请依法院程序办理。"}
    await done(counter, number, "grievance_window", excluded)

    last = await done(counter, number, "grievance_window", {"act": "feedback", "text": "不属于本窗口受理范围。"})

    assert last["leg"] == "closed"
    filed = (await counter.get("supervisor", "/v1/filings", WINDOW)).json()["rows"]
    assert ("negative_answer", number) in [(row["paper"], row["case"]) for row in filed]
    row = next(row for row in filed if row["case"] == number)
    seen = await counter.post("supervisor", f"/v1/filings/{number}/{row['seq']}/acknowledgment", {}, units=WINDOW)
    assert seen.json()["acknowledgment"]["person"]
    closed = await act(counter, number, "grievance_window", {"act": "withdraw"})
    assert (closed.status_code, closed.json()["code"]) == (409, "grievance_closed")


async def test_papers_of_a_grievance_are_printed(counter: Counter) -> None:
    g = await reported(counter, reporter={"name": "测试反映人"})

    papers = (await counter.get("supervisor", f"/v1/grievances/{g['number']}/notices", WINDOW)).json()
    pdf = await counter.get("supervisor", papers[0]["pdf"], WINDOW)

    assert papers[0]["pdf"].startswith(f"/v1/grievances/{g['number']}/notices/1/")
    assert pdf.status_code == 200
    assert pdf.content.startswith(b"%PDF")


async def test_nobody_handles_what_they_reported_themselves(counter: Counter) -> None:
    g = await reported(counter, "applicant-examiner", unit="gz-thr-samr")
    headers = counter.headers("applicant-examiner", SAMR)
    both = {**headers, "Idempotency-Key": "own-matter-1"}

    response = await counter.client.post(
        f"/v1/grievances/{g['number']}/acts",
        headers=both,
        json={"act": "classify", "klass": "simple", "grounds": ["not_taken"]},
    )

    assert response.json()["code"] == "own_application"
