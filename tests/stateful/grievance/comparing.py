"""Where the engine's grievance is not as the reference has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from domain.grievance.record import GrievanceEvent
from domain.record import ClockRecord
from domain.values import SHANGHAI
from tests.stateful.grievance.reference import Happened, Limit, Reference
from tests.stateful.grievance.world import OnFile, Played


def differences(reference: Reference, played: Played) -> list[str]:
    """Each as one line; empty where they agree."""
    return [
        *_events(reference, played.found),
        *_standing(reference, played),
        *_limits(reference, played.picture.clocks),
        *_differ("asked of the case", reference.asked, played.found.asked),
        *played.found.faults,
    ]


def _events(reference: Reference, found: OnFile) -> Iterator[str]:
    expected = [_happened(event) for event in reference.events]
    got = [_recorded(event, like.facts) for event, like in zip(found.events, reference.events, strict=False)]
    got += [_recorded(event, {}) for event in found.events[len(expected) :]]
    for n in range(max(len(expected), len(got))):
        yield from _differ(f"event {n + 1}", expected[n : n + 1], got[n : n + 1])


def _standing(reference: Reference, played: Played) -> Iterator[str]:
    batch, state = played.found.batches[-1], played.picture.state
    limit = reference.limit
    wanted = {
        "leg": reference.leg,
        "ending": reference.ending,
        "class": reference.klass,
        "grounds": tuple(reference.grounds),
        "unit": reference.unit,
        "level": reference.level,
        "waiting for": reference.waiting_for,
        "due day": limit.due if limit else None,
        "satisfaction": reference.satisfaction,
        "conclusion": reference.conclusion,
    }
    on_file = {
        "leg": batch.leg.value,
        "ending": batch.ending.value if batch.ending else None,
        "class": batch.klass.value if batch.klass else None,
        "grounds": tuple(one.value for one in batch.grounds),
        "unit": batch.unit,
        "level": batch.level,
        "waiting for": batch.waiting_for,
        "due day": batch.due_day,
        "satisfaction": batch.satisfaction,
        "conclusion": batch.conclusion.value if hasattr(batch.conclusion, "value") else batch.conclusion,
    }
    for name in wanted:
        yield from _differ(f"{name} on file", wanted[name], on_file[name])
    yield from _differ("leg", reference.leg, state.leg.value)
    yield from _differ("level", reference.level, state.level)
    yield from _differ("waiting for", reference.waiting_for, state.waiting_for)


def _limits(reference: Reference, clocks: tuple[ClockRecord, ...]) -> Iterator[str]:
    yield from _differ("limits", [one.key for one in reference.limits], [clock.key for clock in clocks])
    for limit, clock in zip(reference.limits, clocks, strict=False):
        yield from _differ(f"limit {limit.key}", _as_reckoned(limit), _as_recorded(clock))


def _as_reckoned(limit: Limit) -> tuple[Any, ...]:
    stopped = _minute(limit.stopped) if limit.stopped else None
    return _minute(limit.begun), limit.due, limit.end, limit.state, limit.passed, stopped


def _as_recorded(clock: ClockRecord) -> tuple[Any, ...]:
    stopped = _minute(clock.stopped_at) if clock.stopped_at else None
    return _minute(clock.started_at), clock.due_day, clock.due_at, clock.state.value, clock.passed, stopped


def _happened(event: Happened) -> tuple[Any, ...]:
    return event.kind, _minute(event.at), event.by, event.papers, event.facts


def _recorded(event: GrievanceEvent, like: Mapping[str, Any]) -> tuple[Any, ...]:
    """The event with those of its facts that the reference knows of."""
    facts = {name: event.data.get(name) for name in like}
    if "moved" in facts:
        moved = facts["moved"] or []
        facts["moved"] = {one["clock"]: tuple(date.fromisoformat(one[day]) for day in ("old", "new")) for one in moved}
    papers = tuple(paper.value for paper in event.papers)
    return event.kind.value, _minute(event.at), event.by.id if event.by else None, papers, facts


def _minute(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI).replace(second=0, microsecond=0)


def _differ(what: str, expected: Any, got: Any) -> Iterator[str]:
    if expected != got:
        yield f"{what}: should be {expected}, is {got}"
