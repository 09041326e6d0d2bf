"""The file of a simulated grievance: the batches that real ones write to PostgreSQL, kept in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from temporalio import activity

from activities.papers.forms import read_forms
from domain.grievance.record import GrievanceBatch, GrievanceEvent, GrievanceEventKind, Leg
from domain.record import ClockRecord, Paper
from domain.words import Text
from settings import settings
from workflows.grievance.messages import AskOfCase, CaseAnswered
from workflows.timeouts import ASK_OF_CASE, RECORD_GRIEVANCE

Asking = Callable[[AskOfCase], Awaitable[CaseAnswered]]
REPORTER = "reporter"


@dataclass
class GrievanceOnRecord:
    """What is on file of one grievance."""

    batches: list[GrievanceBatch] = field(default_factory=list)
    events: list[GrievanceEvent] = field(default_factory=list)
    faults: list[Text] = field(default_factory=list)

    def keep(self, batch: GrievanceBatch) -> None:
        """Put a batch on file; one that is there already changes nothing."""
        seq = self.events[-1].seq if self.events else 0
        if batch.last <= seq:
            if tuple(self.events[batch.first - 1 : batch.last]) != batch.events:
                self.faults.append(_fault(batch, "与已有记录不一致", "differs from what is on file"))
            return
        if [event.seq for event in batch.events] != list(range(seq + 1, batch.last + 1)):
            self.faults.append(_fault(batch, f"接不上第 {seq} 号事件", f"does not follow event {seq}"))
        self.batches.append(batch)
        self.events += batch.events

    @property
    def now(self) -> GrievanceBatch:
        """How it stands."""
        return self.batches[-1]

    @property
    def reached(self) -> datetime:
        """The moment of the last event."""
        return self.events[-1].at

    @property
    def papers(self) -> tuple[Paper, ...]:
        """The papers given so far, each once, in order."""
        return tuple(dict.fromkeys(paper for event in self.events for paper in event.papers))

    def last(self, kind: GrievanceEventKind) -> GrievanceEvent | None:
        """The last event of the kind."""
        return next((event for event in reversed(self.events) if event.kind is kind), None)

    def times(self, kind: GrievanceEventKind) -> int:
        """How often it happened."""
        return sum(event.kind is kind for event in self.events)

    @property
    def limits(self) -> dict[Leg, ClockRecord]:
        """The limits of the legs, of one that began twice the last one."""
        return {Leg(clock.key.rpartition(".")[2]): clock for clock in self.now.clocks}

    def addressee(self, paper: Paper, window: str) -> str | None:
        """Who got the paper last."""
        event = next((event for event in reversed(self.events) if paper in event.papers), None)
        if event is None:
            return None
        form = read_forms(settings().definitions / "papers")[paper].form
        return REPORTER if form.to == "applicant" else str(event.data.get("addressee") or window)


class InMemoryGrievances:
    """The activities of any number of grievances."""

    def __init__(self) -> None:
        self.files: defaultdict[str, GrievanceOnRecord] = defaultdict(GrievanceOnRecord)
        self.asking: dict[str, Asking] = {}
        """How the case of each answers what is asked of it."""

    @activity.defn(name=RECORD_GRIEVANCE)
    async def record_grievance(self, batch: GrievanceBatch) -> None:
        """Keep the batch; writing it twice is harmless."""
        self.files[batch.number].keep(batch)

    @activity.defn(name=ASK_OF_CASE)
    async def ask_of_case(self, asked: AskOfCase) -> CaseAnswered:
        """What the case makes of it."""
        return await self.asking[asked.grievance](asked)


def _fault(batch: GrievanceBatch, zh: str, en: str) -> Text:
    return Text(f"记录 {batch.first}–{batch.last} {zh}", f"batch {batch.first}-{batch.last} {en}")
