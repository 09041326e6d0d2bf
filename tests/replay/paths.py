"""The ways a case may go, each driven on a real server without time skipping, so that its history can be kept.

Time runs out at once where a path needs it: the application came in days ago, or the office's day is over already.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from temporalio.client import Client, WorkflowHandle

from domain.calendar import Calendar, CalendarYear, Holiday
from domain.commands import (
    Act,
    Actor,
    AddHelper,
    Answer,
    Cause,
    Claim,
    Delay,
    Demand,
    Extend,
    Ground,
    HandedIn,
    Hear,
    HearingMove,
    JointHandling,
    Order,
    Outcome,
    Pause,
    Promise,
    Recount,
    Remedy,
    RemedyKind,
    Resume,
    Supplement,
    Transfer,
    Urge,
    Withdraw,
)
from domain.deadline import Office, due
from domain.definition import ItemDefinition, Role
from domain.item import Item, Procedure, item_of
from domain.limits import Limit
from domain.running import Policy
from domain.shown import SEMANTICS, Shown
from domain.values import SHANGHAI
from registry.calendars import read_calendar
from workflows.connection import open_case, send
from workflows.messages import Acted, CaseStart, workflow_id

DEFINITIONS = Path(__file__).resolve().parents[2] / "definitions"
UNIT = "gz-thr-samr"
APPLICANT = Actor(id="applicant-1", roles=("applicant",))
ALL = ("application_form", "floor_plan", "training", "safety_rules", "facilities")
MAIN = ("application_form", "floor_plan")
SHOWN = Shown(place="gz-thr", overseen_by="gz-thr-management", pages="http://counter/v1/cases/")


def soon() -> time:
    """A closing time some seconds from now. Paths with it are recorded on a working day: its limit is that day's end."""
    return (datetime.now(SHANGHAI) + timedelta(seconds=3)).time()


def an_item(name: str, situations: Mapping[str, str]) -> Item:
    """The executable part of a definition of the repository."""
    from ruamel.yaml import YAML

    text = (DEFINITIONS / "items" / f"{name}.yaml").read_text(encoding="utf-8")
    return item_of(ItemDefinition.model_validate(YAML(typ="safe", pure=True).load(text)), "0" * 64, situations)


@dataclass
class Drive:
    """A case and those who carry it on."""

    client: Client
    task_queue: str
    number: str = field(default_factory=lambda: f"TEST-{uuid.uuid4()}")
    tasks: tuple[str, ...] = ()

    async def open(
        self,
        in_hand: tuple[str, ...] = ALL,
        *,
        item: Item | None = None,
        days_ago: int = 0,
        promised: bool = False,
        closing: time | None = None,
        policy: Policy | None = None,
        **more: Any,
    ) -> None:
        """`more` is what else is other than usual about the start of the case."""
        calendar = read_calendar(DEFINITIONS / "calendar")
        start = CaseStart(
            number=self.number,
            item=item or an_item("food_permit_new", {"sells_online": "no"}),
            office=Office(calendar=calendar, closing_time=closing),
            received_at=datetime.now(UTC) - timedelta(days=days_ago),
            by=APPLICANT,
            in_hand=tuple(HandedIn(material=material) for material in in_hand),
            promised=promised,
            policy=policy or Policy(),
            semantics=SEMANTICS,
            shown=SHOWN,
        ).model_copy(update=more)
        self.tasks = (await open_case(self.client, self.task_queue, start, timedelta(seconds=20))).done.tasks

    async def answer(self, slot: str, role: str, outcome: Outcome, person: int = 1, **more: Any) -> None:
        by = Actor(id=f"{role}-{person}", roles=(role,), units=(UNIT, "gz-thr-other"))
        task = next(task for task in self.tasks if task.endswith(f".{slot}"))
        await self._send(Answer(request_id=uuid.uuid4().hex, by=by, task=task, outcome=outcome, **more))

    async def act(self, kind: type[Any], by: Actor = APPLICANT, **more: Any) -> None:
        await self._send(kind(request_id=uuid.uuid4().hex, by=by, **more))

    def task(self, slot: str) -> str:
        return next(task for task in self.tasks if task.endswith(f".{slot}"))

    async def _send(self, command: Answer | Act) -> None:
        self.tasks = (await send(self.client, self.number, command, timedelta(seconds=20))).done.tasks

    async def from_ui(self, update: str, by: Actor, **more: Any) -> None:
        """Somebody acts from Temporal UI."""
        word = {"by": by.id, "role": by.roles[0], "unit": by.units[0], **more}
        acted = await self.handle.execute_update(update, word, result_type=Acted, rpc_timeout=timedelta(seconds=20))
        self.tasks = acted.done.tasks

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(workflow_id(self.number))

    async def to_decision(self) -> None:
        await self.answer("review", "examiner", Outcome.PASS, text="t-1")
        await self.answer("on_site", "examiner", Outcome.PASS, officers=("a", "b"))

    async def to_the_end(self) -> None:
        await self.answer("issue", "window", Outcome.ISSUED)
        await self.answer("deliver", "window", Outcome.DELIVERED)


EXAMINER = Actor(id="examiner-1", roles=("examiner",), units=(UNIT,))


async def granted(case: Drive) -> None:
    await case.open()
    await case.answer("check", "window", Outcome.ACCEPT)
    await case.to_decision()
    await case.answer("decide", "approver", Outcome.GRANT)
    await case.to_the_end()


async def supplemented_twice_with_a_breach(case: Drive) -> None:
    await case.open(("application_form",))
    await case.answer("check", "window", Outcome.NOTIFY)
    missing = tuple(HandedIn(material=material) for material in ALL[1:])
    await case.act(Supplement, materials=missing[:1])
    await case.act(Supplement, materials=missing[1:])
    late = (Demand(material="application_form", defect="t-2"),)
    await case.answer("check", "window", Outcome.NOTIFY, demands=late)
    await case.act(Supplement, materials=(HandedIn(material="application_form"),), final=True)
    await case.answer("check", "window", Outcome.ACCEPT)


async def promise_kept(case: Drive) -> None:
    await case.open(MAIN)
    await case.act(Promise)
    await case.answer("check", "window", Outcome.ACCEPT_DEFERRED)
    await case.to_decision()
    await case.answer("decide", "approver", Outcome.GRANT)
    await case.act(Supplement, materials=tuple(HandedIn(material=material) for material in ALL[2:]))
    await case.to_the_end()


async def promise_lapsed(case: Drive) -> None:
    item = an_item("food_permit_new", {"sells_online": "no"}).model_copy(update={"promise": Limit(days=0)})
    await case.open(MAIN, item=item, promised=True, closing=soon())
    await case.answer("check", "window", Outcome.ACCEPT_DEFERRED)
    await case.handle.result()


async def supplement_lapsed(case: Drive) -> None:
    item = an_item("food_permit_new", {"sells_online": "no"}).model_copy(update={"supplement": Limit(days=0)})
    await case.open(MAIN, item=item, closing=soon())
    await case.answer("check", "window", Outcome.NOTIFY)
    await case.handle.result()


async def deemed_accepted_and_late(case: Drive) -> None:
    await case.open(days_ago=30)


async def refused(case: Drive) -> None:
    await case.open()
    await case.answer("check", "window", Outcome.ACCEPT)
    await case.answer("review", "examiner", Outcome.FAIL, text="t-3")
    await case.answer("on_site", "examiner", Outcome.PASS, officers=("a", "b"))
    await case.answer("decide", "approver", Outcome.REFUSE, text="t-4")
    await case.answer("deliver", "window", Outcome.DELIVERED)


async def returned_with_helper_and_transfer(case: Drive) -> None:
    await case.open()
    await case.answer("check", "window", Outcome.ACCEPT)
    await case.act(Claim, EXAMINER, task=case.task("review"))
    await case.act(AddHelper, EXAMINER, task=case.task("review"), role=Role.EXAMINER, unit="gz-thr-other")
    await case.answer("review.h1", "examiner", Outcome.ADVISED, person=2)
    await case.to_decision()
    await case.answer("decide", "approver", Outcome.RETURN, return_to="review", text="t-5")
    await case.act(Transfer, EXAMINER, task=case.task("review"), unit="gz-thr-other", person="examiner-2")
    await case.answer("review", "examiner", Outcome.PASS, person=2)
    await case.answer("decide", "approver", Outcome.GRANT)


async def withdrawn(case: Drive) -> None:
    await case.open()
    await case.answer("check", "window", Outcome.ACCEPT)
    await case.act(Withdraw)


async def not_accepted(case: Drive) -> None:
    await case.open()
    ground = {"ground": Ground.OTHER_AUTHORITY, "authority": "市级主管部门"}
    await case.answer("check", "window", Outcome.REFUSE_ACCEPTANCE, **ground)


async def not_required(case: Drive) -> None:
    await case.open()
    await case.answer("check", "window", Outcome.NOT_REQUIRED, text="t-6")


async def resubmit(case: Drive) -> None:
    await case.open(("application_form",), item=an_item("company_setup", {"public_offering": "no"}))
    await case.answer("check", "window", Outcome.NOTIFY)


async def granted_at_once(case: Drive) -> None:
    whole = ("application_form", "premises", "articles", "appointments")
    await case.open(whole, item=an_item("company_setup", {"public_offering": "no"}))
    await case.answer("check", "window", Outcome.GRANT_AT_ONCE)
    await case.to_the_end()


def a_permit(**changes: Any) -> Item:
    return an_item("food_permit_new", {"sells_online": "no"}).model_copy(update=changes)


TESTING = Procedure(id="testing", name="检验", kind="testing", counted=False, max=Limit(days=10), basis="apl:45")
HEARING = Procedure(id="hearing", name="听证", kind="hearing", counted=False, max=Limit(days=20), basis="apl:45")
HEAD = Actor(id="head-1", roles=("agency_head",), units=(UNIT,))


async def paused_and_resumed(case: Drive) -> None:
    await case.open(item=a_permit(procedures=(TESTING,)))
    await case.answer("check", "window", Outcome.ACCEPT)
    await case.act(Pause, EXAMINER, procedure="testing", days=3, text="t-7")
    await case.act(Pause, EXAMINER, procedure="testing", days=2)
    await case.answer("review", "examiner", Outcome.PASS)
    await case.act(Resume, EXAMINER, procedure="testing")


async def overrun_and_paused(case: Drive) -> None:
    await case.open(item=a_permit(procedures=(TESTING,)), closing=soon())
    await case.answer("check", "window", Outcome.ACCEPT)
    await case.act(Pause, EXAMINER, procedure="testing", days=1)
    await asyncio.sleep(5)


async def extended(case: Drive) -> None:
    await case.open()
    await case.answer("check", "window", Outcome.ACCEPT)
    await case.act(Extend, HEAD, clock="promised", days=1, cause=Cause.COMPLEX, text="t-8")
    await case.act(Extend, EXAMINER, days=5, cause=Cause.COMPLEX, text="t-9")
    await case.answer("extend", "agency_head", Outcome.APPROVE)
    await case.to_decision()
    await case.answer("decide", "approver", Outcome.GRANT)
    await case.to_the_end()


async def disapproved_and_delayed(case: Drive) -> None:
    await case.open()
    await case.answer("check", "window", Outcome.ACCEPT)
    await case.act(Extend, EXAMINER, days=5, cause=Cause.COMPLEX, text="t-8")
    await case.answer("extend", "agency_head", Outcome.DISAPPROVE, text="t-9")
    until = datetime.now(SHANGHAI).date() + timedelta(days=60)
    await case.act(Delay, EXAMINER, until=until, cause=Cause.OTHER, text="t-10")


async def heard(case: Drive) -> None:
    await case.open(item=a_permit(procedures=(HEARING,)))
    await case.answer("check", "window", Outcome.ACCEPT)
    await case.act(Hear, EXAMINER, move=HearingMove.OFFER)
    await case.act(Hear, move=HearingMove.REQUEST)
    await case.act(Pause, EXAMINER, procedure="hearing", days=15)
    await case.to_decision()
    day = due(datetime.now(SHANGHAI), Limit(days=9), Office(calendar=read_calendar(DEFINITIONS / "calendar"))).day
    await case.act(Hear, EXAMINER, move=HearingMove.SCHEDULE, held_on=day, host="chair-1", text="t-8")


async def recounted(case: Drive) -> None:
    await case.open()
    await case.answer("check", "window", Outcome.ACCEPT)
    today = datetime.now(SHANGHAI).date()
    closed = Holiday(name="停工", **{"from": today, "to": today + timedelta(days=4)})
    calendar = Calendar(version="typhoon", years=(CalendarYear(year=today.year, holidays=(closed,), make_up=()),))
    await case.act(Recount, Actor(id="calendar", roles=("calendar",)), calendar=calendar, source="1")


CHIEF = Actor(id="chief-1", roles=("chief_representative",), units=(UNIT,))
OVERSEER = Actor(id="overseer-1", roles=("supervisor",), units=("*",))


async def still_late_and_ordered(case: Drive) -> None:
    await case.open(days_ago=60, policy=Policy(still_late_after=5))
    await case.act(Urge, text="t-1")
    await case.act(Order, CHIEF, text="t-2", days=2)
    await case.act(Order, OVERSEER, text="t-3")
    await case.answer("order.1", "chief_representative", Outcome.REPORTED, text="t-4")
    await case.answer("review", "examiner", Outcome.PASS)
    until = datetime.now(SHANGHAI).date() + timedelta(days=30)
    await case.act(JointHandling, CHIEF, units=("gz-thr-health", "gz-thr-fire"), held_on=until, text="t-5")
    await case.act(Remedy, OVERSEER, remedy=RemedyKind.DECIDE_BY, grievance="FY20260101-000001-1", due=until)


async def remedied(case: Drive) -> None:
    await case.open(("application_form",), policy=Policy(still_late_after=5))
    await case.answer("check", "window", Outcome.NOTIFY)
    missing = tuple(HandedIn(material=material) for material in ALL[1:])
    await case.act(Supplement, materials=missing)
    late = (Demand(material="application_form", defect="t-2"),)
    await case.answer("check", "window", Outcome.NOTIFY, demands=late)
    await case.act(Remedy, OVERSEER, remedy=RemedyKind.WITHDRAW_NOTICE, grievance="FY20260101-000001-1")
    await case.act(Remedy, OVERSEER, remedy=RemedyKind.ACCEPT_NOW, grievance="FY20260101-000001-1")
    await case.answer("review", "examiner", Outcome.PASS)


async def shown_to_its_end(case: Drive) -> None:
    """With what supervisors search by: near its limits, extended and filed, and the filing acknowledged."""
    await case.open()
    await case.answer("check", "window", Outcome.ACCEPT)
    await case.act(Extend, HEAD, clock="promised", days=1, cause=Cause.COMPLEX, text="t-8")
    await case.handle.signal("filing_acknowledged", 3)
    await case.to_decision()
    await case.answer("decide", "approver", Outcome.GRANT)
    await case.to_the_end()


async def acted_on_from_ui(case: Drive) -> None:
    await case.open(item=a_permit(procedures=(TESTING,)), days_ago=60, policy=Policy(still_late_after=5))
    await case.from_ui("urge", Actor(id="overseer-1", roles=("supervisor",), units=("gz-thr-management",)))
    await case.from_ui("reassign", CHIEF, task="review", to_person="examiner-2")
    await case.from_ui("hold", EXAMINER, procedure="testing", days=3)
    await case.handle.signal("note_trouble", ["behind", "activity_retrying"])
    await case.from_ui("resume", EXAMINER, procedure="testing")
    await case.handle.signal("note_trouble", [])
    await case.answer("review", "examiner", Outcome.PASS, person=2)


async def in_trouble_though_opened_before(case: Drive) -> None:
    """Opened by a release that told Temporal nothing of how its cases stand."""
    await case.open(semantics=0, shown=Shown())
    await case.handle.signal("note_trouble", ["behind"])
    await case.answer("check", "window", Outcome.ACCEPT)
    await case.handle.signal("note_trouble", [])
    await case.act(Withdraw)


PATHS: dict[str, Callable[[Drive], Awaitable[None]]] = {
    path.__name__: path
    for path in (
        granted,
        supplemented_twice_with_a_breach,
        promise_kept,
        promise_lapsed,
        supplement_lapsed,
        deemed_accepted_and_late,
        refused,
        returned_with_helper_and_transfer,
        withdrawn,
        not_accepted,
        not_required,
        resubmit,
        granted_at_once,
        paused_and_resumed,
        overrun_and_paused,
        extended,
        disapproved_and_delayed,
        heard,
        recounted,
        still_late_and_ordered,
        remedied,
        shown_to_its_end,
        acted_on_from_ui,
        in_trouble_though_opened_before,
    )
}
"""Open and closed ones; the deemed one and the two before its decision are left open."""
