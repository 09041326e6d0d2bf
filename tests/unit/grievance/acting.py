"""Grievances at any leg, the people who act on them, and one proper act of each kind."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.commands import Actor, RemedyKind
from domain.grievance.checks import check
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
from domain.grievance.course import Course, after
from domain.grievance.record import Leg
from domain.grievance.state import Grievance
from domain.law import Refused
from domain.supervision.rules import Class, GrievanceRules
from domain.supervision.shortcomings import Shortcoming

WINDOW, UNIT, OTHER = "gz-thr-management", "gz-thr-samr", "gz-thr-health"
REPORTER = "applicant-1"
ROLES_AT_THE_WINDOW = ("grievance_window", "supervisor")
ROLES_OF_THE_UNIT = ("chief_representative", "agency_head", "approver", "examiner", "window")
DAY = date(2026, 3, 31)
RULES = GrievanceRules()


def one(role: str, unit: str, person: str | None = None) -> Actor:
    """Somebody with the role in the unit."""
    return Actor(id=person or f"{role}-1", roles=(role,), units=(unit,))


CLERK = one("grievance_window", WINDOW)
SUPERVISOR = one("supervisor", WINDOW)
CHIEF = one("chief_representative", UNIT)
APPLICANT = Actor(id=REPORTER, roles=("applicant",))


def said(by: Actor, **more: Any) -> dict[str, Any]:
    """What every act says; its words are there unless a test leaves them out."""
    return {"request_id": "request-1", "by": by, "text": "text-1", **more}


def classify(by: Actor = CLERK, **more: Any) -> Classify:
    more = {"klass": Class.COMPLEX, "grounds": (Shortcoming.NOT_FINISHED,)} | more
    return Classify(**said(by, **more))


def exclude(by: Actor = CLERK, **more: Any) -> Classify:
    return Classify(**said(by, **{"excluded": Exclusion.OWN_CAUSE, **more}))


def approve(by: Actor = SUPERVISOR, klass: Class = Class.VERY_COMPLEX) -> ApproveClass:
    return ApproveClass(**said(by, klass=klass))


def transfer(by: Actor = CLERK, unit: str = UNIT, **more: Any) -> Transfer:
    return Transfer(**said(by, unit=unit, **more))


def pass_on(by: Actor = CHIEF, unit: str = OTHER, **more: Any) -> PassOn:
    return PassOn(**said(by, unit=unit, **more))


def send_back(by: Actor = CHIEF, **more: Any) -> SendBack:
    return SendBack(**said(by, **more))


def answer(by: Actor = CHIEF, what: Said = Said.REMEDIED, **more: Any) -> Reply:
    return Reply(**said(by, said=what, **more))


def feedback(by: Actor = CLERK, **more: Any) -> GiveFeedback:
    return GiveFeedback(**said(by, **more))


def visit(satisfaction: int | None = 2, by: Actor = CLERK, **more: Any) -> ReturnVisit:
    return ReturnVisit(**said(by, reached=satisfaction is not None, satisfaction=satisfaction) | more)


def withdraw(by: Actor = APPLICANT) -> WithdrawGrievance:
    return WithdrawGrievance(request_id="request-1", by=by)


def review(by: Actor = SUPERVISOR, conclusion: Conclusion = Conclusion.CONFIRMED, **more: Any) -> Review:
    return Review(**said(by, **{"conclusion": conclusion, "improvement": "text-2", **more}))


def notify(by: Actor = SUPERVISOR, **more: Any) -> NotifyUnit:
    return NotifyUnit(**said(by, **more))


def asked(remedy: RemedyKind = RemedyKind.DECIDE_BY, due: date | None = DAY) -> AskedOfCase:
    return AskedOfCase(remedy=remedy, due=due if remedy is RemedyKind.DECIDE_BY else None)


def reported(**more: Any) -> Grievance:
    """What an applicant reported online about a case; it waits to be classified."""
    return Grievance(**{"window": WINDOW, "case": "GZ20260302-000001-1", "reported_by": REPORTER, **more})


TO: dict[Leg, tuple[GrievanceAct, ...]] = {
    Leg.CLASSIFICATION: (),
    Leg.APPROVAL: (classify(klass=Class.VERY_COMPLEX),),
    Leg.TRANSFER: (classify(),),
    Leg.ANSWER: (classify(), transfer()),
    Leg.FEEDBACK: (classify(), transfer(), answer()),
    Leg.RETURN_VISIT: (classify(), transfer(), answer(), feedback()),
    Leg.REVIEW: (classify(), transfer(), answer(), feedback(), visit()),
    Leg.NOTIFICATION: (classify(), transfer(), answer(), feedback(), visit(), review()),
    Leg.CLOSED: (classify(), transfer(), answer(), feedback(), visit(), review(), notify()),
}
"""The acts that lead to each leg."""


def done(grievance: Grievance, *acts: GrievanceAct, rules: GrievanceRules = RULES) -> Course:
    """What the last of the acts led to, each of them allowed."""
    course = Course(grievance, ())
    for act in acts:
        check(course.grievance, act)
        course = after(course.grievance, act, rules)
    return course


def at(leg: Leg, **more: Any) -> Grievance:
    """A grievance that came to the leg by allowed acts."""
    found = done(reported(**more), *TO[leg]).grievance
    assert found.leg is leg
    return found


def refusal(grievance: Grievance, act: GrievanceAct) -> Refused | None:
    """How the act is refused; None where it is allowed."""
    try:
        check(grievance, act)
    except Refused as refused:
        return refused
    return None


def code(grievance: Grievance, act: GrievanceAct) -> str | None:
    """The code of the refusal; None where the act is allowed."""
    refused = refusal(grievance, act)
    return refused.code if refused else None
