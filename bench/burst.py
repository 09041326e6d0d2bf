"""`python -m bench.burst`: applications come five times as fast as they can be taken in, and the counter gets over it.

The sustainable rate is measured first, in the same run. What was accepted has to be on file and open, the rest has to be told when
to come again, and afterwards a request has to take what it took before.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import httpx2
import psycopg

from bench.__main__ import measured, percentile
from bench.lifecycles import Office, application
from bench.stack import bench_stack
from cli.embedded import Running

CLIENTS = 16
TIMES = 5
NORMAL = 1.5
"""Back to normal is a p95 of at most so many times that of before."""
WINDOW = 20


class Flood:
    """Applications at a rate, whether or not those before them were answered."""

    def __init__(self, office: Office) -> None:
        self.office = office
        limits = httpx2.Limits(max_connections=None)
        self.http = httpx2.AsyncClient(base_url=str(office.http.base_url), timeout=120, limits=limits)
        self.answers: Counter[int] = Counter()
        self.numbers: list[str] = []
        self.without_retry_after = 0

    async def pour(self, per_second: float, seconds: float) -> None:
        """Send so many a second for so long, and wait for every answer."""
        began, sent = time.monotonic(), []
        for n in range(int(per_second * seconds)):
            await asyncio.sleep(max(0.0, began + n / per_second - time.monotonic()))
            sent.append(asyncio.create_task(self._one()))
        await asyncio.gather(*sent)

    async def _one(self) -> None:
        headers = {"Authorization": f"Bearer {self.office.tokens['applicant']}", "Idempotency-Key": uuid.uuid4().hex}
        response = await self.http.post("/v1/cases", json=application(), headers=headers)
        self.answers[response.status_code] += 1
        if response.status_code in (201, 202):
            self.numbers.append(response.json()["number"])
        elif response.status_code == 429:
            self.without_retry_after += "Retry-After" not in response.headers


async def until_normal(office: Office, p95_before_ms: float) -> tuple[float, float]:
    """Seconds until the p95 of 20 applications, four at a time, is normal again, and that p95."""
    began = time.monotonic()
    while True:
        office.seconds.clear()
        await measured(4, WINDOW, lambda: _applied(office))
        p95 = percentile(office.seconds["submit"], 0.95)
        if p95 <= NORMAL * p95_before_ms or time.monotonic() - began > 120:
            return time.monotonic() - began, p95


async def _applied(office: Office) -> str:
    return str((await office.post("submit", "applicant", "/v1/cases", application()))["number"])


async def on_file(stack: Running, numbers: list[str]) -> int:
    """How many of the cases are on file with their first events, within a minute."""
    url = stack.environment["BANCHENG_DATABASE_URL"].replace("+psycopg", "")
    query = "SELECT count(*) FROM case_file WHERE number = ANY(%s) AND seq > 0"
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        until = time.monotonic() + 60
        while True:
            (found,) = await (await connection.execute(query, [numbers])).fetchone() or (0,)
            if found == len(numbers) or time.monotonic() > until:
                return int(found)
            await asyncio.sleep(0.5)


async def run(stack: Running, cases: int, seconds: float) -> dict[str, Any]:
    """All figures of one run."""
    office = Office(stack.addresses["api"], Path(stack.home), CLIENTS)
    await measured(CLIENTS, 50, lambda: _applied(office))  # warm
    rate, _ = await measured(CLIENTS, cases, lambda: _applied(office))
    office.seconds.clear()
    await measured(4, 5 * WINDOW, lambda: _applied(office))
    before = percentile(office.seconds["submit"], 0.95)

    flood = Flood(office)
    began = time.monotonic()
    await flood.pour(TIMES * rate, seconds)
    lasted = time.monotonic() - began
    back, after = await until_normal(office, before)
    accepted = len(flood.numbers)
    return {
        "sustainable_per_second": round(rate, 1),
        "poured_per_second": round(TIMES * rate, 1),
        "seconds": round(lasted, 1),
        "answers": {str(status): n for status, n in sorted(flood.answers.items())},
        "accepted_per_second": round(accepted / lasted, 1),
        "accepted": accepted,
        "accepted_and_on_file": await on_file(stack, flood.numbers),
        "429_without_retry_after": flood.without_retry_after,
        "p95_before_ms": round(before, 1),
        "back_to_normal_after_s": round(back, 1),
        "p95_then_ms": round(after, 1),
    }


def main() -> None:
    """Run and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=400)
    parser.add_argument("--seconds", type=float, default=30)
    asked = parser.parse_args()
    with bench_stack() as stack:
        print(json.dumps(asyncio.run(run(stack, asked.cases, asked.seconds)), indent=1))


if __name__ == "__main__":
    main()
