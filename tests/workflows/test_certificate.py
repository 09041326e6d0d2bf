"""The certificate is counted by the rules that set the timers: what it says is what rings, whatever happened in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from domain.calendar import Calendar, CalendarYear, Holiday
from domain.commands import Actor, Cause, Extend, Outcome, Pause, Recount, Resume, Withdraw
from domain.deadline import Office
from domain.limits import Limit, Starts
from domain.record import ClockState, EventKind
from domain.values import SHANGHAI
from registry.calendars import read_calendar
from storage import calendars, case_file
from storage.tables import ClockRow
from tests.counter import UNIT, Counter
from tests.replay.paths import ALL, DEFINITIONS
from tests.workflows.conftest import Drive, closing_in, food_permit
from tests.workflows.test_special import EXAMINER, TESTING

HEAD = Actor(id="agency_head-1", roles=("agency_head",), units=(UNIT,))
THE_CITY = Actor(id="worker", roles=())
MORE_TIME: dict[str, Any] = {"days": 3, "cause": Cause.COMPLEX, "text": "t-1"}
ENGLISH = {"Accept-Language": "en"}


def real_office() -> Office:
    return Office(calendar=read_calendar(DEFINITIONS / "calendar"))


def with_day_off(day: date, version: str) -> Calendar:
    """The real calendar with one day off besides, as a later notice might have it."""
    years = {year.year: year for year in real_office().calendar.years}
    year = years.get(day.year) or CalendarYear(year=day.year, holidays=(), make_up=())
    off = Holiday.model_validate({"name": "调休", "from": day, "to": day})
    years[day.year] = year.model_copy(update={"holidays": (*year.holidays, off)})
    return Calendar(version=version, years=tuple(years.values()))


async def rows(case: Drive) -> list[ClockRow]:
    async with case.database.begin() as session:
        return await case_file.clocks_of(session, case.number)


async def shown(case: Drive, counter: Counter, who: str = "examiner-1", **headers: str) -> dict[str, Any]:
    """What the counter shows of the deadlines of the case."""
    path = f"/v1/cases/{case.number}/deadline"
    response = await counter.client.get(path, headers=counter.headers(who, **headers))
    assert response.status_code == 200, response.text
    return dict(response.json())


async def certificates_agree(case: Drive, counter: Counter) -> dict[str, Any]:
    """Every limit on file has its certificate, and the days of each lead to the day and moment on file."""
    certificates = (await shown(case, counter))["certificates"]
    on_file = await rows(case)
    assert [(c["clock"], moment(c["started_at"])) for c in certificates] == [(r.key, r.started_at) for r in on_file]
    for certificate, row in zip(certificates, on_file, strict=True):
        assert certificate["agrees"], row.key
        assert certificate["due_day"] == row.due_day.isoformat() == certificate["days"][-1]["day"], row.key
        assert moment(certificate["due_at"]) == row.due_at, row.key
        assert certificate["provisional"] == row.provisional == any(d["provisional"] for d in certificate["days"])
        counted = [day for day in certificate["days"] if day["number"]]
        extended = sum(limit["days"] for limit in certificate["more"])
        assert len(counted) == row.limit["days"] + extended, row.key
        assert sum(day["extended"] for day in counted) == extended, row.key
        if certificate["told"]:
            assert certificate["told"][-1]["due_day"] == certificate["due_day"], row.key
    return {certificate["clock"]: certificate for certificate in certificates}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def timers(temporal: Client, case: Drive) -> list[tuple[str, datetime]]:
    """What each timer of the case was set for, and when it rings by Temporal's own history."""
    found = []
    async for event in temporal.get_workflow_handle(f"case:{case.number}").fetch_history_events():
        if event.event_type is not EventType.EVENT_TYPE_TIMER_STARTED:
            continue
        runs = event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
        summary = await temporal.data_converter.decode([event.user_metadata.summary], [str])
        found.append((str(summary[0]), (event.event_time.ToDatetime(SHANGHAI) + runs)))
    return found


async def accepted(drive: Callable[[], Drive], **more: Any) -> Drive:
    case = drive()
    await case.open(ALL, **{"item": food_permit(procedures=(TESTING,)), "office": real_office(), **more})
    await case.answer("check", "window", Outcome.ACCEPT)
    return case


@pytest.mark.shows(41, 42, "N11")
async def test_certificate_has_the_day_and_the_moment_of_every_clock_through_a_whole_life(
    drive: Callable[[], Drive], counter: Counter
) -> None:
    case = await accepted(drive)
    began = await certificates_agree(case, counter)

    await case.act(Pause, EXAMINER, procedure="testing", days=4)
    standing = await certificates_agree(case, counter)
    await case.act(Resume, EXAMINER, procedure="testing")
    went_on = await certificates_agree(case, counter)
    await case.act(Extend, HEAD, **MORE_TIME)
    longer = await certificates_agree(case, counter)
    day_off = date.fromisoformat(longer["statutory"]["due_day"])
    calendar = with_day_off(day_off, f"later-{case.number}")
    async with case.database.begin() as session:
        await calendars.keep_calendar(session, calendar)
    await case.act(Recount, THE_CITY, calendar=calendar)
    recounted = await certificates_agree(case, counter)
    await case.answer("review", "examiner", Outcome.PASS)
    await case.answer("on_site", "examiner", Outcome.PASS, officers=("a", "b"))
    await case.answer("decide", "approver", Outcome.GRANT)
    decided = await certificates_agree(case, counter)

    days = [one["statutory"]["due_day"] for one in (began, standing, went_on, longer, recounted)]
    assert days[0] < days[1]
    assert days[2] < days[3] < days[4]
    last = decided["statutory"]
    assert [told["kind"] for told in last["told"]] == ["accepted", "paused", "resumed", "extended", "calendar_changed"]
    assert [told["due_day"] for told in last["told"]] == days
    assert [told["expected"] for told in last["told"]] == [False, True, False, False, False]
    assert last["calendar"] == calendar.version
    assert (last["state"], last["passed"]) == ("met", False)
    assert "完成，未超期" in last["stands"]


@pytest.mark.shows(40, "N9")
async def test_while_a_procedure_runs_the_certificate_says_so_and_whom_it_concerns(
    drive: Callable[[], Drive], counter: Counter
) -> None:
    case = await accepted(drive)

    await case.act(Pause, EXAMINER, procedure="testing", days=4)

    found = await shown(case, counter, "applicant-1")
    until = (await case.row()).paused_until
    assert until is not None
    assert found["paused_until"] == found["paused"][0]["until"] == until.isoformat()
    assert found["paused"][0]["procedure"] == "检验"
    limits = {one["clock"]: one for one in found["certificates"]}
    assert {key for key, one in limits.items() if one["stands_still"]} == {
        "promised",
        "statutory",
        "step:review",
        "step:on_site",
    }
    statutory = limits["statutory"]
    assert statutory["expected"]
    assert "按告知的时间推算" in statutory["says"]
    left_out = [day for day in statutory["days"] if day["procedures"]]
    assert (left_out[0]["day"], left_out[-1]["day"]) == (found["paused"][0]["since"], until.isoformat())
    assert all(day["procedures"] == ["检验"] and day["number"] is None for day in left_out)
    assert {day["reason"] for day in left_out} <= {"first", "paused", "weekend", "holiday"}
    assert statutory["told"][-1]["expected"]
    await case.act(Resume, EXAMINER, procedure="testing")
    after = await shown(case, counter)
    assert (after["paused"], after["paused_until"]) == ([], None)
    assert not any(one["stands_still"] or one["expected"] for one in after["certificates"])


async def test_case_that_ends_during_a_procedure_stands_still_no_more(
    drive: Callable[[], Drive], counter: Counter
) -> None:
    case = await accepted(drive)
    await case.act(Pause, EXAMINER, procedure="testing", days=4)

    await case.act(Withdraw)

    found = await shown(case, counter)
    assert (found["paused"], found["paused_until"]) == ([], None)
    assert {one["state"] for one in found["certificates"]} == {ClockState.MET, ClockState.VOID}
    await certificates_agree(case, counter)


@pytest.mark.shows(42)
async def test_each_day_told_names_its_act_and_to_the_office_its_person_too(
    drive: Callable[[], Drive], counter: Counter
) -> None:
    case = await accepted(drive)
    await case.act(Extend, HEAD, **MORE_TIME)

    applicant = await shown(case, counter, "applicant-1")
    office = await shown(case, counter, "examiner-1")
    english = await shown(case, counter, "examiner-1", **ENGLISH)

    extended = [
        next(c for c in one["certificates"] if c["clock"] == "statutory")["told"][-1] for one in (applicant, office)
    ]
    event = await case.event(EventKind.EXTENDED)
    for told in extended:
        assert (told["seq"], told["article"], told["by"]) == (event.seq, event.article, "agency_head")
        assert "事项复杂" in told["says"]
    assert [told["person"] for told in extended] == [None, HEAD.id]
    said = next(c for c in english["certificates"] if c["clock"] == "statutory")
    assert "extended by 3 working days" in said["says"]
    assert "the matter is complex" in said["told"][-1]["says"]


async def test_calendar_that_is_not_on_file_is_owned_up_to(drive: Callable[[], Drive], counter: Counter) -> None:
    case = await accepted(drive)
    due = next(row.due_day for row in await rows(case) if row.key == "promised")

    await case.act(Recount, THE_CITY, calendar=with_day_off(due, "nobody-kept-it"))

    promised = next(c for c in (await shown(case, counter))["certificates"] if c["clock"] == "promised")
    on_file = next(row.due_day for row in await rows(case) if row.key == "promised")
    assert promised["due_day"] == on_file.isoformat() > due.isoformat()
    assert not promised["agrees"]
    assert "到期日以登记的为准" in promised["says"]


# The timers


def open_all_day(closing_in_seconds: float) -> Office:
    """An office that works today, whatever day it is, and opens at midnight: what rings on the day before is past, and a
    timer that is set now is one of the due day itself."""
    return closing_in(closing_in_seconds).model_copy(update={"sessions": ((time(0), time.max),)})


async def due_today(drive: Callable[[], Drive], office: Office) -> Drive:
    """A case whose statutory limit, of two days from receipt, ends when the office closes, and all others long after it."""
    now = datetime.now(SHANGHAI)
    received = datetime.combine(office.calendar.worked_before(now.date(), 2), now.time(), SHANGHAI)
    item = food_permit(procedures=(TESTING,))
    assert item.statutory is not None
    changes: dict[str, Any] = {
        "statutory": item.statutory.model_copy(update={"days": 2, "starts": Starts.RECEIPT}),
        "promised": item.promised.model_copy(update={"days": 60}),
        "steps": tuple(step.model_copy(update={"limit": Limit(days=60)}) for step in item.steps),
    }
    return await accepted(drive, item=item.model_copy(update=changes), office=office, received_at=received)


async def moved(case: Drive, by: str, office: Office) -> None:
    """The limit of the case becomes a later one, in one of the ways there are."""
    today = datetime.now(SHANGHAI).date()
    if by == "a special procedure":
        await case.act(Pause, EXAMINER, procedure="testing", days=3)
        await case.act(Resume, EXAMINER, procedure="testing")
    elif by == "an extension":
        await case.act(Extend, HEAD, **{**MORE_TIME, "days": 1})
    elif by == "the calendar":
        closed = Holiday.model_validate({"name": "停电", "from": today, "to": today})
        year = CalendarYear(year=today.year, holidays=(closed,), make_up=())
        calendar = Calendar(version=f"closed-{case.number}", years=(year,))
        async with case.database.begin() as session:
            await calendars.keep_calendar(session, calendar)
        await case.act(Recount, THE_CITY, calendar=calendar, closing_time=office.closing_time)


@pytest.mark.shows(42)
async def test_timer_rings_at_the_moment_of_the_certificate_whatever_moved_it(
    drive: Callable[[], Drive], counter: Counter, temporal: Client
) -> None:
    office = open_all_day(closing_in_seconds=15)
    ways = ["nothing", "a special procedure", "an extension", "the calendar"]
    cases = await asyncio.gather(*(due_today(drive, office) for _ in ways))
    for case, way in zip(cases, ways, strict=True):
        await moved(case, way, office)

    await asyncio.sleep((office.end_of(datetime.now(SHANGHAI).date()) - datetime.now(SHANGHAI)).total_seconds() + 2)

    today = datetime.now(SHANGHAI).date().isoformat()
    for case, way in zip(cases, ways, strict=True):
        statutory = (await certificates_agree(case, counter))["statutory"]
        rings = [at for name, at in await timers(temporal, case) if name.startswith("法定办结时限")]
        assert rings[-1].date().isoformat() == statutory["due_day"], way
        warning = datetime.combine(rings[-1].date(), time(0), SHANGHAI)  # when the office opens on the due day
        ends = moment(statutory["due_at"])
        expected = (ends,) if way == "nothing" else (warning, ends)
        assert min(abs(rings[-1] - one) for one in expected) < timedelta(seconds=5), way
        assert (statutory["due_day"] == today) == (way == "nothing") == statutory["passed"], way
    late = (await certificates_agree(cases[0], counter))["statutory"]
    assert late["stands"] == "已超过，尚未完成"
