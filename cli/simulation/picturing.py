"""The picture of a bundle that was simulated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from cli.picture.model import Picture, Row, Span, due_days
from cli.simulation.course import Course, Lived
from domain.bundle.settling import Part
from domain.record import Clock, Ending, Event, EventKind, PartRecord, PartState
from domain.values import SHANGHAI


def picture_of(course: Course) -> Picture | None:
    """The bundle as it stands when the scenario is over; None where the scenario is about no bundle."""
    if course.case is None or course.bundle is None or not course.case.found.events:
        return None
    whole, records = course.case, {record.id: record for record in course.case.found.parts}
    lived = [whole, *course.parts.values()]
    return Picture(
        number=whole.number,
        received=_day_of(whole, EventKind.RECEIVED) or course.scenario.case.received.date(),
        today=max(event.at for case in lived for event in case.found.events).astimezone(SHANGHAI).date(),
        calendar=whole.office.calendar,
        whole=_whole(whole),
        items=tuple(_row(part, records[part.id], whole, course.parts.get(part.id)) for part in course.bundle.parts),
    )


def _whole(case: Lived) -> Row:
    closed, ending = _day_of(case, EventKind.CLOSED), case.found.ending
    with_result = ending in (Ending.GRANTED, Ending.PARTLY_GRANTED)
    return replace(
        _handled(Row("", case.item.name, PartState.RUNNING), case),
        state=PartState.HANDED_OVER if closed else PartState.RUNNING,
        ending=ending,
        handed_over=closed if with_result else None,
    )


def _row(part: Part, record: PartRecord, whole: Lived, case: Lived | None) -> Row:
    planned = Span(record.begins, record.planned) if record.begins and record.planned else None
    row = Row(part.id, part.item.name, record.state, record.ending, planned, on_path=record.on_path, after=part.after)
    return row if case is None else replace(_handled(row, case), handed_over=_handed_over(part, whole))


def _handed_over(part: Part, whole: Lived) -> date | None:
    """The day on which its result was handed over at the window of the bundle."""
    given = (one for one in whole.found.events if one.kind is EventKind.PARTS_HANDED_OVER)
    return next((_day(one) for one in given if part.item.name in one.data["parts"]), None)


def _handled(row: Row, case: Lived) -> Row:
    """The row with what its case has on file of its limit."""
    clock = case.found.clock(Clock.PROMISED)
    if clock is None:
        return row
    decided = clock.stopped_at.astimezone(SHANGHAI).date() if clock.stopped_at else None
    return replace(
        row,
        begun=case.found.accepted_on,
        limit=clock.limit,
        more=clock.more,
        due=due_days(told.due_day for told in clock.told) or (clock.due_day,),
        paused=tuple(Span(pause.first, pause.last) for pause in clock.pauses),
        decided=decided,
    )


def _day_of(case: Lived, kind: EventKind) -> date | None:
    """The day on which it happened last."""
    return next((_day(one) for one in reversed(case.found.events) if one.kind is kind), None)


def _day(event: Event) -> date:
    return event.at.astimezone(SHANGHAI).date()
