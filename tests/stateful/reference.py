"""A case as design §5-6 and the law have it, told plainly: the engine has to come to the same.

Nothing in here uses the engine's counting. Commands go in, the code of a refusal or None comes out; what happened is
listed in `events`, with the days that moved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from domain.commands import (
    Act,
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
from tests.stateful.days import DAY, Days
from tests.stateful.items import COUNTED, PROCEDURES, UNIT, Plan, Span
from tests.stateful.reckoning import Limit, Special

DEPARTMENT = {"examiner", "approver", "agency_head", "chief_representative"}
NO_CAUSE = {Cause.STAFF_SHORTAGE, Cause.OTHER}
ANSWERS = {
    "check": {"accept", "notify", "not_required", "refuse_acceptance"},
    "review": {"pass", "fail"},
    "decide": {"grant", "refuse", "return"},
    "extend": {"approve", "disapprove"},
    "issue": {"issued"},
    "deliver": {"delivered"},
    "order": {"reported"},
}
URGED_AT_MOST = 5
ORDER_DAYS = 3


@dataclass(eq=False)
class Happened:
    """Something that goes on record: when, by whom (None: time), with which papers and facts."""

    kind: str
    at: datetime
    by: str | None
    papers: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class Desk:
    """A task on somebody's desk."""

    id: str
    slot: str
    role: str
    limit: Limit
    due: date
    provisional: bool


class Refusal(Exception):
    """The act is refused with this code."""


class Reference:
    """One case."""

    def __init__(self, number: str, plan: Plan, days: Days, received: datetime, applicant: str) -> None:
        self.number, self.plan, self.days = number, plan, days
        self.received, self.now, self.applicant = received, received, applicant
        self.stage = "acceptance"
        self.ending: str | None = None
        self.accepted: date | None = None
        self.specials: list[Special] = []
        self.limits: dict[str, Limit] = {}
        """The last of each kind, in the order in which they first began."""
        self.all_limits: list[Limit] = []
        self.desk: list[Desk] = []
        self.asked: Extend | None = None
        self.promise_extensions = 0
        self.urged: list[datetime] = []
        self.orders = 0
        self.events: list[Happened] = []
        self._laid = 0
        self._tell("received", applicant, "receipt")
        self._begin("acceptance", plan.acceptance, received)
        self._lay("check", "window", "acceptance")

    # What it looks like

    @property
    def stands(self) -> bool:
        """Whether the clock stands still."""
        return any(special.runs for special in self.specials)

    @property
    def paused_until(self) -> date | None:
        """The last day announced, while a special procedure runs in a living case."""
        return max((s.until for s in self.specials if s.runs and self.ending is None), default=None)

    @property
    def light(self) -> str:
        """Red over the statutory limit, yellow over any other, blue near one."""
        passed = {key for key, limit in self.limits.items() if limit.passed and not limit.quiet}
        if passed:
            return "red" if "statutory" in passed else "yellow"
        near = any(limit.runs and limit.is_near for limit in self.limits.values())
        return "blue" if near else "green"

    # How time passes

    def let_pass(self, until: datetime) -> None:
        """Everything that time does until the moment, in its order; what is overdue happens at once."""
        while self.ending is None and (bells := [bell for bell in self._bells() if bell[0] <= until]):
            moment, _, ring = min(bells, key=lambda bell: bell[:2])
            self.now = max(self.now, moment)
            ring()
        self.now = max(self.now, until)

    def _bells(self) -> list[tuple[datetime, str, Callable[[], None]]]:
        bells: list[tuple[datetime, str, Callable[[], None]]] = []
        for key, limit in self.limits.items():
            if limit.moves and not (limit.stoppable and self.stands):
                bells.append((limit.end, key, lambda limit=limit: self._passes(limit)))  # type: ignore[misc]
                if limit.warn_at is not None:
                    bells.append((limit.warn_at, key, lambda limit=limit: self._is_near(limit)))  # type: ignore[misc]
        for special in self.specials:
            if special.runs and not special.overrun:
                key = f"procedure:{special.procedure}"
                bells.append((self.days.end_of(special.until), key, lambda special=special: self._overruns(special)))  # type: ignore[misc]
        return bells

    def _is_near(self, limit: Limit) -> None:
        limit.warn_at = None
        if self.now < limit.end:
            limit.warned_of = limit.due
            self._tell("limit_near", None, clock=limit.key, due_day=limit.due.isoformat())

    def _passes(self, limit: Limit) -> None:
        limit.passed = True
        papers = ("order_late",) if limit.quiet else ("lateness",) if limit.applicants else ()
        self._tell("limit_passed", None, *papers, clock=limit.key, due_day=limit.due.isoformat())
        if self.asked is not None and self.asked.clock == limit.key:
            self._drop_extension()
            self._tell("extension_lapsed", None, limit=limit.key)
        if limit.key == "acceptance":
            self._stop("acceptance", "void")
            self._accepted(self.received, "deemed_accepted", None, "deemed_acceptance")

    def _overruns(self, special: Special) -> None:
        special.overrun = True
        self._tell("pause_overrun", None, "overrun", procedure=special.procedure, until=special.until.isoformat())

    # What people do

    def do(self, command: Answer | Act, now: datetime) -> str | None:
        """Do it, after what time did before; the code of the refusal where it is not allowed."""
        self.let_pass(now)
        try:
            if self.ending is not None:
                raise Refusal("case_closed")
            self._done(command)
        except Refusal as refused:
            return str(refused)
        self.let_pass(now)
        return None

    def _done(self, command: Answer | Act) -> None:
        match command:
            case Answer():
                self._answer(command)
            case Withdraw():
                self._withdraw(command)
            case Pause():
                self._pause(command)
            case Resume():
                self._resume(command)
            case Extend():
                self._extend(command)
            case Delay():
                self._delay(command)
            case Urge():
                self._urge(command)
            case Order():
                self._order(command)
            case Recount():
                raise TypeError("the days of a recount are said by `change_days`")

    def change_days(self, days: Days, now: datetime) -> str | None:
        """The calendar or the closing time changed: everything is counted anew, and lateness that was none is taken back."""
        self.let_pass(now)
        if self.ending is not None:
            return "case_closed"
        if (days.version, days.closing) == (self.days.version, self.days.closing):
            return "counted_already"
        self.days = days
        late = [limit for limit in self.limits.values() if limit.passed]
        counted = [limit for limit in self.limits.values() if limit.state != "void"]
        moved = self._anew(counted, "calendar_changed")
        still_runs = {key for key, (old, new) in moved.items() if old != new and self.limits[key].state == "running"}
        in_time_after_all = {limit.key for limit in late if not limit.passed}
        told = any(self.limits[key].applicants for key in still_runs | in_time_after_all)
        papers = ("due_day_changed",) if told else ()
        self._tell("calendar_changed", None, *papers, calendar=days.version, moved=moved)
        for limit in late:
            if not limit.passed:
                self._tell("lateness_withdrawn", None, clock=limit.key, due_day=limit.due.isoformat())
        self.let_pass(now)
        return None

    def _answer(self, answer: Answer) -> None:
        task = next((task for task in self.desk if task.id == answer.task), None)
        if task is None:
            raise Refusal("task_not_open")
        if task.role not in answer.by.roles or UNIT not in answer.by.units:
            raise Refusal("not_your_task")
        if answer.outcome not in ANSWERS[task.slot.split(".")[0]]:
            raise Refusal("outcome_not_offered")
        who = answer.by.id
        match task.slot:
            case "check":
                if answer.outcome is not Outcome.ACCEPT:
                    raise Refusal("must_accept")
                self._take(task)
                self._stop("acceptance", "met")
                self._accepted(self.now, "accepted", who, "acceptance")
            case "review" | "decide":
                self._step(task, answer)
            case "extend":
                self._approval(task, answer)
            case slot if slot.startswith("order."):
                if answer.text is None:
                    raise Refusal("report_missing")
                self._take(task)
                self._stop(task.limit.key, "met")
                self._tell("order_answered", who, n=int(slot.removeprefix("order.")))
            case "issue":
                self._take(task)
                self._tell("issued", who, "result_ready")
                self._hand_over()
            case "deliver":
                self._take(task)
                self._stop("delivery", "met")
                self._tell("delivered", who, "proof_of_service")
                self._close("granted" if any(e.kind == "granted" for e in self.events) else "refused")

    def _step(self, task: Desk, answer: Answer) -> None:
        who, outcome = answer.by.id, answer.outcome
        if outcome is Outcome.RETURN and answer.return_to != "review":
            raise Refusal("return_to_unknown")
        if outcome in (Outcome.FAIL, Outcome.REFUSE, Outcome.RETURN) and answer.text is None:
            raise Refusal("reasons_missing")
        if outcome in (Outcome.GRANT, Outcome.REFUSE) and self.stands:
            raise Refusal("procedure_running")
        self._take(task)
        self._tell("step_returned" if outcome is Outcome.RETURN else "step_answered", who, outcome=outcome.value)
        self._stop(f"step:{task.slot}", "met")
        match outcome:
            case Outcome.PASS | Outcome.FAIL:
                self._open_step("decide", "approver")
            case Outcome.RETURN:
                self._open_step("review", "examiner")
            case _:
                self._decided(who, granted=outcome is Outcome.GRANT)

    def _decided(self, who: str, *, granted: bool) -> None:
        self._tell("granted" if granted else "refused", who, "grant" if granted else "refusal")
        self._stop("promised", "met")
        self._stop("statutory", "met")
        self._drop_extension()
        self._begin("delivery", self.plan.delivery, self.now)
        if granted:
            self.stage = "issue"
            self._lay("issue", "window", "delivery")
        else:
            self._hand_over()

    def _hand_over(self) -> None:
        self.stage = "delivery"
        self._lay("deliver", "window", "delivery")

    def _withdraw(self, act: Withdraw) -> None:
        at_window = "window" in act.by.roles and UNIT in act.by.units
        if act.by.id != self.applicant and not at_window:
            raise Refusal("not_the_applicant")
        if self.stage not in ("acceptance", "examination"):
            raise Refusal("decided_already")
        self._tell("withdrawn", act.by.id, "withdrawal")
        self._close("withdrawn")

    def _check_department(self, act: Act) -> None:
        if UNIT not in act.by.units or not DEPARTMENT & set(act.by.roles):
            raise Refusal("not_your_department")

    # Supervision

    def _urge(self, act: Urge) -> None:
        """The applicant once in a working day, and so often; the unit's chief as often as they like."""
        sees_to_it = UNIT in act.by.units and {"chief_representative", "supervisor"} & set(act.by.roles)
        if act.by.id == self.applicant or not sees_to_it:
            at_window = "window" in act.by.roles and UNIT in act.by.units
            if act.by.id != self.applicant and not at_window:
                raise Refusal("not_the_applicant")
            if len(self.urged) >= URGED_AT_MOST:
                raise Refusal("urged_enough")
            if self.urged and self.now.date() < self.days.nth_worked(self.urged[-1].date() + DAY, 1):
                raise Refusal("urged_lately")
            self.urged.append(self.now)
            self._tell("urged", act.by.id, "urge", nth=len(self.urged))
        else:
            self._tell("urged", act.by.id, "urge")

    def _order(self, act: Order) -> None:
        """A task and a limit beside those of the case."""
        if act.text is None:
            raise Refusal("order_says_nothing")
        if act.days is not None and not 1 <= act.days <= 250:
            raise Refusal("order_days_impossible")
        if UNIT not in act.by.units or not {"chief_representative", "supervisor"} & set(act.by.roles):
            raise Refusal("not_yours_to_say")
        self.orders += 1
        key = f"order:{self.orders}"
        limit = Limit(key, Span(act.days or ORDER_DAYS), self.now, quiet=True)
        limit.reckon(self.days)
        self.limits[key] = limit
        self.all_limits.append(limit)
        self._lay(f"order.{self.orders}", "chief_representative", key)
        self._tell("ordered", act.by.id, "order", n=self.orders, until=limit.due.isoformat())

    # Special procedures

    def _pause(self, act: Pause) -> None:
        self._check_department(act)
        self._check_announced(act)
        longest = PROCEDURES[act.procedure]
        special = next((s for s in self.specials if s.runs and s.procedure == act.procedure), None)
        kind = "pause_prolonged" if special else "paused"
        if special is None:
            over = self.now >= self.days.end_of(self.now.date())
            first = self.now.date() + DAY if over else self.now.date()
            special = Special(act.procedure, self.now, first, 0, first)
            self.specials.append(special)
        special.days += act.days
        special.until = (
            special.first + DAY * (special.days - 1)
            if longest.natural
            else self.days.nth_worked(special.first, special.days)
        )
        special.overrun = False
        facts = {"procedure": act.procedure, "days": act.days, "first": special.first.isoformat()}
        moved = self._reckon_stopped(kind)
        self._tell(kind, act.by.id, "special_procedure", until=special.until.isoformat(), moved=moved, **facts)

    def _check_announced(self, act: Pause) -> None:
        if self.stage != "examination":
            raise Refusal("nothing_to_pause")
        if act.procedure == COUNTED:
            raise Refusal("procedure_counted")
        if act.procedure not in PROCEDURES:
            raise Refusal("procedure_not_declared")
        used = sum(s.days for s in self.specials if s.procedure == act.procedure)
        if not 1 <= act.days <= PROCEDURES[act.procedure].days - used:
            raise Refusal("procedure_too_long")

    def _resume(self, act: Resume) -> None:
        self._check_department(act)
        special = next((s for s in self.specials if s.runs and s.procedure == act.procedure), None)
        if special is None:
            raise Refusal("procedure_not_running")
        today = self.now.date()
        if act.ended_on is not None and not special.since.date() <= act.ended_on <= today:
            raise Refusal("end_impossible")
        special.ended = act.ended_on or today
        natural = PROCEDURES[act.procedure].natural
        special.days = len([day for day in special.days_left_out if natural or day in self.days.worked])
        facts = {"procedure": act.procedure, "days": special.days, "ended": special.ended.isoformat()}
        self._tell("resumed", act.by.id, "due_day_changed", moved=self._reckon_stopped("resumed"), **facts)

    def _reckon_stopped(self, kind: str) -> dict[str, tuple[date, date]]:
        return self._anew([limit for limit in self.limits.values() if limit.stoppable and limit.moves], kind)

    # Extensions

    def _extend(self, act: Extend) -> None:
        self._check_department(act)
        if self.asked is not None:
            raise Refusal("extension_asked_already")
        self._check_extension(act)
        if "agency_head" in act.by.roles:
            self._extended(act, act.by.id)
            return
        self._lay("extend", "agency_head", act.clock)
        self.asked = act
        self._tell("extension_asked", act.by.id, limit=act.clock, days=act.days, cause=act.cause.value)

    def _check_extension(self, act: Extend) -> None:
        limit, right = self.limits.get(act.clock), self.plan.extension
        if self.stage != "examination":
            raise Refusal("nothing_to_extend")
        if limit is None or (act.clock == "statutory" and right is None):
            raise Refusal("no_extension_right")
        if act.cause in NO_CAUSE:
            raise Refusal("cause_not_objective")
        if act.text is None:
            raise Refusal("reasons_missing")
        if act.days < 1:
            raise Refusal("extension_of_no_days")
        if limit.passed:
            raise Refusal("extension_too_late")
        if act.clock == "promised":
            self._check_promise(act, limit)
        elif limit.more:
            raise Refusal("extended_already")
        elif right is not None and act.days > right.days:
            raise Refusal("extension_too_long")

    def _check_promise(self, act: Extend, limit: Limit) -> None:
        statutory = self.limits.get("statutory")
        if statutory is None:
            raise Refusal("no_extension_right")
        if self.promise_extensions:
            raise Refusal("extended_already")
        more = Span(act.days, limit.span.natural)
        if limit.due_with(self.days, [*limit.more, more]) > statutory.due:
            raise Refusal("beyond_statutory_limit")

    def _extended(self, act: Extend, by: str) -> None:
        """The limit becomes longer, and with it the promise and the steps that are open."""
        asked_for = self.limits[act.clock]
        unit = self.plan.extension if act.clock == "statutory" else self.plan.promised
        more, old = Span(act.days, unit.natural if unit else False), asked_for.due
        self.promise_extensions += act.clock == "promised"
        keys = ("promised", act.clock)
        longer = [one for one in self.limits.values() if one.moves and (one.key in keys or one.key.startswith("step:"))]
        for limit in longer:
            limit.more.append(more)
        moved = self._anew(longer, "extended")
        facts = {"limit": act.clock, "days": act.days, "old": old.isoformat(), "new": asked_for.due.isoformat()}
        self._tell("extended", by, "extension", "filing", moved=moved, cause=act.cause.value, **facts)

    def _approval(self, task: Desk, answer: Answer) -> None:
        asked = self.asked
        assert asked is not None
        if answer.outcome is Outcome.APPROVE:
            self._check_extension(asked)
        elif answer.text is None:
            raise Refusal("reasons_missing")
        self._take(task)
        self.asked = None
        if answer.outcome is Outcome.APPROVE:
            self._extended(asked, answer.by.id)
        else:
            self._tell("extension_disapproved", answer.by.id, limit=asked.clock)

    def _drop_extension(self) -> None:
        self.asked = None
        self.desk = [task for task in self.desk if task.slot != "extend"]

    def _delay(self, act: Delay) -> None:
        self._check_department(act)
        if self.stage != "examination":
            raise Refusal("nothing_to_delay")
        if act.until < self.now.date():
            raise Refusal("delay_in_the_past")
        promised = self.limits["promised"]
        if not promised.passed and act.until <= promised.due:
            raise Refusal("no_delay")
        if act.text is None:
            raise Refusal("reasons_missing")
        self._tell("delay_told", act.by.id, "delay", "filing", until=act.until.isoformat(), cause=act.cause.value)

    # Limits and tasks

    def _accepted(self, when: datetime, kind: str, by: str | None, paper: str) -> None:
        self.accepted, self.stage = when.date(), "examination"
        self.desk = [task for task in self.desk if task.limit.quiet]
        self._tell(kind, by, paper, accepted_on=when.date().isoformat())
        self._begin("promised", self.plan.promised, when, stoppable=True, applicants=True)
        if self.plan.statutory:
            self._begin("statutory", self.plan.statutory, when, stoppable=True, applicants=True)
        self._open_step("review", "examiner")

    def _open_step(self, step: str, role: str) -> None:
        self._begin(f"step:{step}", self.plan.step, self.now, stoppable=True)
        self._lay(step, role, f"step:{step}")

    def _begin(
        self, key: str, span: Span, when: datetime, *, stoppable: bool = False, applicants: bool = False
    ) -> None:
        limit = Limit(key, span, when, stoppable, applicants or key == "delivery")
        limit.specials = list(self.specials) if stoppable else []
        limit.reckon(self.days)
        limit.set_warning(self.days, self.now)
        limit.told = [(self.events[-1].kind, limit.due, limit.provisional, stoppable and self.stands)]
        self.limits[key] = limit
        self.all_limits.append(limit)

    def _stop(self, key: str, state: str) -> None:
        limit = self.limits.get(key)
        if limit is not None and limit.runs:
            limit.state, limit.stopped = state, self.now
            limit.specials = [replace(special) for special in limit.specials]  # as they are now, and no longer

    def _anew(self, limits: list[Limit], kind: str) -> dict[str, tuple[date, date]]:
        """Count these limits anew; those whose day is another one, or no longer provisional."""
        moved: dict[str, tuple[date, date]] = {}
        for limit in limits:
            old = (limit.due, limit.provisional)
            self._let_stop(limit)
            if limit.passed and limit.end > (limit.stopped or self.now):
                limit.passed = False
            if limit.runs:
                limit.set_warning(self.days, self.now)
            if (limit.due, limit.provisional) != old:
                moved[limit.key] = (old[0], limit.due)
                limit.told.append((kind, limit.due, limit.provisional, limit.stoppable and self.stands))
        for task in self.desk:
            if task.limit.key in moved:
                task.due, task.provisional = task.limit.due, task.limit.provisional
        return moved

    def _let_stop(self, limit: Limit) -> None:
        """Reckon with the special procedures that began before the limit had passed; it is stopped by no later one."""
        if limit.runs and limit.stoppable and not limit.passed:
            limit.specials = list(self.specials)
        limit.reckon(self.days)
        for special in self.specials if limit.runs and limit.stoppable else ():
            if special not in limit.specials and special.since < limit.end:
                limit.specials.append(special)
                limit.reckon(self.days)

    def _lay(self, slot: str, role: str, key: str) -> None:
        self._laid += 1
        limit = self.limits[key]
        name = f"{self.number}.{self._laid}.{slot}"
        self.desk.append(Desk(name, slot, role, limit, limit.due, limit.provisional))

    def _take(self, task: Desk) -> None:
        self.desk.remove(task)

    def _close(self, ending: str) -> None:
        for key in self.limits:
            self._stop(key, "void")
        self.desk, self.ending, self.stage = [], ending, "closed"
        self._tell("closed", None, ending=ending)

    def _tell(self, kind: str, by: str | None, *papers: str, **facts: Any) -> None:
        self.events.append(Happened(kind, self.now, by, papers, facts))
