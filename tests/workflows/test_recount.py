"""A calendar is published or corrected: every open case counts by it, once, and says which day moved and why."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from temporalio.client import Client, WorkflowUpdateFailedError

from domain.calendar import Calendar, CalendarYear, Holiday
from domain.commands import Actor, Outcome, Recount, Supplement
from domain.deadline import Office, due
from domain.limits import Limit
from domain.record import EventKind, Light
from domain.values import SHANGHAI
from registry.calendars import read_calendar
from storage import calendars, recounts
from storage.database import Database
from tests.conftest import Servers
from tests.papers.builders import the_units
from tests.replay.paths import ALL, DEFINITIONS, MAIN
from tests.workflows.conftest import Drive, closing_in, food_permit, working_today
from tests.workflows.test_special import accepted, clocks, refusal
from worker.recounting import Recounting
from workflows.filing import Filer

CALENDAR = Actor(id="calendar", roles=("calendar",))
TODAY = datetime.now(SHANGHAI).date()


def published() -> Calendar:
    return read_calendar(DEFINITIONS / "calendar")


def closed(*days: date, of: Calendar | None = None) -> Calendar:
    """The calendar with these days off besides."""
    of = of or published()
    runs = tuple(Holiday(name="停工", **{"from": day, "to": day}) for day in days)
    years = [
        year.model_copy(update={"holidays": (*year.holidays, *(run for run in runs if run.first.year == year.year))})
        for year in of.years
    ]
    return Calendar.of(years)


def a_coming_working_day() -> date:
    return published().next_worked(TODAY + timedelta(days=1))


async def test_day_closed_by_order_moves_what_lies_beyond_it_and_the_applicant_is_told(
    drive: Callable[[], Drive],
) -> None:
    case = await accepted(drive, item=food_permit(), office=Office(calendar=published()))
    before = await clocks(case)
    corrected = closed(a_coming_working_day())

    await case.act(Recount, CALENDAR, calendar=corrected, source="按市政府令停工一日")

    changed, after = await case.event(EventKind.CALENDAR_CHANGED), await clocks(case)
    for key in ("promised", "statutory"):
        clock = before[key]
        expected = due(clock.started_at, Limit.model_validate(clock.limit), Office(calendar=corrected)).day
        assert after[key].due_day == expected > clock.due_day
    assert (changed.by, changed.papers) == (None, ["due_day_changed"])
    assert {"clock": "promised", "old": before["promised"].due_day.isoformat()}.items() <= next(
        one for one in changed.data["moved"] if one["clock"] == "promised"
    ).items()
    assert (await case.row()).calendar_version == corrected.version


async def test_correction_taken_back_returns_every_day_and_is_not_applied_twice(drive: Callable[[], Drive]) -> None:
    case = await accepted(drive, item=food_permit(), office=Office(calendar=published()))
    before = {key: clock.due_day for key, clock in (await clocks(case)).items()}

    await case.act(Recount, CALENDAR, calendar=closed(a_coming_working_day()), source="1")
    await case.act(Recount, CALENDAR, calendar=published(), source="2")
    with pytest.raises(WorkflowUpdateFailedError) as again:
        await case.act(Recount, CALENDAR, calendar=published(), source="2")

    assert {key: clock.due_day for key, clock in (await clocks(case)).items()} == before
    assert refusal(again) == "counted_already"
    assert [told["kind"] for told in (await clocks(case))["promised"].told] == [
        "accepted",
        "calendar_changed",
        "calendar_changed",
    ]


async def test_year_that_is_published_takes_the_provisional_mark_away(drive: Callable[[], Drive]) -> None:
    ahead = food_permit().promised.model_copy(update={"days": 60})
    case = await accepted(drive, item=food_permit(promised=ahead, statutory=None), office=Office(calendar=published()))
    was = (await clocks(case))["promised"]
    spring = Holiday(name="春节", **{"from": date(TODAY.year + 1, 2, 1), "to": date(TODAY.year + 1, 2, 28)})
    next_year = CalendarYear(year=TODAY.year + 1, source="公布", holidays=(spring,), make_up=())
    calendar = Calendar.of((*published().years, next_year))

    await case.act(Recount, CALENDAR, calendar=calendar, source="2027")

    now = (await clocks(case))["promised"]
    assert (was.provisional, now.provisional) == (True, False)
    assert now.due_day == due(was.started_at, Limit(days=60), Office(calendar=calendar)).day


async def test_lateness_on_a_day_that_was_off_after_all_is_taken_back(drive: Callable[[], Drive]) -> None:
    none = food_permit().promised.model_copy(update={"days": 0})
    office = closing_in(4)
    case = await accepted(drive, item=food_permit(promised=none), office=office)
    await asyncio.sleep(5)
    late = await case.row()
    off = Calendar.of(
        [CalendarYear(year=TODAY.year, holidays=(Holiday(name="停工", **{"from": TODAY, "to": TODAY}),), make_up=())]
    )

    await case.act(Recount, CALENDAR, calendar=off, closing_time=office.closing_time, source="1")

    assert late.light == Light.YELLOW
    assert (await case.event(EventKind.LATENESS_WITHDRAWN)).data["clock"] == "promised"
    assert (await case.row()).light != Light.YELLOW
    assert not (await clocks(case))["promised"].passed


async def test_supplement_whose_last_day_moves_does_not_lapse(drive: Callable[[], Drive]) -> None:
    case, office = drive(), closing_in(5)
    await case.open(MAIN, item=food_permit(supplement=Limit(days=0)), office=office)
    await case.answer("check", "window", Outcome.NOTIFY)
    off = Calendar.of(
        [CalendarYear(year=TODAY.year, holidays=(Holiday(name="停工", **{"from": TODAY, "to": TODAY}),), make_up=())]
    )

    await case.act(Recount, CALENDAR, calendar=off, closing_time=office.closing_time, source="1")
    await asyncio.sleep(6)

    assert EventKind.SUPPLEMENT_LAPSED not in await case.happened()
    await case.act(Supplement, materials=(), final=True)


async def city(database: Database, calendar: Calendar) -> None:
    """Put the calendar in force, year by year."""
    now = datetime.now(SHANGHAI)
    async with database.begin() as session:
        for year in calendar.years:
            row = await calendars.submit(session, year.model_copy(update={"source": "测试"}), "a", now)
            await calendars.sign(session, row, "b", now)


@pytest.fixture
async def recounting(servers: Servers, database: Database, temporal: Client, filer: Filer) -> Recounting:
    """Recounts the cases of this test; those that others left open, hundreds of them, are out of its sight. No calendar is in
    force but what the test puts there."""
    async with database.begin() as session:
        await session.execute(text("UPDATE case_file SET stage = 'closed' WHERE stage <> 'closed'"))
        await session.execute(text("DELETE FROM calendar_notice"))  # years that other tests signed are others' as well
    return Recounting(database, temporal, filer, the_units(), 4, None)


async def times_recounted(cases: list[Drive]) -> list[int]:
    return [(await case.happened()).count(EventKind.CALENDAR_CHANGED) for case in cases]


async def test_worker_that_is_stopped_in_the_middle_goes_on_and_reaches_each_case_once(
    drive: Callable[[], Drive], database: Database, recounting: Recounting
) -> None:
    await city(database, published())
    while await recounting.recount():  # what other tests left open
        pass
    cases = [await accepted(drive, item=food_permit(), office=Office(calendar=published())) for _ in range(12)]
    await city(database, closed(a_coming_working_day()))

    first = asyncio.create_task(recounting.recount())
    await asyncio.sleep(0.15)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    in_the_middle = sum(await times_recounted(cases))
    while await recounting.recount():
        pass

    found: list[Any] = await times_recounted(cases)
    assert found == [1] * len(cases), f"{in_the_middle} were done before it was stopped"
    async with database.begin() as session:
        _, left = await recounts.progress(session, await calendars.in_force(session))
    assert left == 0
    await city(database, published())
    while await recounting.recount():
        pass
    assert await times_recounted(cases) == [2] * len(cases)


async def test_case_opened_under_the_old_calendar_meanwhile_is_reached_too(
    drive: Callable[[], Drive], database: Database, recounting: Recounting
) -> None:
    await city(database, closed(a_coming_working_day()))
    while await recounting.recount():
        pass
    case = drive()
    await case.open(ALL, item=food_permit(), office=Office(calendar=working_today()))

    while await recounting.recount():
        pass

    assert await times_recounted([case]) == [1]
    await city(database, published())
