"""`python -m bench.open_cases`: many open cases at once: rate of opening, memory, timers of one minute, a recount of all.

The bare workflow's timers ring in the same run, in another minute, on the same servers; only the ratio means something.
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
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.case_file import CaseFile
from bench import bare
from bench.__main__ import measured, memory_of, percentile
from bench.lifecycles import ITEM, UNIT, Office, application
from bench.stack import bench_stack
from cli.embedded import Running
from domain.calendar import Calendar, CalendarYear
from domain.commands import Actor
from domain.deadline import Office as Hours
from domain.definition import Intake
from domain.item import item_of
from domain.limits import Starts, StatedLimit
from domain.record import EventKind, Light, Stage
from domain.values import SHANGHAI
from registry.units import read_units
from settings import Settings
from storage import calendars, case_file
from storage.catalogue import Definitions
from storage.database import Database
from storage.tables import ApplicantRow, CaseRow
from workflows.connection import open_case
from workflows.filing import Filer
from workflows.messages import CaseStart, workflow_id

PATIENCE = timedelta(seconds=60)
CLIENTS = 32
SAMPLE = 500
"""Histories that are read for the moments at which the server rang their timers."""


class Bench:
    """The servers, and the hands that open cases past the counter."""

    def __init__(self, stack: Running, client: Client) -> None:
        self.stack, self.client = stack, client
        self.settings = Settings(database_url=stack.environment["BANCHENG_DATABASE_URL"], home=Path(stack.home))
        self.database = Database(self.settings.database_url, 8)
        self.version = ""
        units = read_units(self.settings.definitions)
        self.filer = Filer(client, CaseFile(self.database, units, "http://bench.invalid"))

    def memory(self) -> dict[str, float]:
        """Resident memory of worker and server in MB."""
        return {part: round(memory_of(self.stack.pid(part)), 1) for part in ("worker", "temporal")}

    async def opened(self, cases: int) -> dict[str, Any]:
        """So many cases opened by HTTP, each with its receipt on paper and its timers set."""
        office = Office(self.stack.addresses["api"], Path(self.stack.home), CLIENTS)
        before = self.memory()

        async def one() -> str:
            return str((await office.post("submit", "applicant", "/v1/cases", application()))["number"])

        rate, _ = await measured(CLIENTS, cases, one)
        await office.http.aclose()
        return {"cases": cases, "per_second": round(rate, 1), "memory_mb": {"before": before, "after": self.memory()}}

    async def at_one_minute(self, cases: int) -> dict[str, Any]:
        """How late limits that all end within one minute are on record, and the bare workflow's timers likewise."""
        ours = [uuid.uuid4().hex[:12] for _ in range(cases)]
        lead = timedelta(seconds=30 + cases / 12)
        async with self.database.begin() as session:  # or the worker would recount them by the calendar in force
            self.version = (await calendars.in_force(session)).calendar(UNIT).version
        minute = datetime.now(SHANGHAI) + lead
        targets = {number: minute + timedelta(minutes=1) * n / cases for n, number in enumerate(ours)}
        ids = iter(targets.items())
        await measured(CLIENTS, cases, lambda: self._open(*next(ids)))
        late = await self._lateness(targets)
        rung = [self._rung(self.client.get_workflow_handle(workflow_id(n)), targets[n]) for n in self._some(ours)]
        found = {"ours_s": summary(late), "ours_timer_fired_s": summary(await asyncio.gather(*rung))}
        print(json.dumps(found), flush=True)

        minute = datetime.now(SHANGHAI) + timedelta(seconds=30 + cases / 12)
        plain = {f"bare:{number}": minute + timedelta(minutes=1) * n / cases for n, number in enumerate(ours)}
        pairs = iter(plain.items())
        await measured(CLIENTS, cases, lambda: self._sleep(*next(pairs)))
        handles = {id_: self.client.get_workflow_handle(id_, result_type=datetime) for id_ in plain}
        woken = [(await handles[id_].result() - at).total_seconds() for id_, at in plain.items()]
        rung = [self._rung(handles[id_], plain[id_]) for id_ in self._some(list(plain))]
        return found | {"bare_s": summary(woken), "bare_timer_fired_s": summary(await asyncio.gather(*rung))}

    async def _open(self, number: str, ends: datetime) -> str:
        """A case whose acceptance limit ends at the moment: it is one of no days, and the office closes then."""
        today = ends.date()
        calendar = Calendar(version="bench", years=(CalendarYear(year=today.year, holidays=(), make_up=(today,)),))
        async with self.database.begin() as session:
            version = datetime.fromisoformat("2026-01-01").date()
            definition, digest = await Definitions().get(session, ITEM, version)
            item = item_of(definition, digest, {"sells_online": "no"}).model_copy(
                update={
                    "intake": Intake(silence="overdue"),
                    "acceptance": StatedLimit(days=0, starts=Starts.RECEIPT, basis="bench"),
                }
            )
            now = datetime.now(SHANGHAI)
            start = CaseStart(
                number=number,
                item=item,
                office=Hours(calendar=calendar, closing_time=ends.time()),
                received_at=now,
                by=Actor(id="bench", roles=("applicant",)),
            )
            person = ApplicantRow(
                id=uuid.uuid4(),
                kind="person",
                name="测试申请人",
                document_kind="passport",
                document_number="TEST000001",
                recorded_at=now,
            )
            row = CaseRow(
                number=number,
                query_code="BENCH",
                item_code=ITEM,
                item_version=version,
                item_name=item.name,
                unit=UNIT,
                channel="online",
                applicant=person.id,
                applied_by="bench",
                situations={},
                form={},
                start=start.model_dump(mode="json", by_alias=True),
                received_at=now,
                calendar_version=self.version,
                stage=Stage.ACCEPTANCE,
                light=Light.GREEN,
                changed_at=now,
            )
            await case_file.open_case(session, row, person, [])
        await self.filer.file(await open_case(self.client, self.settings.task_queue, start, PATIENCE))
        return number

    async def _sleep(self, id_: str, until: datetime) -> str:
        await self.client.start_workflow(bare.BareTimer.run, until, id=id_, task_queue=bare.QUEUE)
        return id_

    async def _lateness(self, targets: dict[str, datetime]) -> list[float]:
        """By how many seconds each limit's passing is on record after its end."""
        found: dict[str, float] = {}
        while len(found) < len(targets):
            await asyncio.sleep(2)
            async with self.database.at_once() as connection:
                query = "SELECT number, at FROM case_event WHERE kind = :kind"
                rows = await connection.execute(text(query), {"kind": EventKind.LIMIT_PASSED})
                found = {
                    row.number: (row.at - targets[row.number]).total_seconds() for row in rows if row.number in targets
                }
        return list(found.values())

    @staticmethod
    def _some(ids: list[str]) -> list[str]:
        return random.Random(1).sample(ids, min(SAMPLE, len(ids)))

    @staticmethod
    async def _rung(handle: WorkflowHandle[Any, Any], due: datetime) -> float:
        """By how many seconds the server rang the timer that was set for the moment."""
        history = await handle.fetch_history()
        fired = [
            e.event_time.ToDatetime(UTC) for e in history.events if e.event_type == EventType.EVENT_TYPE_TIMER_FIRED
        ]
        return (fired[-1] - due).total_seconds()

    async def recounted(self, cases: int) -> dict[str, Any]:
        """The time in which every open case counts by a corrected calendar, with the memory afterwards."""
        begun = time.perf_counter()
        environment = {**os.environ, **self.stack.environment}
        with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
            file.write(correction())
            file.flush()
            command = [sys.executable, "-m", "cli.main", "calendar", "import", file.name, "--sign"]
            await asyncio.to_thread(subprocess.run, command, check=True, env=environment)
        query = text("SELECT count(DISTINCT number) FROM case_event WHERE kind = 'calendar_changed'")
        while True:
            await asyncio.sleep(2)
            async with self.database.at_once() as connection:
                done = int((await connection.execute(query)).scalar_one())
            print(f"recounted {done} of {cases}", flush=True)
            if done >= cases:
                break
        seconds = time.perf_counter() - begun
        return {"seconds": round(seconds, 1), "per_second": round(cases / seconds, 1), "memory_mb": self.memory()}


def correction() -> str:
    """The calendar of this year as the repository has it, with one more day closed."""
    day = datetime.now(SHANGHAI).date() + timedelta(days=2)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    file = Path(__file__).resolve().parents[1] / "definitions" / "calendar" / f"{day.year}.yaml"
    closed = f"holidays:\n  - {{name: 停工, from: {day}, to: {day}}}\n"
    return file.read_text(encoding="utf-8").replace("holidays:\n", closed)


def summary(seconds: list[float]) -> dict[str, float]:
    """Median, 99th percentile and most, in seconds."""
    return {
        "p50": round(percentile(seconds, 0.5) / 1000, 2),
        "p99": round(percentile(seconds, 0.99) / 1000, 2),
        "max": round(max(seconds), 2),
    }


async def run(stack: Running, cases: int, timers: int) -> dict[str, Any]:
    """All figures of one run."""
    client = await Client.connect(
        stack.environment["BANCHENG_TEMPORAL_ADDRESS"], data_converter=pydantic_data_converter
    )
    bench = Bench(stack, client)
    found: dict[str, Any] = {"opening": await bench.opened(cases)}
    print(json.dumps(found, ensure_ascii=False), flush=True)
    found["recount"] = await bench.recounted(cases)
    print(json.dumps(found["recount"], ensure_ascii=False), flush=True)
    found["one_minute"] = await bench.at_one_minute(timers)
    print(json.dumps(found["one_minute"], ensure_ascii=False), flush=True)
    await bench.database.close()
    return found


def main() -> None:
    """Measure on a fresh embedded stack and write the figures down."""
    parser = argparse.ArgumentParser(description="Measure many open cases")
    parser.add_argument("--cases", type=int, default=20_000, help="cases that are open at once")
    parser.add_argument("--timers", type=int, default=5_000, help="limits that end within one minute")
    parser.add_argument("--output", type=Path, default=Path("bench/last-open.json"))
    chosen = parser.parse_args()
    with bench_stack() as stack:
        found = asyncio.run(run(stack, chosen.cases, chosen.timers))
    chosen.output.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
