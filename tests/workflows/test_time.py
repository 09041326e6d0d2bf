"""What time does to a case: in order, once, and never against what came in time."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import Client

from activities.case_file import CaseFile
from domain.commands import HandedIn, Outcome, Promise, Supplement, Withdraw
from domain.limits import Limit, Starts, StatedLimit
from domain.record import EventKind
from domain.values import SHANGHAI
from storage import under_way
from storage.case_file import clocks_of
from storage.database import Database
from tests.conftest import Servers
from tests.counter import UNIT, Counter
from tests.replay.paths import an_item
from tests.workflows.conftest import APPLICANT, SOON, Drive, closing_in, food_permit, opening_in
from worker.serving import case_worker
from worker.unfinished import Unfinished
from workflows.connection import open_case, send
from workflows.filing import Filer
from workflows.messages import CaseStart

MAIN = ("application_form", "floor_plan")
SECONDARY_IDS = ("training", "safety_rules", "facilities")
SECONDARY = tuple(HandedIn(material=material) for material in SECONDARY_IDS)
TODAY = Limit(days=0)


async def comes_to(case: Drive, kind: EventKind, within: float = 30.0) -> None:
    async with asyncio.timeout(within):
        while True:
            if kind in await case.happened():
                return
            await asyncio.sleep(0.1)


async def handed_in_while_the_engine_is_away(database: Database, case: Drive) -> datetime:
    """The counter took it in and noted it; its case has not heard of it."""
    now = datetime.now(SHANGHAI)
    command = Supplement(request_id=uuid.uuid4().hex, by=APPLICANT, materials=SECONDARY, received_at=now)
    earlier = datetime.now(UTC) - timedelta(minutes=1)
    async with database.begin() as session:
        await under_way.announce(session, command.request_id, case.number, earlier, command.model_dump_json())
    return now


@pytest.mark.shows(44)
@pytest.mark.usefixtures("nothing_left")
async def test_supplement_that_came_in_time_counts_though_the_case_hears_of_it_after_the_limit(
    drive: Callable[[], Drive], database: Database, temporal: Client, filer: Filer, servers: Servers
) -> None:
    case = drive()
    office = closing_in(6)
    await case.open(MAIN, item=food_permit(supplement=TODAY), office=office)
    await case.answer("check", "window", Outcome.NOTIFY)
    at = await handed_in_while_the_engine_is_away(database, case)

    await asyncio.sleep((office.end_of(at.date()) - at).total_seconds() + 1)
    still_open = (await case.row()).ending is None
    sent_on = await Unfinished(database, temporal, filer, servers.settings.task_queue).file_acts()

    assert still_open
    assert sent_on >= 1
    assert EventKind.SUPPLEMENT_LAPSED not in await case.happened()
    assert (await case.row()).stage == "acceptance"
    async with database.begin() as session:
        clocks = {clock.key: clock for clock in await clocks_of(session, case.number)}
    assert clocks["acceptance"].started_at == at, "the application counts as received when it was completed"


async def test_supplement_that_nobody_handed_in_lapses_at_its_limit(drive: Callable[[], Drive]) -> None:
    case = drive()
    await case.open(MAIN, item=food_permit(supplement=TODAY), office=closing_in(6))
    await case.answer("check", "window", Outcome.NOTIFY)

    await comes_to(case, EventKind.CLOSED)

    assert await case.happened() == ["received", "notified", "supplement_lapsed", "closed"]
    assert (await case.papers())[-1] == "deemed_withdrawal"


@pytest.mark.shows("N4")
async def test_case_that_ends_with_its_promise_is_not_late_at_the_same_midnight(drive: Callable[[], Drive]) -> None:
    promised = StatedLimit(days=0)
    case = drive()
    await case.open(MAIN, item=food_permit(promise=TODAY, promised=promised), office=closing_in(6), promised=True)
    await case.answer("check", "window", Outcome.ACCEPT_DEFERRED)

    await comes_to(case, EventKind.CLOSED)

    assert "limit_passed" not in await case.happened()
    assert (await case.row()).ending == "promise_lapsed"
    assert (await case.row()).light == "green"
    assert "lateness" not in await case.papers()


@pytest.mark.shows(43, 59)
async def test_unit_is_warned_when_it_opens_on_the_day_before_a_limit_and_the_applicant_reads_of_it(
    drive: Callable[[], Drive], counter: Counter
) -> None:
    case = drive()
    tomorrow = StatedLimit(days=1, starts=Starts.RECEIPT)
    await case.open((*MAIN, *SECONDARY_IDS), item=food_permit(acceptance=tomorrow), office=opening_in(6))

    async def shines(light: str) -> bool:
        page = await counter.get("window", "/v1/cases", light=light, unit=UNIT, limit=200)
        return case.number in [row["number"] for row in page.json()["rows"]]

    at_first = await shines("green")
    await comes_to(case, EventKind.LIMIT_NEAR)
    warned = await shines("blue")
    timeline = (await counter.get(APPLICANT.id, f"/v1/cases/{case.number}/timeline")).json()
    await case.answer("check", "window", Outcome.ACCEPT)

    assert (at_first, warned, await shines("green")) == (True, True, True)
    received, near = timeline
    due_day = (await counter.get("window", f"/v1/cases/{case.number}/tasks")).json()[0]["due_day"]
    assert (near["kind"], near["cause"], near["by"]) == ("limit_near", "time", None)
    assert near["says"] == f"临近时限：受理时限（{due_day}）"
    assert received["at"] < near["at"]
    assert "limit_passed" not in await case.happened()


async def test_warning_that_would_come_after_its_limit_is_left_out(drive: Callable[[], Drive]) -> None:
    """As when the worker was away: the application lay there for a month."""
    case = drive()

    await case.open(
        (*MAIN, "training", "safety_rules", "facilities"), received_at=datetime.now(SHANGHAI) - timedelta(30)
    )

    happened = await case.happened()
    assert "limit_near" not in happened
    assert happened.count("limit_passed") == 3


@pytest.mark.shows("N3", "N4")
async def test_promise_after_a_notice_lets_the_window_accept_with_deferral(drive: Callable[[], Drive]) -> None:
    case = drive()
    await case.open(MAIN[:1])
    await case.answer("check", "window", Outcome.NOTIFY)
    await case.act(Supplement, materials=(HandedIn(material="floor_plan"),))
    assert case.tasks == ()

    await case.act(Promise)
    await case.answer("check", "window", Outcome.ACCEPT_DEFERRED)

    assert (await case.papers())[-2:] == ["acceptance_after_supplement", "deferred_materials"]


async def test_wish_for_deferral_becomes_a_promise_once_only_secondary_materials_are_missing(
    drive: Callable[[], Drive],
) -> None:
    case = drive()
    await case.open(MAIN[:1], promised=True)
    assert "promised" not in await case.happened()

    await case.answer("check", "window", Outcome.NOTIFY)
    await case.act(Supplement, materials=(HandedIn(material="floor_plan"),))

    assert (await case.event(EventKind.PROMISED)).data["missing"] == ["training", "safety_rules", "facilities"]
    await case.answer("check", "window", Outcome.ACCEPT_DEFERRED)


@pytest.mark.shows("N6", 52)
async def test_silence_accepts_and_what_was_promised_is_still_owed(drive: Callable[[], Drive]) -> None:
    case = drive()

    await case.open(MAIN, promised=True, received_at=datetime.now(SHANGHAI) - timedelta(days=30))

    deemed = await case.event(EventKind.DEEMED_ACCEPTED)
    assert deemed.data["missing"] == ["training", "safety_rules", "facilities"]
    assert deemed.papers == ["deemed_acceptance", "deferred_materials"]
    await case.answer("review", "examiner", Outcome.PASS)
    await case.answer("on_site", "examiner", Outcome.PASS, officers=("a", "b"))
    await case.answer("decide", "approver", Outcome.GRANT)
    row = await case.row()
    assert (row.stage, row.waiting_for) == ("promise", ["applicant"])
    assert row.due_day is not None, "the applicant is told by when to act"


@pytest.mark.shows(52)
async def test_silence_on_what_is_no_permit_is_lateness_and_the_window_still_has_to_answer(
    drive: Callable[[], Drive], counter: Counter
) -> None:
    case = drive()

    month_ago = datetime.now(SHANGHAI) - timedelta(days=30)
    await case.open((), item=an_item("network_connect", {}), received_at=month_ago)

    shown = (await counter.get(APPLICANT.id, f"/v1/cases/{case.number}")).json()
    assert (shown["stage"], shown["waiting_for"]) == ("acceptance", ["window@gz-telecom-co"])
    assert (shown["accepted_on"], shown["light"]) == (None, "yellow")
    timeline = (await counter.get(APPLICANT.id, f"/v1/cases/{case.number}/timeline")).json()
    assert [event["kind"] for event in timeline] == ["received", "limit_passed"]
    assert (timeline[-1]["article"], timeline[-1]["papers"]) == ("gz:13.5", ["lateness"])
    lateness = (await counter.get(APPLICANT.id, f"/v1/cases/{case.number}/notices")).json()[-1]
    assert "本单位未能在期限内答复是否受理" in str(lateness["body"])
    assert "“办不成事”反映窗口" in str(lateness["body"])


async def test_acts_that_waited_for_a_worker_are_each_answered_with_what_is_theirs(
    servers: Servers, database: Database, temporal: Client, case_file: CaseFile, filer: Filer
) -> None:
    case = Drive(temporal, database, filer, f"away-{uuid.uuid4()}")
    start = CaseStart(
        number=f"TEST-{uuid.uuid4()}",
        item=food_permit(),
        office=closing_in(3600),
        received_at=datetime.now(SHANGHAI),
        by=APPLICANT,
    )
    opening = asyncio.create_task(open_case(temporal, case.task_queue, start, SOON))
    await asyncio.sleep(0.5)
    withdrawing = asyncio.create_task(send(temporal, start.number, Withdraw(request_id="w", by=APPLICANT), SOON))
    await asyncio.sleep(0.5)

    async with case_worker(temporal, case.task_queue, case_file, filer):
        opened, withdrawn = await opening, await withdrawing

    assert opened.batch is not None
    assert withdrawn.batch is not None
    assert [event.kind for event in opened.batch.events] == ["received"]
    assert [event.kind for event in withdrawn.batch.events] == ["withdrawn", "closed"]
