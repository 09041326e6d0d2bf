"""Some hundred visits, half of them with an answer: those of which nothing came in time are found once, and no other."""

from __future__ import annotations

import asyncio
import random
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlmodel import col

from domain.case_number import visit_number
from domain.supervision.visits import VisitOutcome
from domain.values import SHANGHAI
from registry.calendars import read_calendar
from registry.supervision import read_supervision
from registry.units import read_units
from storage import visits
from storage.database import Database
from storage.tables import FindingRow, NoticeRow, VisitRow
from tests.conftest import Servers
from tests.counter import Counter
from tests.papers.builders import DEFINITIONS
from tests.stateful.days import Days, days_of
from worker.visits import Visits

SEED, MANY = 20260607, 300
FIRST, LAST = date(2026, 1, 5), date(2026, 6, 30)
KINDS = ("in time", "a minute before", "a minute late", "a day late", "never", "not called")


class Seeded:
    """A visit, when it ends if it does, and whether it has to be found."""

    def __init__(self, dice: random.Random, days: Days, number: str) -> None:
        came = datetime.combine(FIRST + timedelta(days=dice.randrange((LAST - FIRST).days)), time(10), SHANGHAI)
        came += timedelta(minutes=dice.randrange(8 * 60))
        self.kind = dice.choice(KINDS)
        due = next(day for day in sorted(days.worked) if day > came.date())  # one working day, also from a day off
        end = datetime.combine(due + timedelta(days=1), time(0), SHANGHAI)
        self.ends = {
            "in time": came + timedelta(minutes=30),
            "a minute before": end - timedelta(minutes=1),
            "a minute late": end + timedelta(minutes=1),
            "a day late": end + timedelta(days=1),
        }.get(self.kind)
        self.due = None if self.kind == "not called" else due
        self.is_found = self.kind in ("a minute late", "a day late", "never")
        self.found_at = end
        self.row = VisitRow(
            id=number,
            unit="gz-thr-samr",
            channel="desk",
            reference=f"seeded-{uuid4()}",
            came_at=came,
            called_at=None if self.kind == "not called" else came,
            logged_by="queue",
            query_code="TEST2345",
            answer_by=self.due,
            contact=dice.choice([None, {"name": "测试到访人", "email": "visitor@example.com"}]),
        )


@pytest.mark.shows("N7", "N13")
@pytest.mark.timeout(300)
async def test_visits_of_which_nothing_came_in_time_are_found_once_and_no_others(
    counter: Counter, servers: Servers, database: Database
) -> None:
    dice, days = random.Random(SEED), days_of(read_calendar(DEFINITIONS / "calendar"))
    settings = servers.settings
    async with database.begin() as session:
        numbers = [visit_number(FIRST, await visits.next_serial(session)) for _ in range(MANY)]
        seeded = [Seeded(dice, days, number) for number in numbers]
        for one in seeded:
            await visits.log(session, one.row)
    now = datetime.combine(FIRST, time(0), SHANGHAI)
    loops = [
        Visits(
            database,
            read_units(settings.definitions),
            read_supervision(settings.definitions),
            public_url=settings.public_url,
            filing_days=1,
            now=lambda: now,
        )
        for _ in range(2)
    ]

    moments = {one.ends for one in seeded if one.ends} | {one.found_at for one in seeded}
    for now in sorted(moments):  # the loops take it for the time
        ended = [one for one in seeded if one.ends == now]
        if ended:
            await _end(database, ended, now)
        looks = [asyncio.create_task(loop.look()) for loop in loops]
        if dice.random() < 0.1:
            looks[0].cancel()
        await asyncio.gather(*looks, return_exceptions=True)
    now = max(moments) + timedelta(days=30)
    await asyncio.gather(*(loop.look() for loop in loops))

    async with database.begin() as session:
        query = select(FindingRow).where(col(FindingRow.visit).in_(numbers))
        found = {row.visit: row for row in (await session.execute(query)).scalars()}
        papers = select(NoticeRow.number, NoticeRow.paper).where(col(NoticeRow.number).in_(numbers))
        given = sorted((number, paper) for number, paper in await session.execute(papers))
    assert {one.row.id: one.kind for one in seeded if one.is_found} == {
        one.row.id: one.kind for one in seeded if one.row.id in found
    }
    assert given == sorted((id_, paper) for id_ in found for paper in ("not_taken", "unanswered_visit"))
    assert all(row.grievance for row in found.values())
    for one in seeded:
        if one.is_found:
            evidence = found[one.row.id].evidence
            assert evidence["answer_by"] == (one.due.isoformat() if one.due else None)
            assert datetime.fromisoformat(evidence["due_at"]) == one.found_at == found[one.row.id].found_at
    assert 0.35 <= len(found) / MANY <= 0.65
    assert {one.kind for one in seeded} == set(KINDS)


async def _end(database: Database, ended: list[Seeded], now: datetime) -> None:
    async with database.begin() as session:
        for one in ended:
            row = await visits.visit_of(session, one.row.id, to_change=True)
            assert row is not None
            row.ended_at, row.ended_by, row.outcome = now, "window", VisitOutcome.ANSWERED.value
