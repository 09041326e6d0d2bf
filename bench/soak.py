"""`python -m bench.soak`: lifecycles for half an hour while parts are killed at random; nothing is lost, memory stays flat.

At the end every case that was begun has its end, its nine events and its five papers, once each.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import psycopg

from bench.__main__ import memory_of
from bench.patient import Patient
from bench.stack import bench_stack
from cli.embedded import Running

CLIENTS = 8
BETWEEN_KILLS_SECONDS = (20.0, 60.0)
KILLED = ("worker", "api", "postgres", "temporal", "watch")
PAPERS = 5
EVENTS = 9


class Soak:
    """The clients, the one who kills, and the one who looks at the memory."""

    def __init__(self, stack: Running, minutes: float) -> None:
        self.stack, self.until = stack, time.monotonic() + 60 * minutes
        self.dice = random.Random(20261126)
        self.patient = Patient(stack.addresses["api"], Path(stack.home), self.dice)
        self.kills: Counter[str] = Counter()
        self.numbers: list[str] = []
        self.memory: dict[tuple[str, int], list[float]] = defaultdict(list)
        """Of each process by name and id, in MB, every ten seconds."""

    async def run(self) -> dict[str, Any]:
        """Until the time is over and every case that was begun has its end."""
        beside = [asyncio.create_task(one) for one in (self._kill(), self._look())]
        await asyncio.gather(*(self._client() for _ in range(CLIENTS)))
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await asyncio.sleep(5)
        return {
            "cases": len(self.numbers),
            "kills": dict(self.kills),
            "answers": dict(self.patient.answers),
            "longest_until_answered_s": round(self.patient.longest, 1),
            "faults": await faults(self.stack, self.numbers),
            "memory_mb": self._memory(),
        }

    async def _client(self) -> None:
        while time.monotonic() < self.until:
            self.numbers.append(await self.patient.lifecycle())

    async def _kill(self) -> None:
        while time.monotonic() < self.until:
            await asyncio.sleep(self.dice.uniform(*BETWEEN_KILLS_SECONDS))
            part = self.dice.choice(KILLED)
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.stack.pid(part), signal.SIGKILL)
                self.kills[part] += 1

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(10)
            for part in ("worker", "api", "watch", "temporal"):
                with contextlib.suppress(OSError, KeyError):
                    pid = self.stack.pid(part)
                    self.memory[part, pid].append(memory_of(pid))

    def _memory(self) -> dict[str, Any]:
        """Of each part, the process that lived longest: after its first minute, half way, and at its end."""
        found = {}
        for part in ("worker", "api", "watch", "temporal"):
            lives = [(len(seen), seen) for (name, _), seen in self.memory.items() if name == part and len(seen) > 6]
            if lives:
                length, seen = max(lives)
                found[part] = {"minutes": round(length / 6, 1), "mb": [round(seen[n]) for n in (6, length // 2, -1)]}
        return found


async def faults(stack: Running, numbers: list[str]) -> list[str]:
    """Every case that is not as it should be, and every case that nobody knows of."""
    url = stack.environment["BANCHENG_DATABASE_URL"].replace("+psycopg", "")
    query = """
        SELECT c.number, c.ending, (SELECT array_agg(seq ORDER BY seq) FROM case_event AS e WHERE e.number = c.number),
               (SELECT count(*) FROM notice AS n WHERE n.number = c.number),
               (SELECT count(DISTINCT paper) FROM notice AS n WHERE n.number = c.number)
          FROM case_file AS c
    """
    async with await psycopg.AsyncConnection.connect(url) as connection:
        rows = await (await connection.execute(query)).fetchall()
    known, found = set(numbers), []
    for number, ending, seqs, papers, kinds in rows:
        if number not in known:
            found.append(f"{number}: opened twice, or lost to its applicant")
        elif ending != "granted" or seqs != list(range(1, EVENTS + 1)) or (papers, kinds) != (PAPERS, PAPERS):
            found.append(f"{number}: {ending}, events {seqs}, papers {papers}/{kinds}")
    return found + [f"{number}: not on file" for number in known - {row[0] for row in rows}]


def main() -> None:
    """Run and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    asked = parser.parse_args()
    with bench_stack() as stack:
        print(json.dumps(asyncio.run(Soak(stack, asked.minutes).run()), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
