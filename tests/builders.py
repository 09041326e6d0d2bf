"""Values for tests, each complete and legal until a test says what is different about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from domain.acceptance import Application
from domain.calendar import Calendar
from domain.checklist import Checklist
from domain.commands import Actor, Answer, Demand, Outcome
from domain.deadline import Office
from domain.definition import Handling, Intake, ItemType, Role
from domain.desk import Task
from domain.examination import Examination
from domain.item import Item, ItemStep, Needed, Sitting
from domain.limits import Limit, Starts, StatedLimit, Unit
from domain.values import SHANGHAI
from registry.calendars import read_calendar

DEFINITIONS = Path(__file__).parents[1] / "definitions"
UNIT = "gz-thr-samr"


@cache
def the_calendar() -> Calendar:
    """The published calendars as the product reads them."""
    return read_calendar(DEFINITIONS / "calendar")


def an_office(**changes: Any) -> Office:
    """A service centre on the published calendars, whose days end at 24:00."""
    return Office(**{"calendar": the_calendar(), **changes})


def at(text: str) -> datetime:
    """A moment written as `2026-03-02 10:00`, in Shanghai unless it names another zone; a bare day is its 10:00."""
    moment = datetime.fromisoformat(text if len(text) > 10 else f"{text} 10:00")
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def working(days: float) -> Limit:
    """A limit in working days."""
    return Limit(days=days, unit=Unit.WORKING)


def natural(days: int) -> Limit:
    """A limit in natural days."""
    return Limit(days=days, unit=Unit.NATURAL)


def an_actor(
    person: str = "clerk-1", *, roles: Iterable[str] = (Role.WINDOW,), units: Iterable[str] = (UNIT,)
) -> Actor:
    """Somebody who acts; the item's window clerk unless told otherwise."""
    return Actor(id=person, roles=tuple(roles), units=tuple(units))


def an_applicant(person: str = "applicant-1") -> Actor:
    """Somebody who applies and holds no role."""
    return Actor(id=person, roles=())


def a_material(material: str, *, main: bool = True, from_register: bool = False) -> Needed:
    """A material that is needed; its name is its id in words, so that messages can be looked at."""
    return Needed(id=material, name=material.replace("_", " "), main=main, from_register=from_register)


FORM, PLAN = a_material("form"), a_material("plan")
TRAINING = a_material("training", main=False)
LICENCE = a_material("licence", from_register=True)


def a_step(step: str, *after: str, **changes: Any) -> ItemStep:
    """A step of the examination that one examiner answers; `signers` makes it one with so many seats."""
    signers = changes.pop("signers", 1)
    role = Role.APPROVER if changes.get("decides") else Role.EXAMINER
    given = {
        "id": step,
        "name": step,
        "mode": "single",
        "sittings": tuple(Sitting(role=role, unit=UNIT) for _ in range(signers)),
        "officers": 1,
        "after": after,
        "limit": working(1),
        "decides": False,
    }
    return ItemStep(**{**given, **changes})


def an_examination(*steps: ItemStep) -> Examination:
    """An examination that nobody has answered yet: a review and a decision unless told otherwise."""
    return Examination(steps=steps or (a_step("review"), a_step("decide", "review", decides=True)))


def an_item(**changes: Any) -> Item:
    """A permit with two main materials, a secondary one that may follow and one that a register holds."""
    given: dict[str, Any] = {
        "code": "440199001000",
        "version": "2026-01-01",
        "digest": "d" * 64,
        "name": "食品经营许可（新办）",
        "unit": UNIT,
        "type": ItemType.PERMIT,
        "handling": Handling.PROMISED,
        "intake": Intake(),
        "acceptance": StatedLimit(days=5, starts=Starts.RECEIPT, basis="apl:32.4"),
        "statutory": StatedLimit(days=20, starts=Starts.ACCEPTANCE, basis="apl:42.1"),
        "promised": StatedLimit(days=5, starts=Starts.ACCEPTANCE),
        "delivery": StatedLimit(days=10, starts=Starts.DECISION, basis="apl:44"),
        "supplement": None,
        "promise": working(3),
        "materials": (FORM, PLAN, TRAINING, LICENCE),
        "steps": (a_step("review"), a_step("decide", "review", decides=True)),
    }
    return Item(**{**given, **changes})


def an_application(*, in_hand: Iterable[str] = ("form", "plan", "training"), **changes: Any) -> Application:
    """An application with everything in hand; changes other than `promised` are the item's."""
    promised = changes.pop("promised", False)
    item = an_item(**changes)
    checklist = Checklist(needed=item.materials, in_hand=tuple(in_hand))
    return Application(item=item, checklist=checklist, promised=promised)


def an_answer(outcome: Outcome, **changes: Any) -> Answer:
    """A clerk's answer to a task."""
    given: dict[str, Any] = {"request_id": "request-1", "by": an_actor(), "task": "task-1", "outcome": outcome}
    return Answer(**{**given, **changes})


def demand(material: str | None = None, defect: str | None = None) -> Demand:
    """A line of a one-time notice."""
    return Demand(material=material, defect=defect)


def a_task(**changes: Any) -> Task:
    """An open task of an examiner that nobody has claimed."""
    given: dict[str, Any] = {
        "id": "task-1",
        "slot": "review",
        "step": "review",
        "name": "资料审查",
        "sitting": Sitting(role=Role.EXAMINER, unit=UNIT),
        "outcomes": (Outcome.PASS, Outcome.FAIL),
    }
    return Task(**{**given, **changes})
