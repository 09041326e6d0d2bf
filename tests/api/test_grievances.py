"""The "can't get it done" window by HTTP, on the real Temporal and PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest

from tests.counter import Counter

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
