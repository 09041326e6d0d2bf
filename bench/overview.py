"""`python -m bench.overview`: how long each query of supervisors takes over 200,000 open cases, on a PostgreSQL of its own.

The same calls that the counter makes, with a plan of the slowest; nothing of Temporal is needed. `--explain` prints all plans.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from bench.made_cases import make
from cli.embedded.lifeline import Watchdog
from cli.embedded.ports import HOST, Ports
from cli.embedded.postgres import Postgres
from domain.supervision.stuck import Mark, StandingCause
from domain.values import SHANGHAI
from settings import Settings
from storage.database import Database
from storage.migrate import migrate
from storage.overview import causes, counts, grievances, rows, waiting
from storage.overview.counts import Grouping
from storage.overview.filters import Filters
from storage.overview.grievances import FindingFilters, GrievanceFilters, GrievanceGrouping
from storage.overview.scope import Scope, places_of
from storage.overview.snapshot import snapshot
from storage.overview.standing import values

Asked = Callable[[AsyncSession, Scope, dict[str, Any]], Awaitable[Any]]
CITY = Scope("supervisor-own", everything=True)
DISTRICT = Scope("supervisor-own", places=places_of(["gz-thr"], ["gz", "gz-thr"]))
UNIT = Scope("chief-1", units=frozenset({"gz-thr-samr"}))
TIMES = 5


@contextmanager
def postgres() -> Iterator[str]:
    """An empty database with our tables; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bancheng-bench-") as folder:
        home, watchdog, port = Path(folder), Watchdog(), Ports.free().postgres
        (home / "log").mkdir()
        part = Postgres(home, port, watchdog, durable=False)
        part.prepare(time.sleep)
        part.start(time.sleep)
        try:
            while not part.ready():
                time.sleep(0.05)
            url = f"postgresql+psycopg://postgres@{HOST}:{port}/postgres"
            migrate(url)
            yield url
        finally:
            part.child.ask_to_stop()
            part.child.stop(15)
            watchdog.close()


def questions(now: datetime) -> dict[str, Asked]:
    """Everything that is asked, by name."""

    def listed(limit: int = 50, cursor: str | None = None, **narrowed: Any) -> Asked:
        return lambda session, scope, named: rows.listed(session, scope, Filters(**narrowed), named, cursor, limit)

    def counted(*by: Grouping, **narrowed: Any) -> Asked:
        return lambda session, scope, named: counts.counted(session, scope, Filters(**narrowed), by, named)

    period = (now - timedelta(days=30), now)
    deep = rows.written(rows.After(now.date() + timedelta(days=30), ""))
    return {
        **{f"overview by {by}": counted(by) for by in Grouping},
        "overview by unit, cause": counted(Grouping.UNIT, Grouping.CAUSE),
        "cases": listed(),
        "cases, in the middle": listed(cursor=deep),
        "cases, 2000 rows": listed(2000),
        "cases, unit": listed(unit="gz-thr-samr"),
        "cases, item": listed(item="449900000007"),
        "cases, statutory late": listed(late="statutory_late"),
        "cases, stuck": listed(mark="stuck"),
        "cases, no such mark": listed(mark=Mark.ORDER_LATE, unit="gz-hpf"),
        **{
            f"cases, {cause}": listed(cause=cause)
            for cause in (StandingCause.HEARING, StandingCause.NOBODY, StandingCause.APPROVER)
        },
        "cases, waiting for": listed(waiting_for="examiner@gz-thr-samr"),
        "cases, since 39 days": listed(since_before=now - timedelta(days=39)),
        "cases, since 3 days": listed(since_before=now - timedelta(days=3)),
        "waiting": lambda session, scope, named: waiting.waited_for(session, scope, Filters(), named),
        "causes, 30 days": lambda session, scope, named: causes.causes(session, scope, period, None, None, 20),
        "findings": lambda session, scope, named: grievances.findings(
            session, scope, FindingFilters(), named, None, 50
        ),
        "grievances": lambda session, scope, named: grievances.grievances(
            session, scope, GrievanceFilters(), named, None, 50
        ),
        "grievances by ground": lambda session, scope, named: grievances.counted_grievances(
            session, scope, GrievanceFilters(), GrievanceGrouping.GROUND, named
        ),
    }


class Taken(NamedTuple):
    """The shortest of some times in milliseconds: as one waits, and the processor time of PostgreSQL in it, which is the same
    on a machine that does other things too."""

    ms: float
    cpu: float


async def measured(database: Database, scope: Scope, asked: Asked, now: datetime) -> Taken:
    """What is asked, with all that the counter asks first."""
    taken = []
    for _ in range(TIMES):
        async with snapshot(database) as session:
            pid = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            began, worked = time.perf_counter(), processor_ms(pid)
            await asked(session, scope, values(scope, now, await waiting.vacant_roles(session)))
            taken.append(((time.perf_counter() - began) * 1000, processor_ms(pid) - worked))
    return Taken(*(round(min(one), 1) for one in zip(*taken, strict=True)))


def processor_ms(pid: int) -> float:
    """The processor time that the process took so far, in milliseconds, to ten exactly."""
    user, system = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) * 1000 / os.sysconf("SC_CLK_TCK")


async def explained(database: Database, scope: Scope, asked: Asked, now: datetime) -> str:
    """The plans of what is asked, as PostgreSQL carried them out."""
    said: list[str] = []
    async with snapshot(database) as session:
        connection = await session.connection()

        def ask(conn: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
            if "case_file" in statement and not statement.startswith("EXPLAIN"):
                plan = conn.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS) {statement}", parameters)
                said.extend(row[0] for row in plan)

        event.listen(connection.sync_connection, "before_cursor_execute", ask)
        await asked(session, scope, values(scope, now, []))
    return "\n".join(said)


async def run(url: str, only: str, now: datetime, *, explain: bool) -> dict[str, Any]:
    """The figures of every question for the city, a district and a unit."""
    database, figures = Database(url), {}
    try:
        async with database.begin() as session:
            size = await session.execute(
                text("SELECT count(*) FILTER (WHERE stage <> 'closed'), count(*) FROM case_file")
            )
            print("open cases, all cases:", tuple(size.one()), flush=True)
        for name, asked in questions(now).items():
            if not re.search(only, name):
                continue
            scopes = {"city": CITY, "district": DISTRICT, "unit": UNIT}
            figures[name] = {of: await measured(database, scope, asked, now) for of, scope in scopes.items()}
            print(
                f"{name:28}",
                *(f"{of} {t.ms:7.1f} ms (cpu {t.cpu:4.0f})" for of, t in figures[name].items()),
                flush=True,
            )
            if explain:
                print(await explained(database, CITY, asked, now))
    finally:
        await database.close()
    return figures


def main() -> None:
    """Make the cases, ask, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, default=200_000)
    parser.add_argument("--closed", type=int, default=200_000)
    parser.add_argument("--url", default="", help="a database that was made before; empty: a fresh one")
    parser.add_argument("--only", default="", help="questions whose name holds this (a regular expression)")
    parser.add_argument("--explain", action="store_true")
    asked = parser.parse_args()
    now = datetime.now(SHANGHAI)
    if asked.url:
        asyncio.run(run(asked.url, asked.only, now, explain=asked.explain))
        return
    item = YAML(typ="safe", pure=True).load(Settings().definitions / "items" / "food_permit_new.yaml")
    with postgres() as url:
        began = time.monotonic()
        make(url, open_cases=asked.open, closed=asked.closed, now=now, start=json.dumps({"item": item}, default=str))
        print(f"made in {time.monotonic() - began:.0f} s: {url}", flush=True)
        print(json.dumps(asyncio.run(run(url, asked.only, now, explain=asked.explain)), indent=1))


if __name__ == "__main__":
    main()
