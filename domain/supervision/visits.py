"""Somebody came to hand something in: it ends in a receipt, a reasoned written answer, or a finding (gz:13.1, gz:13.5)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from domain.commands import Ground
from domain.deadline import Due, Office, due
from domain.law import Refused, carries_out
from domain.limits import Limit
from domain.supervision.rules import VisitRules
from domain.values import SHANGHAI, Message

RESTS_ON = "gz:13.1"
GROUND = "gz:13.5"


class VisitState(StrEnum):
    """Where a visit stands."""

    QUEUED = "queued"
    """The ticket was not called yet: nobody was turned away so far."""
    OPEN = "open"
    ENDED = "ended"


class VisitOutcome(StrEnum):
    """How a visit ended."""

    CASE = "case"
    ANSWERED = "answered"
    ADVICE_ONLY = "advice_only"


class WhyFound(StrEnum):
    """What shows that nothing was taken."""

    UNANSWERED = "unanswered"
    OBJECTION = "objection"


class Visit(Message):
    """A visit as far as its rules ask."""

    id: str
    came_at: datetime
    called_at: datetime | None
    answer_by: date | None
    ended_at: datetime | None = None
    outcome: VisitOutcome | None = None

    @property
    def state(self) -> VisitState:
        """Where it stands."""
        if self.ended_at is not None:
            return VisitState.ENDED
        return VisitState.OPEN if self.called_at is not None else VisitState.QUEUED


class VisitNotAllowed(Refused):
    """The visit is over, or must end otherwise."""


@carries_out("gz:13.5")
def answer_due(called_at: datetime, rules: VisitRules, office: Office) -> Due:
    """By when there has to be a receipt or a written answer; working days of the office, from the day of the visit on."""
    return due(called_at, Limit(days=rules.answer_within), office)


@carries_out("gz:13.5")
def is_unanswered(visit: Visit, now: datetime, office: Office) -> bool:
    """Whether nothing came of the visit in time: never of one that ended, however late, nor of a ticket not called."""
    if visit.state is not VisitState.OPEN or visit.answer_by is None:
        return False
    return now >= office.end_of(visit.answer_by)


def check_came(came_at: datetime, called_at: datetime | None, now: datetime) -> None:
    """Raise `VisitNotAllowed` where the visit lies in the future, or was called before it came."""
    if came_at > now or (called_at is not None and called_at > now):
        raise VisitNotAllowed(
            "visit_in_the_future",
            "到访时间或者叫号时间晚于现在；请按实际时间登记",
            "The visit lies in the future; log it when it has happened",
        )
    if called_at is not None and called_at < came_at:
        raise VisitNotAllowed(
            "visit_called_too_early",
            "叫号时间早于取号时间；请核对排队系统的时钟",
            "The ticket was called before it was drawn; look at the clock of the queue system",
        )


def check_may_end(visit: Visit) -> None:
    """Raise `VisitNotAllowed` where the visit ended already: the first end is the one that counts."""
    if visit.state is VisitState.ENDED:
        raise VisitNotAllowed(
            "visit_ended",
            f"该到访已于{visit.ended_at:%Y-%m-%d}了结；当事人有异议的，凭查询码提出（POST /v1/visits/{visit.id}/objection）",
            f"The visit has ended; the visitor may object with the query code (POST /v1/visits/{visit.id}/objection)",
            article=RESTS_ON,
        )


@carries_out("gz:13.1", "gz:13.2", "apl:32.2")
def check_answer(ground: Ground, authority: str | None) -> None:
    """Raise `VisitNotAllowed` where this is no reason to take nothing: what is incomplete is taken in, with a one-time
    notice; whom another authority serves is told which."""
    if ground is Ground.INCOMPLETE_ON_THE_SPOT:
        raise VisitNotAllowed(
            "must_be_taken",
            "材料不齐全不是不接收的理由；请先收件（POST /v1/cases，可附 visit），再一次性告知需要补正的全部内容",
            "Incomplete is no reason to take nothing: open a case (POST /v1/cases with `visit`), then give a one-time notice",
            article="gz:13.2",
        )
    if ground is Ground.OTHER_AUTHORITY and not authority:
        raise VisitNotAllowed(
            "authority_missing",
            "不属于本单位职权的，应当告知向哪个机关申请；请填写 authority",
            "Say which authority is competent instead (`authority`)",
            article="apl:32.2",
        )


@carries_out("gz:13.5")
def check_objection(visit: Visit) -> None:
    """Raise `VisitNotAllowed` where the visitor's word makes no finding: what they handed in was taken, they have a written
    answer, or the time for one still runs."""
    if visit.outcome is VisitOutcome.ADVICE_ONLY:
        return
    if visit.outcome is VisitOutcome.CASE:
        raise VisitNotAllowed(
            "visit_was_taken",
            "该到访的申请已经收件；对办理有意见的，可以向“办不成事”反映窗口反映（POST /v1/grievances）",
            "An application was taken in at this visit; for anything else go to the window (POST /v1/grievances)",
            article=GROUND,
        )
    if visit.outcome is VisitOutcome.ANSWERED:
        raise VisitNotAllowed(
            "visit_was_answered",
            "该到访已有书面答复，答复上写有救济途径；也可以向“办不成事”反映窗口反映（POST /v1/grievances）",
            "There is a written answer, which names the remedies; you may also go to the window (POST /v1/grievances)",
            article=GROUND,
        )
    by = f"{visit.answer_by:%Y-%m-%d}" if visit.answer_by else "叫号以后"
    raise VisitNotAllowed(
        "visit_is_open",
        f"单位应当在{by}前收件或者书面答复；届时没有的，系统自行认定，无需您提出。现在也可以向窗口反映（POST /v1/grievances）",
        "The time for a receipt or a written answer still runs; after it the finding comes by itself. You may go to the "
        "window now (POST /v1/grievances)",
        article=GROUND,
    )


def evidence_of(visit: Visit, channel: str, why: WhyFound, office: Office, text: str | None = None) -> dict[str, Any]:
    """What shows that nothing was taken: the days, and who says so; the visitor's words by the id of their text."""
    return {
        "rests_on": RESTS_ON,
        "why": why.value,
        "visit": f"/v1/visits/{visit.id}",
        "channel": channel,
        "day": visit.came_at.astimezone(SHANGHAI).date().isoformat(),
        "came_at": visit.came_at.isoformat(),
        "called_at": visit.called_at.isoformat() if visit.called_at else None,
        "answer_by": visit.answer_by.isoformat() if visit.answer_by else None,
        "due_at": office.end_of(visit.answer_by).isoformat() if visit.answer_by else None,
        "outcome": visit.outcome.value if visit.outcome else None,
        "text": text,
    }
