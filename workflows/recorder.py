"""Puts on file what happened: one batch for all that one act led to, in order, before the act is answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.exceptions import FailureError

from domain.commands import Actor
from domain.record import Batch, Event, EventKind, Paper
from workflows.timeouts import ON_FILE, ON_FILE_AT_ONCE, RECORD


class Recorder:
    """Numbers the events of a case and writes them; the workflow's own queue decides when a batch is whole.

    A condition is looked at only when nothing else in the workflow can run, so a batch holds an act with everything
    that followed from it.
    """

    def __init__(self, now: Callable[[], datetime], batch: Callable[[tuple[Event, ...]], Batch]) -> None:
        self._now = now
        self._batch = batch
        self._pending: list[Event] = []
        self.events: list[Event] = []
        self.seq = 0
        self.recorded = 0

    def event(
        self,
        kind: EventKind,
        *,
        by: Actor | None = None,
        article: str | None = None,
        papers: tuple[Paper, ...] = (),
        at: datetime | None = None,
        **data: Any,
    ) -> Event:
        """Something happened, now unless `at` says when; without `by`, time did it."""
        self.seq += 1
        event = Event(seq=self.seq, kind=kind, at=at or self._now(), by=by, article=article, papers=papers, data=data)
        self._pending.append(event)
        self.events = [*self.events[-9:], event]
        return event

    async def all_recorded(self) -> None:
        """Return once everything that happened until now is on file."""
        seq = self.seq
        await workflow.wait_condition(lambda: self.recorded >= seq)

    async def run(self) -> None:
        """Write batches for as long as the case lives."""
        while True:
            await workflow.wait_condition(lambda: bool(self._pending))
            events, self._pending = tuple(self._pending), []
            await self._write(self._batch(events))
            self.recorded = events[-1].seq

    async def _write(self, batch: Batch) -> None:
        summary = f"记录 {batch.first}–{batch.last}：{batch.events[-1].kind}"
        try:
            await workflow.execute_local_activity(RECORD, batch, summary=summary, **ON_FILE_AT_ONCE)
        except FailureError:
            await workflow.execute_activity(RECORD, batch, summary=summary, **ON_FILE)
