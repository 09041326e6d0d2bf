"""The window enters what it received before: the day of receipt counts, and what is late by then shows at once."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.values import SHANGHAI
from tests.counter import Counter, an_application

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]


def received(days_ago: float) -> str:
    return (datetime.now(SHANGHAI) - timedelta(days=days_ago)).isoformat()


async def kinds_once(counter: Counter, number: str, wanted: str) -> list[str]:
    """The events of the case once the wanted one is among them."""
    for _ in range(100):
        events = (await counter.get("supervisor", f"/v1/cases/{number}/timeline")).json()
        if wanted in [event["kind"] for event in events]:
            return [event["kind"] for event in events]
        await asyncio.sleep(0.1)
    raise AssertionError(f"{wanted} did not happen: {events}")


async def test_application_that_lay_for_weeks_is_deemed_accepted_from_receipt_and_late_at_once(
    counter: Counter,
) -> None:
    body = an_application(received_at=received(55), belated="邮寄申请误投其他科室。")

    response = await counter.post("window", "/v1/cases", body)
    case = response.json()
    kinds = await kinds_once(counter, case["number"], "limit_passed")

    assert response.status_code == 201, response.text
    assert case["received_at"][:10] == received(55)[:10]
    assert kinds[:2] == ["received", "limit_passed"]
    assert "deemed_accepted" in kinds
    seen = (await counter.get("supervisor", f"/v1/cases/{case['number']}")).json()
    assert (seen["accepted_on"], seen["light"]) == (received(55)[:10], "red")
    first = (await counter.get("window", f"/v1/cases/{case['number']}/timeline")).json()[0]
    assert first["text"] == "邮寄申请误投其他科室。"
    assert "补录" in first["says"]


async def test_application_of_yesterday_counts_from_yesterday(counter: Counter) -> None:
    response = await counter.post(
        "window", "/v1/cases", an_application(received_at=received(1), belated="停电未登记。")
    )

    deadline = (await counter.get("window", f"/v1/cases/{response.json()['number']}/deadline")).json()
    assert deadline["certificates"][0]["started_at"][:10] == received(1)[:10]


@pytest.mark.parametrize(
    ("who", "changes", "status", "code"),
    [
        ("applicant", {"received_at": received(1), "belated": "x"}, 409, "belated_by_window"),
        ("window", {"received_at": received(1)}, 422, "belated_reason_missing"),
        ("window", {"received_at": received(-1), "belated": "x"}, 422, "received_in_the_future"),
        ("window", {"received_at": received(61), "belated": "x"}, 409, "received_too_long_ago"),
    ],
)
async def test_belated_entry_that_may_not_be_is_refused(
    counter: Counter, who: str, changes: dict[str, Any], status: int, code: str
) -> None:
    response = await counter.post(who, "/v1/cases", an_application(**changes))

    assert (response.status_code, response.json()["code"]) == (status, code)
