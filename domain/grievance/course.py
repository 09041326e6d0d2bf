"""What an act does to a grievance, and what time does: the next state, and what goes on record."""

from __future__ import annotations

from typing import Any, NamedTuple

from domain.grievance.commands import (
    ApproveClass,
    AskedOfCase,
    Classify,
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
from domain.grievance.record import GrievanceEventKind as Kind
from domain.grievance.record import Leg
from domain.grievance.state import SUPERVISOR, Grievance, serves
from domain.law import carries_out
from domain.record import Paper
from domain.supervision.rules import Class, GrievanceRules

DISSATISFIED = 4
"""From this grade on a reporter is dissatisfied (GB/T 39046 A.8: 4 and 5)."""


class Happened(NamedTuple):
    """What goes on record, without its moment and number."""

    kind: Kind
    article: str
    papers: tuple[Paper, ...] = ()
    data: dict[str, Any] = {}  # noqa: RUF012  (never changed)


class Course(NamedTuple):
    """Where the grievance stands after an act, what goes on record, and what is asked of the case."""

    grievance: Grievance
    happened: tuple[Happened, ...]
    asked: tuple[AskedOfCase, ...] = ()


@carries_out("gz:13.5", "gz:6.3")
def after(before: Grievance, act: GrievanceAct, rules: GrievanceRules) -> Course:
    """The grievance after an act that was found allowed."""
    match act:
        case Classify():
            return _classified(before, act)
        case ApproveClass():
            data: dict[str, Any] = {"klass": act.klass, "text": act.text}
            return Course(
                before.at(Leg.TRANSFER, klass=act.klass), (Happened(Kind.CLASS_APPROVED, "gz:13.5", data=data),)
            )
        case Transfer() | PassOn():
            return _moved(before, act)
        case SendBack():
            return _sent_back(before, act.text)
        case Reply():
            data = {"said": act.said, "text": act.text, "remedies": [one.remedy for one in act.remedies]}
            told = Happened(Kind.ANSWERED, "gz:13.5", data=data)
            by_unit = before.leg is Leg.ANSWER
            to = before.at(Leg.FEEDBACK, said=act.said, again=False, has_answered=by_unit)
            return Course(to, (told,), act.remedies)
        case GiveFeedback():
            return _told(before, act)
        case ReturnVisit():
            return _visited(before, act, rules)
        case WithdrawGrievance():
            return Course(before.at(Leg.REVIEW, withdrawn=True), (Happened(Kind.WITHDRAWN, "gz:13.5"),))
        case Review():
            return _reviewed(before, act)
        case NotifyUnit():
            return _notified(before, act)


def _classified(before: Grievance, act: Classify) -> Course:
    grounds = tuple(dict.fromkeys((*before.grounds, *act.grounds)))
    if act.excluded is not None:
        data: dict[str, Any] = {"excluded": act.excluded, "text": act.text}
        article = "gz:18" if act.excluded == "outside_remit" else "gz:13.5"
        return Course(
            before.at(Leg.FEEDBACK, excluded=act.excluded, grounds=grounds),
            (Happened(Kind.EXCLUDED, article, data=data),),
        )
    asks = act.klass is Class.VERY_COMPLEX and not serves(act.by, (SUPERVISOR,), before.window)
    data = {"klass": act.klass, "grounds": list(grounds), "text": act.text}
    article = "gz:6.3" if set(grounds) == {"difficult"} else "gz:13.5"
    to = Leg.APPROVAL if asks else Leg.TRANSFER
    return Course(before.at(to, klass=act.klass, grounds=grounds), (Happened(Kind.CLASSIFIED, article, data=data),))


def _moved(before: Grievance, act: Transfer | PassOn) -> Course:
    """The unit that gets it has the whole limit of the class before it."""
    kind = Kind.TRANSFERRED if isinstance(act, Transfer) else Kind.PASSED_ON
    data = {"to": act.unit, "from": before.unit if kind is Kind.PASSED_ON else None, "text": act.text}
    happened = Happened(kind, "gz:13.5", (Paper.GRIEVANCE_TRANSFER,), {**data, "addressee": act.unit})
    return Course(before.at(Leg.ANSWER, unit=act.unit, again=False, has_answered=False), (happened,))


def _sent_back(before: Grievance, text: str | None) -> Course:
    """From the unit to the window; from the window or the department to the unit that answered, or to be classified anew
    where no unit had it."""
    data: dict[str, Any] = {"leg": before.leg, "text": text}
    if before.leg is Leg.ANSWER:
        to = before.at(Leg.TRANSFER, again=False, has_answered=False)
        return Course(to, (Happened(Kind.SENT_BACK, "gz:13.5", data=data),))
    if not before.has_answered:
        to = before.at(Leg.CLASSIFICATION, klass=None, excluded=None, said=None, satisfaction=None)
        return Course(to, (Happened(Kind.SENT_BACK, "gz:13.5", data=data),))
    data |= {"to": before.unit, "addressee": before.unit}
    happened = Happened(Kind.SENT_BACK, "gz:13.5", (Paper.GRIEVANCE_TRANSFER,), data)
    return Course(before.at(Leg.ANSWER, again=True, satisfaction=None), (happened,))


@carries_out("gz:13.5")
def _told(before: Grievance, act: GiveFeedback) -> Course:
    """The reporter is told; a no is reported upward in the same act, so that neither is ever without the other."""
    papers = (Paper.GRIEVANCE_FEEDBACK,) + ((Paper.NEGATIVE_ANSWER,) if before.negative else ())
    data = {"text": act.text, "said": before.said, "excluded": before.excluded}
    happened = Happened(Kind.FEEDBACK_GIVEN, "gz:13.5", papers, data)
    if before.excluded is not None:
        return _closed(Course(before.at(Leg.CLOSED), (happened,)))
    return Course(before.at(Leg.RETURN_VISIT, attempts=0), (happened,))


def _visited(before: Grievance, act: ReturnVisit, rules: GrievanceRules) -> Course:
    data: dict[str, Any] = {"reached": act.reached, "satisfaction": act.satisfaction, "text": act.text}
    happened = Happened(Kind.VISITED, "gz:13.5", data=data)
    tried = before.attempts + 1
    if not act.reached:
        if tried < rules.attempts:
            return Course(before.model_copy(update={"attempts": tried}), (happened,))
        return Course(before.at(Leg.REVIEW, attempts=tried), (happened,))
    if (
        act.satisfaction is not None
        and act.satisfaction >= DISSATISFIED
        and before.redone < rules.redo_when_dissatisfied
    ):
        back = _sent_back(before, act.text)
        redone = back.grievance.model_copy(update={"redone": before.redone + 1, "satisfaction": act.satisfaction})
        return Course(redone, (happened, *back.happened))
    return Course(before.at(Leg.REVIEW, attempts=tried, satisfaction=act.satisfaction), (happened,))


def _reviewed(before: Grievance, act: Review) -> Course:
    responsible = act.responsible or before.unit
    data = {
        "conclusion": act.conclusion,
        "responsible": responsible,
        "text": act.text,
        "improvement": act.improvement,
        "remedies": [one.remedy for one in act.remedies],
    }
    happened = (Happened(Kind.REVIEWED, "gz:13.5", data=data),)
    changes: dict[str, object] = {"conclusion": act.conclusion, "responsible": responsible}
    if responsible is None:  # nobody had it, and there is nobody to notify
        return _closed(Course(before.at(Leg.CLOSED, **changes), happened, act.remedies))
    return Course(before.at(Leg.NOTIFICATION, **changes), happened, act.remedies)


@carries_out("gz:13.5")
def _notified(before: Grievance, act: NotifyUnit) -> Course:
    data = {
        "to": before.responsible,
        "addressee": before.responsible,
        "conclusion": before.conclusion,
        "text": act.text,
    }
    happened = Happened(Kind.UNIT_NOTIFIED, "gz:13.5", (Paper.GRIEVANCE_NOTICE,), data)
    return _closed(Course(before.at(Leg.CLOSED), (happened,)))


def _closed(course: Course) -> Course:
    closed = Happened(Kind.CLOSED, "gz:13.5", data={"ending": course.grievance.ending})
    return course._replace(happened=(*course.happened, closed))


def near(before: Grievance, due_day: str) -> Course:
    """The limit of the leg is near; who has it is reminded."""
    data = {"leg": before.leg, "due_day": due_day, "addressee": before.holder}
    return Course(before, (Happened(Kind.LEG_NEAR, "gz:13.5", (Paper.GRIEVANCE_REMINDER,), data),))


def late(before: Grievance, due_day: str) -> Course:
    """The limit of the leg has passed; it goes up one level, and the duty goes on."""
    return _up(before, before.first_level, Kind.LEG_LATE, due_day)


def still_late(before: Grievance, due_day: str) -> Course:
    """Nothing has come of it; it goes up one level more."""
    return _up(before, 2, Kind.ESCALATED, due_day)


def _up(before: Grievance, level: int, kind: Kind, due_day: str) -> Course:
    addressee = before.holder if level == 1 else before.window
    data = {"leg": before.leg, "due_day": due_day, "level": level, "addressee": addressee, "holder": before.holder}
    happened = Happened(kind, "gz:13.5", (Paper.ESCALATION,), data)
    return Course(before.model_copy(update={"level": level}), (happened,))
