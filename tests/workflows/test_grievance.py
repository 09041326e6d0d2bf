"""What time, faults and the case do to a grievance, on the real workflow, database and Temporal (gz:6.3, gz:13.5)."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from temporalio.client import Client, WorkflowUpdateFailedError

from activities.case_file import CaseFile
from domain.commands import Outcome, RemedyKind, Withdraw
from domain.grievance.commands import (
    AskedOfCase,
    Classify,
    Conclusion,
    GiveFeedback,
    NotifyUnit,
    PassOn,
    Reply,
    ReturnVisit,
    Review,
    Said,
    SendBack,
    Transfer,
    WithdrawGrievance,
)
from domain.supervision.rules import AnswerDays, Class, GrievanceRules
from domain.supervision.shortcomings import Shortcoming
from domain.values import SHANGHAI
from registry.units import Units, read_units
from storage.database import Database
from storage.tables import FindingRow
from tests.conftest import Servers
from tests.replay.paths import ALL
from tests.workflows.conftest import Drive, closing_in, opening_in, working_today
from tests.workflows.grievances import (
    CHIEF,
    CLERK,
    OTHER,
    REPORTER,
    SOON,
    SUPERVISOR,
    UNIT,
    WINDOW,
    AwayAtTimes,
    GrievanceDrive,
    file_on,
)
from worker.serving import case_worker, hands_of
from worker.unfinished import Unfinished
from workflows.filing import Filer
from workflows.grievance.connection import open_grievance

NOBODY_LISTENS = "postgresql+psycopg://postgres@127.0.0.1:9/postgres"
TODAY = GrievanceRules(
    classification=0,
    approval=0,
    transfer=0,
    answer=AnswerDays(simple=0, complex=0, very_complex=0),
    again=0,
    feedback=0,
    return_visit=0,
    review=0,
    notification=0,
    escalation=0,
)
"""Every leg ends with the day on which it begins."""
COMPLEX = {"klass": Class.COMPLEX, "grounds": (Shortcoming.NOT_FINISHED,)}
DECIDE = AskedOfCase(remedy=RemedyKind.DECIDE_BY, due=date(2030, 1, 2))


@pytest.fixture(scope="session")
def units(servers: Servers) -> Units:
    return read_units(servers.settings.definitions)


@pytest.fixture
def grievance(
    servers: Servers, database: Database, temporal: Client, units: Units, counter: object
) -> Callable[[], GrievanceDrive]:
    """Makes grievances; `counter` runs the worker behind them."""
    return lambda: GrievanceDrive(temporal, database, units, servers.settings.task_queue)


@pytest.fixture
def apart(database: Database, temporal: Client, units: Units) -> GrievanceDrive:
    """A grievance on a queue of its own, at which no worker works unless the test starts one."""
    return GrievanceDrive(temporal, database, units, f"apart-{uuid.uuid4()}")


@pytest.fixture
def working(
    servers: Servers, database: Database, temporal: Client, units: Units, case_file: CaseFile, filer: Filer
) -> Callable[..., Any]:
    """Lets a worker work at a queue."""

    @asynccontextmanager
    async def at(queue: str, on: Any = None) -> AsyncIterator[None]:
        hands = hands_of(temporal, database, units, filer, servers.settings)
        if on is not None:
            hands = [file_on(on, units).record_grievance, *hands[1:]]
        async with case_worker(temporal, queue, case_file, filer, hands):
            yield

    return at


def ends_in(office: Any) -> datetime:
    """When the day is over today."""
    return office.end_of(datetime.now(SHANGHAI).date())  # type: ignore[no-any-return]


def is_at(moment: datetime, expected: datetime) -> bool:
    """Whether it came at the moment, and no more than three seconds after it."""
    return timedelta() <= moment - expected <= timedelta(seconds=3)


# Time


async def test_leg_that_the_window_lets_pass_goes_up_to_the_department_when_the_office_closes(
    grievance: Callable[[], GrievanceDrive],
) -> None:
    one, office = grievance(), closing_in(4)
    await one.open(rules=TODAY, office=office)
    before = await one.row()

    await one.comes_to("leg_late")

    row, late = await one.row(), (await one.events())[-1]
    assert (before.level, before.due_day) == (0, datetime.now(SHANGHAI).date())
    assert await one.happened() == ["registered", "leg_late"]
    assert is_at(late.at, ends_in(office))
    assert late.by is None
    assert (row.level, row.leg) == (2, "classification")
    assert row.waiting_for == [f"grievance_window@{WINDOW}", f"supervisor@{WINDOW}"]
    assert (await one.papers())[-1] == ("escalation", WINDOW)


async def test_unit_that_is_late_goes_up_to_its_chief_and_then_to_the_department_and_still_owes_the_answer(
    grievance: Callable[[], GrievanceDrive],
) -> None:
    one, office = grievance(), closing_in(5)
    await one.open(rules=TODAY, office=office)
    await one.with_the_unit()

    await one.comes_to("escalated")
    row = await one.row()
    await one.act(Reply, CHIEF, said=Said.EXPLAINED)

    happened = await one.happened()
    assert happened == ["registered", "classified", "transferred", "leg_late", "escalated", "answered"]
    late, escalated = (await one.events())[3:5]
    assert is_at(late.at, ends_in(office))
    assert is_at(escalated.at, ends_in(office))
    assert (late.data["level"], escalated.data["level"]) == (1, 2)
    assert row.waiting_for == [f"chief_representative@{UNIT}", f"supervisor@{WINDOW}"]
    up = [(paper, unit) for paper, unit in await one.papers() if paper == "escalation"]
    assert up == [("escalation", UNIT), ("escalation", WINDOW)]
    assert ((await one.row()).level, (await one.row()).leg) == (0, "feedback")


async def test_whoever_has_the_leg_is_reminded_when_the_office_opens(grievance: Callable[[], GrievanceDrive]) -> None:
    one, office = grievance(), opening_in(5)
    opens = office.opening_of(datetime.now(SHANGHAI).date())
    await one.open(rules=GrievanceRules(answer=AnswerDays(complex=0)), office=office)
    await one.with_the_unit()

    await one.comes_to("leg_near")

    near = (await one.events())[-1]
    assert await one.happened() == ["registered", "classified", "transferred", "leg_near"]
    assert is_at(near.at, opens)
    assert (await one.papers())[-1] == ("grievance_reminder", UNIT)
    assert (await one.row()).level == 0


async def test_without_a_closing_time_the_day_ends_at_midnight(grievance: Callable[[], GrievanceDrive]) -> None:
    one, office = grievance(), closing_in(5).model_copy(update={"closing_time": None})
    await one.open(rules=TODAY, office=office)

    clock = (await one.row()).clocks[-1]

    tomorrow = datetime.now(SHANGHAI).date() + timedelta(days=1)
    assert datetime.fromisoformat(clock["due_at"]) == datetime.combine(tomorrow, datetime.min.time(), SHANGHAI)


async def test_what_was_done_in_time_is_not_late_when_its_day_ends(grievance: Callable[[], GrievanceDrive]) -> None:
    one, office = grievance(), closing_in(4)
    await one.open(rules=GrievanceRules(classification=0, transfer=5), office=office)
    await one.act(Classify, CLERK, **COMPLEX)

    await asyncio.sleep((ends_in(office) - datetime.now(SHANGHAI)).total_seconds() + 1.5)

    assert await one.happened() == ["registered", "classified"]
    assert (await one.row()).level == 0


async def test_act_that_comes_as_the_limit_passes_is_done_after_the_lateness_once_each(
    grievance: Callable[[], GrievanceDrive],
) -> None:
    """Six at the same moment, each classified a little before it or after it."""
    office = closing_in(8)
    them = [grievance() for _ in range(6)]
    for one in them:
        await one.open(rules=GrievanceRules(classification=0, transfer=5), office=office)
    moment = ends_in(office)

    async def at_the_limit(one: GrievanceDrive, offset: float) -> None:
        await asyncio.sleep((moment - datetime.now(SHANGHAI)).total_seconds() + offset)
        await one.act(Classify, CLERK, **COMPLEX)

    await asyncio.gather(*(at_the_limit(one, n * 0.02 - 0.05) for n, one in enumerate(them)))

    for one in them:
        happened, events = await one.happened(), await one.events()
        assert happened in (["registered", "classified"], ["registered", "leg_late", "classified"])
        assert ("leg_late" in happened) == (events[-1].at >= moment)
        assert (await one.row()).level == 0


async def test_worker_that_was_away_over_the_limit_catches_up_in_order_and_goes_up_each_level_once(
    apart: GrievanceDrive, working: Callable[..., Any]
) -> None:
    office = closing_in(6)
    async with working(apart.task_queue):
        await apart.open(rules=TODAY, office=office)
        await apart.with_the_unit()
    await asyncio.sleep((ends_in(office) - datetime.now(SHANGHAI)).total_seconds() + 0.5)
    answering = asyncio.create_task(apart.act(Reply, CHIEF, said=Said.REMEDIED))
    await asyncio.sleep(1)

    async with working(apart.task_queue):
        await answering
        await asyncio.sleep(1)

    happened = await apart.happened()
    assert happened[3:6] == ["leg_late", "escalated", "answered"]
    assert happened.count("escalated") == 1
    assert happened.count("leg_near") == 0


@pytest.mark.usefixtures("nothing_left")
async def test_grievance_that_a_finding_left_on_file_is_opened_once_and_its_days_count_from_its_receipt(
    apart: GrievanceDrive,
    working: Callable[..., Any],
    database: Database,
    temporal: Client,
    filer: Filer,
) -> None:
    received = datetime.now(SHANGHAI) - timedelta(days=30)
    start = await apart.lie(received_at=received, channel="system")
    sweeper = Unfinished(database, temporal, filer, apart.task_queue)

    async with working(apart.task_queue):
        await sweeper.open_grievances()
        await sweeper.open_grievances()
        await open_grievance(temporal, apart.task_queue, start, SOON)
        await apart.comes_to("leg_late")

    assert await apart.happened() == ["registered", "leg_late"]
    row, (registered, _) = await apart.row(), await apart.events()
    assert registered.at == received
    assert row.due_day is not None
    assert row.due_day < datetime.now(SHANGHAI).date()
    assert [paper for paper, _ in await apart.papers()] == ["grievance_receipt", "escalation"]


async def test_what_a_visit_showed_is_evidence_for_the_unit_that_answers(
    grievance: Callable[[], GrievanceDrive],
) -> None:
    one = grievance()
    at = datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)
    await one.open(finding=a_finding_of_a_visit(at), channel="system")

    await one.with_the_unit()

    assert await one.happened() == ["registered", "classified", "transferred"]
    letter = await one.body_of("grievance_transfer")
    assert "不接收申请材料" in letter
    assert "二〇二六年三月二日" in letter or "2026年3月2日" in letter


def a_finding_of_a_visit(at: datetime) -> FindingRow:
    """Somebody came, and nothing was taken."""
    return FindingRow(
        id=f"visit:{uuid.uuid4().hex}",
        shortcoming=Shortcoming.NOT_TAKEN,
        unit=UNIT,
        article="gz:13.5",
        found_at=at,
        evidence={},
    )


# Faults


async def test_request_to_cancel_is_passed_over(grievance: Callable[[], GrievanceDrive]) -> None:
    one = grievance()
    await one.open()

    await one.handle.cancel()
    await asyncio.sleep(0.5)
    await one.with_the_unit()
    await one.to_its_end()

    assert await one.handle.result() == "settled"
    assert (await one.happened())[-1] == "closed"


async def test_repeated_act_is_done_once_and_answered_alike_also_when_it_closed_the_grievance(
    grievance: Callable[[], GrievanceDrive],
) -> None:
    one = grievance()
    await one.open()

    twice = [await one.act(Classify, CLERK, "request-1", **COMPLEX) for _ in range(2)]
    await one.act(WithdrawGrievance, REPORTER)
    await one.act(Review, SUPERVISOR, conclusion=Conclusion.NOT_CONFIRMED)
    at_once = await asyncio.gather(*(one.act(NotifyUnit, SUPERVISOR, "request-2") for _ in range(3)))
    await one.handle.result()
    later = await one.act(NotifyUnit, SUPERVISOR, "request-2")

    assert twice[0] == twice[1]
    assert {done.seq for done in (*at_once, later)} == {6}
    assert await one.happened() == ["registered", "classified", "withdrawn", "reviewed", "unit_notified", "closed"]


async def test_two_who_do_the_same_at_once_are_not_both_obeyed(grievance: Callable[[], GrievanceDrive]) -> None:
    one = grievance()
    await one.open()

    done = await asyncio.gather(
        *(one.act(Classify, by, **COMPLEX) for by in (CLERK, SUPERVISOR) * 3), return_exceptions=True
    )

    refused = [each for each in done if isinstance(each, WorkflowUpdateFailedError)]
    assert len(refused) == 5
    assert {getattr(each.cause, "type", None) for each in refused} == {"not_this_leg"}
    assert await one.happened() == ["registered", "classified"]


async def test_acts_while_the_database_is_away_are_delayed_and_neither_lost_nor_doubled(
    apart: GrievanceDrive, working: Callable[..., Any], database: Database
) -> None:
    nowhere = Database(NOBODY_LISTENS, pool=1)
    at_times = AwayAtTimes(database, nowhere)
    async with working(apart.task_queue, at_times):
        await apart.open(channel="window")
        at_times.away = True
        first = asyncio.create_task(apart.act(Classify, CLERK, "first", within=timedelta(seconds=60), **COMPLEX))
        await asyncio.sleep(1.5)
        second = asyncio.create_task(apart.act(WithdrawGrievance, CLERK, "second", within=timedelta(seconds=60)))
        await asyncio.sleep(1)
        waiting, meanwhile = (first.done(), second.done()), await apart.happened()

        at_times.away = False
        answers = await asyncio.gather(first, second)

    await nowhere.close()
    assert waiting == (False, False)
    assert meanwhile == ["registered"]
    assert [done.seq for done in answers] == [2, 3]
    assert await apart.happened() == ["registered", "classified", "withdrawn"]
    assert [event.seq for event in await apart.events()] == [1, 2, 3]


async def test_calendar_that_changes_reaches_the_leg_and_takes_its_lateness_back(
    grievance: Callable[[], GrievanceDrive],
) -> None:
    one, office = grievance(), closing_in(3)
    await one.open(rules=TODAY, office=office)
    await one.comes_to("leg_late")

    tomorrow = office.model_copy(update={"closing_time": None, "calendar": working_today()})
    await one.handle.signal("count_by", tomorrow)
    await one.comes_to("calendar_changed")

    row = await one.row()
    assert (row.level, row.waiting_for) == (0, [f"grievance_window@{WINDOW}"])
    assert await one.happened() == ["registered", "leg_late", "calendar_changed"]


# The case


async def clocks_of(database: Database, number: str) -> dict[str, str]:
    """Every limit of the case by its key, with all that is known of it."""
    query = text("SELECT key, clock::text AS said FROM clock WHERE number = :number ORDER BY key, started_at")
    async with database.begin() as session:
        return {row.key: row.said for row in await session.execute(query, {"number": number})}


async def test_nothing_that_a_grievance_does_moves_a_limit_of_its_case(
    grievance: Callable[[], GrievanceDrive], drive: Callable[[], Drive], database: Database
) -> None:
    case = drive()
    await case.open(ALL)
    await case.answer("check", "window", Outcome.ACCEPT)
    before = await clocks_of(database, case.number)
    one, office = grievance(), closing_in(4)

    await one.open(rules=TODAY.model_copy(update={"redo_when_dissatisfied": 1}), office=office, case=await case.row())
    await one.with_the_unit()
    await one.comes_to("escalated")
    await one.act(PassOn, CLERK, unit=OTHER)
    await one.act(PassOn, CLERK, unit=UNIT)
    await one.act(Reply, CHIEF, said=Said.REJECTED)
    await one.act(GiveFeedback, CLERK)
    await one.act(ReturnVisit, CLERK, reached=True, satisfaction=5)
    await one.act(SendBack, CHIEF)
    await one.act(Transfer, CLERK, unit=UNIT)
    await one.to_its_end(remedies=(DECIDE,))
    await one.handle.result()

    after = await clocks_of(database, case.number)
    assert len(before) >= 3, "the case has limits that run"
    assert {key: after[key] for key in before} == before
    assert sorted(after.keys() - before.keys()) == ["order:1"], (
        "what was asked has a limit of its own, which is none of the case"
    )
    assert {"escalated", "sent_back", "remedy_done", "closed"} <= set(await one.happened())


async def test_what_the_outcome_calls_for_is_asked_of_the_case_once_and_refused_with_its_reason(
    grievance: Callable[[], GrievanceDrive], drive: Callable[[], Drive]
) -> None:
    case = drive()
    await case.open(ALL)
    await case.answer("check", "window", Outcome.ACCEPT)
    one = grievance()
    await one.open(case=await case.row())
    await one.with_the_unit()
    due = datetime.now(SHANGHAI).date() + timedelta(days=30)
    remedies = (
        AskedOfCase(remedy=RemedyKind.ACCEPT_NOW),
        AskedOfCase(remedy=RemedyKind.DECIDE_BY, due=due),
    )

    await one.to_its_end(remedies=remedies)
    await one.comes_to("remedy_refused", "remedy_done")
    await one.handle.result()

    told = {e.data["remedy"]: e.data.get("refused") for e in await one.events() if e.kind.startswith("remedy")}
    assert told["decide_by"] is None
    assert told["accept_now"]
    orders = [event for event in await case.events() if (event.by or {}).get("id") == f"grievance:{one.number}"]
    assert len(orders) == 1, "asked once, done once"


async def test_case_that_has_ended_does_nothing_more_and_the_grievance_says_so(
    grievance: Callable[[], GrievanceDrive], drive: Callable[[], Drive]
) -> None:
    case = drive()
    await case.open(ALL)
    await case.act(Withdraw)
    one = grievance()
    await one.open(case=await case.row())
    await one.with_the_unit()

    await one.to_its_end(remedies=(AskedOfCase(remedy=RemedyKind.ACCEPT_NOW),))
    await one.handle.result()

    refused = [event.data["refused"] for event in await one.events() if event.kind == "remedy_refused"]
    assert refused == ["case_closed"]
    assert "remedy_done" not in await one.happened()
