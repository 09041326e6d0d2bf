"""Figures of cases are those of the files: exact, whoever reckons them, and the same after a worker was killed."""

from __future__ import annotations

import os
import signal

import pytest

from cli.embedded import Running
from tests.counter import UNIT, Counter
from tests.observability.city import City, seen
from tests.observability.scrape import Scrape, scraped

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

COUNTED = "bancheng_cases_opened_total"


def figures(page: Scrape) -> dict[str, dict[str, float]]:
    """What the page says of cases, by the label that tells apart."""
    labels = {
        "bancheng_cases_opened_total": "file",
        "bancheng_cases_accepted_total": "how",
        "bancheng_cases_not_accepted_total": "how",
        "bancheng_cases_decided_total": "decision",
        "bancheng_cases_closed_total": "ending",
        "bancheng_cases_open": "stage",
        "bancheng_cases_open_by_age": "days",
        "bancheng_cases_waiting": "role",
        "bancheng_grievances_opened_total": "unit",
        "bancheng_grievances_open": "leg",
    }
    return {name: page.by(name, label) for name, label in labels.items()}


EXPECTED = {
    "bancheng_cases_opened_total": {"application": 6},
    "bancheng_cases_accepted_total": {"accepted": 3},
    "bancheng_cases_not_accepted_total": {"not_accepted": 1},
    "bancheng_cases_decided_total": {"granted": 1},
    "bancheng_cases_closed_total": {"granted": 1, "not_accepted": 1, "withdrawn": 1},
    "bancheng_cases_open": {"acceptance": 1, "examination": 2},
    "bancheng_cases_open_by_age": {"0-1": 3},
    "bancheng_cases_waiting": {"window": 1, "examiner": 2},
    "bancheng_grievances_opened_total": {"gz-thr-management": 1},
    "bancheng_grievances_open": {"classification": 1},
}


async def a_morning(clerk: Counter) -> list[str]:
    """Six cases: granted, in examination twice, not accepted, untouched, withdrawn; and a grievance."""
    numbers = [str((await clerk.apply())["number"]) for _ in range(6)]
    await clerk.granted(numbers[0])
    for number in numbers[1:3]:
        await clerk.answered("window", number, "check", "accept")
    elsewhere = {"ground": "other_authority", "authority": "市级主管部门"}
    await clerk.answered("window", numbers[3], "check", "refuse_acceptance", **elsewhere)
    withdrawn = await clerk.post("applicant", f"/v1/cases/{numbers[5]}/acts", {"act": "withdraw"})
    assert withdrawn.status_code == 200, withdrawn.text
    body = {"unit": UNIT, "grounds": ["not_finished"], "request": "至今没有答复。"}
    reported = await clerk.post("grievance_window", "/v1/grievances", body, units=("gz-thr-management",))
    assert reported.status_code == 201, reported.text
    return numbers


async def pages_with_figures(town: City) -> list[str]:
    """Which of the two workers shows figures of cases."""
    return [page for page in town.pages[1:] if COUNTED in await scraped([page])]


async def accepted_at_last(clerk: Counter, number: str) -> None:
    task = await clerk.open_task(number, "check")
    answer = await clerk.until_answered("window", f"/v1/tasks/{task}/answer", {"outcome": "accept"})
    assert answer.status_code == 200, answer.text


def kill_worker(stack: Running) -> None:
    os.kill(stack.pid("worker"), signal.SIGKILL)


async def test_figures_are_exact_and_the_same_after_a_worker_was_killed(town: City, clerk: Counter) -> None:
    numbers = await a_morning(clerk)

    page = await seen(town.pages, lambda page: figures(page) == EXPECTED)
    assert page.by("bancheng_cases_open", "unit") == {UNIT: 3}
    assert page.by("bancheng_case_events_total", "kind")["received"] == 6
    assert len(await pages_with_figures(town)) == 1, "one worker reckons, the other stands by"

    kill_worker(town.stack)
    await seen(town.pages, lambda page: figures(page) == EXPECTED and "bancheng_figures_age_seconds" in page)

    await accepted_at_last(clerk, numbers[4])
    page = await seen(town.pages, lambda page: page.value("bancheng_cases_accepted_total") != 3)
    assert page.value("bancheng_cases_accepted_total", how="accepted") == 4
    assert page.value("bancheng_cases_opened_total") == 6
    assert len(await pages_with_figures(town)) == 1


async def test_requests_are_counted_by_the_template_of_their_address(town: City, clerk: Counter) -> None:
    case = await clerk.apply()
    path = f"/v1/cases/{case['number']}"
    asked = {"route": "/v1/cases/{number}", "method": "GET"}
    before = (await scraped(town.pages[:1])).value("bancheng_api_request_duration_seconds_count", **asked)

    for _ in range(3):
        assert (await clerk.get("applicant", path)).status_code == 200
    assert (await clerk.get("applicant", "/v1/cases/GZ20260101-000001-0")).status_code in (404, 422)

    page = await scraped(town.pages[:1])
    assert page.value("bancheng_api_request_duration_seconds_count", **asked, status="2xx") >= before + 3
    assert page.value("bancheng_api_request_duration_seconds_count", **asked, status="4xx") >= 1
    assert not any(case["number"] in str(point.labels) for points in page.values() for point in points)
