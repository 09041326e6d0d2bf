"""Where the engine's case is not as the reference has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from cli.simulation.record import CaseOnRecord
from domain.calendar import Calendar
from domain.deadline import Office, walk
from domain.record import ClockRecord, Event
from domain.values import SHANGHAI
from tests.stateful.reckoning import Limit
from tests.stateful.reference import Happened, Reference


def differences(reference: Reference, found: CaseOnRecord, calendars: Mapping[str, Calendar]) -> list[str]:
    """Each as one line; empty where they agree."""
    return [
        *_events(reference, found),
        *_standing(reference, found),
        *_limits(reference, found),
        *_certificates(found, calendars),
        *(fault.en for fault in (*found.faults, *found.gaps)),
    ]


def _events(reference: Reference, found: CaseOnRecord) -> Iterator[str]:
    expected = [_happened(event) for event in reference.events]
    got = [_recorded(event, like.facts) for event, like in zip(found.events, reference.events, strict=False)]
    got += [_recorded(event, {}) for event in found.events[len(expected) :]]
    if expected != got:
        for n in range(max(len(expected), len(got))):
            yield from _differ(f"event {n + 1}", expected[n : n + 1], got[n : n + 1])
    if [event.seq for event in found.events] != list(range(1, len(found.events) + 1)):
        yield f"sequence: {[event.seq for event in found.events]}"


def _standing(reference: Reference, found: CaseOnRecord) -> Iterator[str]:
    batch = found.batches[-1]
    yield from _differ("stage", reference.stage, batch.stage.value)
    yield from _differ("ending", reference.ending, batch.ending.value if batch.ending else None)
    yield from _differ("light", reference.light, batch.light.value)
    yield from _differ("paused until", reference.paused_until, batch.paused_until)
    yield from _differ("accepted on", reference.accepted, batch.accepted_on)
    running = [limit.due for limit in reference.limits.values() if limit.runs and not limit.quiet]
    yield from _differ("due day", min(running, default=None), batch.due_day)
    desk = {(task.id, task.role, task.due, task.provisional) for task in reference.desk}
    tasks = {(task.id, task.role, task.due_day, task.provisional) for task in found.open_tasks}
    yield from _differ("tasks", desk, tasks)


def _limits(reference: Reference, found: CaseOnRecord) -> Iterator[str]:
    yield from _differ("limits", [one.key for one in reference.all_limits], [clock.key for clock in found.clocks])
    for limit, clock in zip(reference.all_limits, found.clocks, strict=False):
        yield from _differ(f"limit {limit.key}", _as_the_law(limit), _as_recorded(clock))


def _as_the_law(limit: Limit) -> dict[str, Any]:
    return {
        "begun": _minute(limit.begun),
        "due": limit.due,
        "end": limit.end,
        "state": limit.state,
        "passed": limit.passed,
        "provisional": limit.provisional,
        "left out": limit.left_out,
        "more": [(span.days, span.natural) for span in limit.more],
        "stopped": _minute(limit.stopped) if limit.stopped else None,
        "told": limit.told,
    }


def _as_recorded(clock: ClockRecord) -> dict[str, Any]:
    return {
        "begun": _minute(clock.started_at),
        "due": clock.due_day,
        "end": clock.due_at,
        "state": clock.state.value,
        "passed": clock.passed,
        "provisional": clock.provisional,
        "left out": sorted((pause.procedure, pause.first, pause.last) for pause in clock.pauses),
        "more": [(int(limit.days), limit.unit == "natural") for limit in clock.more],
        "stopped": _minute(clock.stopped_at) if clock.stopped_at else None,
        "told": [(told.kind.value, told.due_day, told.provisional, told.expected) for told in clock.told],
    }


def _certificates(found: CaseOnRecord, calendars: Mapping[str, Calendar]) -> Iterator[str]:
    """The days that each limit's certificate counts lead to its due day."""
    for clock in found.clocks:
        office = Office(calendar=calendars[clock.calendar or ""], closing_time=clock.closing_time)
        days, due = walk(clock.started_at, clock.limit, office, clock.pauses, clock.more)
        certified = (days[-1].day, due.day, due.at, due.provisional)
        yield from _differ(
            f"certificate of {clock.key}", certified, (clock.due_day, clock.due_day, clock.due_at, clock.provisional)
        )


def _happened(event: Happened) -> tuple[Any, ...]:
    return event.kind, _minute(event.at), event.by, tuple(sorted(event.papers)), event.facts


def _recorded(event: Event, like: Mapping[str, Any]) -> tuple[Any, ...]:
    """The event with those of its facts that the reference knows of."""
    facts = {name: event.data.get(name) for name in like}
    if "moved" in facts:
        moved = facts["moved"] or []
        facts["moved"] = {one["clock"]: tuple(date.fromisoformat(one[day]) for day in ("old", "new")) for one in moved}
    papers = tuple(sorted(paper.value for paper in event.papers))
    return event.kind.value, _minute(event.at), event.by.id if event.by else None, papers, facts


def _minute(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI).replace(second=0, microsecond=0)


def _differ(what: str, expected: Any, got: Any) -> Iterator[str]:
    if expected == got:
        return
    if isinstance(expected, dict):
        for name in expected:
            yield from _differ(f"{what}, {name}", expected[name], got[name])
    else:
        yield f"{what}: should be {expected}, is {got}"
