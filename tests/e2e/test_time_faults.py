"""Every part is killed while limits move: an extension is whole or not there, a recount reaches each case once."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cli.counter import Counter as Clerk
from cli.embedded import Running, launched
from cli.register import registered
from cli.token import issue
from domain.calendar import Calendar
from domain.deadline import due
from domain.limits import Limit
from domain.values import SHANGHAI
from tests.builders import an_office
from tests.counter import UNIT, an_application
from tests.e2e.test_faults import PARTS, ROOT, Patient, rows

CASES = 30
WHY = {"cause": "complex", "text": "须进一步核实设施布局。"}


class Department(Patient):
    """A patient client that also has the head of the agency."""

    def __init__(self, stack: Running) -> None:
        super().__init__(stack)
        self.tokens["agency_head"] = issue(Path(stack.home), "agency_head-1", ["agency_head"], [UNIT])

    async def accepted(self) -> str:
        """An accepted case."""
        number = str((await self.send("POST", "applicant", "/v1/cases", an_application()))["number"])
        task = await self.open_task(number, "check")
        await self.send("POST", "window", f"/v1/tasks/{task}/answer", {"outcome": "accept"})
        return number

    async def extended(self) -> str:
        """An accepted case whose limit the head then extends by five days."""
        number = await self.accepted()
        await asyncio.sleep(random.uniform(0, 3))
        await self.send("POST", "agency_head", f"/v1/cases/{number}/acts", {"act": "extend", "days": 5, **WHY})
        return number


async def kill(
    stack: Running, dice: random.Random, parts: Sequence[str], times: int, pause: tuple[float, float]
) -> None:
    for _ in range(times):
        await asyncio.sleep(dice.uniform(*pause))
        with contextlib.suppress(ProcessLookupError):
            os.kill(stack.pid(dice.choice(parts)), signal.SIGKILL)


def published(stack: Running) -> None:
    with Clerk(stack.addresses["api"], Path(stack.home)) as clerk:
        registered(clerk, ROOT / "definitions" / "items" / "food_permit_new.yaml", publish=True)


async def on_file(stack: Running, query: str, *values: Any) -> list[tuple[Any, ...]]:
    dsn = stack.environment["BANCHENG_DATABASE_URL"].replace("+psycopg", "")
    async with await psycopg.AsyncConnection.connect(dsn) as connection:
        return await rows(connection, query, *values)


@pytest.mark.timeout(300)
@pytest.mark.shows("N8")
async def test_extension_notice_and_filing_are_all_there_or_none_whatever_was_killed(tmp_path: Path) -> None:
    dice = random.Random(20260502)
    with launched(tmp_path / "home") as stack:
        published(stack)
        client = Department(stack)

        killing = asyncio.create_task(kill(stack, dice, PARTS, 5, (0.8, 2.0)))
        numbers = await asyncio.gather(*(client.extended() for _ in range(CASES)))
        await killing
        await asyncio.sleep(3)

        extended = await on_file(
            stack, "SELECT number, seq, data->>'new' FROM case_event WHERE kind = 'extended' ORDER BY number"
        )
        papers = await on_file(
            stack,
            "SELECT number, seq, array_agg(paper ORDER BY paper) FROM notice WHERE paper IN ('extension', 'filing')"
            " GROUP BY number, seq ORDER BY number",
        )
        clocks = await on_file(
            stack, "SELECT number, started_at, \"limit\", due_day FROM clock WHERE key = 'statutory' ORDER BY number"
        )
        filed = await on_file(
            stack,
            "SELECT count(*), count(DISTINCT document_number), max(last) FROM notice JOIN numbering"
            " USING (unit, paper) WHERE paper = 'filing'",
        )
        await client.http.aclose()
    assert client.repeats > 0, "the kills were not noticed; the test shows nothing"
    assert [number for number, *_ in extended] == sorted(numbers), "every limit was extended once"
    assert papers == [(number, seq, ["extension", "filing"]) for number, seq, _ in extended]
    assert filed == [(CASES, CASES, CASES)], "numbers of filings have no gaps"
    for (number, started_at, limit, due_day), (_, _, new) in zip(clocks, extended, strict=True):
        moment: datetime = started_at
        expected = due(moment, Limit.model_validate(limit), an_office(), (), (Limit(days=5),)).day
        assert due_day == expected == date.fromisoformat(new), number


def corrected(closed: date) -> str:
    """The calendar of the day's year as the repository has it, with the day closed by order."""
    file = ROOT / "definitions" / "calendar" / f"{closed.year}.yaml"
    order = f"holidays:\n  - {{name: 停工, from: {closed}, to: {closed}}}\n"
    return file.read_text(encoding="utf-8").replace("holidays:\n", order)


def a_coming_working_day(calendar: Calendar) -> date:
    return calendar.next_worked(datetime.now(SHANGHAI).date() + timedelta(days=2))


@pytest.mark.timeout(300)
async def test_recount_that_is_killed_again_and_again_reaches_every_open_case_once(tmp_path: Path) -> None:
    dice = random.Random(20260503)
    with launched(tmp_path / "home") as stack:
        published(stack)
        client = Department(stack)
        numbers = await asyncio.gather(*(client.accepted() for _ in range(CASES)))
        closed = a_coming_working_day(an_office().calendar)
        file = tmp_path / "corrected.yaml"
        file.write_text(corrected(closed), encoding="utf-8")
        command = [sys.executable, "-m", "cli.main", "calendar", "import", str(file), "--sign"]

        await asyncio.to_thread(subprocess.run, command, check=True, env={**os.environ, **stack.environment})
        killing = asyncio.create_task(kill(stack, dice, ("worker", "temporal", "postgres"), 5, (0.3, 1.2)))
        late = await client.accepted()  # opened while the others are recounted
        await killing
        changed: list[tuple[Any, ...]] = []
        query = (
            "SELECT number, count(*) FROM case_event WHERE kind = 'calendar_changed' GROUP BY number ORDER BY number"
        )
        for _ in range(120):
            await asyncio.sleep(1)
            with contextlib.suppress(psycopg.OperationalError):
                changed = await on_file(stack, query)
            if len(changed) >= CASES:
                break
        clocks = await on_file(
            stack, "SELECT number, started_at, \"limit\", due_day FROM clock WHERE key = 'statutory' ORDER BY number"
        )
        await client.http.aclose()
    assert [one for one in changed if one[0] != late] == [(number, 1) for number in sorted(numbers)]
    calendar = an_office().calendar
    for number, started_at, limit, due_day in clocks:
        before = due(started_at, Limit.model_validate(limit), an_office()).day
        expected = calendar.next_worked(before + timedelta(days=1)) if closed <= before else before
        assert due_day == expected, number
