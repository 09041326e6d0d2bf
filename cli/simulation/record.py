"""The case file of a simulation: the batches that real cases write to PostgreSQL, kept in memory and looked at closely."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from temporalio import activity

from domain.bundle.settling import PartOf
from domain.record import (
    Batch,
    ClockRecord,
    Ending,
    Event,
    EventKind,
    Light,
    Paper,
    PartRecord,
    Stage,
    TaskRecord,
    TaskState,
)
from domain.supervision.desks import Desks
from domain.words import Text
from workflows.messages import Picture
from workflows.timeouts import HAND_ON, LAST_LOOK, LAST_LOOK_OF_PART, OPEN_PART, RECORD


@dataclass
class CaseOnRecord:
    """What is on file of one case."""

    batches: list[Batch] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    faults: list[Text] = field(default_factory=list)
    _early: dict[int, Batch] = field(default_factory=dict)
    _written: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: dict[str, TaskRecord] = field(default_factory=dict)
    _clocks: dict[tuple[str, str], ClockRecord] = field(default_factory=dict)
    _seen: Picture | None = None

    def look_at(self, seen: Picture) -> None:
        """How the case stands by its own account; some of what happened goes on file with what comes next only."""
        self._seen = seen
        self._keep_clocks(seen.clocks)

    @property
    def so_far(self) -> tuple[Event, ...]:
        """All that happened, as far as it is on file or was seen."""
        seen = self._seen.last if self._seen else ()
        return (*self.events, *(event for event in seen if event.seq > self.seq))

    @property
    def seq(self) -> int:
        """The number of the last event on file."""
        return self.events[-1].seq if self.events else 0

    @property
    def stage(self) -> Stage:
        """Where the case stands."""
        return self.batches[-1].stage

    @property
    def ending(self) -> Ending | None:
        """How it ended; None while it lives."""
        return self.batches[-1].ending

    @property
    def light(self) -> Light:
        """How it stands against its limits."""
        return self.batches[-1].light

    @property
    def paused_until(self) -> date | None:
        """While a special procedure runs: the last day announced for it."""
        return self.batches[-1].paused_until

    @property
    def accepted_on(self) -> date | None:
        """The day of acceptance."""
        return self.batches[-1].accepted_on

    @property
    def parts(self) -> tuple[PartRecord, ...]:
        """How the items of a bundle stand; none where it is none."""
        if self._seen and self._seen.last[-1].seq > self.seq:
            return self._seen.parts
        return next((batch.parts for batch in reversed(self.batches) if batch.parts), ())

    @property
    def papers(self) -> tuple[Paper, ...]:
        """The papers given so far, each once, in order."""
        return tuple(dict.fromkeys(paper for event in self.events for paper in event.papers))

    @property
    def breach(self) -> bool:
        """Whether a second notice demanded what the first could have said."""
        return any(event.kind is EventKind.BREACH_FOUND for event in self.events)

    @property
    def tasks(self) -> tuple[TaskRecord, ...]:
        """Every task that was ever laid, in order."""
        return tuple(self._tasks.values())

    @property
    def open_tasks(self) -> tuple[TaskRecord, ...]:
        """The tasks that wait for an answer."""
        return tuple(task for task in self.tasks if task.state is TaskState.OPEN)

    @property
    def clocks(self) -> tuple[ClockRecord, ...]:
        """Every limit that ever ran, in the order in which they began; one that began anew is there twice."""
        return tuple(self._clocks.values())

    def clock(self, key: str) -> ClockRecord | None:
        """The limit with this key that began last."""
        return next((clock for clock in reversed(self.clocks) if clock.key == key), None)

    def with_desks(self) -> Iterator[tuple[Batch, Desks]]:
        """Each batch with the desks on which steps lie after it, and those that it took a step off."""
        laid: dict[str, TaskRecord] = {}
        for batch in self.batches:
            laid |= {task.id: task for task in batch.tasks}
            touched = {task.id for task in batch.tasks}
            lie = (task for task in laid.values() if task.state is TaskState.OPEN or task.id in touched)
            yield batch, tuple((task.step, task.unit) for task in lie)

    async def reaches(self, seq: int) -> None:
        """Return once the event with this number is on file."""
        while self.seq < seq:
            self._written.clear()
            await self._written.wait()

    def keep(self, batch: Batch | None) -> None:
        """Put a batch on file; one that is there already changes nothing, one that is early waits for those before it."""
        if batch is not None:
            self._early[batch.first] = batch
        while self._early and min(self._early) <= self.seq + 1:
            self._keep(self._early.pop(min(self._early)))

    @property
    def gaps(self) -> list[Text]:
        """What does not follow the last event on file, and so was lost."""
        return [
            _fault(batch, f"接不上第 {self.seq} 号事件", f"does not follow event {self.seq}")
            for batch in self._early.values()
        ]

    def _keep(self, batch: Batch) -> None:
        if batch.last <= self.seq:
            if tuple(self.events[batch.first - 1 : batch.last]) != batch.events:
                self.faults.append(_fault(batch, "与已有记录不一致", "differs from what is on file"))
            return
        numbers = [event.seq for event in batch.events]
        if batch.first != self.seq + 1 or numbers != list(range(batch.first, batch.last + 1)):
            self.faults.append(_fault(batch, f"接不上第 {self.seq} 号事件", f"does not follow event {self.seq}"))
        self.batches.append(batch)
        self.events += batch.events
        self._tasks |= {task.id: task for task in batch.tasks}
        self._keep_clocks(batch.clocks)
        self._written.set()

    def _keep_clocks(self, clocks: Iterable[ClockRecord]) -> None:
        self._clocks |= {(clock.key, clock.started_at.isoformat()): clock for clock in clocks}


class InMemoryRecord:
    """The activity that puts batches on file, for any number of cases."""

    def __init__(self) -> None:
        self.cases: defaultdict[str, CaseOnRecord] = defaultdict(CaseOnRecord)

    @activity.defn(name=RECORD)
    async def record(self, batch: Batch) -> None:
        """Keep the batch; writing it twice is harmless."""
        self.cases[batch.number].keep(batch)

    @activity.defn(name=LAST_LOOK)
    async def last_look(self, number: str, until: datetime) -> bool:
        """Nothing is ever on its way: each act reaches its case at once."""
        return False

    @activity.defn(name=LAST_LOOK_OF_PART)
    async def last_look_of_part(self, number: str, until: datetime, missing: list[str]) -> bool:
        """Nor from a bundle to its items."""
        return False

    @activity.defn(name=OPEN_PART)
    async def open_part(self, part_of: PartOf, start: dict[str, Any], batch: Batch) -> None:
        """The case of an item of a bundle begins with its first batch."""
        self.cases[batch.number].keep(batch)

    @activity.defn(name=HAND_ON)
    async def hand_on(self, bundle: str, number: str, takes: dict[str, str]) -> None:
        """Materials are nowhere but in the workflows."""


def _fault(batch: Batch, zh: str, en: str) -> Text:
    return Text(f"记录 {batch.first}–{batch.last} {zh}", f"batch {batch.first}-{batch.last} {en}")
