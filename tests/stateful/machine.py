"""Random lives of a case: each rule does something to the engine and to the reference, and both must come to the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from domain.calendar import Calendar
from domain.commands import (
    Act,
    Actor,
    Answer,
    Cause,
    Delay,
    Extend,
    Order,
    Outcome,
    Pause,
    Recount,
    Resume,
    Urge,
    Withdraw,
)
from domain.deadline import Office
from domain.shown import SEMANTICS
from domain.values import SHANGHAI
from tests.stateful.comparing import differences
from tests.stateful.days import DAY, Days, at, between, calendar_of
from tests.stateful.items import PLANS, PROCEDURES, UNIT, Plan, item_of
from tests.stateful.reference import Reference
from tests.stateful.world import Played, World
from workflows.messages import CaseStart

APPLICANT = Actor(id="applicant-1", roles=("applicant",))
WORKER = Actor(id="worker", roles=())
DAY_OF_RECEIPT = st.dates(date(2025, 1, 2), date(2026, 12, 31))
HOURS = st.sampled_from([time(8, 30), time(10), time(16), time(17, 30)])
CLOSES = time(17)
PROCEDURE = st.sampled_from(["testing"] * 6 + ["survey"] * 6 + ["site", "unheard_of"])
DEPARTMENT = st.sampled_from(["examiner"] * 4 + ["agency_head"] * 4 + ["window"])
DECISION = st.sampled_from([Outcome.RETURN, Outcome.RETURN, Outcome.GRANT, Outcome.REFUSE])
FIRST_ANSWER = {
    "check": Outcome.ACCEPT,
    "review": Outcome.PASS,
    "decide": Outcome.GRANT,
    "extend": Outcome.APPROVE,
    "issue": Outcome.ISSUED,
    "deliver": Outcome.DELIVERED,
}
MOSTLY = st.sampled_from([True] * 7 + [False])
CHANGE = st.sampled_from(["closed", "closed", "worked after all", "published", "closing time", "restored"])
SPRING = between(date(2027, 2, 5), date(2027, 2, 11))
NEAR_TODAY = st.sets(st.integers(-7, 14), min_size=1, max_size=4)


def a(role: str) -> Actor:
    """One who acts in the item's unit."""
    return APPLICANT if role == "applicant" else Actor(id=f"{role}-1", roles=(role,), units=(UNIT,))


def in_stage(*stages: str) -> Callable[[Any], bool]:
    """Whether the case stands there."""
    return lambda machine: machine.reference.stage in stages


def lives(machine: Any) -> bool:
    """Whether the case is open."""
    return bool(machine.reference.ending is None)


def lies(slot: str) -> Callable[[Any], bool]:
    """Whether the task lies on a desk."""
    return lambda machine: any(task.slot == slot for task in machine.reference.desk)


class AnyCase(RuleBasedStateMachine):
    """One case after the other, on one server."""

    def __init__(self, world: World, published: Days, steps: Counter[str]) -> None:
        super().__init__()
        self.world, self.published, self.steps = world, published, steps
        self.calendars: dict[str, Calendar] = {published.version: calendar_of(published)}
        self.reference: Reference
        self.case: Played
        self.story: list[str] = []
        """What was done so far, for whoever has to find out what went wrong."""

    # A case, and time

    @initialize(plan=st.sampled_from(PLANS), day=DAY_OF_RECEIPT, hour=HOURS, at_once=MOSTLY)
    def an_application_comes_in(self, plan: Plan, day: date, hour: time, at_once: bool) -> None:
        received, number = at(day, hour), f"STATEFUL-{uuid4().hex[:12]}"
        start = CaseStart(
            number=number,
            item=item_of(plan),
            office=Office(calendar=self.calendars[self.published.version]),
            received_at=received,
            by=APPLICANT,
            semantics=SEMANTICS,
        )
        self.case = self.world.run(Played.opened(self.world.env, start))
        self.reference = Reference(number, plan, self.published, received, APPLICANT.id)
        self._agree("received")
        if at_once:
            self._answer("check", "window", Outcome.ACCEPT)

    @precondition(in_stage("closed"))
    @rule(plan=st.sampled_from(PLANS), day=DAY_OF_RECEIPT)
    def another_application_comes_in(self, plan: Plan, day: date) -> None:
        self.teardown()
        self.story.append("---")
        self.an_application_comes_in(plan, day, time(10), True)

    @precondition(lives)
    @rule(days=st.integers(0, 7), hour=HOURS)
    def time_passes(self, days: int, hour: time) -> None:
        now = self.reference.now
        day = now.date() + days * DAY
        self.until(at(day, hour) if at(day, hour) > now else at(day + DAY, hour))

    def until(self, moment: datetime) -> None:
        """Let time pass until the moment."""
        self._reach(moment)
        self._agree("time passed")

    @precondition(lives)
    @rule()
    def a_night_passes(self) -> None:
        self.time_passes(1, time(10))

    @precondition(lives)
    @rule()
    def the_worker_is_started_anew(self) -> None:
        self.world.run(self.world.restart_the_worker())
        self._agree("worker restarted")

    # Acceptance, examination, decision

    @precondition(in_stage("acceptance"))
    @rule(rightly=MOSTLY)
    def accept(self, rightly: bool) -> None:
        self._answer("check", "window", Outcome.ACCEPT if rightly else Outcome.NOTIFY)

    @precondition(lies("review"))
    @rule(outcome=st.sampled_from([Outcome.PASS, Outcome.FAIL]), reasons=MOSTLY)
    def review(self, outcome: Outcome, reasons: bool) -> None:
        self._answer("review", "examiner", outcome, reasons=reasons)

    @precondition(lies("decide"))
    @rule(outcome=DECISION, reasons=MOSTLY, known=MOSTLY)
    def decide(self, outcome: Outcome, reasons: bool, known: bool) -> None:
        to = ("review" if known else "decide") if outcome is Outcome.RETURN else None
        self._answer("decide", "approver", outcome, reasons=reasons, return_to=to)

    @precondition(in_stage("issue", "delivery"))
    @rule()
    def hand_over(self) -> None:
        issued = lies("issue")(self)
        self._answer("issue" if issued else "deliver", "window", Outcome.ISSUED if issued else Outcome.DELIVERED)

    @precondition(lives)
    @rule(slot=st.sampled_from(list(FIRST_ANSWER)), role=st.sampled_from(["window", "examiner", "approver"]))
    def answer_out_of_turn(self, slot: str, role: str) -> None:
        if all(task.slot != slot or task.role != role for task in self.reference.desk):
            self._answer(slot, role, FIRST_ANSWER[slot])

    @rule(sure=st.integers(0, 9), by=st.sampled_from(["applicant", "window", "examiner"]))
    def withdraw(self, sure: int, by: str) -> None:
        if sure == 9:
            self._act(Withdraw(**self._by(by)))

    # What moves the limits

    @precondition(in_stage("examination"))
    @rule(procedure=PROCEDURE, days=st.integers(1, 5), role=DEPARTMENT)
    def pause(self, procedure: str, days: int, role: str) -> None:
        self._act(Pause(**self._by(role), procedure=procedure, days=days, text="text-1"))

    @precondition(lambda self: self.reference.stands)
    @rule(earlier=st.sampled_from([None, None, 0, 1, 2, 4]), which=st.integers(0, 1), procedure=PROCEDURE)
    def resume(self, earlier: int | None, which: int, procedure: str) -> None:
        running = [special.procedure for special in self.reference.specials if special.runs]
        known = procedure in PROCEDURES
        ended = None if earlier is None else self.reference.now.date() - earlier * DAY
        name = running[which % len(running)] if known else procedure
        self._act(Resume(**self._by("examiner"), procedure=name, ended_on=ended))

    @precondition(in_stage("examination"))
    @rule(
        clock=st.sampled_from(["promised", "statutory"]),
        days=st.sampled_from([1, 1, 2, 3, 5, 6]),
        role=DEPARTMENT,
        cause=st.sampled_from([Cause.COMPLEX] * 9 + [Cause.STAFF_SHORTAGE]),
        reasons=MOSTLY,
    )
    def extend(self, clock: Any, days: int, role: str, cause: Cause, reasons: bool) -> None:
        text = "text-1" if reasons else None
        self._act(Extend(**self._by(role), clock=clock, days=days, cause=cause, text=text))

    @precondition(lies("extend"))
    @rule(outcome=st.sampled_from([Outcome.APPROVE, Outcome.APPROVE, Outcome.DISAPPROVE]), reasons=MOSTLY)
    def approve(self, outcome: Outcome, reasons: bool) -> None:
        self._answer("extend", "agency_head", outcome, reasons=reasons)

    @rule(which=st.sampled_from(["delay", "pause", "resume", "extend"]), days=st.integers(-1, 12), reasons=MOSTLY)
    def whenever_it_is(self, which: str, days: int, reasons: bool) -> None:
        """Also where there is nothing to be late with, to stop or to extend."""
        by, text = self._by("examiner"), "text-1" if reasons else None
        acts: dict[str, Callable[[], Act]] = {
            "delay": lambda: Delay(
                **by, until=self.reference.now.date() + days * DAY, cause=Cause.STAFF_SHORTAGE, text=text
            ),
            "pause": lambda: Pause(**by, procedure="testing", days=days),
            "resume": lambda: Resume(**by, procedure="testing"),
            "extend": lambda: Extend(**by, clock="promised", days=days, cause=Cause.COMPLEX, text=text),
        }
        self._act(acts[which]())

    # What supervision does beside the stages

    @rule(by=st.sampled_from(["applicant"] * 4 + ["window", "chief_representative", "examiner"]))
    def urge(self, by: str) -> None:
        self._act(Urge(**self._by(by)))

    @precondition(lambda self: self.reference.orders < 3)
    @rule(
        by=st.sampled_from(["chief_representative", "chief_representative", "supervisor", "examiner"]),
        days=st.sampled_from([None, 1, 1, 2, 5, 0]),
        reasons=MOSTLY,
    )
    def order(self, by: str, days: int | None, reasons: bool) -> None:
        self._act(Order(**self._by(by), days=days, text="text-1" if reasons else None))

    @precondition(lambda self: any(task.limit.quiet for task in self.reference.desk))
    @rule(rightly=MOSTLY, reasons=MOSTLY)
    def report(self, rightly: bool, reasons: bool) -> None:
        slot = next(task.slot for task in self.reference.desk if task.limit.quiet)
        outcome = Outcome.REPORTED if rightly else Outcome.PASS
        self._answer(slot, "chief_representative", outcome, reasons=reasons)

    @precondition(lives)
    @rule(which=CHANGE, offsets=NEAR_TODAY)
    def the_calendar_changes(self, which: str, offsets: set[int]) -> None:
        days = self.reference.days
        near = {day for n in offsets if (day := self.reference.now.date() + n * DAY).year in days.published}
        match which:
            case "closed":
                self._change(closed=near)
            case "worked after all":
                self._change(opened=near)
            case "published":
                self._change(closed={date(2027, 1, 1), *SPRING}, opened={date(2027, 1, 3)}, published={2027})
            case "closing time":
                self._count_by(replace(days, closing=None if days.closing else CLOSES))
            case _:
                self._count_by(self.published)

    # How both are driven

    def _change(self, closed: set[date] = frozenset(), opened: set[date] = frozenset(), published: Any = ()) -> None:  # type: ignore[assignment]
        version = f"changed-{len(self.calendars)}"
        days = self.reference.days.changed(version, closed, opened, set(published))
        self.calendars[version] = calendar_of(days)
        self._count_by(days)

    def _count_by(self, days: Days) -> None:
        calendar = self.calendars[days.version]
        recount = Recount(request_id=uuid4().hex, by=WORKER, calendar=calendar, closing_time=days.closing)
        now = self._at_the_beginning_of_a_minute()
        got = self.world.run(self.case.do(recount))
        self._agree("recount", self.reference.change_days(days, now), got)

    def _answer(self, slot: str, role: str, outcome: Outcome, *, reasons: bool = True, **more: Any) -> None:
        """Answer the task in the slot; where there is none, one that never was."""
        task = next((t.id for t in self.reference.desk if t.slot == slot), f"{self.case.number}.0.{slot}")
        text = "text-1" if reasons else None
        self._act(Answer(**self._by(role), task=task, outcome=outcome, text=text, **more))

    def _act(self, command: Answer | Act) -> None:
        now = self._at_the_beginning_of_a_minute()
        got = self.world.run(self.case.do(command))
        name = command.outcome if isinstance(command, Answer) else command.kind
        self._agree(name, self.reference.do(command, now), got)

    def _by(self, role: str) -> dict[str, Any]:
        return {"request_id": uuid4().hex, "by": a(role)}

    def _at_the_beginning_of_a_minute(self) -> datetime:
        """What time it is; never so late in its minute that the act would be one of the next."""
        now = self.case.time.watch.shows().astimezone(SHANGHAI)
        if self.reference.ending is None and now.second > 40:
            self._reach(now.replace(second=0, microsecond=0) + timedelta(minutes=1))
        return self.case.time.watch.shows().astimezone(SHANGHAI)

    def _reach(self, moment: datetime) -> None:
        if self.reference.ending is None:
            self.reference.let_pass(self.world.run(self.case.reach(moment)).astimezone(SHANGHAI))

    def _agree(self, what: str, expected: str | None = None, got: str | None = None) -> None:
        self.steps[f"{what} refused: {got}" if got else what] += 1
        self.story.append(f"{self.reference.now:%Y-%m-%d %a %H:%M} {what}{' refused: ' + got if got else ''}")
        found = [] if expected == got else [f"{what}: should be {expected or 'done'}, is {got or 'done'}"]
        found += differences(self.reference, self.case.found, self.calendars)
        assert not found, "\n".join(["", *self.story, *found])

    def teardown(self) -> None:
        if hasattr(self, "case"):
            self.world.run(self.case.leave())
