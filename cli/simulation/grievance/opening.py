"""How a grievance that is written becomes one that is opened."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from cli.simulation.acting import APPLICANT
from cli.simulation.grievance.casefile import GrievanceJob
from cli.simulation.grievance.scenario import WrittenGrievance
from cli.simulation.opening import NoSuchCase
from cli.simulation.rules import management_of, rules_of
from domain.commands import Actor
from domain.deadline import Office
from domain.grievance.start import GrievanceStart
from domain.grievance.state import WINDOW
from domain.shown import SEMANTICS
from domain.supervision.rules import AnswerDays, GrievanceRules
from domain.words import Text

HOTLINE = "hotline"


def start_of(number: str, job: GrievanceJob, office: Office, now: datetime, case: str | None) -> GrievanceStart:
    """The opening of the grievance on a clock that shows, now, the moment of its receipt, and never an earlier one; `case` is
    the number of its case. Raises `NoSuchCase` where no window is for it."""
    written, matter = job.scenario.case, job.matter
    unit = written.unit or (matter.department.code if matter else None)
    window = written.window or management_of(unit or "")
    if window is None:
        raise NoSuchCase(
            Text(f"不知道 {unit} 由哪个窗口负责，请写 window", f"no window is known for {unit}; say `window`")
        )
    return GrievanceStart(
        number=number,
        channel=written.channel,
        window=window,
        case=case if matter else None,
        item=matter.code if matter else None,
        unit=unit,
        grounds=written.grounds,
        found=written.channel == "system" if written.found is None else written.found,
        by=reported_by(written, window),
        rules=rules_for(written, unit or window),
        office=office.model_copy(update={"calendar": office.calendar.since(written.received.year)}),
        received_at=written.received,
        clock_shift_seconds=ceil((written.received - now) / timedelta(seconds=1)),
        semantics=SEMANTICS,
    )


def reported_by(written: WrittenGrievance, window: str) -> Actor | None:
    """Who it is registered for: the reporter online, the clerk who takes it down elsewhere, nobody where the system found it."""
    match written.channel:
        case "online":
            return APPLICANT.model_copy(update={"id": written.reporter or APPLICANT.id})
        case "window":
            return Actor(id=f"{WINDOW}-1", roles=(WINDOW,), units=(window,))
        case "hotline":
            return Actor(id=f"{HOTLINE}-1", roles=(HOTLINE,))
    return None


def rules_for(written: WrittenGrievance, unit: str) -> GrievanceRules:
    """The rules of the place, with what is written otherwise."""
    rules, own = rules_of(unit).grievances, written.rules
    named = {name: getattr(own, name) for name in own.model_fields_set}
    if isinstance(answer := named.get("answer"), AnswerDays):
        days = {name: getattr(answer, name) for name in answer.model_fields_set}
        named["answer"] = rules.answer.model_copy(update=days)
    return rules.model_copy(update=named)
