"""The same key and body are done once and answered alike, however often and however many at once they come."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import func, select

from storage.database import Database
from storage.tables import CaseRow, EventRow, MaterialRow, RequestRow, TextRow
from tests.api.evidence import ENGLISH, nothing_changes, the_english_problem, the_problem
from tests.counter import FOOD_MATERIALS, UNIT, Counter, an_application
from tests.definitions import a_definition_text

AT_ONCE = 20
TRAINING = {"materials": [{"material": "training", "paper": True}]}


def a_key() -> str:
    return f"once-{uuid4()}"


async def many(counter: Counter, who: str, path: str, body: Any, key: str) -> list[httpx2.Response]:
    return await asyncio.gather(*[counter.post(who, path, body, key) for _ in range(AT_ONCE)])


async def count(database: Database, column: Any, *conditions: Any) -> int:
    async with database.begin() as session:
        return int((await session.execute(select(func.count(column)).where(*conditions))).scalar_one())


async def timeline(counter: Counter, number: str) -> list[dict[str, Any]]:
    return list((await counter.get("supervisor", f"/v1/cases/{number}/timeline")).json())


@pytest.mark.shows(70)
async def test_application_sent_again_is_the_same_case(counter: Counter, database: Database) -> None:
    key, body = a_key(), an_application()
    first = await counter.post("applicant", "/v1/cases", body, key)

    async with nothing_changes(database):
        again = await counter.post("applicant", "/v1/cases", body, key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]


@pytest.mark.shows(70)
async def test_application_sent_twenty_times_at_once_is_one_case(counter: Counter, database: Database) -> None:
    before = [await count(database, row) for row in (CaseRow.number, RequestRow.id)]

    answers = await many(counter, "applicant", "/v1/cases", an_application(), a_key())

    assert {answer.status_code for answer in answers} == {201}
    assert len({(answer.json()["number"], answer.json()["query_code"]) for answer in answers}) == 1
    assert [await count(database, row) for row in (CaseRow.number, RequestRow.id)] == [n + 1 for n in before]
    number = answers[0].json()["number"]
    assert [event["kind"] for event in await timeline(counter, number)] == ["received"]
    assert await count(database, MaterialRow.id, MaterialRow.number == number, MaterialRow.source == "paper") == 5


async def test_key_belongs_to_the_one_who_sends_it(counter: Counter) -> None:
    key, body = a_key(), an_application()

    mine = await counter.post("applicant", "/v1/cases", body, key)
    theirs = await counter.post("applicant-2", "/v1/cases", body, key)

    assert mine.json()["number"] != theirs.json()["number"]


async def test_key_that_comes_again_with_another_application_is_refused(counter: Counter, database: Database) -> None:
    key = a_key()
    await counter.post("applicant", "/v1/cases", an_application(), key)

    async with nothing_changes(database):
        again = await counter.post("applicant", "/v1/cases", an_application(materials=FOOD_MATERIALS[1:]), key)

    the_problem(again, 422, "key_reused")


async def test_refused_application_does_not_use_its_key_up(counter: Counter) -> None:
    key = a_key()

    refused = await counter.post("applicant", "/v1/cases", an_application(situations={}), key)
    mended = await counter.post("applicant", "/v1/cases", an_application(), key)

    assert (refused.status_code, mended.status_code) == (422, 201)


async def an_act(counter: Counter, what: str) -> tuple[str, str, str, Any, Any]:
    """A case, and one who may do something with it: whose, where, with what, and with what else under the same key."""
    number = str((await counter.apply(materials=FOOD_MATERIALS[:2]))["number"])
    task = await counter.open_task(number, "check")
    match what:
        case "answer":
            other = {"outcome": "notify", "text": "请补正", "demands": [{"defect": "另有要求"}]}
            return number, "window", f"/v1/tasks/{task}/answer", {"outcome": "notify", "text": "请补正"}, other
        case "claim":
            return number, "window", f"/v1/tasks/{task}/claim", {}, {"release": True}
        case "transfer":
            body = {"unit": UNIT, "person": "window-2", "text": "请办理"}
            return number, "window", f"/v1/tasks/{task}/transfer", body, {**body, "text": "请尽快办理"}
        case "supplement":
            more = {"materials": [*TRAINING["materials"], {"material": "facilities", "paper": True}]}
            return number, "applicant", f"/v1/cases/{number}/materials", TRAINING, more
        case _:
            return number, "applicant", f"/v1/cases/{number}/acts", {"act": "promise"}, {"act": "withdraw"}


ACTS = ("answer", "claim", "transfer", "supplement", "promise")


@pytest.mark.shows(70)
@pytest.mark.parametrize("what", ACTS)
async def test_act_sent_again_is_done_once_and_answered_alike(counter: Counter, database: Database, what: str) -> None:
    number, who, path, body, _ = await an_act(counter, what)
    key = a_key()
    first = await counter.post(who, path, body, key)

    async with nothing_changes(database):
        again = await counter.post(who, path, body, key)

    assert first.status_code == 200, first.text
    assert again.json() == first.json()
    assert len(await timeline(counter, number)) == 2


@pytest.mark.shows(70)
@pytest.mark.parametrize("what", ACTS)
async def test_act_sent_twenty_times_at_once_is_done_once(counter: Counter, database: Database, what: str) -> None:
    number, who, path, body, _ = await an_act(counter, what)

    answers = await many(counter, who, path, body, a_key())

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    events = await timeline(counter, number)
    assert [event["seq"] for event in events] == [1, 2]
    assert await count(database, EventRow.seq, EventRow.number == number) == 2
    assert await count(database, TextRow.id, TextRow.number == number) == (1 if "text" in body else 0)
    assert await count(database, MaterialRow.id, MaterialRow.number == number, MaterialRow.source == "paper") == (
        3 if what == "supplement" else 2
    )


@pytest.mark.parametrize("what", ACTS)
async def test_key_that_comes_again_with_another_act_is_refused(
    counter: Counter, database: Database, what: str
) -> None:
    _, who, path, body, other = await an_act(counter, what)
    key = a_key()
    first = await counter.post(who, path, body, key)

    async with nothing_changes(database):
        again = await counter.post(who, path, other, key)

    assert first.status_code == 200, first.text
    the_problem(again, 422, "key_reused")


@pytest.mark.parametrize("what", ACTS)
async def test_one_key_may_serve_different_cases(counter: Counter, what: str) -> None:
    key = a_key()
    for _ in range(2):
        _, who, path, body, _ = await an_act(counter, what)
        response = await counter.post(who, path, body, key)
        assert response.status_code == 200, response.text


async def test_task_is_answered_once_whatever_the_keys(counter: Counter, database: Database) -> None:
    number = (await counter.apply())["number"]
    task = await counter.open_task(number, "check")
    await counter.post("window", f"/v1/tasks/{task}/answer", {"outcome": "accept"})

    async with nothing_changes(database):
        headers = counter.headers("window", **{"Idempotency-Key": a_key(), **ENGLISH})
        body = {"outcome": "accept", "text": "同意"}
        second = await counter.client.post(f"/v1/tasks/{task}/answer", headers=headers, json=body)

    the_english_problem(second, 409, "task_not_open")


async def test_of_twenty_who_answer_a_task_at_once_one_does(counter: Counter, database: Database) -> None:
    number = (await counter.apply())["number"]
    task = await counter.open_task(number, "check")
    body = {"outcome": "accept", "text": "同意受理"}

    answers = await asyncio.gather(
        *[counter.post(f"window-{n}", f"/v1/tasks/{task}/answer", body) for n in range(AT_ONCE)]
    )

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200] + [409] * (AT_ONCE - 1)
    assert [event["kind"] for event in await timeline(counter, number)] == ["received", "accepted"]
    assert await count(database, TextRow.id, TextRow.number == number) == 1


async def test_what_was_done_before_the_case_closed_is_answered_as_it_was_then(
    counter: Counter, database: Database
) -> None:
    apply, answer, hand_in, end = a_key(), a_key(), a_key(), a_key()
    body = an_application(materials=FOOD_MATERIALS[:2])
    case = (await counter.post("applicant", "/v1/cases", body, apply)).json()
    number, task = case["number"], await counter.open_task(case["number"], "check")
    done = [
        ("applicant", f"/v1/cases/{number}/materials", TRAINING, hand_in),
        ("window", f"/v1/tasks/{task}/answer", {"outcome": "notify", "text": "请补正"}, answer),
        ("applicant", f"/v1/cases/{number}/acts", {"act": "withdraw"}, end),
    ]
    before = [await counter.post(*one) for one in done]

    async with nothing_changes(database):
        after = [await counter.post(*one) for one in done]
        reopened = await counter.post("applicant", "/v1/cases", body, apply)
        late = await counter.post("applicant", f"/v1/cases/{number}/acts", {"act": "withdraw"})

    assert [response.status_code for response in before + after] == [200] * 6, [r.text for r in before + after]
    assert [response.json() for response in after] == [response.json() for response in before]
    assert reopened.status_code == 201, reopened.text
    assert (reopened.json()["number"], reopened.json()["query_code"]) == (number, case["query_code"])
    the_problem(late, 409, "case_closed")


async def test_same_definition_twenty_times_at_once_is_one_version(counter: Counter, database: Database) -> None:
    content = a_definition_text(("449999999000", "449999999301")).encode()
    kind = {"Content-Type": "application/yaml"}

    answers = await asyncio.gather(
        *[
            counter.client.post(
                "/v1/definitions",
                headers=counter.headers("registrar", ("*",), **kind, **{"Idempotency-Key": a_key()}),
                content=content,
            )
            for _ in range(AT_ONCE)
        ]
    )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["digest"] for answer in answers}) == 1
