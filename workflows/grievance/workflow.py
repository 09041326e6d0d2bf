"""One grievance, from its receipt to the ledger."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, time, timedelta
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.commands import Actor
    from domain.deadline import Office, due
    from domain.grievance import course
    from domain.grievance.checks import check
    from domain.grievance.commands import AskedOfCase, GrievanceActRequest
    from domain.grievance.course import Course, Happened
    from domain.grievance.record import (
        GrievanceBatch,
        GrievanceEnding,
        GrievanceEvent,
        GrievanceEventKind,
        Leg,
    )
    from domain.grievance.start import GrievanceDone, GrievanceStart
    from domain.grievance.state import Grievance
    from domain.grievance.telling import EVENTS, REMEDIES
    from domain.limits import Limit
    from domain.record import ClockRecord, ClockState, EventKind, Paper
    from domain.running import Beginning
    from domain.values import SHANGHAI
    from workflows import glances
    from workflows.clock import StatutoryClock
    from workflows.grievance import details
    from workflows.grievance.messages import AskOfCase, CaseAnswered, GrievancePicture
    from workflows.refusals import refusals
    from workflows.showing import Showing
    from workflows.timeouts import ASK_OF_CASE, ON_FILE, RECORD_GRIEVANCE
    from workflows.undeterred import undeterred


@workflow.defn(name="Grievance")
class GrievanceWorkflow:
    """Keeps the legs of a grievance and their limits. What may be done is decided by `domain.grievance.checks`, what it
    leads to by `domain.grievance.course`; every act is on file before it is answered."""

    @workflow.init
    def __init__(self, start: GrievanceStart) -> None:
        self.start = start
        self.shift = timedelta(seconds=start.clock_shift_seconds)
        self.state = Grievance(
            window=start.window,
            case=start.case,
            reported_by=start.by.id if start.by is not None and start.channel == "online" else None,
            found=start.found,
            grounds=start.grounds,
            unit=start.unit,
        )
        self.office = start.office
        self.showing = Showing(start.semantics)
        self.near: dict[str, date] = {}
        """The due days that were warned of, by the limit."""
        self.clock = StatutoryClock(self.now, start.office, near=self._near, passed=self._passed)
        self.events: list[GrievanceEvent] = []
        self.seq = 0
        self._pending: list[GrievanceEvent] = []
        self._on_file = 0
        self._asked: list[AskedOfCase] = []
        self._alive = False
        self._one_at_a_time = asyncio.Lock()

    def now(self) -> datetime:
        """This moment, in Asia/Shanghai, as the grievance counts it."""
        return workflow.now().astimezone(SHANGHAI) + self.shift

    @workflow.run
    async def run(self, start: GrievanceStart) -> GrievanceEnding:
        """How it was closed."""
        return await undeterred(self._to_its_end(), "grievance")

    async def _to_its_end(self) -> GrievanceEnding:
        self._register()
        running: list[asyncio.Task[None]] = [
            asyncio.create_task(self._keep_on_file(), name="recorder"),
            asyncio.create_task(self.clock.run(), name="clock"),
            asyncio.create_task(self._ask(), name="remedies"),
        ]
        self._alive = True
        over: asyncio.Task[None] = asyncio.create_task(workflow.wait_condition(self._is_over), name="over")
        done, _ = await workflow.wait([over, *running], return_when=asyncio.FIRST_COMPLETED)
        for one in done:
            one.result()  # a fault in any of them fails the workflow task, which is seen and tried again
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self.state.ending or GrievanceEnding.SETTLED

    def _is_over(self) -> bool:
        return self.state.leg is Leg.CLOSED and not self._asked and self._on_file == self.seq

    @workflow.update(description="登记：取得回执")
    async def register(self) -> GrievanceDone:
        """The receipt, which is on file by then."""
        await workflow.wait_condition(lambda: self._alive)
        return await self._done(1)

    @workflow.update(description="办理：分类、转办、答复、退回、转交、反馈、回访、复核评估、通报、撤回")
    async def act(self, request: GrievanceActRequest) -> GrievanceDone:
        """Where the grievance stands after the act, which is on file by then."""
        async with self._one_at_a_time:
            await workflow.wait_condition(lambda: self._alive)
            self.clock.ring()  # what time did comes first, also when the worker slept over it
            with refusals():
                check(self.state, request.act)
            self._take(course.after(self.state, request.act, self.start.rules), request.act.by)
            seq = self.seq
        return await self._done(seq, request.act.digest)

    @act.validator
    def _may_act(self, request: GrievanceActRequest) -> None:
        with refusals():
            check(self.state, request.act)

    @workflow.signal(description="放假安排改变：重新计算环节期限")
    def count_by(self, office: Office) -> None:
        """The days and hours are these from now on; a leg that is not late by them is not escalated any more."""
        self.clock.ring()  # what was due by the days before came before they changed
        self.office = office
        if self.state.leg is Leg.CLOSED:
            return
        key = _key(self.state)
        was_late = self._is_late(key)
        moved = self.clock.count_by(office, (self.seq + 1, EventKind.CALENDAR_CHANGED))
        relieved = was_late and not self._is_late(key)
        if relieved:
            self.state = self.state.model_copy(update={"level": 0})
            self.clock.silence(f"late:{key}")
        elif was_late:
            self._escalate_later(key)
        if moved or relieved:
            data = {"moved": [one.model_dump(mode="json") for one in moved]}
            self._note(Happened(GrievanceEventKind.CALENDAR_CHANGED, "gz:13.5", data=data), None)

    @workflow.signal(description="系统：巡检发现的异常（代码列表，空为已恢复）")
    def note_trouble(self, codes: list[str]) -> None:
        """The probe found these wrong with the grievance, and nothing else any more."""
        self.showing.note(codes)
        self._show()

    def _show(self) -> None:
        workflow.set_current_details(details.markdown(self, self.showing.troubles))
        self.showing.show(glances.of_grievance(self), unit=self.state.unit or self.start.window)

    @workflow.query(description="反映件全貌")
    def picture(self) -> GrievancePicture:
        return details.picture(self)

    async def _done(self, seq: int, digest: str = "") -> GrievanceDone:
        state = self.state
        await workflow.wait_condition(lambda: self._on_file >= seq)
        waiting = state.waiting_for
        return GrievanceDone(number=self.start.number, seq=seq, leg=state.leg, waiting_for=waiting, digest=digest)

    def _register(self) -> None:
        start = self.start
        facts = {"channel": start.channel, "grounds": list(start.grounds), "case": start.case, "unit": start.unit}
        happened = Happened(GrievanceEventKind.REGISTERED, "gz:13.5", (Paper.GRIEVANCE_RECEIPT,), facts)
        received = start.received_at.astimezone(SHANGHAI)
        self._note(happened, start.by, received)
        self._begin_leg(received)  # that it was opened later than it came in is not at the reporter's expense

    def _take(self, taken: Course, by: Actor | None) -> None:
        before, self.state = self.state, taken.grievance
        for happened in taken.happened:
            self._note(happened, by)
        self._asked += taken.asked
        if self.state.entry != before.entry:
            self.clock.stop(_key(before))
            self._begin_leg(self.now())

    def _begin_leg(self, at: datetime) -> None:
        """The limit of the leg runs from the moment given, with its reminder."""
        state, rules = self.state, self.start.rules
        if state.leg is Leg.CLOSED:
            self.clock.stop_all()
            return
        beginning = Beginning(_key(state), Limit(days=state.days(rules)), "gz:13.5")
        self.clock.start(beginning, at, (rules.remind_before,))

    def _near(self, record: ClockRecord) -> None:
        self.near[record.key] = record.due_day
        self._take(course.near(self.state, record.due_day.isoformat()), None)

    def _passed(self, record: ClockRecord) -> None:
        """The leg is late: it goes up a level now, and one more where that does not help."""
        self._take(course.late(self.state, record.due_day.isoformat()), None)
        self._escalate_later(record.key)

    def _escalate_later(self, key: str) -> None:
        """So many working days after the due day the leg goes up to the department, where it is not there yet."""
        record = self.clock.get(key)
        if record is None or self.state.level >= 2:
            return
        due_day = datetime.combine(record.due_day, time(), SHANGHAI)
        again = due(due_day, Limit(days=self.start.rules.escalation), self.office).at
        self.clock.ring_at(again, f"late:{key}", lambda: self._still_late(key))

    def _still_late(self, key: str) -> None:
        if (record := self.clock.get(key)) is not None:
            self._take(course.still_late(self.state, record.due_day.isoformat()), None)

    def _is_late(self, key: str) -> bool:
        record = self.clock.get(key)
        return record is not None and record.passed

    def _note(self, happened: Happened, by: Actor | None, at: datetime | None = None) -> None:
        self.seq += 1
        event = GrievanceEvent(
            seq=self.seq,
            kind=happened.kind,
            at=at or self.now(),
            by=by,
            article=happened.article,
            papers=happened.papers,
            data={name: value for name, value in happened.data.items() if value not in (None, [])},
        )
        self._pending.append(event)
        self.events = [*self.events[-9:], event]

    async def _keep_on_file(self) -> None:
        """Put what happened on file, for as long as the grievance lives."""
        while True:
            await workflow.wait_condition(lambda: bool(self._pending))
            batch = self._batch()
            self._show()
            summary = f"记录第{batch.first}–{batch.last}项：{EVENTS[batch.events[-1].kind].zh}"
            await workflow.execute_activity(RECORD_GRIEVANCE, batch, summary=summary, **ON_FILE)
            self._on_file = batch.last

    def _batch(self) -> GrievanceBatch:
        events, self._pending = tuple(self._pending), []
        state = self.state
        running = self.clock.get(_key(state))
        is_running = running is not None and running.state is ClockState.RUNNING
        return GrievanceBatch(
            number=self.start.number,
            first=events[0].seq,
            last=events[-1].seq,
            leg=state.leg,
            ending=state.ending,
            klass=state.klass,
            grounds=state.grounds,
            unit=state.unit,
            level=state.level,
            waiting_for=state.waiting_for,
            due_day=running.due_day if running is not None and is_running else None,
            satisfaction=state.satisfaction,
            conclusion=state.conclusion,
            events=events,
            clocks=self.clock.all(),
        )

    async def _ask(self) -> None:
        """What the outcome calls for is asked of the case, one act after the other; it may refuse with its reason."""
        n = 0
        while True:
            await workflow.wait_condition(lambda: bool(self._asked) and self._on_file == self.seq)
            n += 1
            asked = AskOfCase(grievance=self.start.number, case=self.start.case or "", n=n, asked=self._asked[0])
            answered: CaseAnswered = await workflow.execute_activity(
                ASK_OF_CASE,
                asked,
                result_type=CaseAnswered,
                summary=f"要求办件：{REMEDIES[asked.asked.remedy].zh}",
                **ON_FILE,
            )
            facts: dict[str, Any] = {"remedy": asked.asked.remedy, "refused": answered.refused}
            kind = GrievanceEventKind.REMEDY_REFUSED if answered.refused else GrievanceEventKind.REMEDY_DONE
            self._note(Happened(kind, "gz:13.5", data=facts), None)
            self._asked.pop(0)


def _key(state: Grievance) -> str:
    """The limit of a leg; one that is entered again has another one."""
    return f"leg:{state.entry}.{state.leg}"
