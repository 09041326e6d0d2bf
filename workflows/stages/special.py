"""Special procedures stop the clock of the decision, with a written notice of the time they need (apl:45)."""

from __future__ import annotations

from typing import Any

from domain.commands import Actor, Pause, Resume
from domain.item import Procedure
from domain.law import carries_out
from domain.record import EventKind, Paper
from domain.special import OTHER_PROCEDURE, Stop, begun, open_stop, over, prolonged, stretches
from workflows.case import Case


@carries_out("apl:45")
def pause(case: Case, act: Pause, by: Actor) -> None:
    """The clock stops, or stands still for longer than was announced; the applicant is told in writing how long."""
    procedure = declared(case, act.procedure)
    running = open_stop(case.stops, act.procedure)
    office = case.clock.office
    stop = (
        prolonged(running, procedure, act.days, office) if running else begun(procedure, act.days, case.now(), office)
    )
    case.stops = (*(one for one in case.stops if one is not running), stop)
    kind = EventKind.PAUSE_PROLONGED if running else EventKind.PAUSED
    moved = reckon(case, kind)
    facts: dict[str, Any] = {"days": act.days, "unit": procedure.max.unit, "first": _day(stop.first), "text": act.text}
    _record(case, kind, by, procedure, Paper.SPECIAL_PROCEDURE, until=_day(stop.until), moved=moved, **facts)
    case.clock.ring_at(office.end_of(stop.until), f"procedure:{procedure.id}", lambda: overrun(case, stop))


def resume(case: Case, act: Resume, by: Actor) -> None:
    """The procedure is over; counting goes on with the day after it."""
    end(case, act.procedure, act.ended_on or case.now().date(), by, act.text)


def end(case: Case, procedure_id: str, ended_on: Any, by: Actor, text: str | None = None) -> None:
    """The procedure ended on this day, and the due days are settled."""
    running = open_stop(case.stops, procedure_id)
    if running is None:
        return
    procedure = declared(case, procedure_id)
    stop = over(running, procedure, ended_on, case.clock.office)
    case.stops = tuple(stop if one is running else one for one in case.stops)
    case.clock.silence(f"procedure:{procedure_id}")
    moved = reckon(case, EventKind.RESUMED)
    facts: dict[str, Any] = {"first": _day(stop.first), "ended": _day(ended_on), "days": stop.days, "text": text}
    facts["unit"] = procedure.max.unit
    _record(case, EventKind.RESUMED, by, procedure, Paper.DUE_DAY_CHANGED, moved=moved, **facts)


def overrun(case: Case, stop: Stop) -> None:
    """The announced time is over and the procedure is not: its unit and the chief representative are warned."""
    procedure = declared(case, stop.procedure)
    facts = {"until": _day(stop.until), "days": stop.days, "unit": procedure.max.unit}
    _record(case, EventKind.PAUSE_OVERRUN, None, procedure, Paper.OVERRUN, **facts)


def reckon(case: Case, kind: EventKind) -> list[dict[str, Any]]:
    """Every limit that a special procedure stops, reckoned anew; the due days that moved, as facts of the event."""
    moved = case.clock.pause(stretches(case.stops), standing=case.is_paused, told=case.telling(kind))
    case.watch_lateness()
    return case.moved(moved)


def declared(case: Case, procedure_id: str) -> Procedure:
    """The procedure as the definition declares it."""
    return next(one for one in case.item.procedures if one.id == procedure_id)


def _record(case: Case, kind: EventKind, by: Actor | None, procedure: Procedure, paper: Paper, **facts: Any) -> None:
    named = {"procedure": procedure.id, "name": procedure.name, "special": OTHER_PROCEDURE}
    article = procedure.basis if procedure.kind == "item_law" else "apl:45"
    case.record(kind, by=by, article=article, papers=(paper,), **named, **facts)


def _day(day: Any) -> str:
    return str(day.isoformat())
