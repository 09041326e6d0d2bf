"""What the stages of a procedure work with: the desk, the clock, the record, and the facts of the case."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow

from domain.acceptance import Application, NoticeRound
from domain.checklist import Checklist
from domain.commands import Actor, Answer, Done, Outcome
from domain.definition import Role
from domain.desk import Task
from domain.examination import Examination
from domain.item import Sitting
from domain.law import carries_out
from domain.record import (
    Batch,
    Clock,
    ClockRecord,
    Ending,
    Event,
    EventKind,
    Light,
    Paper,
    Stage,
    TaskRecord,
    TaskState,
)
from domain.running import THE_APPLICANTS_OWN, Beginning, applicant_is_told, light_of, silence_accepts
from domain.values import SHANGHAI
from workflows.clock import StatutoryClock
from workflows.messages import CaseStart
from workflows.recorder import Recorder


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


Turn = Answered | Silence | Changed


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
        self.clock = StatutoryClock(self.now, start.office, near=self._near, passed=self._passed)
        self.recorder = Recorder(self.now, self._batch)
        self.lapsing: asyncio.Queue[ClockRecord] = asyncio.Queue()
        """The applicant's limits that have passed; before one ends the case, what came in time is waited for."""
        self.turns: asyncio.Queue[Turn] = asyncio.Queue()
        self.ended: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self._task_records: dict[str, TaskRecord] = {}
        self._changed_tasks: dict[str, None] = {}
        self._near_limits: dict[str, datetime] = {}

    def now(self) -> datetime:
        """This moment, in Asia/Shanghai, as the case counts it."""
        return workflow.now().astimezone(SHANGHAI) + self.shift

    @property
    def application(self) -> Application:
        """What the window has before it."""
        return Application(item=self.item, checklist=self.checklist, promised=self.promised)

    @property
    def light(self) -> Light:
        """How the case stands against its limits."""
        passed = tuple(record.key for record in self.clock.all() if record.passed)
        near = tuple(r.key for r in self.clock.running() if self._near_limits.get(r.key) == r.started_at)
        return light_of(passed, near)

    def record(
        self, kind: EventKind, *, by: Actor | None = None, papers: tuple[Paper, ...] = (), **facts: Any
    ) -> Event:
        """Put an event on record; `article` among the facts is the provision it rests on."""
        return self.recorder.event(kind, by=by, papers=papers, **facts)

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
            self.clock.start(beginning, at, days)

    def lay(self, slot: str, name: str, sitting: Sitting, outcomes: tuple[Outcome, ...], clock: str) -> None:
        """Lay a task on the desk of a role in a unit; its due day is that of the clock named."""
        task_id = f"{self.start.number}.{len(self._task_records) + 1}.{slot}"
        task = Task(id=task_id, slot=slot, step=slot.split(".")[0], name=name, sitting=sitting, outcomes=outcomes)
        self.tasks[task_id] = task
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

    def close(self, task: Task, state: TaskState = TaskState.ANSWERED) -> None:
        """Take the task off the desk."""
        del self.tasks[task.id]
        self._note(task, state)

    def clear(self) -> None:
        """Take every task off the desk; nobody needs to answer them any more."""
        for task in list(self.tasks.values()):
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
        return tuple(dict.fromkeys(f"{t.sitting.role}@{t.sitting.unit}" for t in self.tasks.values()))

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
        self._near_limits[record.key] = record.started_at
        self.record(EventKind.LIMIT_NEAR, article=record.article, clock=record.key, due_day=record.due_day.isoformat())

    def _passed(self, record: ClockRecord) -> None:
        if record.key in THE_APPLICANTS_OWN:
            self.clock.hold()
            self.lapsing.put_nowait(record)
        else:
            told = applicant_is_told(record.key, self.item)
            self.record(
                EventKind.LIMIT_PASSED,
                article="gz:13.5" if told else record.article,
                papers=(Paper.LATENESS,) if told else (),
                clock=record.key,
                due_day=record.due_day.isoformat(),
            )
            if record.key == Clock.ACCEPTANCE and silence_accepts(self.item):
                self.turns.put_nowait(Silence())

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
        own = self.stage is Stage.PROMISE  # else the promise runs beside what the office has to do
        running = [record for record in self.clock.running() if own or record.key != Clock.PROMISE]
        return Batch(
            number=self.start.number,
            first=events[0].seq,
            last=events[-1].seq,
            stage=self.stage,
            ending=self.ending,
            light=self.light,
            waiting_for=self.waiting_for(),
            due_day=min((record.due_day for record in running), default=None),
            accepted_on=self.accepted_at.date() if self.accepted_at else None,
            events=events,
            tasks=tasks,
            clocks=self.clock.take_changed(),
        )
