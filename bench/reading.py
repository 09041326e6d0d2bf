"""`python -m bench.reading`: how long the counter's lists and timelines take over very many case files, 16 clients at once.

A PostgreSQL and API processes of its own, cases straight in the tables (`bench.made_cases`); nothing of Temporal is needed to read.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import psycopg
from ruamel.yaml import YAML

from bench.__main__ import percentile
from bench.made_cases import make
from bench.overview import postgres
from cli.embedded.ports import HOST, Ports
from cli.token import issue, prepare_issuer
from domain.case_number import case_number
from domain.values import SHANGHAI
from settings import Settings

CLIENTS = 16
SINGLE = 500
"""So many cases are asked for by themselves."""
UNIT = "gz-thr-samr"
DICE = random.Random(20261126)


class Question(NamedTuple):
    """What is asked, by whom; the path may be another one each time."""

    who: str
    path: Callable[[], str]


def questions(numbers: list[str]) -> dict[str, Question]:
    """Everything that is asked, by name; one case is asked for by one of the numbers."""

    def some_case() -> str:
        return DICE.choice(numbers)

    return {
        "cases of a unit": Question("examiner", lambda: "/v1/cases?limit=50"),
        "open cases of a unit": Question("window", lambda: "/v1/cases?limit=50&stage=examination"),
        "cases of an applicant": Question(f"applicant-{DICE.randrange(1000)}", lambda: "/v1/cases?limit=50"),
        "cases of the city, red ones": Question("supervisor", lambda: "/v1/cases?limit=50&light=red"),
        "messages of an applicant": Question(f"applicant-{DICE.randrange(1000)}", lambda: "/v1/notices?limit=50"),
        "desk of an examiner": Question("examiner", lambda: "/v1/tasks?limit=50"),
        "cases of a city's unit, for a supervisor": Question(
            "supervisor", lambda: f"/v1/supervision/cases?unit={UNIT}"
        ),
        "case": Question("supervisor", lambda: f"/v1/cases/{some_case()}"),
        "timeline": Question("supervisor", lambda: f"/v1/cases/{some_case()}/timeline"),
    }


def numbered(url: str, how_many: int) -> list[str]:
    """So many of the cases get numbers such as the counter gives, for only those can be asked for."""
    made = [case_number(date(2026, 1, 1), n) for n in range(1, how_many + 1)]
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("SET session_replication_role = replica")  # the tables point to each other by the number
        rows = connection.execute("SELECT number FROM case_file ORDER BY md5(number) LIMIT %s", [how_many]).fetchall()
        for (old,), new in zip(rows, made, strict=True):
            for table in ("case_file", "unit_case", "case_event", "clock", "task", "notice"):
                connection.execute(f"UPDATE {table} SET number = %s WHERE number = %s", [new, old])
    return made


@contextmanager
def counter(database_url: str, processes: int) -> Iterator[tuple[list[str], Path]]:
    """The addresses of so many API processes on the database, and the home of their issuer of tokens."""
    with tempfile.TemporaryDirectory(prefix="bancheng-bench-") as folder, ExitStack() as opened:
        home = Path(folder)
        prepare_issuer(home)
        yield [opened.enter_context(_process(database_url, home)) for _ in range(processes)], home


@contextmanager
def _process(database_url: str, home: Path) -> Iterator[str]:
    port = Ports.free().api
    environment = {
        **os.environ,
        "BANCHENG_HOME": str(home),
        "BANCHENG_EMBEDDED": "true",
        "BANCHENG_DATABASE_URL": database_url,
        "BANCHENG_API_PORT": str(port),
        "BANCHENG_TEMPORAL_ADDRESS": f"{HOST}:9",
    }
    with (home / f"api-{port}.log").open("w") as log:
        api = subprocess.Popen([sys.executable, "-m", "api"], env=environment, stderr=log, stdout=log)
    try:
        address = f"http://{HOST}:{port}"
        _wait_for(address, api)
        yield address
    finally:
        api.terminate()
        api.wait()


def _wait_for(address: str, api: subprocess.Popen[bytes]) -> None:
    while api.poll() is None:
        try:
            if httpx2.get(f"{address}/v1/health/ready", timeout=5).status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"the API ended with {api.returncode}")


async def measured(addresses: Sequence[str], home: Path, question: Question, requests: int) -> dict[str, float]:
    """Milliseconds that an answer takes, with 16 clients that each ask one after the other, in turn at each address."""
    role = question.who.split("-")[0]
    token = issue(home, question.who, [role], [] if role == "applicant" else ["*" if role == "supervisor" else UNIT])
    seconds: list[float] = []
    sizes: list[int] = []
    left = iter(range(requests))
    async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=60) as http:

        async def client(address: str) -> None:
            for _ in left:
                path = question.path()
                began = time.perf_counter()
                response = await http.get(f"{address}{path}")
                seconds.append(time.perf_counter() - began)
                if response.status_code != 200:
                    raise RuntimeError(f"{path}: {response.status_code} {response.text[:200]}")
                sizes.append(len(response.content))

        await asyncio.gather(*(client(addresses[n % len(addresses)]) for n in range(CLIENTS)))
    return {
        "p50_ms": round(percentile(seconds, 0.5), 1),
        "p95_ms": round(percentile(seconds, 0.95), 1),
        "bytes": sum(sizes) // len(sizes),
    }


async def run(addresses: Sequence[str], home: Path, numbers: list[str], requests: int) -> dict[str, Any]:
    """The figures of every question."""
    figures = {}
    for name, question in questions(numbers).items():
        await measured(addresses, home, question, CLIENTS)  # warm
        figures[name] = await measured(addresses, home, question, requests)
        print(f"{name:45}", figures[name], flush=True)
    return figures


def main() -> None:
    """Make the cases, ask, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, default=250_000)
    parser.add_argument("--closed", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=800)
    parser.add_argument(
        "--processes", type=int, nargs="+", default=[1, 2], help="API processes, one run for each number"
    )
    asked = parser.parse_args()
    item = YAML(typ="safe", pure=True).load(Settings().definitions / "items" / "food_permit_new.yaml")
    with postgres() as url:
        began = time.monotonic()
        start = json.dumps({"item": item}, default=str)
        make(url, open_cases=asked.open, closed=asked.closed, now=datetime.now(SHANGHAI), start=start)
        print(f"made in {time.monotonic() - began:.0f} s", flush=True)
        numbers = numbered(url, SINGLE)
        for processes in asked.processes:
            print(f"{processes} API processes", flush=True)
            with counter(url, processes) as (addresses, home):
                print(json.dumps(asyncio.run(run(addresses, home, numbers, asked.requests)), indent=1))


if __name__ == "__main__":
    main()
