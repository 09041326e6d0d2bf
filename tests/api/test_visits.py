"""Turning materials away leaves a trace: a visit ends in a receipt, a reasoned written answer, or a finding."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from registry.supervision import read_supervision
from registry.units import read_units
from storage import findings
from storage.database import Database
from tests.builders import at
from tests.conftest import Servers
from tests.counter import FOOD_PERMIT, UNIT, Counter, an_application
from worker.visits import Visits

CAME = "2026-03-02T16:00:00+08:00"  # a Monday; the answer is due on Tuesday
LAST_MINUTE, PASSED = at("2026-03-03 23:59"), at("2026-03-04 00:00")


@pytest.fixture
def looking(servers: Servers, database: Database) -> Callable[[datetime], Any]:
    """One look of the worker at the moment given."""

    async def look(now: datetime) -> int:
        settings = servers.settings
        rules, units = read_supervision(settings.definitions), read_units(settings.definitions)
        loop = Visits(database, units, rules, public_url=settings.public_url, filing_days=1, now=lambda: now)
        return await loop.look()

    return look


async def logged(counter: Counter, who: str = "window", **changes: Any) -> dict[str, Any]:
    body = {"item": FOOD_PERMIT, "came_at": CAME, **changes}
    response = await counter.post(who, "/v1/visits", body)
    assert response.status_code == 201, response.text
    return dict(response.json())


async def finding_of(database: Database, visit: str) -> Any:
    async with database.begin() as session:
        return await findings.finding_of(session, findings.key_of_visit(visit))


@pytest.mark.shows("N7")
async def test_visit_of_which_nothing_came_is_found_once_and_told_to_visitor_and_unit(
    counter: Counter, database: Database, looking: Any
) -> None:
    visit = await logged(counter, contact={"name": "测试到访人", "email": "visitor@example.com"})

    await looking(LAST_MINUTE)
    before = await finding_of(database, visit["id"])
    await looking(PASSED)
    first = await finding_of(database, visit["id"])
    await looking(PASSED + timedelta(days=3))

    seen = (await counter.client.get(f"/v1/visits/{visit['id']}", params={"code": visit["query_code"]})).json()
    papers = (await counter.get("window", f"/v1/visits/{visit['id']}/notices")).json()
    to_visitor = next(paper for paper in papers if paper["paper"] == "not_taken")
    assert (visit["answer_by"], before) == ("2026-03-03", None)
    assert (first.shortcoming, first.unit, first.article) == ("not_taken", UNIT, "gz:13.5")
    assert first.found_at == (await finding_of(database, visit["id"])).found_at == PASSED
    assert first.evidence["due_at"] == "2026-03-04T00:00:00+08:00"
    assert (seen["finding"], seen["state"]) == (f"visit:{visit['id']}", "open")
    assert sorted(paper["paper"] for paper in papers) == ["not_taken", "unanswered_visit"]
    assert [one["channel"] for one in to_visitor["deliveries"]] == ["mail"]
    assert "“办不成事”反映窗口" in str(to_visitor["body"])
    assert "/v1/grievances" in str(to_visitor["body"])


async def test_unit_sees_the_warning_and_acknowledges_it(counter: Counter, looking: Any) -> None:
    visit = await logged(counter)
    await looking(PASSED)

    warning = await counter.get("window", f"/v1/warnings/{visit['id']}/2")
    done = await counter.post("window", f"/v1/warnings/{visit['id']}/2/acknowledgment", {})

    assert warning.status_code == 200, warning.text
    assert warning.json()["paper"] == "unanswered_visit"
    assert done.json()["acknowledgment"]["person"] == "window"


@pytest.mark.shows("N7")
async def test_visit_that_led_to_a_case_ends_with_its_receipt(
    counter: Counter, database: Database, looking: Any
) -> None:
    visit = await logged(counter)

    case = await counter.apply("window", visit=visit["id"])
    await looking(PASSED)

    seen = (await counter.get("window", f"/v1/visits/{visit['id']}")).json()
    assert (seen["state"], seen["outcome"], seen["case"]) == ("ended", "case", case["number"])
    assert await finding_of(database, visit["id"]) is None


async def test_applicant_links_a_visit_with_its_code_and_nobody_without_it(counter: Counter) -> None:
    visit = await logged(counter)

    without = await counter.post("applicant", "/v1/cases", an_application(visit=visit["id"]))
    wrong = await counter.post("applicant", "/v1/cases", an_application(visit=visit["id"], visit_code="AAAA2222"))
    right = await counter.post(
        "applicant", "/v1/cases", an_application(visit=visit["id"], visit_code=visit["query_code"].lower())
    )

    assert (without.status_code, wrong.status_code, right.status_code) == (403, 404, 201)


async def test_application_whose_visit_is_refused_is_not_kept(counter: Counter) -> None:
    visit = await logged(counter)
    await counter.apply("window", visit=visit["id"])
    before = (await counter.get("window", "/v1/cases", limit=200)).json()["rows"]

    again = await counter.post("window", "/v1/cases", an_application(visit=visit["id"]))

    after = (await counter.get("window", "/v1/cases", limit=200)).json()["rows"]
    assert (again.status_code, again.json()["code"]) == (409, "visit_ended")
    assert [case["number"] for case in after] == [case["number"] for case in before]


async def test_receipt_that_is_asked_for_again_with_its_key_ends_the_visit_once(counter: Counter) -> None:
    visit, key = await logged(counter), f"test-{uuid.uuid4()}"

    first = await counter.post("window", "/v1/cases", an_application(visit=visit["id"]), key)
    second = await counter.post("window", "/v1/cases", an_application(visit=visit["id"]), key)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["number"] == second.json()["number"]


async def test_case_that_comes_after_the_finding_ends_the_visit_and_leaves_the_finding(
    counter: Counter, database: Database, looking: Any
) -> None:
    visit = await logged(counter)
    await looking(PASSED)

    await counter.apply("window", visit=visit["id"])

    seen = (await counter.get("window", f"/v1/visits/{visit['id']}")).json()
    assert (seen["outcome"], seen["finding"]) == ("case", f"visit:{visit['id']}")


@pytest.mark.shows("N7")
async def test_written_answer_says_why_and_which_remedies_there_are(
    counter: Counter, database: Database, looking: Any
) -> None:
    visit, key = await logged(counter), f"test-{uuid.uuid4()}"
    body = {"ground": "other_authority", "text": "该事项由市级部门办理", "authority": "gz-samr"}

    answered = await counter.post("window", f"/v1/visits/{visit['id']}/answer", body, key)
    again = await counter.post("window", f"/v1/visits/{visit['id']}/answer", body, key)
    await looking(PASSED)

    (paper,) = (
        await counter.client.get(f"/v1/visits/{visit['id']}/notices", params={"code": visit["query_code"]})
    ).json()
    pdf = await counter.client.get(paper["pdf"], params={"code": visit["query_code"]})
    assert (answered.status_code, again.status_code) == (200, 200), answered.text
    assert (answered.json()["outcome"], answered.json()["ground"]) == ("answered", "other_authority")
    assert paper["paper"] == "visit_answer"
    assert "广州市市场监督管理局" in str(paper["body"])
    assert "行政复议" in str(paper["body"])
    assert pdf.content.startswith(b"%PDF")
    assert await finding_of(database, visit["id"]) is None


async def test_incomplete_materials_are_no_reason_to_take_nothing(counter: Counter) -> None:
    visit = await logged(counter)
    body = {"ground": "incomplete_on_the_spot", "text": "缺少平面图"}

    refused = await counter.post("window", f"/v1/visits/{visit['id']}/answer", body)

    assert (refused.status_code, refused.json()["code"], refused.json()["article"]) == (409, "must_be_taken", "gz:13.2")


@pytest.mark.shows("N7")
async def test_visitor_who_says_it_was_no_mere_advice_is_a_finding_at_once(
    counter: Counter, database: Database
) -> None:
    visit = await logged(counter)
    said = {"text": "询问了办理条件"}
    await counter.post("window", f"/v1/visits/{visit['id']}/advice", said)
    denied = {"text": "当时带齐了材料，让改天再来", "code": visit["query_code"]}

    objected = await _public(counter, f"/v1/visits/{visit['id']}/objection", denied)

    found = await finding_of(database, visit["id"])
    assert objected.status_code == 200, objected.text
    assert (objected.json()["state"], objected.json()["finding"]) == ("open", f"visit:{visit['id']}")
    assert (found.evidence["why"], found.evidence["outcome"]) == ("objection", "advice_only")
    assert "改天再来" not in str(found.evidence)


async def test_advice_only_that_nobody_denies_is_no_finding(counter: Counter, database: Database, looking: Any) -> None:
    visit = await logged(counter)
    by_visitor = await _public(
        counter, f"/v1/visits/{visit['id']}/advice", {"text": "只是来问问", "code": visit["query_code"]}
    )

    await looking(PASSED)

    assert by_visitor.json()["outcome"] == "advice_only"
    assert await finding_of(database, visit["id"]) is None


async def test_objection_while_the_time_runs_is_told_that_it_comes_by_itself(counter: Counter) -> None:
    visit = await logged(counter)

    early = await _public(
        counter, f"/v1/visits/{visit['id']}/objection", {"text": "没有收", "code": visit["query_code"]}
    )
    wrong = await _public(counter, f"/v1/visits/{visit['id']}/objection", {"text": "没有收", "code": "AAAA2222"})

    assert (early.status_code, early.json()["code"], early.json()["article"]) == (409, "visit_is_open", "gz:13.5")
    assert wrong.status_code == 404


async def test_same_ticket_is_the_same_visit_and_counts_from_its_call(
    counter: Counter, database: Database, looking: Any
) -> None:
    ticket = f"A-{uuid.uuid4()}"
    drawn = await logged(counter, "queue", reference=ticket, queued=True)
    await looking(PASSED)
    uncalled = await finding_of(database, drawn["id"])

    called = await logged(counter, "queue", reference=ticket, called_at="2026-03-04T10:00:00+08:00")
    once_more = await logged(counter, "queue", reference=ticket)

    assert (drawn["state"], drawn["answer_by"], uncalled) == ("queued", None, None)
    assert called["id"] == once_more["id"] == drawn["id"]
    assert (called["answer_by"], once_more["called_at"]) == ("2026-03-05", called["called_at"])


async def test_visit_on_a_day_off_is_answered_on_the_next_working_day(counter: Counter) -> None:
    visit = await logged(counter, came_at="2026-03-08T20:00:00+08:00", channel="online")  # a Sunday

    assert visit["answer_by"] == "2026-03-09"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"item": FOOD_PERMIT, "came_at": "2999-01-01T10:00:00+08:00"}, 422, "visit_in_the_future"),
        ({}, 422, "visit_of_nobody"),
        ({"unit": "gz-nobody"}, 422, "unit_unknown"),
        ({"unit": "gz-thr-health"}, 403, "not_your_unit"),
        ({"unit": UNIT, "channel": "pigeon"}, 422, "malformed"),
    ],
)
async def test_visit_that_cannot_be_is_refused_with_what_would_be_right(
    counter: Counter, body: dict[str, Any], status: int, code: str
) -> None:
    refused = await counter.post("window", "/v1/visits", body)

    assert (refused.status_code, refused.json()["code"]) == (status, code)


async def test_visits_are_listed_for_their_unit_and_for_those_who_oversee(counter: Counter) -> None:
    visit = await logged(counter)

    own = (await counter.get("window", "/v1/visits", state="open", limit=200)).json()["rows"]
    other = (await counter.get("window", "/v1/visits", ("gz-thr-health",), limit=200)).json()["rows"]
    strange = await counter.get("window", f"/v1/visits/{visit['id']}", ("gz-thr-health",))
    overseen = await counter.get("supervisor", f"/v1/visits/{visit['id']}")

    assert visit["id"] in [row["id"] for row in own]
    assert visit["id"] not in [row["id"] for row in other]
    assert (strange.status_code, overseen.status_code) == (403, 200)
    assert "query_code" not in overseen.json()


async def test_two_workers_that_look_at_once_find_a_visit_once(
    counter: Counter, database: Database, looking: Any
) -> None:
    visit = await logged(counter)

    found = await asyncio.gather(looking(PASSED), looking(PASSED), looking(PASSED))

    papers = (await counter.get("window", f"/v1/visits/{visit['id']}/notices")).json()
    assert sum(found) >= 1
    assert len(papers) == 2
    assert len({paper["document_number"] for paper in papers}) == 2


async def _public(counter: Counter, path: str, body: dict[str, Any]) -> Any:
    """Somebody without a token posts it."""
    return await counter.client.post(path, json=body, headers={"Idempotency-Key": f"test-{uuid.uuid4()}"})
