"""`python -m bench.outside`: what a slow register and a flood of papers do to acceptance, in one worker process and in two.

Submit and accept by HTTP, with quiet before and after each load, on the same stack: while a register takes 30 s for each answer and
hundreds of requests wait, and while thousands of papers go to a mail server that takes a second for each. First with all parts
in one worker process, then with what waits for others in a process of its own. Only the ratios mean something.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx2
import psycopg

from bench.__main__ import measured, percentile
from bench.lifecycles import Office, application
from bench.stack import bench_stack
from cli.embedded import Running
from cli.embedded.stack import ROOT

REGISTER_SECONDS, MAIL_SECONDS = 30, 1
PLACES = {"register": 4, "mail": 8}
"""What one worker has under way at once (`BANCHENG_FETCHES_AT_ONCE`, `BANCHENG_DELIVERIES_AT_ONCE`)."""
BESIDE = "outside,reports,archive"
FLOOD = """
INSERT INTO delivery (id, number, seq, paper, channel, address, state, attempts, next_attempt_at)
SELECT 'flood:' || g, n.number, n.seq, n.paper, 'mail', 'test@mail.invalid', 'waiting', 0, now()
  FROM (SELECT number, seq, paper, row_number() OVER () AS nth, count(*) OVER () AS all_of_them FROM notice) AS n
  JOIN generate_series(1, %s) AS g ON n.nth = 1 + g %% n.all_of_them
"""


class Town:
    """A stack, its two slow neighbours, and the people who submit and accept."""

    def __init__(self, stack: Running, slow: str, clients: int, cases: int) -> None:
        self.office = Office(stack.addresses["api"], Path(stack.home), clients)
        self.slow = httpx2.AsyncClient(base_url=slow, timeout=10)
        self.url = stack.environment["BANCHENG_DATABASE_URL"].replace("+psycopg", "")
        self.clients, self.cases = clients, cases

    async def accepted(self) -> float:
        """The p95 in ms of submitting and accepting a case."""
        seconds: list[float] = []

        async def one() -> str:
            began = time.perf_counter()
            number = await self._submitted()
            await self.office.post("accept", "window", f"/v1/tasks/{number}.1.check/answer", {"outcome": "accept"})
            seconds.append(time.perf_counter() - began)
            return number

        await measured(self.clients, self.cases, one)
        return percentile(seconds, 0.95)

    async def pile(self, cases: int) -> None:
        """Submit so many, each of which asks the register for three materials."""
        await measured(self.clients, cases, self._submitted)

    async def pace(self, **seconds: float) -> None:
        """How long the register and the mail server take from now on."""
        (await self.slow.put("/pace", json=seconds)).raise_for_status()

    async def full(self, what: str) -> None:
        """Return once a worker has as many of them open as it may."""
        await self._until(lambda: self._counts("open", what), lambda opened: opened >= PLACES[what])

    async def answered(self, what: str) -> int:
        """How many the register or the mail server has answered."""
        return await self._counts("answered", what)

    async def sql(self, statement: str, *given: Any) -> int:
        """The number that the statement gives, or how many rows it changed."""
        async with await psycopg.AsyncConnection.connect(self.url, autocommit=True) as connection:
            done = await connection.execute(statement, given)
            return int((await done.fetchone() or (0,))[0]) if done.description else done.rowcount

    async def calm(self) -> None:
        """Answer all at once, and return when nothing waits any more."""
        await self.pace(register=0, mail=0)
        await self.sql("DELETE FROM delivery WHERE id LIKE 'flood:%%' AND state = 'waiting'")
        waiting = "SELECT count(*) FROM material WHERE state = 'requested'"
        await self._until(lambda: self.sql(waiting), lambda left: left == 0)

    async def _submitted(self) -> str:
        return str((await self.office.post("submit", "applicant", "/v1/cases", application()))["number"])

    async def _counts(self, which: str, what: str) -> int:
        return int((await self.slow.get("/counts")).json()[which].get(what, 0))

    async def _until(self, ask: Callable[[], Awaitable[int]], holds: Callable[[int], bool]) -> None:
        async with asyncio.timeout(300):
            while not holds(await ask()):  # noqa: ASYNC110  (the change is elsewhere)
                await asyncio.sleep(0.2)


async def run(town: Town, pile: int, papers: int) -> dict[str, Any]:
    """The p95 in quiet and under each load."""
    await town.accepted()  # warm
    await town.calm()
    quiet = [await town.accepted()]

    await town.pace(register=REGISTER_SECONDS)
    await town.pile(pile)
    await town.full("register")
    register = await town.accepted()
    await town.full("register")  # it was so to the end
    requests = await town.sql("SELECT count(*) FROM material WHERE state = 'requested'")
    await town.calm()
    quiet.append(await town.accepted())
    await town.calm()

    await town.pace(mail=MAIL_SECONDS)
    await town.sql(FLOOD, papers)
    await town.full("mail")
    began, before = time.monotonic(), await town.answered("mail")
    flood = await town.accepted()
    sent, lasted = await town.answered("mail") - before, time.monotonic() - began
    await town.full("mail")
    await town.calm()
    quiet.append(await town.accepted())
    return {
        "quiet_p95_ms": [round(one, 1) for one in quiet],
        "register_p95_ms": round(register, 1),
        "register_requests_waiting": requests,
        "register_ratio": round(2 * register / (quiet[0] + quiet[1]), 2),
        "flood_p95_ms": round(flood, 1),
        "flood_mails_per_second": round(sent / lasted, 1),
        "flood_ratio": round(2 * flood / (quiet[1] + quiet[2]), 2),
    }


@contextmanager
def neighbours() -> Iterator[tuple[str, dict[str, str]]]:
    """The address of the slow servers, and the settings of a stack that has no others."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.slow"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with tempfile.TemporaryDirectory(prefix="bancheng-bench-") as folder:
        http, smtp = process.stdout.readline().split()
        for one in (ROOT / "definitions").iterdir():
            if one.name != "registers.yaml":
                (Path(folder) / one.name).symlink_to(one)
        address = f"http://127.0.0.1:{http}"
        register = {"connector": "http", "url": f"{address}/ask", "timeout_seconds": 60}
        (Path(folder) / "registers.yaml").write_text(json.dumps({"registers": {"电子证照": register}}), "utf-8")
        settings = {
            "BANCHENG_DEFINITIONS": folder,
            "BANCHENG_REGISTER_KEYS": json.dumps({"电子证照": "TEST"}),
            "BANCHENG_SMTP_URL": f"smtp://127.0.0.1:{smtp}",
        }
        try:
            yield address, settings
        finally:
            process.terminate()
            process.communicate()


@contextmanager
def town_of(slow: str, settings: dict[str, str], apart: bool, clients: int, cases: int) -> Iterator[Town]:
    """A fresh stack whose one worker does everything, or cases alone with a second one beside it."""
    does = "cases" if apart else f"cases,{BESIDE}"
    with patch.dict(os.environ, {**settings, "BANCHENG_WORKER_DOES": does}), bench_stack() as stack:
        second = {**os.environ, **stack.environment, "BANCHENG_WORKER_DOES": BESIDE}
        with (Path(stack.home) / "log" / "outside.log").open("w") as log:
            program = [sys.executable, "-m", "worker"]
            beside = subprocess.Popen(program, env=second, stdout=log, stderr=log) if apart else None
            try:
                yield Town(stack, slow, clients, cases)
            finally:
                if beside is not None:
                    beside.terminate()
                    beside.wait()


def main() -> None:
    """Run both ways and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--cases", type=int, default=300, help="cases submitted and accepted in each phase")
    parser.add_argument("--pile", type=int, default=100, help="cases whose register requests wait beforehand")
    parser.add_argument("--papers", type=int, default=5000)
    asked = parser.parse_args()
    found: dict[str, Any] = {"clients": asked.clients, "cases": asked.cases, "papers": asked.papers}
    with neighbours() as (slow, settings):
        for name, apart in (("one_process", False), ("two_processes", True)):
            with town_of(slow, settings, apart, asked.clients, asked.cases) as town:
                found[name] = asyncio.run(run(town, asked.pile, asked.papers))
            print(json.dumps({name: found[name]}), file=sys.stderr, flush=True)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
