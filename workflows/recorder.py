"""Makes a batch of all that one act led to, for its caller to put on file; what time does, an activity puts there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from temporalio import workflow

from domain.commands import Actor
from domain.record import Batch, Event, EventKind, Paper
from domain.telling import EVENTS
from workflows.timeouts import ON_FILE, RECORD


class Recorder:
    """Numbers the events of a case and cuts them into batches.

    A batch goes on file only when the history holds it: either it is the answer to an update, which the caller gets once
    the answer is durable, or the input of an activity. A local activity would write before that, and a worker that dies
    then would leave on file what never happened (decision 1).
    """

    def __init__(self, now: Callable[[], datetime], batch: Callable[[tuple[Event, ...]], Batch]) -> None:
        self._now = now
        self._batch = batch
        self.cut_off: Callable[[], None] = lambda: None
        """Called with every batch, when the case stands still for a moment."""
        self.first: Callable[[Batch], tuple[str, list[Any]]] = lambda batch: (RECORD, [batch])
        """Which activity puts the first batch on file, and what it is given."""
        self._pending: list[Event] = []
        self._quiet = True
        """Whether nothing of what is pending has to go on file by itself."""
        self._acts = 0
        self._writing = False
        self.events: list[Event] = []
        self.seq = 0

    def event(
        self,
        kind: EventKind,
        *,
        by: Actor | None = None,
        article: str | None = None,
        papers: tuple[Paper, ...] = (),
        at: datetime | None = None,
        quiet: bool = False,
        **data: Any,
    ) -> Event:
        """Something happened, now unless `at` says when; without `by`, time did it. What is quiet goes on file with what
        comes next."""
        self.seq += 1
        event = Event(seq=self.seq, kind=kind, at=at or self._now(), by=by, article=article, papers=papers, data=data)
        self._pending.append(event)
        self._quiet &= quiet
        self.events = [*self.events[-9:], event]
        return event

    @contextmanager
    def during_an_act(self) -> Iterator[None]:
        """While an act is under way, what happens waits to be cut into its batch."""
        self._acts += 1
        try:
            yield
        finally:
            self._acts -= 1

    def cut(self) -> Batch | None:
        """All that happened since the last batch, for the caller to put on file; None where nothing did."""
        events, self._pending, self._quiet = tuple(self._pending), [], True
        self.cut_off()
        return self._batch(events) if events else None

    async def all_handed_over(self) -> None:
        """Return once everything that happened is on file, or with a caller who puts it there."""
        await workflow.wait_condition(lambda: self._quiet and not self._writing)

    @property
    def filed(self) -> int:
        """The last event that is on file, or on its way there."""
        return self.seq - len(self._pending) if self._quiet else self.seq

    async def run(self) -> None:
        """Put on file what no act carries away, for as long as the case lives."""
        while True:
            await workflow.wait_condition(lambda: not self._quiet and not self._acts)
            if batch := self.cut():
                self._writing = True
                summary = f"记录第{batch.first}–{batch.last}项：{EVENTS[batch.events[-1].kind].zh}"
                name, args = (RECORD, [batch]) if batch.first > 1 else self.first(batch)
                await workflow.execute_activity(name, args=args, summary=summary, **ON_FILE)
                self._writing = False
