"""The paths of bundles whose histories are kept: those of the bundle and of each of its items."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import Client, WorkflowHandle

from bench.made_bundle import bundle as made_bundle
from bench.made_bundle import item as made_item
from domain.bundle.definition import BundleDefinition
from domain.bundle.settling import Bundle, settled
from domain.commands import (
    Act,
    Actor,
    Answer,
    Cause,
    CollectEarly,
    Extend,
    HandedIn,
    Outcome,
    Pause,
    Resume,
    Supplement,
    Withdraw,
    WithdrawParts,
)
from domain.deadline import Office
from domain.definition import ItemDefinition
from domain.shown import SEMANTICS
from registry.calendars import read_calendar
from tests.replay.paths import APPLICANT, DEFINITIONS, SHOWN
from workflows.connection import open_case, send
from workflows.messages import CaseStart, Picture, workflow_id

UNITS = ("gz-thr-samr", "gz-thr-health")
STAFF = Actor(id="staff-1", roles=("window", "examiner", "approver", "agency_head"), units=UNITS)
SOON = timedelta(seconds=20)
PLAN = {"id": "plan", "name": "图纸", "need": "required", "main": True}
RULES = {"id": "rules", "name": "制度", "need": "required", "main": False}
TESTING = {
    "id": "testing",
    "name": "检测",
    "procedure": "testing",
    "counted": False,
    "max": {"days": 10},
    "basis": "测试",
}


def an_item(n: int) -> ItemDefinition:
    """An item that needs two materials, may be paused and extended, and is a permit where its number is even."""
    body = made_item(n, UNITS)
    body["materials"] = [PLAN, RULES]
    body["deferral"] = {"allowed": True, "supplement_within": {"days": 2}}
    body["special_procedures"] = [TESTING]
    body["limits"] |= {"statutory": {"days": 20, "basis": "测试"}, "extension": {"days": 3, "basis": "测试"}}
    body["type"] = "公共服务" if n % 2 else "行政许可"
    return ItemDefinition.model_validate(body)


def a_bundle(number: str) -> tuple[Any, Bundle]:
    """Two items, and two that each wait for both."""
    body = made_bundle(2, 2, UNITS)
    ids = [one["id"] for one in body["items"]]
    for one in body["items"]:
        one["early"] = True
    body["materials"] = [
        {"id": name, "name": name, "main": main, "for": [f"{id_}.{name}" for id_ in ids]}
        for name, main in (("plan", True), ("rules", False))
    ]
    definition = BundleDefinition.model_validate(body)
    items = {id_: (an_item(n), "0" * 64) for n, id_ in enumerate(ids)}
    whole, bundle = settled(definition, "0" * 64, {}, items)
    parts = tuple(part.model_copy(update={"number": f"{number}-{part.id}"}) for part in bundle.parts)
    return whole, bundle.model_copy(update={"parts": parts})


@dataclass
class BundleDrive:
    """A bundle and those who carry it on."""

    client: Client
    task_queue: str
    number: str = field(default_factory=lambda: f"TEST-{uuid.uuid4()}")

    async def open(self, in_hand: tuple[str, ...] = ("plan", "rules"), *, promised: bool = False) -> None:
        whole, bundle = a_bundle(self.number)
        start = CaseStart(
            number=self.number,
            item=whole,
            office=Office(calendar=read_calendar(DEFINITIONS / "calendar")),
            received_at=datetime.now(UTC),
            by=APPLICANT,
            in_hand=tuple(HandedIn(material=material) for material in in_hand),
            promised=promised,
            bundle=bundle,
            semantics=SEMANTICS,
            shown=SHOWN,
        )
        await open_case(self.client, self.task_queue, start, SOON)

    def of(self, part: str | None) -> str:
        """The number of an item's case, or of the bundle."""
        return f"{self.number}-{part}" if part else self.number

    def handle(self, part: str | None = None) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(workflow_id(self.of(part)))

    async def task(self, part: str | None, slot: str) -> str:
        """The open task of the slot, once it is there."""
        while True:
            try:
                picture: Picture = await self.handle(part).query("picture", result_type=Picture)
            except Exception:  # the case of the item has not begun
                picture = None
            found = [task.id for task in (picture.tasks if picture else ()) if task.slot == slot]
            if found:
                return found[0]
            await asyncio.sleep(0.05)

    async def answer(self, part: str | None, slot: str, outcome: Outcome, **more: Any) -> None:
        task = await self.task(part, slot)
        await self._send(part, Answer(request_id=uuid.uuid4().hex, by=STAFF, task=task, outcome=outcome, **more))

    async def act(self, kind: type[Any], of: str | None = None, by: Actor = APPLICANT, **more: Any) -> None:
        await self._send(of, kind(request_id=uuid.uuid4().hex, by=by, **more))

    async def _send(self, part: str | None, command: Answer | Act) -> None:
        await send(self.client, self.of(part), command, SOON)

    async def grant(self, *parts: str) -> None:
        for part in parts:
            await self.answer(part, "decide", Outcome.GRANT)
            await self.answer(part, "issue", Outcome.ISSUED)


FIRST, SECOND, THIRD, FOURTH = "item_0_0", "item_0_1", "item_1_0", "item_1_1"


async def bundle_granted(bundle: BundleDrive) -> None:
    await bundle.open()
    await bundle.answer(None, "check", Outcome.ACCEPT)
    await bundle.grant(FIRST, SECOND, THIRD, FOURTH)
    await bundle.answer(None, "deliver", Outcome.DELIVERED)


async def bundle_refused_and_withdrawn(bundle: BundleDrive) -> None:
    await bundle.open()
    await bundle.answer(None, "check", Outcome.ACCEPT)
    await bundle.answer(FIRST, "decide", Outcome.REFUSE, text="t-1")
    await bundle.act(WithdrawParts, parts=(SECOND,))
    await bundle.answer(FIRST, "deliver", Outcome.DELIVERED)


async def bundle_withdrawn(bundle: BundleDrive) -> None:
    await bundle.open()
    await bundle.answer(None, "check", Outcome.ACCEPT)
    await bundle.grant(FIRST)
    await bundle.task(SECOND, "decide")
    await bundle.act(Withdraw)
    await bundle.answer(None, "deliver", Outcome.DELIVERED)


async def bundle_paused_extended_collected_early(bundle: BundleDrive) -> None:
    await bundle.open()
    await bundle.answer(None, "check", Outcome.ACCEPT)
    await bundle.task(FIRST, "decide")
    await bundle.act(Pause, FIRST, STAFF, procedure="testing", days=3, text="t-1")
    await bundle.act(Resume, FIRST, STAFF, procedure="testing", text="t-2")
    await bundle.act(Extend, FIRST, STAFF, days=2, cause=Cause.COMPLEX, text="t-3")
    await bundle.grant(FIRST)
    await asyncio.sleep(0.5)
    await bundle.act(CollectEarly, part=FIRST)
    await bundle.answer(None, "deliver.1", Outcome.DELIVERED)
    await bundle.grant(SECOND)


async def bundle_deferred(bundle: BundleDrive) -> None:
    await bundle.open(("plan",), promised=True)
    await bundle.answer(None, "check", Outcome.ACCEPT_DEFERRED)
    await bundle.task(FIRST, "decide")
    await bundle.act(Supplement, materials=(HandedIn(material="rules"),))
    await asyncio.sleep(0.5)
    await bundle.grant(FIRST, SECOND)
    await bundle.task(THIRD, "decide")


async def bundle_shown_and_urged_from_ui(bundle: BundleDrive) -> None:
    await bundle.open()
    await bundle.answer(None, "check", Outcome.ACCEPT)
    await bundle.task(FIRST, "decide")
    word = {"by": "overseer-1", "role": "supervisor", "unit": "gz-thr-management"}
    await bundle.handle().execute_update("urge", word, rpc_timeout=SOON)
    await bundle.handle(FIRST).execute_update("urge", word, rpc_timeout=SOON)
    await bundle.handle().signal("note_trouble", ["behind"])
    await bundle.grant(FIRST, SECOND, THIRD, FOURTH)
    await bundle.answer(None, "deliver", Outcome.DELIVERED)


BUNDLE_PATHS: dict[str, Callable[[BundleDrive], Awaitable[None]]] = {
    path.__name__: path
    for path in (
        bundle_granted,
        bundle_refused_and_withdrawn,
        bundle_withdrawn,
        bundle_paused_extended_collected_early,
        bundle_deferred,
        bundle_shown_and_urged_from_ui,
    )
}
"""Some are left open. Beside the history of the bundle that of its first item is kept."""
