"""What the stages of a procedure work with: the desk, the clock, the record, and the facts of the case."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from temporalio import workflow

from domain.acceptance import Application, NoticeRound
from domain.bundle.plan import paused_by
from domain.checklist import Checklist
from domain.commands import Actor, Answer, Demand, Done, Outcome
from domain.definition import Role
from domain.desk import Task
from domain.examination import Examination
from domain.extension import Asked
from domain.hearing import Hearing
from domain.item import Sitting
from domain.law import carries_out
from domain.limits import Starts
from domain.record import (
    Batch,
    Clock,
    ClockRecord,
    ClockState,
    Ending,
    Event,
    EventKind,
    Light,
    Moved,
    Paper,
    Stage,
    TaskRecord,
    TaskState,
)
from domain.running import (
    THE_APPLICANTS_OWN,
    Beginning,
    applicant_is_told,
    beginning_at,
    light_of,
    silence_accepts,
)
from domain.special import Stop, stretches
from domain.supervision.cards import held_days
from domain.supervision.lateness import is_late, is_owed, still_late_from
from domain.supervision.orders import is_of_order, is_order
from domain.values import SHANGHAI
from workflows.clock import StatutoryClock, Telling
from workflows.messages import CaseResult, CaseStart, News
from workflows.recorder import Recorder

if TYPE_CHECKING:
    from workflows.parts import Parts


@dataclass(frozen=True)
class Answered:
    """A task was answered."""

    task: Task
    answer: Answer


@dataclass(frozen=True)
class Silence:
    """The acceptance limit ran out without an answer, where the law takes silence for acceptance."""


@dataclass(frozen=True)
class Changed:
    """Something else happened that the stage should look at: materials came in, a helper was asked."""


@dataclass(frozen=True)
class Heard:
    """An item of the bundle told how it stands."""

    news: News


@dataclass(frozen=True)
class PartOver:
    """The case of an item of the bundle is over."""

    part: str
    result: CaseResult


Turn = Answered | Silence | Changed | Heard | PartOver


class Case:
    """One case while it lives. Stages lay tasks and take turns; nobody else changes it."""

    def __init__(self, start: CaseStart) -> None:
        self.start = start
        self.item = start.item
        self.shift = timedelta(seconds=start.clock_shift_seconds)
        """How far the clock of this case runs from everybody else's; nothing but in simulations."""
        self.stage = Stage.ACCEPTANCE
        self.ending: Ending | None = None
        self.checklist = Checklist(needed=start.item.materials).with_more(m.material for m in start.in_hand)
        self.wants_deferral = start.promised
        self.promised = False
        self.promise_open = False
        self.rounds: tuple[NoticeRound, ...] = ()
        self.handed_in_since: tuple[str, ...] = ()
        self.supplement_is_final = False
        self.received_at = start.received_at.astimezone(SHANGHAI)
        self.accepted_at: datetime | None = None
        self.examination = Examination(steps=start.item.steps)
        self.granted: bool | None = None
        self.decision_text: str | None = None
        self.tasks: dict[str, Task] = {}
        self.stops: tuple[Stop, ...] = ()
        """Special procedures, ended ones included."""
        self.asked: Asked | None = None
        """An extension that waits for its approval."""
        self.promise_extended = 0
        """How often the promised limit was extended for itself."""
        self.hearing: Hearing | None = None
        self.told_late: tuple[Demand, ...] = ()
        """What the last notice demanded though the first could have."""
        self.to_be_accepted: Answer | None = None
        """Acceptance that the outcome of a grievance asks for, until the stage takes it up."""
        self.accepted_for: str | None = None
        """The grievance for which it is accepted."""
        self.urged: tuple[datetime, ...] = ()
        """When the applicant urged the case."""
        self.urged_of: tuple[str, ...] = ()
        """Whose move it was when it was urged last, by whomever."""
        self.filings: tuple[int, ...] = ()
        """The events whose filings the overseeing department has not acknowledged, as far as the case has heard."""
        self.orders = 0
        """How many supervision orders there were."""
        self.still_late: tuple[str, ...] = ()
        """The limits of which it was said that they are still late."""
        self.new_calendar: str | None = None
        """Set by a change of the calendar until it is on file."""
        self.clock = StatutoryClock(self.now, start.office, near=self._near, passed=self._passed)
        self.recorder = Recorder(self.now, self._batch)
        self.lapsing: asyncio.Queue[ClockRecord] = asyncio.Queue()
        """The applicant's limits that have passed; before one ends the case, what came in time is waited for."""
        self.turns: asyncio.Queue[Turn] = asyncio.Queue()
        self.ended: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self.parts: Parts | None = None
        """The items, where this is the case of a bundle."""
        self.watched: list[asyncio.Task[None]] = []
        """What waits for the ends of the items."""
        self.untold: list[News] = []
        """What the case of the bundle is to hear, where this is that of one of its items."""
        self._task_records: dict[str, TaskRecord] = {}
        self._changed_tasks: dict[str, None] = {}
        self._with_unit_since: dict[str, datetime] = {}
        """Since when a task lies with its unit, where it came from another one."""
        self._near_limits: dict[str, date] = {}
        self._clocks_of: dict[str, str] = {}
        """The limit of each task ever laid."""

    def now(self) -> datetime:
        """This moment, in Asia/Shanghai, as the case counts it."""
        return workflow.now().astimezone(SHANGHAI) + self.shift

    @property
    def application(self) -> Application:
        """What the window has before it."""
        return Application(item=self.item, checklist=self.checklist, promised=self.promised)

    @property
    def is_paused(self) -> bool:
        """Whether a special procedure runs now."""
        return any(stop.open for stop in self.stops)

    @property
    def told(self) -> Telling | None:
        """The last event, which tells of the limits that begin with it."""
        return (self.recorder.seq, self.recorder.events[-1].kind) if self.recorder.events else None

    def telling(self, kind: EventKind) -> Telling:
        """The event that is about to go on record, which tells of the due days that it moves."""
        return self.recorder.seq + 1, kind

    def moved(self, moved: Iterable[Moved]) -> list[dict[str, Any]]:
        """Due days that moved, as facts of the event that moved them; open tasks move with their limits."""
        days = {one.clock: one for one in moved}
        for task in self.tasks.values():
            if (clock := self._clocks_of[task.id]) in days:
                self._note(task, due=self.clock.get(clock))
        if Clock.PROMISED in days:
            self.report_more_time()
        return [one.model_dump(mode="json") for one in days.values()]

    @property
    def near(self) -> tuple[str, ...]:
        """The running limits that were warned of; some may have passed since."""
        return tuple(r.key for r in self.clock.running() if self._near_limits.get(r.key) == r.due_day)

    @property
    def light(self) -> Light:
        """How the case stands against its limits."""
        passed = tuple(record.key for record in self.clock.all() if record.passed and not is_of_order(record.key))
        return light_of(passed, self.near)

    def record(
        self, kind: EventKind, *, by: Actor | None = None, papers: tuple[Paper, ...] = (), **facts: Any
    ) -> Event:
        """Put an event on record; `article` among the facts is the provision it rests on."""
        event = self.recorder.event(kind, by=by, papers=papers, **facts)
        if Paper.FILING in papers:
            self.filings = (*self.filings, event.seq)
        return event

    def look_at_the_wish(self, by: Actor) -> None:
        """Who asked for deferred acceptance with the application has promised as soon as there is what to promise."""
        if self.wants_deferral and not self.promised and self.application.can_be_promised:
            self.promise(by)

    def promise(self, by: Actor) -> None:
        """The applicant wants deferred acceptance and promises what is missing (gdbe:32)."""
        self.promised = True
        missing = [needed.id for needed in self.checklist.missing]
        self.record(EventKind.PROMISED, by=by, article="gdbe:32", papers=(Paper.PROMISE_LETTER,), missing=missing)

    def enter(self, stage: Stage) -> None:
        """The case goes on to its next stage."""
        self.stage = stage

    def finish(self, ending: Ending) -> None:
        """The case ends so, whatever its procedure waits for."""
        if not self.ended.done():
            self.ended.set_result(ending)

    def begin(self, beginnings: Iterable[Beginning], at: datetime, warn: bool = True) -> None:
        """Let limits run from the moment given, with the warnings that the policy sets."""
        days = (self.start.policy.warn_before_days,) if warn else ()
        for beginning in beginnings:
            self.clock.start(beginning, at, days, self.told)

    def begin_from_acceptance(self) -> None:
        """The limits run that begin with the acceptance; that of a bundle never exceeds the longest way through its items."""
        accepted_at = self.accepted_at or self.now()
        if self.parts is not None:
            self.item = self.item.model_copy(update={"promised": self.parts.promised(accepted_at)})
        self.begin(beginning_at(Starts.ACCEPTANCE, self.item), accepted_at)

    def report(self, kind: Literal["refused", "longer"], **facts: Any) -> None:
        """Let the case of the bundle know, where this is one of its items."""
        if self.start.part_of is not None:
            self.untold.append(News(part=self.start.part_of.part, kind=kind, **facts))

    def report_more_time(self) -> None:
        """Let the case of the bundle know by how much this takes longer than it promised."""
        record = self.clock.get(Clock.PROMISED)
        if record is not None:
            office = self.clock.office if self.new_calendar is not None else None
            paused = paused_by(record, self.clock.office)
            self.report("longer", extended=record.more, paused=paused, office=office)

    def lay(self, slot: str, name: str, sitting: Sitting, outcomes: tuple[Outcome, ...], clock: str) -> None:
        """Lay a task on the desk of a role in a unit; its due day is that of the clock named."""
        task_id = f"{self.start.number}.{len(self._task_records) + 1}.{slot}"
        task = Task(id=task_id, slot=slot, step=slot.split(".")[0], name=name, sitting=sitting, outcomes=outcomes)
        self.tasks[task_id] = task
        self._clocks_of[task_id] = clock
        self._note(task, due=self.clock.get(clock))

    @carries_out("apl:26.1")
    def lay_for_window(self, slot: str, name: str, outcomes: tuple[Outcome, ...], clock: str) -> None:
        """Lay a task on the desk of the item's window."""
        self.lay(slot, name, Sitting(role=Role.WINDOW, unit=self.item.unit), outcomes, clock)

    def task_in(self, slot: str) -> Task | None:
        """The open task of a slot."""
        return next((task for task in self.tasks.values() if task.slot == slot), None)

    def change(self, task: Task) -> None:
        """The task goes on with another assignee or unit."""
        self.tasks[task.id] = task
        self._note(task)

    def passes_on(self, task: Task, unit: str) -> dict[str, Any]:
        """How many working days the unit that had the task kept it, where it goes to another one now."""
        if unit == task.sitting.unit:
            return {}
        since = self.lies_since(task)
        self._with_unit_since[task.id] = self.now()
        held = held_days(since, self.now(), self.clock.office.calendar, stretches(self.stops))
        return {"held_by": task.sitting.unit, "held": held}

    def lies_since(self, task: Task) -> datetime:
        """Since when the task lies with its unit."""
        return self._with_unit_since.get(task.id, self._task_records[task.id].opened_at)

    def clock_of(self, task: Task) -> ClockRecord | None:
        """The limit within which the task is to be answered."""
        return self.clock.get(self._clocks_of[task.id])

    def close(self, task: Task, state: TaskState = TaskState.ANSWERED) -> None:
        """Take the task off the desk."""
        del self.tasks[task.id]
        self._note(task, state)

    def clear(self, *, orders: bool = True) -> None:
        """Take every task off the desk; nobody needs to answer them any more. Supervision orders outlive a stage."""
        for task in list(self.tasks.values()):
            if orders or not is_order(task.slot):
                self.close(task, TaskState.OBSOLETE)

    async def next_answer(self) -> Answered:
        """The next answer to a task, past everything else."""
        while not isinstance(turn := await self.turns.get(), Answered):
            pass
        return turn

    def waiting_for(self) -> tuple[str, ...]:
        """Whose move it is: roles in units, or the applicant."""
        if self.stage in (Stage.SUPPLEMENT, Stage.PROMISE):
            return ("applicant",)
        tasks = tuple(dict.fromkeys(f"{t.sitting.role}@{t.sitting.unit}" for t in self.tasks.values()))
        return (*tasks, "items") if self.parts is not None and self.stage is Stage.EXAMINATION else tasks

    def done(self, digest: str = "") -> Done:
        """What the one who acted is told."""
        return Done(
            number=self.start.number,
            seq=self.recorder.seq,
            stage=self.stage,
            ending=self.ending,
            tasks=tuple(self.tasks),
            at=self.now(),
            digest=digest,
        )

    def _near(self, record: ClockRecord) -> None:
        if record.key == Clock.PROMISE:
            missing = [needed.id for needed in self.checklist.missing]
            self.record(EventKind.PROMISE_REMINDED, article=record.article, papers=(Paper.REMINDER,), missing=missing)
            return
        self._near_limits[record.key] = record.due_day
        if self.parts is not None:
            self.parts.near(record.key)
        self.record(EventKind.LIMIT_NEAR, article=record.article, clock=record.key, due_day=record.due_day.isoformat())

    def _passed(self, record: ClockRecord) -> None:
        if record.key in THE_APPLICANTS_OWN:
            self.clock.hold()
            self.lapsing.put_nowait(record)
        elif record.key == Clock.HEARING_REQUEST:
            self._hearing_waived()
        elif is_of_order(record.key):
            self.record(
                EventKind.LIMIT_PASSED,
                article="gz:13.5",
                papers=(Paper.ORDER_LATE,),
                clock=record.key,
                due_day=record.due_day.isoformat(),
            )
        else:
            if self.parts is not None:
                self.parts.near(record.key)
            told = applicant_is_told(record.key, self.item, self.start.policy)
            self.record(
                EventKind.LIMIT_PASSED,
                article="gz:13.5" if told else record.article,
                papers=(Paper.LATENESS,) if told else (),
                clock=record.key,
                due_day=record.due_day.isoformat(),
                waiting_for=list(self.waiting_for()),
            )
            if self.asked is not None and self.asked.clock == record.key:
                self.drop_extension()
                self.record(EventKind.EXTENSION_LAPSED, article="apl:42.1", limit=record.key)
            if record.key == Clock.ACCEPTANCE and silence_accepts(self.item):
                self.turns.put_nowait(Silence())
            self.watch_lateness()

    def watch_lateness(self) -> None:
        """Say once of each limit that passed that it is still not met, when so long after; not while the case is paused."""
        after = self.start.policy.still_late_after
        if after is None:
            return
        owed = [record for record in self.clock.all() if is_owed(record.key, self.item)]
        passed = {record.key for record in owed if record.passed}
        self.still_late = tuple(key for key in self.still_late if key in passed)
        for record in owed:
            bell = f"late:{record.key}"
            if is_late(record) and not self.is_paused and record.key not in self.still_late:
                at = still_late_from(record, after, self.clock.office, stretches(self.stops))
                self.clock.ring_at(at, bell, partial(self._still_late, record.key))
            else:
                self.clock.silence(bell)

    def _still_late(self, key: str) -> None:
        """The limit is not met though it passed long ago; whoever oversees the unit is told."""
        record = self.clock.get(key)
        if record is None or not is_late(record):
            return
        self.still_late = (*self.still_late, key)
        self.record(
            EventKind.STILL_LATE,
            article="gz:13.5",
            papers=(Paper.STILL_LATE,),
            clock=key,
            due_day=record.due_day.isoformat(),
            after=self.start.policy.still_late_after,
            waiting_for=list(self.waiting_for()),
        )

    def _hearing_waived(self) -> None:
        """Nobody asked for a hearing within the five days (apl:47)."""
        if self.hearing is not None:
            self.hearing = self.hearing.model_copy(update={"lapsed": True})
        self.record(EventKind.HEARING_WAIVED, article="apl:47")
        self.clock.stop(Clock.HEARING_REQUEST, ClockState.VOID)

    def drop_extension(self) -> None:
        """Nobody needs to approve the extension any more that was asked for."""
        if self.asked is not None and self.asked.task in self.tasks:
            self.close(self.tasks[self.asked.task], TaskState.OBSOLETE)
        self.asked = None

    def lapse(self, record: ClockRecord) -> None:
        """What the applicant let pass ends the case; the consequence is that of the promise or of the notice."""
        papers = (Paper.DEEMED_WITHDRAWAL,)
        if record.key == Clock.PROMISE:
            missing = [needed.id for needed in self.checklist.missing]
            self.record(EventKind.PROMISE_LAPSED, article=record.article, papers=papers, missing=missing)
            self.finish(Ending.PROMISE_LAPSED)
        else:
            self.record(EventKind.SUPPLEMENT_LAPSED, article=record.article, papers=papers)
            self.finish(Ending.SUPPLEMENT_LAPSED)

    def _note(self, task: Task, state: TaskState = TaskState.OPEN, due: ClockRecord | None = None) -> None:
        before = self._task_records.get(task.id)
        self._task_records[task.id] = TaskRecord(
            id=task.id,
            step=task.step,
            name=task.name,
            role=task.sitting.role,
            unit=task.sitting.unit,
            assignee=task.assignee,
            state=state,
            outcomes=task.outcomes,
            opened_at=before.opened_at if before else self.now(),
            closed_at=None if state is TaskState.OPEN else self.now(),
            due_day=due.due_day if due else (before.due_day if before else None),
            provisional=due.provisional if due else bool(before and before.provisional),
        )
        self._changed_tasks[task.id] = None

    def _batch(self, events: tuple[Event, ...]) -> Batch:
        tasks = tuple(self._task_records[task_id] for task_id in self._changed_tasks)
        self._changed_tasks = {}
        new_calendar, self.new_calendar = self.new_calendar, None
        own = self.stage is Stage.PROMISE  # else the promise runs beside what the office has to do
        office = [record for record in self.clock.running() if not is_of_order(record.key)]
        running = [record for record in office if own or record.key != Clock.PROMISE]
        return Batch(
            number=self.start.number,
            first=events[0].seq,
            last=events[-1].seq,
            stage=self.stage,
            ending=self.ending,
            light=self.light,
            waiting_for=self.waiting_for(),
            due_day=min((record.due_day for record in running), default=None),
            paused_until=max((s.until for s in self.stops if s.open and self.ending is None), default=None),
            calendar=new_calendar,
            accepted_on=self.accepted_at.date() if self.accepted_at else None,
            events=events,
            tasks=tasks,
            clocks=self.clock.take_changed(),
            parts=self.parts.take_changed() if self.parts is not None else (),
        )
