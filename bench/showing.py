"""`python -m bench.showing`: what it costs that cases keep their search attributes, against the same cases without.

Lifecycles of the food permit straight on the engine, without HTTP and database, in turns of so many, one kind after the other.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import time
import uuid
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from ruamel.yaml import YAML
from temporalio.client import Client

from cli.simulation.environment import environment
from domain.commands import Actor, Answer, HandedIn, Outcome
from domain.deadline import Office
from domain.definition import ItemDefinition
from domain.item import item_of
from domain.shown import SEMANTICS, Shown
from registry.calendars import read_calendar
from settings import Settings
from workflows.connection import open_case, send
from workflows.messages import CaseStart, workflow_id

UNIT = "gz-thr-samr"
MATERIALS = ("application_form", "floor_plan", "training", "safety_rules", "facilities")
STEPS: tuple[tuple[str, str, Outcome, dict[str, Any]], ...] = (
    ("check", "window", Outcome.ACCEPT, {}),
    ("review", "examiner", Outcome.PASS, {}),
    ("on_site", "examiner", Outcome.PASS, {"officers": ("a", "b")}),
    ("decide", "approver", Outcome.GRANT, {}),
    ("issue", "window", Outcome.ISSUED, {}),
    ("deliver", "window", Outcome.DELIVERED, {}),
)
PATIENCE = timedelta(seconds=30)


def opening(semantics: int) -> CaseStart:
    """The input of one case."""
    definitions = Settings().definitions
    text = (definitions / "items" / "food_permit_new.yaml").read_text(encoding="utf-8")
    definition = ItemDefinition.model_validate(YAML(typ="safe", pure=True).load(text))
    return CaseStart(
        number="",
        item=item_of(definition, "0" * 64, {"sells_online": "no"}),
        office=Office(calendar=read_calendar(definitions / "calendar")),
        received_at=datetime.now(UTC),
        by=Actor(id="bench", roles=("applicant",)),
        in_hand=tuple(HandedIn(material=material) for material in MATERIALS),
        semantics=semantics,
        shown=Shown(place="gz-thr", overseen_by="gz-thr-management", pages="http://127.0.0.1:18000/v1/cases/"),
    )


async def lifecycle(client: Client, queue: str, start: CaseStart) -> str:
    """One case from receipt to delivery; its number."""
    start = start.model_copy(update={"number": f"BENCH-{uuid.uuid4()}"})
    tasks = (await open_case(client, queue, start, PATIENCE)).done.tasks
    for slot, role, outcome, more in STEPS:
        by = Actor(id=role, roles=(role,), units=(UNIT,))
        task = next(task for task in tasks if task.endswith(f".{slot}"))
        answer = Answer(request_id=uuid.uuid4().hex, by=by, task=task, outcome=outcome, **more)
        tasks = (await send(client, start.number, answer, PATIENCE)).done.tasks
    return start.number


async def turn(client: Client, queue: str, start: CaseStart, cases: int, clients: int) -> float:
    """Seconds for each lifecycle."""
    left = iter(range(cases))

    async def one() -> None:
        for _ in left:
            await lifecycle(client, queue, start)

    begun = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(clients)))
    return (time.perf_counter() - begun) / cases


async def main(rounds: int, cases: int, clients: int) -> None:
    """Print events, bytes and time of both, and their ratio."""
    starts = {"without": opening(0), "with": opening(SEMANTICS)}
    async with environment() as env:
        seconds: dict[str, list[float]] = {kind: [] for kind in starts}
        for start in starts.values():
            await turn(env.client, env.task_queue, start, cases, clients)
        for _ in range(rounds):
            for kind, start in starts.items():
                seconds[kind].append(await turn(env.client, env.task_queue, start, cases, clients))
        for kind, start in starts.items():
            number = await lifecycle(env.client, env.task_queue, start)
            described = await env.client.get_workflow_handle(workflow_id(number)).describe()
            size = described.raw_description.workflow_execution_info.history_size_bytes
            each = median(seconds[kind]) * 1000
            print(f"{kind:<8} {described.history_length} events  {size / 1024:.1f} KB  {each:.1f} ms a lifecycle")
        ratios = [after / before for before, after in zip(seconds["without"], seconds["with"], strict=True)]
        print(
            f"time with / without: median {median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f}), {rounds} rounds"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--cases", type=int, default=60)
    parser.add_argument("--clients", type=int, default=8)
    given = parser.parse_args()
    asyncio.run(main(given.rounds, given.cases, given.clients))
    gc.collect()
