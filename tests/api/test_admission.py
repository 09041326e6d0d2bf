"""What comes faster than it can be done is turned away untouched, and what is let in is finished."""

from __future__ import annotations

import asyncio
from collections import Counter as Tally
from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI
from temporalio.client import Client

from api.admission import Admission
from tests.conftest import Servers
from tests.counter import Counter, an_application, counter_of


class Gate:
    """An application that stands still until it is opened."""

    def __init__(self, at_once: int = 2) -> None:
        self.app, self.open, self.entered = FastAPI(), asyncio.Event(), 0
        for path in ("/slow", "/v1/cases", "/v1/cases/1/acts"):
            self.app.add_api_route(path, self._slow, methods=["POST", "GET"])
        self.app.add_api_route("/fails", self._fails, methods=["POST"])
        self.app.add_middleware(Admission, at_once=at_once)
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        self.client = httpx2.AsyncClient(transport=transport, base_url="http://counter", timeout=60)

    async def _slow(self) -> str:
        self.entered += 1
        await self.open.wait()
        return "done"

    async def _fails(self) -> None:
        raise RuntimeError


@pytest.fixture
async def gate() -> AsyncIterator[Gate]:
    made = Gate()
    async with made.client:
        yield made


async def entered(gate: Gate, how_many: int) -> None:
    async with asyncio.timeout(30):
        while gate.entered < how_many:  # noqa: ASYNC110  (the application tells nobody)
            await asyncio.sleep(0.01)


async def test_request_beyond_the_limit_is_turned_away_and_the_others_are_finished(gate: Gate) -> None:
    let_in = [asyncio.create_task(gate.client.post("/slow")) for _ in range(2)]
    await entered(gate, 2)

    refused = await gate.client.post("/slow", headers={"Accept-Language": "zh-CN"})
    in_english = await gate.client.post("/slow", headers={"Accept-Language": "en"})

    assert (refused.status_code, refused.headers["Retry-After"], refused.json()["code"]) == (
        429,
        "2",
        "too_many_at_once",
    )
    assert "请稍候用相同的 Idempotency-Key 重试" in refused.json()["detail"]
    assert "Try again" in in_english.json()["detail"]
    assert gate.entered == 2
    gate.open.set()
    assert [(await one).json() for one in let_in] == ["done", "done"]
    assert (await gate.client.post("/slow")).status_code == 200


async def test_reading_is_never_turned_away(gate: Gate) -> None:
    under_way = [asyncio.create_task(gate.client.post("/slow")) for _ in range(2)]
    await entered(gate, 2)

    reading = asyncio.create_task(gate.client.get("/slow"))
    await entered(gate, 3)
    gate.open.set()

    assert (await reading).status_code == 200
    await asyncio.gather(*under_way)


async def test_flood_of_applications_leaves_a_place_for_those_who_act_on_cases() -> None:
    gate = Gate(at_once=8)
    async with gate.client:
        applying = [asyncio.create_task(gate.client.post("/v1/cases")) for _ in range(7)]
        await entered(gate, 7)

        assert (await gate.client.post("/v1/cases")).status_code == 429
        acting = asyncio.create_task(gate.client.post("/v1/cases/1/acts"))
        await entered(gate, 8)
        assert (await gate.client.post("/v1/cases/1/acts")).status_code == 429
        gate.open.set()

        assert {(await one).status_code for one in (*applying, acting)} == {200}


async def test_request_that_fails_gives_its_place_back(gate: Gate) -> None:
    for _ in range(5):
        assert (await gate.client.post("/fails")).status_code == 500

    gate.open.set()

    assert (await gate.client.post("/slow")).status_code == 200


async def test_flood_loses_nothing_that_was_taken_in(servers: Servers, temporal: Client, counter: Counter) -> None:
    narrow = servers.settings.model_copy(update={"writes_at_once": 4})
    async with counter_of(narrow) as flooded:
        flooded.headers("applicant")  # one token for all

        async def applies(n: int) -> tuple[int, str, str]:
            key = f"flood-of-applications-{n}"
            response = await flooded.post("applicant", "/v1/cases", an_application(), key)
            return response.status_code, response.json().get("number", ""), key

        answers = await asyncio.gather(*(applies(n) for n in range(40)))
        again = [
            await applies(int(key.removeprefix("flood-of-applications-")))
            for status, _, key in answers
            if status == 429
        ]

    told = Tally(status for status, _, _ in answers)
    assert set(told) == {201, 429}
    assert told[201] >= 4
    numbers = [number for status, number, _ in [*answers, *again] if status == 201]
    assert len(set(numbers)) == 40, "everybody has a case of their own, those who came again as well"
    for number in numbers:
        assert (await counter.get("supervisor", f"/v1/cases/{number}")).status_code == 200
