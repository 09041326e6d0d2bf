"""A grievance as decision 8 and the law have it, told plainly: the workflow has to come to the same (gz:6.3, gz:13.5).

Nothing in here uses the engine's rules or counting. Acts go in, the code of a refusal or None comes out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from domain.grievance.commands import GrievanceAct
from domain.grievance.start import GrievanceStart
from domain.values import SHANGHAI
from tests.stateful.days import DAY, Days, at, between

OPENS = time(9)
NEXT = {
    "classification": {"classify", "withdraw"},
    "approval": {"approve_class", "withdraw"},
    "transfer": {"transfer", "answer", "withdraw"},
    "answer": {"answer", "pass_on", "send_back", "withdraw"},
    "feedback": {"feedback", "send_back", "withdraw"},
    "return_visit": {"return_visit", "send_back", "withdraw"},
    "review": {"review", "send_back"},
    "notification": {"notify"},
}
WORDS_NEEDED = {"transfer", "pass_on", "send_back", "answer", "feedback", "review", "notify"}
CLERKS, DEPARTMENT = {"grievance_window", "supervisor"}, {"supervisor"}
UNITS = {"chief_representative", "agency_head", "approver", "examiner", "window"}
LEADERS = {"chief_representative", "agency_head"}


@dataclass(eq=False)
class Happened:
    """Something that goes on record: when, by whom (None: time or the system), with which papers and facts."""

    kind: str
    at: datetime
    by: str | None
    papers: tuple[str, ...]
    facts: dict[str, Any]


@dataclass(eq=False)
class Limit:
    """The limit of a leg: so many working days, the day on which it begins not among them."""

    key: str
    begun: datetime
    days: int
    due: date = date.min
    end: datetime = field(default=datetime.min.replace(tzinfo=SHANGHAI))
    state: str = "running"
    passed: bool = False
    stopped: datetime | None = None
    warn_at: datetime | None = None
    warned_of: date | None = None

    def reckon(self, days: Days) -> None:
        """Find the due day anew. No days: the day itself, or the next one that is worked and not over."""
        if self.days:
            self.due = days.nth_worked(self.begun.date() + DAY, self.days)
        else:
            ahead = between(self.begun.date(), self.begun.date() + 30 * DAY)
            self.due = next(day for day in ahead if day in days.worked and days.end_of(day) > self.begun)
        self.end = days.end_of(self.due)

    def set_warning(self, days: Days, before: int, now: datetime) -> None:
        """So many working days before the due day when the office opens, or on the due day where that is over."""
        earlier = [day for day in between(self.due - 40 * DAY, self.due - DAY) if day in days.worked]
        early = self.due if before == 0 else earlier[-before]
        ahead = [at(day, OPENS) for day in (early, self.due) if max(now, self.begun) < at(day, OPENS) < self.end]
        self.warn_at = ahead[0] if ahead and self.warned_of != self.due else None


@dataclass(eq=False)
class Reference:
    """One grievance."""

    start: GrievanceStart
    days: Days
    now: datetime
    leg: str = "classification"
    klass: str | None = None
    grounds: list[str] = field(default_factory=list)
    unit: str | None = None
    unit_answered: bool = False
    excluded: str | None = None
    said: str | None = None
    again: bool = False
    redone: int = 0
    attempts: int = 0
    satisfaction: int | None = None
    withdrawn: bool = False
    conclusion: str | None = None
    responsible: str | None = None
    level: int = 0
    limits: list[Limit] = field(default_factory=list)
    escalates: datetime | None = None
    events: list[Happened] = field(default_factory=list)
    asked: list[tuple[str, date | None]] = field(default_factory=list)
    case_refuses: str | None = None
    """How the case refuses what is asked of it; None: it does it."""

    def __post_init__(self) -> None:
        start = self.start
        self.grounds, self.unit = [one.value for one in start.grounds], start.unit
        facts = {"channel": start.channel, "case": start.case, "unit": start.unit}
        by = start.by.id if start.by else None
        self.events.append(Happened("registered", start.received_at, by, ("grievance_receipt",), facts))
        self._begin(start.received_at)
        self.let_pass(self.now)

    # What it looks like

    @property
    def ending(self) -> str | None:
        """Excluded where nobody went into it, settled otherwise."""
        if self.leg != "closed":
            return None
        return "excluded" if self.excluded and not self.conclusion else "settled"

    @property
    def limit(self) -> Limit | None:
        """The limit of the leg."""
        return self.limits[-1] if self.limits[-1].state == "running" else None

    @property
    def holder(self) -> str:
        """Who has it now."""
        return self.unit if self.leg == "answer" and self.unit else self.start.window

    @property
    def waiting_for(self) -> tuple[str, ...]:
        """Who has to act, and who has to see to it."""
        if self.leg == "closed":
            return ()
        role = {"answer": "chief_representative"}.get(self.leg, "grievance_window")
        if self.leg in ("approval", "review", "notification"):
            role = "supervisor"
        first, above = f"{role}@{self.holder}", f"supervisor@{self.start.window}"
        return (first, above) if self.level == 2 and first != above else (first,)

    @property
    def next_moments(self) -> list[datetime]:
        """When time will do something, the soonest first."""
        limit = self.limit
        ahead = [limit.warn_at, None if limit.passed else limit.end] if limit else []
        return sorted(one for one in (*ahead, self.escalates) if one is not None)

    # What time does

    def let_pass(self, now: datetime) -> None:
        """Whatever is due until then happens, in order; what was due before it could be known happens now."""
        while (moments := self.next_moments) and moments[0] <= now:
            self.now = max(self.now, moments[0])
            self._strikes(moments[0])
        self.now = max(self.now, now)

    def _strikes(self, moment: datetime) -> None:
        limit = self.limit
        assert limit is not None
        day = limit.due.isoformat()
        if limit.warn_at == moment:
            limit.warn_at = None
            if limit.end > self.now:
                limit.warned_of = limit.due
                self._happens(
                    "leg_near", None, ("grievance_reminder",), leg=self.leg, due_day=day, addressee=self.holder
                )
        elif not limit.passed:
            limit.passed = True
            self._goes_up(1 if self.leg == "answer" else 2, "leg_late", day)
            self._set_escalation(limit)
        else:
            self.escalates = None
            self._goes_up(2, "escalated", day)

    def _goes_up(self, level: int, kind: str, due_day: str) -> None:
        self.level = level
        to = self.holder if level == 1 else self.start.window
        facts = {"leg": self.leg, "due_day": due_day, "level": level, "addressee": to, "holder": self.holder}
        self._happens(kind, None, ("escalation",), **facts)

    def _set_escalation(self, limit: Limit) -> None:
        """So many working days after the due day, unless the department has heard of it already."""
        if self.level == 2:
            return
        after = self.start.rules.escalation
        day = self.days.nth_worked(limit.due + DAY, after) if after else self._first_worked(limit.due)
        self.escalates = self.days.end_of(day)

    def _first_worked(self, since: date) -> date:
        return next(day for day in between(since, since + 30 * DAY) if day in self.days.worked)

    def change_days(self, days: Days, now: datetime) -> None:
        """Other days, or another closing time, from now on: what is not late by them was never late."""
        self.let_pass(now)
        self.days = days
        if self.leg == "closed":
            return
        limit, moved = self.limits[-1], {}
        was_late = limit.passed
        for one in self.limits:
            before = one.due
            one.reckon(days)
            one.passed = one.passed and one.end <= (one.stopped or self.now)
            if one.due != before:
                moved[one.key] = (before, one.due)
        limit.warn_at = None
        if was_late and not limit.passed:
            self.level, self.escalates = 0, None
        elif was_late:
            self._set_escalation(limit)
        if not limit.passed:
            limit.set_warning(days, self.start.rules.remind_before, self.now)
        if moved or (was_late and not limit.passed):
            self._happens("calendar_changed", None, moved=moved)
        self.let_pass(self.now)

    # What people do

    def act(self, act: GrievanceAct, now: datetime) -> str | None:
        """The code of the refusal; None where it was done."""
        self.let_pass(now)
        if code := self._refusal(act):
            return code
        getattr(self, f"_{act.kind}")(act)
        for one in getattr(act, "remedies", ()):
            self.asked.append((one.remedy.value, one.due))
            kind = "remedy_refused" if self.case_refuses else "remedy_done"
            self._happens(kind, None, remedy=one.remedy.value, refused=self.case_refuses)
        self.let_pass(self.now)
        return None

    def _refusal(self, act: Any) -> str | None:
        by, window, kind = act.by, self.start.window, act.kind
        if self.leg == "closed":
            return "grievance_closed"
        if kind == "withdraw":
            return self._may_not_withdraw(by)
        if kind not in NEXT[self.leg]:
            return "not_this_leg"
        if self._is_reporter(by):
            return "own_application"
        roles, unit = (CLERKS, window)
        if self.leg == "answer":
            roles, unit = (LEADERS if kind == "pass_on" else UNITS), self.unit
        elif self.leg in ("approval", "review", "notification"):
            roles = DEPARTMENT
        above = kind == "pass_on" and _serves(by, CLERKS, window)
        if not above and not _serves(by, roles, unit):
            return "not_your_grievance"
        if kind in WORDS_NEEDED and act.text is None:
            return "text_missing"
        return getattr(self, f"_wrong_{kind}", lambda _: None)(act)

    def _is_reporter(self, by: Any) -> bool:
        start = self.start
        return start.channel == "online" and start.by is not None and by.id == start.by.id

    def _may_not_withdraw(self, by: Any) -> str | None:
        if self.withdrawn:
            return "withdrawn_already"
        if self.leg in ("review", "notification"):
            return "too_late_to_withdraw"
        allowed = self._is_reporter(by) or _serves(by, {"grievance_window"}, self.start.window)
        return None if allowed else "not_the_reporter"

    def _wrong_classify(self, act: Any) -> str | None:
        if (act.klass is None) == (act.excluded is None):
            return "class_or_exclusion"
        if act.excluded is None:
            return None if act.grounds else "grounds_missing"
        if self.start.found or act.found:
            return "must_be_taken_up"
        return "reasons_missing" if act.text is None else None

    def _wrong_answer(self, act: Any) -> str | None:
        if self.leg == "transfer" and self.klass != "simple":
            return "not_simple"
        return self._wrong_remedies(act)

    def _wrong_pass_on(self, act: Any) -> str | None:
        return "same_unit" if act.unit == self.unit else None

    def _wrong_return_visit(self, act: Any) -> str | None:
        return None if act.reached == (act.satisfaction is not None) else "satisfaction_unclear"

    def _wrong_review(self, act: Any) -> str | None:
        if act.conclusion != "not_confirmed" and act.improvement is None:
            return "improvement_missing"
        if act.conclusion != "not_confirmed" and not (act.responsible or self.unit):
            return "responsibility_missing"
        return self._wrong_remedies(act)

    def _wrong_remedies(self, act: Any) -> str | None:
        if act.remedies and self.start.case is None:
            return "no_case"
        wrong = any((one.remedy == "decide_by") != (one.due is not None) for one in act.remedies)
        return "due_day_unclear" if wrong else None

    def _classify(self, act: Any) -> None:
        self.grounds += [one.value for one in act.grounds if one.value not in self.grounds]
        self.grounds = list(dict.fromkeys(self.grounds))
        if act.excluded:
            self.excluded = act.excluded.value
            self._happens("excluded", act.by, excluded=self.excluded)
            self._enter("feedback")
            return
        self.klass = act.klass.value
        self._happens("classified", act.by, klass=self.klass, grounds=list(self.grounds))
        asks = self.klass == "very_complex" and not _serves(act.by, DEPARTMENT, self.start.window)
        self._enter("approval" if asks else "transfer")

    def _approve_class(self, act: Any) -> None:
        self.klass = act.klass.value
        self._happens("class_approved", act.by, klass=self.klass)
        self._enter("transfer")

    def _transfer(self, act: Any) -> None:
        self._goes_to(act, "transferred")

    def _pass_on(self, act: Any) -> None:
        self._goes_to(act, "passed_on")

    def _goes_to(self, act: Any, kind: str) -> None:
        source = self.unit if kind == "passed_on" else None
        facts = {"to": act.unit, "from": source, "addressee": act.unit}
        self._happens(kind, act.by, ("grievance_transfer",), **facts)
        self.unit, self.again, self.unit_answered = act.unit, False, False
        self._enter("answer")

    def _send_back(self, act: Any) -> None:
        if self.leg == "answer":
            self._happens("sent_back", act.by, leg="answer", to=None)
            self.again = self.unit_answered = False
            self._enter("transfer")
        elif self.unit_answered:
            self._happens("sent_back", act.by, ("grievance_transfer",), leg=self.leg, to=self.unit, addressee=self.unit)
            self.again, self.satisfaction = True, None
            self._enter("answer")
        else:
            self._happens("sent_back", act.by, leg=self.leg, to=None)
            self.klass = self.excluded = self.said = self.satisfaction = None
            self._enter("classification")

    def _answer(self, act: Any) -> None:
        self.said, self.again, self.unit_answered = act.said.value, False, self.leg == "answer"
        self._happens("answered", act.by, said=self.said)
        self._enter("feedback")

    def _feedback(self, act: Any) -> None:
        no = self.excluded is not None or self.said == "rejected"
        papers = ("grievance_feedback", "negative_answer") if no else ("grievance_feedback",)
        self._happens("feedback_given", act.by, papers, said=self.said, excluded=self.excluded)
        if self.excluded:
            self._close(act)
        else:
            self.attempts = 0
            self._enter("return_visit")

    def _return_visit(self, act: Any) -> None:
        self._happens("visited", act.by, reached=act.reached, satisfaction=act.satisfaction)
        rules = self.start.rules
        if not act.reached:
            self.attempts += 1
            if self.attempts >= rules.attempts:
                self._enter("review")
            return
        if act.satisfaction >= 4 and self.redone < rules.redo_when_dissatisfied:
            self.redone += 1
            self._send_back(act)
        else:
            self._enter("review")
        self.satisfaction = act.satisfaction

    def _withdraw(self, act: Any) -> None:
        self.withdrawn = True
        self._happens("withdrawn", act.by)
        self._enter("review")

    def _review(self, act: Any) -> None:
        self.conclusion, self.responsible = act.conclusion.value, act.responsible or self.unit
        self._happens("reviewed", act.by, conclusion=self.conclusion, responsible=self.responsible)
        if self.responsible is None:
            self._close(act)
        else:
            self._enter("notification")

    def _notify(self, act: Any) -> None:
        facts = {"to": self.responsible, "addressee": self.responsible, "conclusion": self.conclusion}
        self._happens("unit_notified", act.by, ("grievance_notice",), **facts)
        self._close(act)

    # How it goes on

    def _happens(self, kind: str, by: Any, papers: tuple[str, ...] = (), **facts: Any) -> None:
        self.events.append(Happened(kind, self.now, by.id if by else None, papers, facts))

    def _enter(self, leg: str) -> None:
        self._stop()
        self.leg, self.level = leg, 0
        self._begin(self.now)

    def _begin(self, moment: datetime) -> None:
        rules = self.start.rules
        allowed: Any = getattr(rules, self.leg)
        if self.leg == "answer":
            allowed = rules.again if self.again else getattr(rules.answer, self.klass or "complex")
        limit = Limit(f"leg:{len(self.limits) + 1}.{self.leg}", moment, allowed)
        limit.reckon(self.days)
        limit.set_warning(self.days, rules.remind_before, self.now)
        self.limits.append(limit)

    def _stop(self) -> None:
        limit = self.limits[-1]
        limit.state, limit.stopped, limit.warn_at = "met", self.now, None
        self.escalates = None

    def _close(self, act: Any) -> None:
        self._stop()
        self.leg, self.level = "closed", 0
        self._happens("closed", act.by, ending=self.ending)


def _serves(by: Any, roles: set[str], unit: str | None) -> bool:
    return bool(roles.intersection(by.roles)) and ("*" in by.units or unit in by.units)
