"""Random lives of a grievance: each rule does something to the engine and to the reference, and both must come to the same."""

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
from domain.commands import Actor, RemedyKind
from domain.deadline import Office
from domain.grievance.commands import (
    ApproveClass,
    AskedOfCase,
    Classify,
    Conclusion,
    Exclusion,
    GiveFeedback,
    GrievanceAct,
    NotifyUnit,
    PassOn,
    Reply,
    ReturnVisit,
    Review,
    Said,
    SendBack,
    Transfer,
    WithdrawGrievance,
)
from domain.grievance.start import GrievanceStart
from domain.shown import SEMANTICS
from domain.supervision.rules import AnswerDays, Class, GrievanceRules
from domain.supervision.shortcomings import Shortcoming
from domain.values import SHANGHAI
from tests.stateful.days import DAY, Days, at, calendar_of
from tests.stateful.grievance.comparing import differences
from tests.stateful.grievance.reference import Reference
from tests.stateful.grievance.world import GrievanceWorld, Played

WINDOW, OTHER_WINDOW, UNIT, OTHER = "gz-thr-management", "gz-management", "gz-thr-samr", "gz-thr-health"
REPORTER = Actor(id="applicant-1", roles=("applicant",))


def one(role: str, unit: str, person: str | None = None) -> Actor:
    """Somebody with the role in the unit."""
    return Actor(id=person or f"{role}@{unit}", roles=(role,), units=(unit,))


PEOPLE: dict[str, Actor] = {
    "clerk": one("grievance_window", WINDOW),
    "supervisor": one("supervisor", WINDOW),
    "chief": one("chief_representative", UNIT),
    "chief of the other unit": one("chief_representative", OTHER),
    "head of the other unit": one("agency_head", OTHER),
    "examiner": one("examiner", UNIT),
    "window of the unit": one("window", UNIT),
    "clerk of another window": one("grievance_window", OTHER_WINDOW),
    "everybody": Actor(id="all-1", roles=("supervisor", "chief_representative"), units=("*",)),
    "reporter": REPORTER,
    "reporter who is a clerk": one("grievance_window", WINDOW, REPORTER.id),
    "somebody": Actor(id="applicant-2", roles=("applicant",)),
}
HURRIED = GrievanceRules(
    classification=0,
    approval=0,
    transfer=0,
    answer=AnswerDays(simple=0, complex=0, very_complex=1),
    again=0,
    feedback=0,
    return_visit=1,
    review=0,
    notification=0,
    escalation=0,
    remind_before=0,
    attempts=1,
    redo_when_dissatisfied=0,
)
SLOW = GrievanceRules(
    classification=2,
    answer=AnswerDays(simple=1, complex=7, very_complex=15),
    again=3,
    remind_before=2,
    escalation=3,
    attempts=2,
    redo_when_dissatisfied=2,
)
RULES = st.sampled_from([GrievanceRules(), GrievanceRules(), SLOW, HURRIED])
DAY_OF_RECEIPT = st.one_of(
    st.dates(date(2025, 1, 2), date(2026, 9, 30)),
    st.dates(date(2025, 1, 20), date(2025, 2, 10)),
    st.dates(date(2026, 2, 9), date(2026, 3, 2)),
    st.dates(date(2026, 9, 21), date(2026, 10, 12)),
)
"""Often around Chinese New Year and the make-up days of a holiday."""
NO_LATER_THAN = date(2026, 11, 10)
HOURS = st.sampled_from([time(8, 30), time(10), time(16), time(17, 30), time(23, 50)])
CLOSES = time(17)
CHANNELS = st.sampled_from(["online"] * 3 + ["window", "hotline", "system"])
MOSTLY = st.sampled_from([True] * 7 + [False])
RARELY = st.sampled_from([False] * 7 + [True])
GROUNDS = st.lists(st.sampled_from(list(Shortcoming)), max_size=2).map(tuple)
CLASSES = st.sampled_from([Class.SIMPLE, Class.COMPLEX, Class.COMPLEX, Class.VERY_COMPLEX])
REMEDIES = st.lists(
    st.sampled_from(
        [
            AskedOfCase(remedy=RemedyKind.ACCEPT_NOW),
            AskedOfCase(remedy=RemedyKind.WITHDRAW_NOTICE),
            AskedOfCase(remedy=RemedyKind.DECIDE_BY, due=date(2026, 12, 1)),
            AskedOfCase(remedy=RemedyKind.DECIDE_BY),
        ]
    ),
    max_size=2,
).map(tuple)
GRADE = st.sampled_from([None, None, 1, 2, 3, 4, 5, 5])
NEAR_TODAY = st.sets(st.integers(-7, 14), min_size=1, max_size=4)
WITHIN = st.sampled_from([-timedelta(minutes=1), timedelta(), timedelta(minutes=1)])
"""Just before the moment, at it, just after it."""


def at_leg(*legs: str) -> Callable[[Any], bool]:
    """Whether the grievance stands there."""
    return lambda machine: machine.reference.leg in legs


def lives(machine: Any) -> bool:
    """Whether the grievance is open, and its days are published."""
    return machine.reference.leg != "closed" and machine.reference.now.date() <= NO_LATER_THAN


class AnyGrievance(RuleBasedStateMachine):
    """One grievance after the other, on one server."""

    def __init__(self, world: GrievanceWorld, published: Days, calendar: Calendar, steps: Counter[str]) -> None:
        super().__init__()
        self.world, self.published, self.steps = world, published, steps
        self.calendars: dict[str, Calendar] = {published.version: calendar}
        self.reference: Reference
        self.played: Played
        self.story: list[str] = []
        """What was done so far, for whoever has to find out what went wrong."""

    # A grievance, and time

    @initialize(
        day=DAY_OF_RECEIPT,
        hour=HOURS,
        channel=CHANNELS,
        rules=RULES,
        about_case=MOSTLY,
        unit=st.sampled_from([None, UNIT]),
        grounds=GROUNDS,
        found=RARELY,
        closes=RARELY,
        refuses=RARELY,
        opened_after=st.sampled_from([0] * 9 + [1, 30, 100]),
    )
    def a_grievance_comes_in(
        self,
        day: date,
        hour: time = time(10),
        channel: str = "online",
        rules: GrievanceRules = GrievanceRules(),  # noqa: B008  (never changed)
        about_case: bool = True,
        unit: str | None = UNIT,
        grounds: tuple[Shortcoming, ...] = (),
        found: bool = False,
        closes: bool = False,
        refuses: bool = False,
        opened_after: int = 0,
    ) -> None:
        """Opened so many hours after it came in."""
        days = replace(self.published, closing=CLOSES if closes else None)
        received = at(day, hour)
        start = GrievanceStart(
            number=f"STATEFUL-{uuid4().hex[:12]}",
            channel=channel,
            window=WINDOW,
            case="GZ20260302-000001-1" if about_case else None,
            unit=unit,
            grounds=grounds,
            found=found,
            by={"online": REPORTER, "window": PEOPLE["clerk"], "hotline": one("hotline", "*")}.get(channel),
            rules=rules,
            office=Office(calendar=self.calendars[days.version], closing_time=days.closing),
            received_at=received,
            semantics=SEMANTICS,
        )
        opened_at = received + timedelta(hours=opened_after)
        refusal = "not_acceptance" if refuses else None
        self.world.hands.files[start.number].case_refuses = refusal
        self.played = self.world.run(Played.opened(self.world, start, opened_at))
        self.reference = Reference(start, days, opened_at, case_refuses=refusal)
        self._agree(f"received, {channel}")

    @precondition(lambda self: not lives(self))
    @rule(day=DAY_OF_RECEIPT, rules=RULES, grounds=GROUNDS, channel=CHANNELS)
    def another_grievance_comes_in(
        self, day: date, rules: GrievanceRules, grounds: tuple[Shortcoming, ...], channel: str
    ) -> None:
        self.teardown()
        self.story.append("---")
        self.a_grievance_comes_in(day, rules=rules, grounds=grounds, channel=channel)

    @precondition(lives)
    @rule(
        days=st.integers(0, 3), hour=HOURS, to=st.sampled_from(["a day", "next", "next", "limit", "limit"]), by=WITHIN
    )
    def time_passes(self, days: int, hour: time, to: str, by: timedelta) -> None:
        """To some hour; or to just before the next reminder, limit or escalation, to it, or to just after it."""
        now, limit, moments = self.reference.now, self.reference.limit, self.reference.next_moments
        day = now.date() + days * DAY
        moment = at(day, hour) if at(day, hour) > now else at(day + DAY, hour)
        if to == "next" and moments:
            moment = moments[0] + by
        elif to == "limit" and limit is not None and not limit.passed:
            moment = limit.end + by
        self.until(moment)

    def until(self, moment: datetime) -> None:
        """Let time pass until the moment."""
        if moment > self.reference.now:
            self._reach(moment)
        self._agree("time passed")

    @precondition(lives)
    @rule(sure=RARELY)
    def the_worker_is_started_anew(self, sure: bool) -> None:
        if sure:
            self.world.run(self.world.restart_the_worker())
            self._agree("worker restarted")

    # The way through

    @precondition(lives)
    @rule(klass=CLASSES, said=st.sampled_from(list(Said)), unit=st.sampled_from([UNIT, OTHER]), satisfaction=GRADE)
    def it_goes_on(self, klass: Class, said: Said, unit: str, satisfaction: int | None) -> None:
        """Whoever has the leg does what it is for."""
        match self.reference.leg:
            case "classification":
                self.classify(klass, (Shortcoming.NOT_FINISHED,))
            case "approval":
                self.approve(klass)
            case "transfer":
                self.transfer(unit)
            case "answer":
                self.answer(said)
            case "feedback":
                self.feedback()
            case "return_visit":
                self.visit(satisfaction)
            case "review":
                self.review(Conclusion.PARTLY)
            case _:
                self.notify()

    @precondition(lives)
    @rule(klass=CLASSES, said=st.sampled_from(list(Said)), unit=st.sampled_from([UNIT, OTHER]), satisfaction=GRADE)
    def it_goes_on_two_legs(self, klass: Class, said: Said, unit: str, satisfaction: int | None) -> None:
        """The same, so that more of them come to their end."""
        self.it_goes_on(klass, said, unit, satisfaction)
        if lives(self):
            self.it_goes_on(klass, said, unit, satisfaction)

    @precondition(at_leg("classification"))
    @rule(klass=CLASSES, grounds=GROUNDS, by=st.sampled_from(["clerk", "clerk", "supervisor"]))
    def classify(self, klass: Class, grounds: tuple[Shortcoming, ...], by: str = "clerk") -> None:
        self._act(Classify, by, klass=klass, grounds=grounds)

    @precondition(at_leg("classification"))
    @rule(excluded=st.sampled_from(list(Exclusion)), reasons=MOSTLY, found=RARELY, sure=st.integers(0, 5))
    def exclude(self, excluded: Exclusion, reasons: bool = True, found: bool = False, sure: int = 5) -> None:
        if sure == 5:
            self._act(Classify, "clerk", reasons, excluded=excluded, found=found)

    @precondition(at_leg("approval"))
    @rule(klass=CLASSES)
    def approve(self, klass: Class) -> None:
        self._act(ApproveClass, "supervisor", klass=klass)

    @precondition(at_leg("transfer"))
    @rule(unit=st.sampled_from([UNIT, OTHER]))
    def transfer(self, unit: str) -> None:
        self._act(Transfer, "clerk", unit=unit)

    @precondition(lambda self: self.reference.leg == "transfer" and self.reference.klass == "simple")
    @rule(said=st.sampled_from(list(Said)))
    def settle_on_the_spot(self, said: Said) -> None:
        self._act(Reply, "clerk", said=said)

    @precondition(at_leg("answer"))
    @rule(said=st.sampled_from(list(Said)), remedies=REMEDIES)
    def answer(self, said: Said, remedies: tuple[AskedOfCase, ...] = ()) -> None:
        self._act(Reply, self._chief, said=said, remedies=remedies)

    @precondition(at_leg("answer"))
    @rule(unit=st.sampled_from([UNIT, OTHER]), by=st.sampled_from(["chief", "head of the other unit", "clerk"]))
    def pass_on(self, unit: str, by: str) -> None:
        self._act(PassOn, by, unit=unit)

    @precondition(at_leg("answer", "feedback", "return_visit", "review"))
    @rule(reasons=MOSTLY)
    def send_back(self, reasons: bool = True) -> None:
        leg = self.reference.leg
        by = self._chief if leg == "answer" else "supervisor" if leg == "review" else "clerk"
        self._act(SendBack, by, reasons)

    @precondition(at_leg("feedback"))
    @rule(reasons=MOSTLY)
    def feedback(self, reasons: bool = True) -> None:
        self._act(GiveFeedback, "clerk", reasons)

    @precondition(at_leg("return_visit"))
    @rule(satisfaction=GRADE)
    def visit(self, satisfaction: int | None) -> None:
        self._act(ReturnVisit, "clerk", reached=satisfaction is not None, satisfaction=satisfaction)

    @rule(sure=st.integers(0, 5), by=st.sampled_from(["reporter", "reporter", "clerk", "supervisor", "somebody"]))
    def withdraw(self, sure: int = 5, by: str = "reporter") -> None:
        if sure == 5:
            self._act(WithdrawGrievance, by)

    @precondition(at_leg("review"))
    @rule(
        conclusion=st.sampled_from(list(Conclusion)),
        improvement=MOSTLY,
        responsible=st.sampled_from([None, None, OTHER]),
        remedies=REMEDIES,
    )
    def review(
        self,
        conclusion: Conclusion,
        improvement: bool = True,
        responsible: str | None = None,
        remedies: tuple[AskedOfCase, ...] = (),
    ) -> None:
        more = {"improvement": "text-2" if improvement else None, "responsible": responsible, "remedies": remedies}
        self._act(Review, "supervisor", conclusion=conclusion, **more)

    @precondition(at_leg("notification"))
    @rule(reasons=MOSTLY)
    def notify(self, reasons: bool = True) -> None:
        self._act(NotifyUnit, "supervisor", reasons)

    @rule(
        kind=st.sampled_from(
            [
                (Classify, {"klass": Class.COMPLEX, "grounds": (Shortcoming.NOT_TAKEN,)}),
                (Classify, {"klass": Class.SIMPLE, "excluded": Exclusion.OWN_CAUSE}),
                (ApproveClass, {"klass": Class.SIMPLE}),
                (Transfer, {"unit": OTHER}),
                (PassOn, {"unit": OTHER}),
                (SendBack, {}),
                (Reply, {"said": Said.EXPLAINED}),
                (GiveFeedback, {}),
                (ReturnVisit, {"reached": True}),
                (ReturnVisit, {"reached": False, "satisfaction": 3}),
                (ReturnVisit, {"reached": True, "satisfaction": 3}),
                (Review, {"conclusion": Conclusion.PARTLY}),
                (NotifyUnit, {}),
            ]
        ),
        by=st.sampled_from(sorted(PEOPLE)),
        reasons=MOSTLY,
    )
    def anybody_does_anything(self, kind: tuple[type[Any], dict[str, Any]], by: str, reasons: bool) -> None:
        self._act(kind[0], by, reasons, **kind[1])

    # What moves the limits

    @precondition(lives)
    @rule(which=st.sampled_from(["closed", "closed", "worked after all", "closing time", "restored"]), near=NEAR_TODAY)
    def the_calendar_changes(self, which: str, near: set[int]) -> None:
        days = self.reference.days
        changed = {day for n in near if (day := self.reference.now.date() + n * DAY).year in days.published}
        match which:
            case "closed":
                self._change(closed=changed)
            case "worked after all":
                self._change(opened=changed)
            case "closing time":
                self._count_by(replace(days, closing=None if days.closing else CLOSES))
            case _:
                self._count_by(self.published)

    # How both are driven

    @property
    def _chief(self) -> str:
        return "chief" if self.reference.unit == UNIT else "chief of the other unit"

    def _change(self, closed: set[date] = frozenset(), opened: set[date] = frozenset()) -> None:  # type: ignore[assignment]
        days = self.reference.days.changed(f"changed-{len(self.calendars)}", closed, opened, set())
        self.calendars[days.version] = calendar_of(days)
        self._count_by(days)

    def _count_by(self, days: Days) -> None:
        now = self._at_the_beginning_of_a_minute()
        office = Office(calendar=self.calendars[days.version], closing_time=days.closing)
        self.world.run(self.played.count_by(office))
        self.reference.change_days(days, now)
        self._agree("calendar changed")

    def _act(self, kind: type[Any], by: str, words: bool = True, **more: Any) -> None:
        said = {"text": "text-1"} if words and "text" in kind.model_fields else {}
        act: GrievanceAct = kind(request_id=uuid4().hex, by=PEOPLE[by], **said, **more)
        now = self._at_the_beginning_of_a_minute()
        got = self.world.run(self.played.act(act))
        self._agree(act.kind, self.reference.act(act, now), got)

    def _at_the_beginning_of_a_minute(self) -> datetime:
        """What time it is; never so late in its minute that the act would be one of the next."""
        if self.reference.leg == "closed":
            return self.reference.now
        now = self.world.run(self.played.look_at_the_clock()).astimezone(SHANGHAI)
        if now.second > 40:
            self._reach(now.replace(second=0, microsecond=0) + timedelta(minutes=1))
        return self.played.time.watch.shows().astimezone(SHANGHAI)

    def _reach(self, moment: datetime) -> None:
        self.reference.let_pass(self.world.run(self.played.reach(moment)).astimezone(SHANGHAI))

    def _agree(self, what: str, expected: str | None = None, got: str | None = None) -> None:
        self.steps[f"{what} refused: {got}" if got else what] += 1
        self.story.append(f"{self.reference.now:%Y-%m-%d %a %H:%M} {what}{' refused: ' + got if got else ''}")
        found = [] if expected == got else [f"{what}: should be {expected or 'done'}, is {got or 'done'}"]
        self.world.run(self.played.settle(0 if found else len(self.reference.events)))
        found += differences(self.reference, self.played)
        assert not found, "\n".join(["", *self.story, *found])

    def teardown(self) -> None:
        if hasattr(self, "played"):
            self.world.run(self.played.leave())
