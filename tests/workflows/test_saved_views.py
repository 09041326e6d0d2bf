"""Each ready query finds the cases it is for, and no others: asked of the engine, with cases in each state."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from domain.calendar import Calendar, CalendarYear
from domain.commands import Actor, Cause, Extend, Order, Outcome, Pause, Promise, Urge, Withdraw
from domain.deadline import Office
from domain.limits import Starts, StatedLimit
from domain.running import Policy
from domain.supervision.saved_views import VIEWS, SavedView, of_my_own, unassigned
from domain.values import SHANGHAI
from tests.counter import UNIT
from tests.replay.bundle_paths import FIRST, SECOND, BundleDrive
from tests.replay.grievance_paths import GrievanceDrive
from tests.replay.paths import CHIEF, EXAMINER, HEAD, MAIN, TESTING, Drive, a_permit
from tests.replay.record import (
    answer_for_the_case,
    hand_nothing_on,
    nothing_on_its_way,
    open_nothing,
    record_no_grievance,
    record_nothing,
)
from tests.workflows.conftest import opening_in
from workflows.release import WORKFLOWS
from workflows.sandbox import runner

HANDS = (record_nothing, nothing_on_its_way, open_nothing, hand_nothing_on, record_no_grievance, answer_for_the_case)
OVERSEER = Actor(id="overseer-1", roles=("supervisor",), units=("gz-thr-management",))
FAR = StatedLimit(days=60, basis="test")
TODAY = StatedLimit(days=0, starts=Starts.RECEIPT, basis="test")


def an_office(**hours: Any) -> Office:
    """Every weekday and today are worked, and no year that a limit may reach is unpublished."""
    today = datetime.now(SHANGHAI).date()
    years = [
        CalendarYear(year=year, holidays=(), make_up=(today,) if year == today.year else ())
        for year in range(today.year - 1, today.year + 3)
    ]
    return Office(calendar=Calendar(version="test", years=tuple(years)), **hours)


@workflow.defn(name="Case")
class Broken:
    """A case whose code does not work."""

    @workflow.run
    async def run(self) -> None:
        raise RuntimeError("a bug")


@dataclass
class City:
    """Cases in every state, by what they are called here."""

    client: Client
    queue: str
    ids: dict[str, str] = field(default_factory=dict)

    async def received(self, name: str, *in_hand: Any, **more: Any) -> Drive:
        case = Drive(self.client, self.queue)
        self.ids[name] = f"case:{case.number}"
        await case.open(*in_hand, **{"office": an_office(), **more})
        return case

    async def accepted(self, name: str, **more: Any) -> Drive:
        case = await self.received(name, **more)
        await case.answer("check", "window", Outcome.ACCEPT)
        return case

    async def found(self, query: str) -> set[str]:
        names = {id_: name for name, id_ in self.ids.items()}
        return {names[one.id] async for one in self.client.list_workflows(query) if one.id in names}

    async def finds(self, query: str, expected: set[str], among: set[str] | None = None) -> set[str]:
        """What the query finds, once it is what is expected or a good while has passed: the index is a little behind."""
        found: set[str] = set()
        for _ in range(200):
            found = await self.found(query)
            if among is not None:
                found &= among
            if found == expected:
                break
            await asyncio.sleep(0.1)
        return found


@pytest.fixture(scope="module")
async def city(temporal: Client) -> AsyncIterator[City]:
    """One case in each state."""
    made = City(temporal, f"views-{uuid.uuid4()}")
    async with Worker(
        temporal, task_queue=made.queue, workflows=[*WORKFLOWS], activities=[*HANDS], workflow_runner=runner()
    ):
        await asyncio.gather(*(make(made) for make in (ended, limits, standing_still, acted_on, in_trouble, others)))
        yield made
        await temporal.get_workflow_handle(made.ids["failing"]).terminate()


async def ended(city: City) -> None:
    await city.received("received")
    case = await city.received("ended", ("application_form",), days_ago=60)
    await case.handle.signal("note_trouble", ["behind"])
    await case.act(Urge, OVERSEER)
    await case.act(Withdraw)


async def limits(city: City) -> None:
    await city.received("near", item=a_permit(acceptance=TODAY), office=opening_in(2))
    await city.received("late", days_ago=20, item=a_permit(statutory=FAR))
    await city.received("red", days_ago=40)
    await city.received("escalated", days_ago=60, policy=Policy(still_late_after=5))
    await city.received("provisional", office=Office(calendar=Calendar(version="none", years=())))


async def standing_still(city: City) -> None:
    closing = (datetime.now(SHANGHAI) + timedelta(seconds=8)).time()
    for name, office in (("overrun", an_office(closing_time=closing)), ("paused", an_office())):
        case = await city.accepted(name, item=a_permit(procedures=(TESTING,)), office=office)
        await case.act(Pause, EXAMINER, procedure="testing", days=1)
    supplement = await city.received("supplement", ("application_form",))
    await supplement.answer("check", "window", Outcome.NOTIFY)
    deferred = await city.received("deferred", MAIN)
    await deferred.act(Promise)
    await deferred.answer("check", "window", Outcome.ACCEPT_DEFERRED)


async def acted_on(city: City) -> None:
    await (await city.accepted("urged")).act(Urge, OVERSEER)
    moved_on = await city.received("moved_on")
    await moved_on.act(Urge, OVERSEER)
    await moved_on.answer("check", "window", Outcome.ACCEPT)
    await (await city.accepted("ordered")).act(Order, CHIEF, text="t-1")
    for name in ("filed", "noted"):
        case = await city.accepted(name)
        await case.act(Extend, HEAD, clock="promised", days=1, cause=Cause.COMPLEX, text="t-1")
        if name == "noted":
            await case.handle.signal("filing_acknowledged", 3)
    await (await city.accepted("asked")).act(Extend, EXAMINER, days=5, cause=Cause.COMPLEX, text="t-1")


async def in_trouble(city: City) -> None:
    await (await city.received("behind")).handle.signal("note_trouble", ["behind"])
    mended = await city.received("mended")
    for codes in (["behind"], []):
        await mended.handle.signal("note_trouble", codes)
    queue, city.ids["failing"] = f"{city.queue}-broken", f"case:TEST-{uuid.uuid4()}"
    async with Worker(city.client, task_queue=queue, workflows=[Broken], workflow_runner=UnsandboxedWorkflowRunner()):
        await city.client.start_workflow("Case", id=city.ids["failing"], task_queue=queue)
        await city.finds("TemporalReportedProblems IS NOT NULL", {"failing"})


async def others(city: City) -> None:
    bundle = BundleDrive(city.client, city.queue)
    city.ids["bundle"] = f"case:{bundle.number}"
    await bundle.open()
    for name, days in (("grievance", 0), ("late_grievance", 30)):
        grievance = GrievanceDrive(city.client, city.queue)
        city.ids[name] = f"grievance:{grievance.number}"
        await grievance.open(days_ago=days, office=an_office())


CASES = {"received", "near", "late", "red", "escalated", "provisional", "overrun", "paused", "supplement", "deferred"}
CASES |= {"urged", "moved_on", "ordered", "filed", "noted", "asked", "behind", "mended", "failing", "bundle"}
GRIEVANCES = {"grievance", "late_grievance"}
FINDS: Mapping[str, set[str]] = {
    "open": CASES,
    "near": {"near"},
    "late": {"late", "red", "escalated", "late_grievance"},
    "red": {"red", "escalated"},
    "escalated": {"escalated", "late_grievance"},
    "stuck": {"behind", "failing"},
    "applicant": {"supplement"},
    "paused": {"paused", "overrun"},
    "overrun": {"overrun"},
    "urged": {"urged", "ordered"},
    "filings": {"filed"},
    "extensions": {"asked"},
    "deferred": {"deferred"},
    "provisional": {"provisional"},
    "bundles": {"bundle"},
    "grievances": GRIEVANCES,
    "grievances_late": {"late_grievance"},
}


def test_every_view_is_tried() -> None:
    assert set(FINDS) == {view.key for view in VIEWS}


@pytest.mark.shows(63)
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.key)
async def test_view_finds_what_it_is_for_and_nothing_else(city: City, view: SavedView) -> None:
    among = CASES | GRIEVANCES | {"ended"}
    if view.key == "provisional":
        among -= {"bundle"}  # it counts by the published calendar, which may be at its end

    assert await city.finds(view.query, FINDS[view.key], among) == FINDS[view.key]


@pytest.mark.shows(63)
async def test_what_waits_for_a_vacant_role_is_found_by_the_roles_that_are_vacant(city: City) -> None:
    vacant = [f"agency_head@{UNIT}", "window@gz-nowhere"]

    assert await city.finds(unassigned(vacant).query, {"asked"}) == {"asked"}
    assert await city.found(unassigned([]).query) == set()


@pytest.mark.shows(63)
async def test_view_of_ones_own_follows_units_and_places(city: City) -> None:
    of_place, of_unit = of_my_own([], ["gz-thr"]), of_my_own(["gz-thr-management"], [])
    expected = (CASES | GRIEVANCES) - {"failing"}

    assert of_place is not None
    assert of_unit is not None
    assert of_my_own([], []) is None
    assert await city.finds(of_place.query, expected) == expected
    assert await city.finds(of_unit.query, GRIEVANCES) == GRIEVANCES


@pytest.mark.shows(63)
async def test_a_bundle_and_its_items_are_found_by_its_number(city: City) -> None:
    bundle = BundleDrive(city.client, city.queue)
    await bundle.open()
    await bundle.answer(None, "check", Outcome.ACCEPT)
    await bundle.task(FIRST, "decide")
    ids = {f"case:{bundle.number}", f"case:{bundle.of(FIRST)}", f"case:{bundle.of(SECOND)}"}

    async def found(query: str) -> set[str]:
        return {one.id async for one in city.client.list_workflows(f'AcBundleNo = "{bundle.number}"{query}')}

    async with asyncio.timeout(30):
        while await found("") != ids or len(await found(' AND AcWaitingFor = "role:window"')) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert await found(' AND AcWaitingFor = "items"') == {f"case:{bundle.number}"}
