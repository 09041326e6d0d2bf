"""The chief representative moves any task of the unit, and whoever stands in does so with the same role (gz:8.3)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from domain.commands import Actor, AddHelper, Cause, Claim, Extend, Order, Outcome, Transfer
from domain.definition import Role
from domain.record import EventKind
from tests.counter import UNIT
from tests.workflows.conftest import Drive
from tests.workflows.test_desk import ALL, refused_with

CHIEF = Actor(id="chief-1", roles=("chief_representative",), units=(UNIT,))
DEPUTY = Actor(id="deputy-1", roles=("chief_representative",), units=(UNIT,))
ELSEWHERE = Actor(id="chief-2", roles=("chief_representative",), units=("gz-thr-health",))
EXAMINER = Actor(id="examiner-1", roles=("examiner",), units=(UNIT,))
Course = Callable[[Drive], Awaitable[None]]


async def received(case: Drive) -> None:
    await case.open(ALL)


async def accepted(case: Drive) -> None:
    await received(case)
    await case.answer("check", "window", Outcome.ACCEPT)


async def examined(case: Drive) -> None:
    await accepted(case)
    await case.answer("review", "examiner", Outcome.PASS)
    await case.answer("on_site", "examiner", Outcome.PASS, officers=("officer-a", "officer-b"))


async def granted(case: Drive) -> None:
    await examined(case)
    await case.answer("decide", "approver", Outcome.GRANT)


async def issued(case: Drive) -> None:
    await granted(case)
    await case.answer("issue", "window", Outcome.ISSUED)


async def helped(case: Drive) -> None:
    await accepted(case)
    await case.act(AddHelper, EXAMINER, task=case.task("review"), role=Role.EXAMINER, unit=UNIT)


async def asked_to_extend(case: Drive) -> None:
    await accepted(case)
    await case.act(Extend, EXAMINER, clock="statutory", days=2, cause=Cause.COMPLEX, text="案情复杂")


async def ordered(case: Drive) -> None:
    await accepted(case)
    await case.act(Order, CHIEF, text="请说明进展")


KINDS: dict[str, tuple[Course, Role]] = {
    "check": (received, Role.WINDOW),
    "review": (accepted, Role.EXAMINER),
    "on_site": (accepted, Role.EXAMINER),
    "decide": (examined, Role.APPROVER),
    "issue": (granted, Role.WINDOW),
    "deliver": (issued, Role.WINDOW),
    "review.h1": (helped, Role.EXAMINER),
    "extend": (asked_to_extend, Role.AGENCY_HEAD),
    "order.1": (ordered, Role.CHIEF_REPRESENTATIVE),
}
"""Each kind of task that the unit can have, how a case comes to it, and whose it is."""


def the_task(case: Drive, slot: str) -> str:
    """The open task of the slot; an extension numbers its own."""
    return next(task for task in case.tasks if task.endswith(f".{slot}") or f".{slot}." in task)


@pytest.mark.shows("N20")
@pytest.mark.parametrize("by", [CHIEF, DEPUTY], ids=["chief", "substitute"])
@pytest.mark.parametrize("slot", sorted(KINDS))
async def test_chief_representative_or_substitute_gives_what_an_absent_colleague_claimed_to_another_one(
    drive: Callable[[], Drive], slot: str, by: Actor
) -> None:
    come_to_it, role = KINDS[slot]
    case = drive()
    await come_to_it(case)
    task = the_task(case, slot)
    await case.act(Claim, Actor(id="gone", roles=(role,), units=(UNIT,)), task=task)
    colleague = Actor(id="colleague", roles=(role,), units=(UNIT,))
    to_colleague = {"task": task, "unit": UNIT, "person": "colleague"}
    await refused_with("not_your_task", case, Transfer, ELSEWHERE, **to_colleague)

    await case.act(Transfer, by, **to_colleague)

    event = await case.event(EventKind.TASK_TRANSFERRED)
    assert (event.by["id"], event.data["person"]) == (by.id, "colleague")
    await case.act(Claim, colleague, task=task, release=True)
    assert (await case.event(EventKind.TASK_RELEASED)).by["id"] == "colleague"
