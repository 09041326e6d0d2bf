"""What an act of a file of grievances is to the engine: the same commands that the counter sends."""

from __future__ import annotations

from typing import Any

from cli.simulation.acting import APPLICANT, NotToBeDone
from cli.simulation.grievance.record import REPORTER, GrievanceOnRecord
from cli.simulation.grievance.scenario import (
    AnswerAct,
    ApproveClassAct,
    ClassifyAct,
    PersonsAct,
    PlainAct,
    RemedyLine,
    ReviewAct,
    TransferAct,
    VisitAct,
)
from domain.commands import Actor
from domain.grievance.commands import (
    ApproveClass,
    AskedOfCase,
    Classify,
    Conclusion,
    GiveFeedback,
    GrievanceAct,
    NotifyUnit,
    PassOn,
    Reply,
    ReturnVisit,
    Review,
    SendBack,
    Transfer,
    WithdrawGrievance,
)
from domain.grievance.start import GrievanceStart
from domain.grievance.state import WINDOW
from domain.words import Text

PLAIN: dict[str, type[SendBack | GiveFeedback | NotifyUnit]] = {
    "send_back": SendBack,
    "feedback": GiveFeedback,
    "notify": NotifyUnit,
}


def command(act: PersonsAct, found: GrievanceOnRecord, start: GrievanceStart, request: str) -> GrievanceAct:
    """What is sent to the engine. Raises `NotToBeDone`."""
    said: dict[str, Any] = {"request_id": request, "by": _actor(act, found, start)}
    text = f"text-{request}" if act.text else None
    match act:
        case ClassifyAct():
            about = {"klass": act.klass, "grounds": act.grounds, "excluded": act.excluded, "found": act.found}
            return Classify(**said, text=text, **about)
        case ApproveClassAct():
            return ApproveClass(**said, text=text, klass=act.klass)
        case TransferAct():
            return (Transfer if act.act == "transfer" else PassOn)(**said, text=text, unit=act.unit)
        case AnswerAct():
            return Reply(**said, text=text, said=act.said, remedies=_asked(act.remedies))
        case VisitAct():
            return ReturnVisit(**said, text=text, reached=act.reached, satisfaction=act.satisfaction)
        case ReviewAct():
            return _review(act, said, text, request)
        case PlainAct(act="withdraw"):
            return WithdrawGrievance(**said)
    return PLAIN[act.act](**said, text=text)


def _review(act: ReviewAct, said: dict[str, Any], text: str | None, request: str) -> Review:
    asks = act.conclusion is not Conclusion.NOT_CONFIRMED if act.improvement is None else bool(act.improvement)
    return Review(
        **said,
        text=text,
        conclusion=act.conclusion,
        responsible=act.responsible,
        improvement=f"improvement-{request}" if asks else None,
        remedies=_asked(act.remedies),
    )


def _asked(lines: tuple[RemedyLine, ...]) -> tuple[AskedOfCase, ...]:
    return tuple(AskedOfCase(remedy=line.remedy, due=line.due) for line in lines)


def _actor(act: PersonsAct, found: GrievanceOnRecord, start: GrievanceStart) -> Actor:
    """The person named, else the first of whoever is asked for it; withdrawing is for the reporter who came online, else
    for the window."""
    who = act.by or _asked_for(act, found, start)
    if who == REPORTER:
        reporter = start.by if start.channel == "online" and start.by is not None else APPLICANT
        return reporter.model_copy(update={"id": act.person or reporter.id})
    role, _, unit = who.partition("@")
    return Actor(id=act.person or f"{role}-1", roles=(role,), units=(unit,))


def _asked_for(act: PersonsAct, found: GrievanceOnRecord, start: GrievanceStart) -> str:
    if act.act == "withdraw":
        return REPORTER if start.channel == "online" else f"{WINDOW}@{start.window}"
    if not found.now.waiting_for:
        if act.refused:
            return f"{WINDOW}@{start.window}"
        raise NotToBeDone(Text("反映件已经办结，没有人可以再办理", "the grievance is closed, and nobody acts on it"))
    return found.now.waiting_for[0]
