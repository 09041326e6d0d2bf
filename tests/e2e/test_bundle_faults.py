"""A bundle of thirty items goes to its end while every part is killed: each item once, each result once."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import random
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bench.made_bundle import BUNDLE, ITEMS, LEVELS, UNITS, WIDTH, definitions
from cli.counter import Counter as Clerk
from cli.embedded import Running, launched
from cli.token import issue
from tests.e2e.test_faults import PARTS, Patient
from tests.e2e.test_time_faults import kill, on_file

OUTCOMES = {"check": "accept", "decide": "grant", "issue": "issued", "deliver": "delivered"}
APPLICATION = {
    "applicant": {"kind": "person", "name": "测试申请人", "document": {"kind": "passport", "number": "TEST000001"}}
}


class Offices(Patient):
    """A patient client whose window clerk serves every unit."""

    def __init__(self, stack: Running) -> None:
        super().__init__(stack)
        self.tokens["window"] = issue(Path(stack.home), "window-1", ["window"], list(UNITS))

    async def answer(self, task: dict[str, Any]) -> None:
        """The task is answered once, whoever has to ask how often."""
        outcome = OUTCOMES[task["id"].split(".")[2]]
        key = hashlib.sha256(task["id"].encode()).hexdigest()
        headers = {"Authorization": f"Bearer {self.tokens['window']}", "Idempotency-Key": key}
        while True:
            with contextlib.suppress(httpx2.TransportError):
                path = f"/v1/tasks/{task['id']}/answer"
                response = await self.http.post(path, json={"outcome": outcome}, headers=headers)
                if response.status_code in (200, 409):
                    return
                assert response.status_code in (429, 500, 502, 503, 504), response.text
            self.repeats += 1
            await asyncio.sleep(0.3)

    async def carried(self, number: str) -> dict[str, Any]:
        """The bundle at its end, after every task that came up was answered."""
        while True:
            bundle: dict[str, Any] = await self.send("GET", "supervisor", f"/v1/bundle-cases/{number}")
            if bundle["ending"] is not None:
                return bundle
            open_tasks = await self.send("GET", "window", "/v1/tasks?limit=200")
            await asyncio.gather(*(self.answer(task) for task in open_tasks["rows"]))
            await asyncio.sleep(0.3)


def published(stack: Running) -> None:
    """The thirty items and their bundle, each released by a second person."""
    with Clerk(stack.addresses["api"], Path(stack.home)) as clerk:
        for name, content in definitions():
            row = clerk.post_yaml("registrar", "/v1/definitions", content, name)
            clerk.post("publisher", f"/v1/definitions/{row['code']}/versions/{row['version']}/publication", row["unit"])


@pytest.mark.timeout(400)
async def test_bundle_of_thirty_items_reaches_its_end_whatever_is_killed(tmp_path: Path) -> None:
    dice = random.Random(20260504)
    with launched(tmp_path / "home") as stack:
        published(stack)
        client = Offices(stack)
        number = (await client.send("POST", "applicant", f"/v1/bundles/{BUNDLE}/cases", APPLICATION))["number"]

        killing = asyncio.create_task(kill(stack, dice, PARTS, 8, (0.6, 2.0)))
        bundle = await client.carried(number)
        await killing
        await asyncio.sleep(5)

        parts = await on_file(
            stack, "SELECT part, number, ending FROM case_file WHERE bundle = %s ORDER BY number", number
        )
        events = await on_file(
            stack, "SELECT number, array_agg(seq ORDER BY seq), array_agg(kind ORDER BY seq) FROM case_event GROUP BY 1"
        )
        begun = await on_file(
            stack,
            "SELECT data->>'part', at FROM case_event WHERE number = %s AND kind = 'part_begun' ORDER BY seq",
            number,
        )
        await client.http.aclose()
    assert client.repeats > 0, "the kills were not noticed; the test shows nothing"
    assert bundle["ending"] == "granted"
    assert {part["state"] for part in bundle["parts"]} == {"handed_over"}
    assert len({part for part, *_ in parts}) == len(parts) == ITEMS
    assert {ending for *_, ending in parts} == {"granted"}
    assert all(seqs == list(range(1, len(seqs) + 1)) for _, seqs, _ in events), "no event is missing"
    kinds = {case: kinds for case, _, kinds in events}
    assert sorted(kinds) == sorted([number, *(part for _, part, _ in parts)])
    assert all(kinds[part].count("issued") == 1 for _, part, _ in parts), "each result is made once"
    assert sorted(part for part, _ in begun) == sorted(part for part, *_ in parts), "each item began once"
    levels = [int(part.split("_")[1]) for part, _ in begun]
    assert sorted(levels) == [level for level in range(LEVELS) for _ in range(WIDTH)]
    assert kinds[number].count("part_result") == ITEMS
    assert kinds[number].count("parts_handed_over") == 1, "all results are handed over together, once"
