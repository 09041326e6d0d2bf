"""A hearing: its right is told, it is asked for or ordered, called seven days ahead, held, and on record (apl:46–48)."""

from __future__ import annotations

from typing import Any

from domain.commands import Actor, Hear, HearingMove
from domain.examination import step_of
from domain.hearing import Hearing
from domain.law import carries_out
from domain.record import Clock, ClockState, EventKind, Paper
from domain.running import hearing_limits
from workflows.case import Case
from workflows.stages import special

EVENTS = {
    HearingMove.OFFER: EventKind.HEARING_OFFERED,
    HearingMove.REQUEST: EventKind.HEARING_REQUESTED,
    HearingMove.DECLINE: EventKind.HEARING_DECLINED,
    HearingMove.ORDER: EventKind.HEARING_ORDERED,
    HearingMove.SCHEDULE: EventKind.HEARING_SCHEDULED,
    HearingMove.HOLD: EventKind.HEARING_HELD,
}
PAPERS = {
    HearingMove.OFFER: (Paper.HEARING_RIGHTS,),
    HearingMove.SCHEDULE: (Paper.HEARING_NOTICE,),
    HearingMove.HOLD: (Paper.HEARING_RECORD,),
}
ARTICLES = {HearingMove.ORDER: "apl:46", HearingMove.SCHEDULE: "apl:48", HearingMove.HOLD: "apl:48"}


@carries_out("apl:46", "apl:47", "apl:48")
def hear(case: Case, act: Hear, by: Actor) -> None:
    """The next thing about the hearing is done, and its limits begin or end."""
    before = case.hearing
    kept = before if act.move is HearingMove.HOLD else None
    goes_on = act.move in (HearingMove.SCHEDULE, HearingMove.HOLD)
    case.hearing = Hearing(
        move=act.move,
        held_on=act.held_on or (kept.held_on if kept else None),
        host=act.host or (kept.host if kept else None),
        ordered=act.move is HearingMove.ORDER or (goes_on and before is not None and before.ordered),
    )
    facts: dict[str, Any] = {"text": act.text, "person": act.host}
    if act.held_on:
        facts["held_on"] = act.held_on.isoformat()
    case.record(
        EVENTS[act.move], by=by, article=ARTICLES.get(act.move, "apl:47"), papers=PAPERS.get(act.move, ()), **facts
    )
    match act.move:
        case HearingMove.OFFER:
            case.begin((hearing_limits(Clock.HEARING_REQUEST),), case.now(), warn=False)
        case HearingMove.REQUEST | HearingMove.ORDER:
            case.clock.stop(Clock.HEARING_REQUEST)
            case.begin((hearing_limits(Clock.HEARING),), case.now())
        case HearingMove.DECLINE:
            case.clock.stop(Clock.HEARING_REQUEST)
            case.clock.stop(Clock.HEARING, ClockState.VOID)
            _procedure_ends(case, by)
        case HearingMove.HOLD:
            case.clock.stop(Clock.HEARING)
            _procedure_ends(case, by)


def examining(case: Case) -> set[str]:
    """Who examines this application: those who answered a step, and those who have one now."""
    answered = {opinion.by for opinion in case.examination.opinions if opinion.by}
    return answered | {task.assignee for task in case.tasks.values() if task.assignee and step_of(task.slot)}


def _procedure_ends(case: Case, by: Actor) -> None:
    """The clock that stood still for the hearing goes on."""
    for one in case.item.procedures:
        if one.kind == "hearing":
            special.end(case, one.id, case.now().date(), by)
