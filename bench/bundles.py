"""`python -m bench.bundles`: a bundle of six items against six cases of the same items, one after the other in one run.

History: events and bytes of the bundle with its items, against those of the six cases. Time: from the request that makes the
last decision until every result is handed over, by the same hands; each case has a delivery of its own, the bundle has one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
import uuid
from pathlib import Path
from typing import Any

import httpx2
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from bench.__main__ import history_of, percentile
from bench.made_bundle import BUNDLE, UNITS, code_of, definitions
from bench.stack import bench_stack
from cli.counter import Counter
from cli.embedded import Running
from cli.token import issue

LEVELS, WIDTH = 2, 3
ITEMS = LEVELS * WIDTH
APPLICANT = {"kind": "person", "name": "测试申请人", "document": {"kind": "passport", "number": "TEST000001"}}
EVERY_SECONDS = 0.005


class Window:
    """A clerk of every unit, and an applicant."""

    def __init__(self, stack: Running) -> None:
        home = Path(stack.home)
        self.http = httpx2.AsyncClient(base_url=stack.addresses["api"], timeout=60)
        self.tokens = {
            "applicant": issue(home, "applicant-1", ["applicant"], []),
            "window": issue(home, "window-1", ["window"], list(UNITS)),
        }

    async def send(self, method: str, who: str, path: str, body: Any = None) -> Any:
        """The answer; anything but success ends the run."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "Idempotency-Key": uuid.uuid4().hex}
        response = await self.http.request(method, path, json=body, headers=headers)
        if response.status_code not in (200, 201):
            raise RuntimeError(f"{path}: {response.status_code} {response.text[:300]}")
        return response.json()

    async def task(self, number: str, slot: str) -> str:
        """The open task of the slot, once it is there."""
        while True:
            for task in await self.send("GET", "window", f"/v1/cases/{number}/tasks"):
                if task["id"].endswith(f".{slot}") and task["state"] == "open":
                    return str(task["id"])
            await asyncio.sleep(EVERY_SECONDS)

    async def answer(self, task: str, outcome: str) -> Any:
        """The task is answered."""
        return await self.send("POST", "window", f"/v1/tasks/{task}/answer", {"outcome": outcome})

    async def level(self, numbers: list[str], *, deliver: bool) -> float:
        """Some cases decided one after the other, then their results made; the moment of the last decision."""
        waiting, begun = [], 0.0
        for number in numbers:
            task = await self.task(number, "decide")
            begun = time.perf_counter()
            waiting.append((await self.answer(task, "grant"))["tasks"][0])
        for task in waiting:
            done = await self.answer(task, "issued")
            if deliver:
                await self.answer(done["tasks"][0], "delivered")
        return begun

    async def six_cases(self) -> tuple[list[str], float]:
        """Six cases; their numbers, and the seconds from the last decision until everything is handed over."""
        numbers, begun = [], 0.0
        for n in range(ITEMS):
            done = await self.send("POST", "applicant", "/v1/cases", {"item": code_of(n), "applicant": APPLICANT})
            numbers.append(str(done["number"]))
            await self.answer(await self.task(numbers[-1], "check"), "accept")
        for level in range(LEVELS):
            begun = await self.level(numbers[level * WIDTH : (level + 1) * WIDTH], deliver=True)
        return numbers, time.perf_counter() - begun

    async def one_bundle(self) -> tuple[list[str], float]:
        """A bundle; the numbers of it and its items, and the seconds from the last decision until everything is handed over."""
        whole = await self.send("POST", "applicant", f"/v1/bundles/{BUNDLE}/cases", {"applicant": APPLICANT})
        numbers, begun = [str(whole["number"])], 0.0
        await self.answer(await self.task(numbers[0], "check"), "accept")
        for level in range(LEVELS):
            parts = [await self.part(numbers[0], f"item_{level}_{place}") for place in range(WIDTH)]
            begun = await self.level(parts, deliver=False)
            numbers += parts
        await self.answer(await self.task(numbers[0], "deliver"), "delivered")
        return numbers, time.perf_counter() - begun

    async def part(self, number: str, id_: str) -> str:
        """The number of an item's case, once it has begun."""
        while True:
            whole = await self.send("GET", "window", f"/v1/bundle-cases/{number}")
            for part in whole["parts"]:
                if part["id"] == id_ and part["case"] is not None:
                    return str(part["case"]["number"])
            await asyncio.sleep(EVERY_SECONDS)


async def run(stack: Running, rounds: int) -> dict[str, Any]:
    """All figures of one run."""
    client = await Client.connect(
        stack.environment["BANCHENG_TEMPORAL_ADDRESS"], data_converter=pydantic_data_converter
    )
    window = Window(stack)
    found: dict[str, list[tuple[int, int, float]]] = {"six_cases": [], "bundle": []}
    for n in range(rounds + 1):
        for name, play in (("six_cases", window.six_cases), ("bundle", window.one_bundle)):
            numbers, seconds = await play()
            await asyncio.sleep(1)  # the last act is answered before the histories are closed
            histories = [await history_of(client, f"case:{number}") for number in numbers]
            if n:  # the first round warms up
                found[name].append((sum(e for e, _ in histories), sum(b for _, b in histories), seconds))
    await window.http.aclose()
    six, bundle = (
        {
            "events": rows[-1][0],
            "bytes": rows[-1][1],
            "decision_to_hand_over_ms": round(percentile([seconds for *_, seconds in rows], 0.5), 1),
        }
        for rows in found.values()
    )
    return {
        "rounds": rounds,
        "six_cases": six,
        "bundle_with_its_items": bundle,
        "bundle_to_six_cases": {name: round(bundle[name] / six[name], 2) for name in six},
    }


def main() -> None:
    """Measure on a fresh embedded stack and write the figures down."""
    parser = argparse.ArgumentParser(description="Measure a bundle of six items against six cases")
    parser.add_argument("--rounds", type=int, default=20, help="bundles, and times six cases")
    parser.add_argument("--output", type=Path, default=Path("bench/last-bundles.json"))
    chosen = parser.parse_args()
    with bench_stack() as stack:
        with Counter(stack.addresses["api"], Path(stack.home)) as clerk:
            for name, content in definitions(LEVELS, WIDTH):
                row = clerk.post_yaml("registrar", "/v1/definitions", content, name)
                path = f"/v1/definitions/{row['code']}/versions/{row['version']}/publication"
                clerk.post("publisher", path, row["unit"])
        found = asyncio.run(run(stack, chosen.rounds))
    chosen.output.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
