"""Whether anything is under way in a workflow, told from the last events of its history."""

from __future__ import annotations

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


def history(*facts: Fact) -> list[HistoryEvent]:
    """The events, numbered from one, the last one first."""
    events = []
    for number, (name, attributes) in enumerate(facts, 1):
        kind = EventType.Value(f"EVENT_TYPE_{name.upper()}")
        events.append(HistoryEvent(event_id=number, event_type=kind, **{f"{name}_event_attributes": attributes}))
    return events[::-1]


@pytest.mark.parametrize(
    "facts",
    [
        TASK,
        (*TASK, ACTIVITY, STARTED, ("activity_task_completed", {"scheduled_event_id": 4})),
        (*TASK, SIGNAL, ("external_workflow_execution_signaled", {"initiated_event_id": 4})),
        (*TASK, ("timer_started", {"timer_id": "1"})),
        (*TASK, ("workflow_execution_completed", {})),
        (("workflow_task_completed", {"scheduled_event_id": 99}),),
    ],
    ids=["task done", "activity done", "signal delivered", "timer runs", "over", "began before what is looked at"],
)
def test_what_has_ended_is_quiet(facts: tuple[Fact, ...]) -> None:
    assert not is_under_way(history(*facts))


@pytest.mark.parametrize(
    "facts",
    [
        TASK[:1],
        TASK[:2],
        (*TASK, ACTIVITY),
        (*TASK, ACTIVITY, STARTED),
        (*TASK, SIGNAL),
        (*TASK[:2], ("workflow_task_failed", {"scheduled_event_id": 1})),
    ],
    ids=[
        "task scheduled",
        "task started",
        "activity scheduled",
        "activity started",
        "signal on its way",
        "task failed",
    ],
)
def test_what_has_not_is_under_way(facts: tuple[Fact, ...]) -> None:
    assert is_under_way(history(*facts))
