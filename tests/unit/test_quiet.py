"""Whether anything is under way in a workflow, told from the last events of its history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from cli.simulation.quiet import is_under_way

Fact = tuple[str, dict[str, Any]]
ACTIVITY: Fact = ("activity_task_scheduled", {})
STARTED: Fact = ("activity_task_started", {"scheduled_event_id": 4})
SIGNAL: Fact = ("signal_external_workflow_execution_initiated", {})
TASK: tuple[Fact, ...] = (
    ("workflow_task_scheduled", {}),
    ("workflow_task_started", {"scheduled_event_id": 1}),
    ("workflow_task_completed", {"scheduled_event_id": 1}),
)


BEGUN = datetime(2026, 3, 2, 1, tzinfo=UTC)
NOW = BEGUN + timedelta(hours=1)
RANG: Fact = ("timer_fired", {"timer_id": "1", "started_event_id": 4})
SILENCED: Fact = ("timer_canceled", {"timer_id": "1", "started_event_id": 4})


def timer(after: timedelta) -> Fact:
    """One that was set an hour before now."""
    return "timer_started", {"timer_id": "1", "start_to_fire_timeout": after}


def history(*facts: Fact) -> list[HistoryEvent]:
    """The events, numbered from one, the last one first."""
    events = []
    for number, (name, attributes) in enumerate(facts, 1):
        kind = EventType.Value(f"EVENT_TYPE_{name.upper()}")
        said: dict[str, Any] = {f"{name}_event_attributes": attributes}
        events.append(HistoryEvent(event_id=number, event_type=kind, event_time=BEGUN, **said))
    return events[::-1]


@pytest.mark.parametrize(
    "facts",
    [
        TASK,
        (*TASK, ACTIVITY, STARTED, ("activity_task_completed", {"scheduled_event_id": 4})),
        (*TASK, SIGNAL, ("external_workflow_execution_signaled", {"initiated_event_id": 4})),
        (*TASK, timer(timedelta(hours=1, seconds=1))),
        (*TASK, timer(timedelta(hours=1)), RANG),
        (*TASK, timer(timedelta(hours=1)), SILENCED),
        (*TASK, timer(timedelta(hours=1)), ("workflow_execution_completed", {})),
        (*TASK, ("workflow_execution_completed", {})),
        (("workflow_task_completed", {"scheduled_event_id": 99}),),
    ],
    ids=[
        "task done",
        "activity done",
        "signal delivered",
        "timer runs",
        "timer rang",
        "timer silenced",
        "over before it rang",
        "over",
        "began before what is looked at",
    ],
)
def test_what_has_ended_is_quiet(facts: tuple[Fact, ...]) -> None:
    assert not is_under_way(history(*facts), NOW)


@pytest.mark.parametrize(
    "facts",
    [
        TASK[:1],
        TASK[:2],
        (*TASK, ACTIVITY),
        (*TASK, ACTIVITY, STARTED),
        (*TASK, SIGNAL),
        (*TASK, timer(timedelta(hours=1))),
        (*TASK[:2], ("workflow_task_failed", {"scheduled_event_id": 1})),
    ],
    ids=[
        "task scheduled",
        "task started",
        "activity scheduled",
        "activity started",
        "signal on its way",
        "timer is due",
        "task failed",
    ],
)
def test_what_has_not_is_under_way(facts: tuple[Fact, ...]) -> None:
    assert is_under_way(history(*facts), NOW)
