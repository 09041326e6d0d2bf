"""Every part is killed at random moments while cases run; nothing is lost, doubled or moved."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import uuid
from collections import Counter as Tally
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest

from cli.counter import Counter as Clerk
from cli.embedded import Running, launched
from cli.register import registered
from cli.token import issue
from domain.deadline import Office, due
from domain.limits import Limit
from tests.counter import UNIT, an_application

ROOT = Path(__file__).resolve().parents[2]
CASES, KILLS, SECONDS_BETWEEN = 50, 8, (0.6, 2.0)
PARTS = ("worker", "api", "postgres", "temporal")
STEPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("window", "check", {"outcome": "accept"}),
    ("examiner", "review", {"outcome": "pass", "text": "材料真实完整"}),
    ("examiner", "on_site", {"outcome": "pass", "officers": ["officer-a", "officer-b"]}),
    ("approver", "decide", {"outcome": "grant", "text": "同意"}),
    ("window", "issue", {"outcome": "issued"}),
    ("window", "deliver", {"outcome": "delivered"}),
)
PAPERS = {"receipt": 1, "acceptance": 1, "grant": 1, "result_ready": 1, "proof_of_service": 1}


class Patient:
    """A client that repeats a request with the same key until it is answered, as the API asks of its users."""

    def __init__(self, stack: Running) -> None:
        self.http = httpx2.AsyncClient(base_url=stack.addresses["api"], timeout=30)
        home = Path(stack.home)
        self.tokens = {
            role: issue(home, f"{role}-1", [role], [] if role == "applicant" else [UNIT])
            for role in ("applicant", "window", "examiner", "approver", "supervisor")
        }
        self.repeats = 0

    async def send(self, method: str, who: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "Idempotency-Key": uuid.uuid4().hex}
        while True:
            with contextlib.suppress(httpx2.TransportError):
                response = await self.http.request(method, path, json=body, headers=headers)
                if response.status_code in (200, 201, 202):
                    return response.json()
                assert response.status_code in (429, 500, 502, 503, 504), response.text
            self.repeats += 1
            await asyncio.sleep(0.3)

    async def lifecycle(self) -> str:
        """One case to its end, however often the servers go down."""
        number = (await self.send("POST", "applicant", "/v1/cases", an_application()))["number"]
        for who, slot, body in STEPS:
            task = await self.open_task(number, slot)
            await self.send("POST", who, f"/v1/tasks/{task}/answer", body)
            await asyncio.sleep(random.uniform(0, 1.5))
        return str(number)

    async def open_task(self, number: str, slot: str) -> str:
        while True:
            for task in await self.send("GET", "supervisor", f"/v1/cases/{number}/tasks"):
                if task["id"].endswith(f".{slot}"):
                    return str(task["id"])
            await asyncio.sleep(0.3)


async def kill_at_random(stack: Running, dice: random.Random) -> list[str]:
    """The parts that were killed, one after the other."""
    killed = []
    for _ in range(KILLS):
        await asyncio.sleep(dice.uniform(*SECONDS_BETWEEN))
        part = dice.choice(PARTS)
        with contextlib.suppress(ProcessLookupError):
            os.kill(stack.pid(part), signal.SIGKILL)
        killed.append(part)
    return killed


@pytest.mark.timeout(400)
@pytest.mark.shows(44, 70)
async def test_kill_9_of_every_part_during_50_cases_loses_and_doubles_nothing(tmp_path: Path) -> None:
    dice = random.Random(20260501)
    with launched(tmp_path / "home") as stack:
        with Clerk(stack.addresses["api"], Path(stack.home)) as clerk:
            registered(clerk, ROOT / "definitions" / "items" / "food_permit_new.yaml", publish=True)
        client = Patient(stack)

        killing = asyncio.create_task(kill_at_random(stack, dice))
        numbers = await asyncio.gather(*(client.lifecycle() for _ in range(CASES)))
        killed = await killing
        await asyncio.sleep(3)

        dsn = stack.environment["BANCHENG_DATABASE_URL"].replace("+psycopg", "")
        async with await psycopg.AsyncConnection.connect(dsn) as connection:
            await check(connection, numbers)
        assert client.repeats > 0, f"the kills of {killed} were not noticed; the test shows nothing"
        await client.http.aclose()


async def check(connection: psycopg.AsyncConnection[Any], numbers: list[str]) -> None:
    """What must hold whatever was killed."""
    cases = await rows(connection, "SELECT number, ending, received_at, start FROM case_file ORDER BY number")
    assert sorted(numbers) == [case[0] for case in cases], "every accepted request is there once"
    assert {case[1] for case in cases} == {"granted"}, "every case reached its end"

    events = await rows(connection, "SELECT number, array_agg(seq ORDER BY seq) FROM case_event GROUP BY number")
    assert all(seqs == list(range(1, len(seqs) + 1)) for _, seqs in events), "no event is missing"
    assert {len(seqs) for _, seqs in events} == {9}, "no event is doubled"

    papers = await rows(connection, "SELECT number, array_agg(paper) FROM notice GROUP BY number")
    assert len(papers) == CASES
    assert all(dict(Tally(given)) == PAPERS for _, given in papers), "no notice is missing or doubled"
    numbered = await rows(
        connection,
        "SELECT paper, count(*), count(DISTINCT document_number), max(last) FROM notice JOIN numbering USING (unit, paper)"
        " GROUP BY paper",
    )
    assert all(count == distinct == last == CASES for _, count, distinct, last in numbered), "numbers have no gaps"

    clocks = await rows(connection, 'SELECT number, started_at, "limit", due_day FROM clock WHERE key = %s', "promised")
    office = {case[0]: Office.model_validate(case[3]["office"]) for case in cases}
    for number, started_at, limit, due_day in clocks:
        moment: datetime = started_at
        assert due(moment, Limit.model_validate(limit), office[number]).day == due_day, "no due day moved"
    assert len(clocks) == CASES


async def rows(connection: psycopg.AsyncConnection[Any], query: str, *values: Any) -> list[tuple[Any, ...]]:
    return await (await connection.execute(query, values)).fetchall()  # type: ignore[arg-type]
