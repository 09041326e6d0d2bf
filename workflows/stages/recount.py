"""The calendar changed: every limit of the case is reckoned anew, once (cc:203, apl:82)."""

from __future__ import annotations

from typing import Any

from domain.commands import Recount
from domain.deadline import Office
from domain.law import Refused, carries_out
from domain.record import Clock, EventKind, Paper
from domain.running import THE_APPLICANTS_OWN, applicant_is_told
from workflows.case import Case

OF_THE_APPLICANT = (Clock.PROMISED, Clock.STATUTORY, Clock.DELIVERY, Clock.HEARING_REQUEST, *THE_APPLICANTS_OWN)
"""Limits whose due day was told to the applicant."""


def office_of(case: Case, act: Recount) -> Office:
    """The days and hours by which the case counts from now on."""
    return case.clock.office.model_copy(update={"calendar": act.calendar, "closing_time": act.closing_time})


def check(case: Case, act: Recount) -> None:
    """Raise `Refused` where the case counts by this calendar already: nothing is done twice."""
    if office_of(case, act) == case.clock.office:
        raise Refused("counted_already", "该办件已经按此安排计算", "The case counts by this calendar already")


@carries_out("gz:13.4", "apl:82", "cc:203")
def recount(case: Case, act: Recount) -> None:
    """Old day, new day, why, and a notice to the applicant where a day moved that they still wait for, or where they were
    told of a lateness that was none."""
    late = {record.key for record in case.clock.all() if record.passed}
    moved = case.clock.count_by(office_of(case, act), case.telling(EventKind.CALENDAR_CHANGED))
    case.watch_lateness()
    running = {record.key for record in case.clock.running()}
    withdrawn = [record for record in case.clock.all() if record.key in late and not record.passed]
    changed = {one.clock for one in moved if one.old != one.new and one.clock in running}
    told = not {*changed, *(record.key for record in withdrawn)}.isdisjoint(OF_THE_APPLICANT)
    told |= any(applicant_is_told(record.key, case.item, case.start.policy) for record in withdrawn)
    case.new_calendar = act.calendar.version
    case.record(
        EventKind.CALENDAR_CHANGED,
        article="cc:203",
        papers=(Paper.DUE_DAY_CHANGED,) if told else (),
        calendar=act.calendar.version,
        source=act.source,
        moved=case.moved(moved),
    )
    if all(one.clock != Clock.PROMISED for one in moved):  # else it was reported with the day that moved
        case.report_more_time()
    for record in withdrawn:
        facts: dict[str, Any] = {"clock": record.key, "due_day": record.due_day.isoformat()}
        case.record(EventKind.LATENESS_WITHDRAWN, article="cc:203", **facts)
    for stop in case.stops:
        case.clock.move_bell(f"procedure:{stop.procedure}", case.clock.office.end_of(stop.until))
