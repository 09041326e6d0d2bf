"""A case and a grievance at one glance, as they stand now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.glance import Flag, Glance, Standing, due_of_the_whole, flags_of, next_due, waited_for
from domain.record import ClockState, Light, PartState
from domain.supervision.lateness import is_late
from domain.supervision.orders import is_order
from workflows.case import Case

if TYPE_CHECKING:
    from workflows.grievance.workflow import GrievanceWorkflow


def of_case(case: Case) -> Glance:
    """How the case stands; one that is over waits for nobody, and no limit of it passes."""
    if case.ending is not None:
        return Glance(status=case.ending, stage=case.stage, light=case.light)
    running, whom, office = case.clock.running(), case.waiting_for(), case.clock.office
    late = {record.key for record in running if is_late(record)}
    near = [key for key in case.near if key not in late]
    due_at, case_due_at = next_due(running), due_of_the_whole(running)
    return Glance(
        status=Standing.PAUSED if case.is_paused else Standing.OPEN,
        stage=case.stage,
        light=case.light,
        waiting_for=waited_for(whom, _units_of_items(case)),
        flags=flags_of(
            running,
            (
                (Flag.NEAR, bool(near)),
                (Flag.ESCALATED, not late.isdisjoint(case.still_late)),
                (Flag.HELD, case.is_paused),
                (Flag.OVERRUN, any(stop.open and office.end_of(stop.until) <= case.now() for stop in case.stops)),
                (Flag.URGED, bool(whom) and case.urged_of == whom),
                (Flag.ORDERED, any(is_order(task.slot) for task in case.tasks.values())),
                (Flag.DEFERRED, case.promise_open),
                (Flag.EXTENSION_ASKED, case.asked is not None),
                (Flag.FILING_UNACKNOWLEDGED, bool(case.filings)),
            ),
        ),
        due_at=due_at - case.shift if due_at else None,
        case_due_at=case_due_at - case.shift if case_due_at else None,
    )


def _units_of_items(case: Case) -> list[str]:
    if case.parts is None:
        return []
    states = case.parts.progress.states
    return [part.item.unit for part in case.parts.bundle.parts if states[part.id] is PartState.RUNNING]


def of_grievance(of: GrievanceWorkflow) -> Glance:
    """How the grievance stands; a leg that is late is yellow, for no limit of its is one of the law's."""
    state = of.state
    running = [record for record in of.clock.all() if record.state is ClockState.RUNNING]
    late = any(record.passed for record in running)
    near = any(of.near.get(record.key) == record.due_day and not record.passed for record in running)
    due_at = next_due(running)
    return Glance(
        status=state.ending or Standing.OPEN,
        stage=state.leg,
        light=Light.YELLOW if late else Light.BLUE if near else Light.GREEN,
        waiting_for=waited_for(state.waiting_for),
        flags=flags_of(running, ((Flag.NEAR, near), (Flag.ESCALATED, state.level > 0))),
        due_at=due_at - of.shift if due_at else None,
    )
