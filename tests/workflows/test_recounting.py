"""The worker brings open cases to the calendar in force: whatever died in between, each of them once, and no other."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime

import pytest
from temporalio.client import Client, WorkflowUpdateRPCTimeoutOrCancelledError

from domain.calendar import Calendar
from domain.commands import Recount, Withdraw
from domain.deadline import Office
from domain.record import EventKind, Paper
from domain.values import SHANGHAI
from storage import calendars
from storage.calendars import InForce
from storage.database import Database
from storage.tables import CaseRow
from tests.counter import UNIT, Counter
from tests.workflows.conftest import APPLICANT, SOON, Drive, food_permit
from tests.workflows.test_recount import (
    CALENDAR,
    TODAY,
    a_coming_working_day,
    city,
    closed,
    published,
    recounting,
    times_recounted,
)
from worker.recounting import Recounting
from workflows.connection import send
from workflows.messages import workflow_id

__all__ = ["recounting"]
LONG_AGO = date(2024, 3, 5)
OTHER = "gz-thr-health"


@pytest.fixture(autouse=True)
async def settled(database: Database, recounting: Recounting) -> AsyncIterator[None]:
    """The published calendar is in force, and nothing that other tests left open is to be recounted."""
    await city(database, published())
    await all_of(recounting)
    yield
    await city(database, published())


async def all_of(recounting: Recounting) -> None:
    while await recounting.recount():
        pass


async def opened(drive: Callable[[], Drive], unit: str = UNIT) -> Drive:
    """A case that waits at the window, and counts by the published calendar."""
    case, now = drive(), published()
    await case.open(("application_form",), item=food_permit(unit=unit), office=Office(calendar=now.since(TODAY.year)))
    async with case.database.begin() as session:
        (await session.get_one(CaseRow, case.number)).calendar_version = now.version
    return case


async def in_force(database: Database) -> InForce:
    async with database.begin() as session:
        return await calendars.in_force(session)


async def closed_for(database: Database, day: date, unit: str) -> None:
    """The unit alone is closed on the day, or on none where there is none."""
    year = closed(day).years[-1].model_copy(update={"unit": unit, "source": "测试", "make_up": ()})
    only = tuple(run for run in year.holidays if run.first == run.last == day)
    now = datetime.now(SHANGHAI)
    async with database.begin() as session:
        row = await calendars.submit(session, year.model_copy(update={"year": day.year, "holidays": only}), "a", now)
        await calendars.sign(session, row, "b", now)


def a_recount(case: Drive, calendar: Calendar, request: str) -> Recount:
    return Recount(request_id=request, by=CALENDAR, calendar=calendar.since(TODAY.year), source="1")


@pytest.mark.shows("N10")
async def test_recount_that_is_in_the_history_and_not_on_file_is_put_there_and_not_done_again(
    drive: Callable[[], Drive], database: Database, temporal: Client, recounting: Recounting
) -> None:
    same, another = await opened(drive), await opened(drive)
    corrected = closed(a_coming_working_day())
    await city(database, corrected)
    request = f"recount:{same.number}:{corrected.version}:{(await same.row()).seq}"
    await send(temporal, same.number, a_recount(same, corrected, request), SOON)
    await send(temporal, another.number, a_recount(another, corrected, uuid.uuid4().hex), SOON)
    before = await times_recounted([same, another])

    await all_of(recounting)

    assert before == [0, 0]
    assert await times_recounted([same, another]) == [1, 1]
    assert {(await case.row()).calendar_version for case in (same, another)} == {corrected.version}


async def test_closing_of_one_unit_reaches_its_cases_and_goes_back_and_no_other_case_hears_of_it(
    drive: Callable[[], Drive], database: Database, recounting: Recounting
) -> None:
    its, other = await opened(drive, OTHER), await opened(drive)
    day = a_coming_working_day()

    await closed_for(database, day, OTHER)
    await all_of(recounting)
    apart, order = await its.row(), (await its.event(EventKind.CALENDAR_CHANGED)).data["source"]
    await closed_for(database, published().next_worked(date(day.year, 1, 1)), OTHER)
    await all_of(recounting)

    assert await times_recounted([its, other]) == [2, 0]
    assert order != (await its.event(EventKind.CALENDAR_CHANGED)).data["source"]
    assert apart.due_day is not None
    assert (await its.row()).due_day != apart.due_day
    assert (await other.row()).calendar_version == (await in_force(database)).city.version


async def test_day_that_moves_nothing_is_on_record_and_nobody_is_written_to(
    drive: Callable[[], Drive], database: Database, recounting: Recounting
) -> None:
    case = await opened(drive)
    before = await case.papers()

    await city(database, closed(LONG_AGO))
    await all_of(recounting)

    changed = await case.event(EventKind.CALENDAR_CHANGED)
    assert (changed.data["moved"], changed.papers) == ([], [])
    assert Paper.DUE_DAY_CHANGED not in await case.papers()
    assert await case.papers() == before


async def test_case_that_has_ended_meanwhile_is_closed_on_file_and_left_alone(
    drive: Callable[[], Drive], database: Database, temporal: Client, recounting: Recounting
) -> None:
    case = await opened(drive)
    await send(temporal, case.number, Withdraw(request_id=uuid.uuid4().hex, by=APPLICANT), SOON)
    await temporal.get_workflow_handle(workflow_id(case.number)).result()

    await city(database, closed(a_coming_working_day()))
    await all_of(recounting)

    assert (await case.row()).ending == "withdrawn"
    assert await times_recounted([case]) == [0]


async def test_case_whose_workflow_is_gone_holds_up_no_other(
    drive: Callable[[], Drive], database: Database, temporal: Client, recounting: Recounting
) -> None:
    gone, here = await opened(drive), await opened(drive)
    await temporal.get_workflow_handle(workflow_id(gone.number)).terminate()

    await city(database, closed(a_coming_working_day()))
    await all_of(recounting)

    assert await times_recounted([gone, here]) == [0, 1]
    async with database.begin() as session:  # for the tests that follow
        row = await session.get_one(CaseRow, gone.number)
        row.stage, row.ending = "closed", "withdrawn"


async def test_new_case_is_opened_under_the_calendar_that_was_signed_a_moment_ago(
    counter: Counter, database: Database
) -> None:
    old, before = (await in_force(database)).city.version, (await counter.apply())["number"]
    await city(database, closed(a_coming_working_day()))
    new, after = (await in_force(database)).city.version, (await counter.apply())["number"]

    async with database.begin() as session:
        rows = [await session.get_one(CaseRow, number) for number in (before, after)]
    assert [row.calendar_version for row in rows] == [old, new]
    assert rows[1].start["office"]["calendar"]["version"] == new != old


async def test_worker_that_is_stopped_while_no_case_answers_stops_at_once(
    database: Database, temporal: Client, recounting: Recounting
) -> None:
    silent = [Drive(temporal, database, None, "nobody-works-here") for _ in range(9)]  # type: ignore[arg-type]
    for case in silent:
        with pytest.raises((TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError)):
            await asyncio.wait_for(case.open(("application_form",)), 0.5)
        async with database.begin() as session:
            (await session.get_one(CaseRow, case.number)).seq = 1

    round_ = asyncio.create_task(recounting.recount())
    await asyncio.sleep(1)
    round_.cancel()
    done, _ = await asyncio.wait([round_], timeout=5)

    async with database.begin() as session:  # for the tests that follow
        for case in silent:
            row = await session.get_one(CaseRow, case.number)
            row.stage, row.ending = "closed", "withdrawn"
    assert done == {round_}
