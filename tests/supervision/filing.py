"""What cases lived in a simulation goes on the real file: their rows, the texts that they name, and every batch."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from activities.case_file import CaseFile
from cli.simulation.course import Course, Lived
from cli.simulation.environment import Environment
from cli.simulation.runner import run
from cli.simulation.scenario import Scenario
from cli.simulation.subject import Subject
from domain.deadline import Office
from domain.record import Batch
from registry.calendars import read_calendar
from storage.database import Database
from storage.tables import FindingRow, TextRow
from tests.papers.builders import DEFINITIONS, on_file

TEXT = re.compile(r'"(text-[^"]+)"')
KILLED_AFTER = (0.0, 0.001, 0.004, 0.01)


AT_ONCE = 8


async def lived(played: Sequence[tuple[Scenario, Subject]], env: Environment) -> list[Course]:
    """The courses of the scenarios in their order, some of them at a time."""
    office, free = Office(calendar=read_calendar(DEFINITIONS / "calendar")), asyncio.Semaphore(AT_ONCE)

    async def one(scenario: Scenario, subject: Subject) -> Course:
        async with free:
            return await run(scenario, subject, office, env)

    return await asyncio.gather(*(one(*each) for each in played))


async def all_filed(
    courses: Sequence[Course], database: Database, case_file: CaseFile, dice: random.Random
) -> list[list[str]]:
    """The numbers of the cases of each course, some courses at a time."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one(course: Course) -> list[str]:
        async with free:
            return await file(course, database, case_file, dice)

    return await asyncio.gather(*map(one, courses))


async def file(course: Course, database: Database, case_file: CaseFile, dice: random.Random) -> list[str]:
    """The numbers of the cases of the course, all of whose batches are on file."""
    assert course.case is not None
    whole = course.case
    await _opened(database, whole)
    await _put(database, case_file, whole, dice)
    for id_, part in course.parts.items():
        await _opened(database, part, bundle=whole.number, part=id_)
        await _put(database, case_file, part, dice)
    return [whole.number, *(part.number for part in course.parts.values())]


async def _opened(database: Database, lived: Lived, **of_a_bundle: str) -> None:
    item = lived.item
    version = date.fromisoformat(item.version)
    about: dict[str, Any] = {"item_code": item.code, "item_version": version, "item_name": item.name, "unit": item.unit}
    await on_file(database, number=lived.number, **about, **of_a_bundle)


async def _put(database: Database, case_file: CaseFile, lived: Lived, dice: random.Random) -> None:
    """Put the batches as workers do: some twice, some by one that is killed at it and by another one then."""
    for written in lived.found.batches:
        batch, texts = _with_texts_of_its_own(written)
        async with database.begin() as session:
            for text in texts:
                row = TextRow(id=text, number=batch.number, body="测试内容", by="test", written_at=batch.events[0].at)
                await session.merge(row)
        if dice.random() < 0.2:
            await _killed_at_it(case_file, batch, dice.choice(KILLED_AFTER))
        await case_file.put(batch)
        if dice.random() < 0.2:
            await case_file.put(batch)


async def _killed_at_it(case_file: CaseFile, batch: Batch, after: float) -> None:
    task = asyncio.create_task(case_file.put(batch))
    await asyncio.sleep(after)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _with_texts_of_its_own(batch: Batch) -> tuple[Batch, set[str]]:
    """Simulations name texts alike in every case; on file each is one case's."""
    written = batch.model_dump_json()
    named = set(TEXT.findall(written))
    own = TEXT.sub(lambda found: f'"{batch.number}-{found[1]}"', written)
    return Batch.model_validate_json(own), {f"{batch.number}-{one}" for one in named}


async def found_of(database: Database, numbers: Iterable[str]) -> dict[str, list[FindingRow]]:
    """The findings on file of each case."""
    async with database.begin() as session:
        query = select(FindingRow).where(col(FindingRow.number).in_(list(numbers))).order_by(col(FindingRow.seq))
        rows = list((await session.execute(query)).scalars())
    return {number: [row for row in rows if row.number == number] for number in numbers}
