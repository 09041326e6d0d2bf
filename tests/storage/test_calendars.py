"""Calendars on file: what is in force, what is kept, and which open cases count by another one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from domain.calendar import Calendar, CalendarYear
from domain.grievance.record import Leg
from domain.record import Ending, Stage
from domain.values import SHANGHAI
from storage import calendars, grievances, recounts
from storage.calendars import Calendars, InForce
from storage.database import Database
from storage.migrate import migrate
from storage.tables import GrievanceRow
from tests.conftest import Servers
from tests.papers.builders import on_file

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=SHANGHAI)
UNIT, OTHER = "gz-thr-samr", "gz-thr-health"


@pytest.fixture
async def empty(servers: Servers) -> AsyncIterator[Database]:
    """A database of its own, with our tables and nothing in them."""
    url = servers.settings.database_url
    own = url.rpartition("/")[0] + "/calendars"
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS calendars WITH (FORCE)")
        connection.execute("CREATE DATABASE calendars")
    await asyncio.to_thread(migrate, own)
    opened = Database(own)
    yield opened
    await opened.close()


def a_year(year: int = 2026, *off: str, unit: str | None = None, source: str = "测试") -> CalendarYear:
    runs = [{"name": "停工", "from": day, "to": day} for day in off]
    return CalendarYear.model_validate({"year": year, "unit": unit, "source": source, "holidays": runs, "make_up": []})


async def signed(database: Database, year: CalendarYear, at: datetime = NOW) -> int:
    """The document, submitted by one person and signed by another; its id."""
    async with database.begin() as session:
        row = await calendars.submit(session, year, "a", at)
        await calendars.sign(session, row, "b", at)
        return row.id or 0


async def in_force(database: Database) -> InForce:
    async with database.begin() as session:
        return await calendars.in_force(session)


async def stale(database: Database, page: int = 100) -> list[str]:
    """Every case that is to be recounted, read page by page."""
    found, after, now = [], None, await in_force(database)
    while True:
        async with database.begin() as session:
            cases = await recounts.stale(session, now, after, page)
        if not cases:
            return found
        after = cases[-1]
        found += [case.number for case in cases]


async def a_case(database: Database, number: str, version: str, **changes: Any) -> None:
    await on_file(database, number=number, calendar_version=version, seq=changes.pop("seq", 1), **changes)


async def test_files_are_put_in_force_once_and_never_over_what_was_signed(empty: Database) -> None:
    files = (a_year(2025, "2025-01-01"), a_year(2026, "2026-01-01"), a_year(2026, "2026-03-02", unit=UNIT))
    corrected = a_year(2026, "2026-01-01", "2026-07-20", source="台风停工令")
    async with empty.begin() as session:
        await calendars.submit(session, a_year(2025, "2025-12-31"), "a", NOW)
    await signed(empty, corrected)

    for _ in range(2):
        async with empty.begin() as session:
            await calendars.seed(session, files, NOW)

    async with empty.begin() as session:
        rows = [(r.year, r.unit, r.signed_by) for r in reversed(await calendars.notices(session))]
    assert rows == [(2025, None, None), (2026, None, "b"), (2025, None, "seed"), (2026, UNIT, "seed")]
    now = await in_force(empty)
    assert now.city.version == Calendar.of((files[0], corrected)).version
    assert not now.calendar(UNIT).is_worked(date(2026, 3, 2))
    assert now.calendar(OTHER).is_worked(date(2026, 3, 2))


async def test_each_unit_names_the_order_that_was_signed_last_about_its_own_days(empty: Database) -> None:
    first = await signed(empty, a_year(2026), NOW)
    async with empty.begin() as session:
        waiting = await calendars.submit(session, a_year(2027, "2027-01-01"), "a", NOW)
    own = await signed(empty, a_year(2026, "2026-03-02", unit=UNIT), NOW + timedelta(minutes=1))

    before = await in_force(empty)
    async with empty.begin() as session:
        row = await calendars.notice_of(session, waiting.id or 0)
        assert row is not None
        await calendars.sign(session, row, "b", NOW + timedelta(minutes=2))
    after = await in_force(empty)

    assert (before.order(UNIT), before.order(OTHER)) == (own, first)
    assert (after.order(UNIT), after.order(OTHER)) == (waiting.id, waiting.id)
    assert waiting.id is not None
    assert waiting.id < own


async def test_unit_that_goes_back_to_the_days_of_the_city_has_its_calendar(empty: Database) -> None:
    await signed(empty, a_year(2026, "2026-01-01"))
    await signed(empty, a_year(2026, "2026-03-02", unit=UNIT), NOW + timedelta(minutes=1))
    apart = await in_force(empty)
    await signed(empty, a_year(2026, unit=UNIT), NOW + timedelta(minutes=2))
    back = await in_force(empty)

    assert apart.calendar(UNIT).version != apart.city.version
    assert back.calendar(UNIT).version == back.city.version == apart.city.version


async def test_two_documents_signed_at_the_same_time_leave_the_calendar_of_both_on_file(empty: Database) -> None:
    years = [a_year(year, f"{year}-01-01") for year in (2026, 2027, 2028, 2029)]

    await asyncio.gather(*(signed(empty, year) for year in years))

    async with empty.begin() as session:
        kept = await calendars.calendar_of(session, Calendar.of(years).version)
    assert [year.year for year in kept.years] == [2026, 2027, 2028, 2029]


async def test_what_was_read_before_is_read_anew_when_something_was_signed_and_not_otherwise(empty: Database) -> None:
    known = Calendars()
    await signed(empty, a_year(2027))
    older = await signed(empty, a_year(2026, "2026-01-01"))
    async with empty.begin() as session:
        first, same = await known.in_force(session), await known.in_force(session)
    await signed(empty, a_year(2027, "2027-01-01"), NOW - timedelta(days=1))  # by a clock that runs behind
    async with empty.begin() as session:
        after = await known.in_force(session)

    assert older
    assert first is same
    assert after is not first


async def test_nothing_is_to_be_recounted_before_any_calendar_was_put_in_force(empty: Database) -> None:
    await a_case(empty, "GZ20260212-000001-1", "of-the-last-release")

    assert await stale(empty) == []


async def test_only_open_cases_of_another_calendar_are_to_be_recounted_and_what_is_due_first_comes_first(
    empty: Database,
) -> None:
    await signed(empty, a_year(2026))
    version = (await in_force(empty)).city.version
    await a_case(empty, "late", "old", due_day=date(2026, 12, 31))
    await a_case(empty, "never", "older")
    await a_case(empty, "soon-2", "old", due_day=date(2026, 11, 25))
    await a_case(empty, "soon-1", "older", due_day=date(2026, 11, 25))
    await a_case(empty, "counted", version, due_day=date(2026, 11, 25))
    await a_case(empty, "closed", "old", stage=Stage.CLOSED, ending=Ending.WITHDRAWN)
    await a_case(empty, "not-opened", "old", seq=0)

    assert await stale(empty, page=1) == await stale(empty) == ["soon-1", "soon-2", "late", "never"]
    async with empty.begin() as session:
        assert await recounts.progress(session, await calendars.in_force(session)) == (5, 4)


async def test_days_of_one_unit_concern_its_cases_alone_until_they_are_taken_back(empty: Database) -> None:
    await signed(empty, a_year(2026))
    city = (await in_force(empty)).city.version
    await a_case(empty, "its", city, unit=UNIT)
    await a_case(empty, "another's", city, unit=OTHER)

    await signed(empty, a_year(2026, "2026-03-02", unit=UNIT), NOW + timedelta(minutes=1))
    own = (await in_force(empty)).calendar(UNIT).version
    told = await stale(empty)
    async with empty.begin() as session:
        await session.execute(text("UPDATE case_file SET calendar_version = :own"), {"own": own})
    wrongly_told = await stale(empty)
    await signed(empty, a_year(2026, unit=UNIT), NOW + timedelta(minutes=2))

    assert (told, wrongly_told) == (["its"], ["another's"])
    assert await stale(empty) == ["another's", "its"]


@pytest.mark.parametrize(
    ("window", "counts_by", "is_stale"),
    [(UNIT, "own", False), (UNIT, "city", True), (OTHER, "city", False), (OTHER, "own", True), (OTHER, "old", True)],
)
async def test_grievance_counts_by_the_calendar_of_its_window_and_no_other_that_is_in_force(
    empty: Database, window: str, counts_by: str, is_stale: bool
) -> None:
    await signed(empty, a_year())
    await signed(empty, a_year(2026, "2026-03-02", unit=UNIT))
    now = await in_force(empty)
    versions = {"own": now.own[UNIT].version, "city": now.city.version, "old": "old"}
    row = GrievanceRow(
        number="FY20261124-000001-1",
        query_code="TEST2345",
        channel="window",
        window_unit=window,
        start={},
        received_at=NOW,
        calendar_version=versions[counts_by],
        seq=1,
        leg=Leg.CLASSIFICATION,
        changed_at=NOW,
    )

    async with empty.begin() as session:
        await grievances.keep(session, row)
        stale = [one.number for one in await grievances.counting_by_others(session, now)]

    assert stale == ([row.number] if is_stale else [])
