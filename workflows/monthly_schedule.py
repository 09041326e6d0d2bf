"""The schedules that look each morning whether a monthly report is due: one for each place, made again at every start."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)

from domain.law import carries_out
from workflows.monthly_messages import MonthlyStart, schedule_id
from workflows.monthly_workflow import MonthlyWorkflow

CATCHES_UP = timedelta(days=31)
"""What fell into an outage of the engine is made up for within so many days."""


@carries_out("gz:19")
async def keep_schedules(client: Client, task_queue: str, places: Iterable[str]) -> list[str]:
    """The ids of the schedules, which are there and as they should be by now; one that somebody paused stays paused."""
    kept: list[str] = []
    for place in sorted(places):
        id_, schedule = schedule_id(place), _schedule(place, task_queue)
        try:
            await client.create_schedule(id_, schedule)
        except ScheduleAlreadyRunningError:
            await client.get_schedule_handle(id_).update(partial(_as_wanted, schedule))
        kept.append(id_)
    return kept


def _as_wanted(wanted: Schedule, there: ScheduleUpdateInput) -> ScheduleUpdate:
    """What the schedule becomes."""
    wanted.state = there.description.schedule.state
    return ScheduleUpdate(schedule=wanted)


def _schedule(place: str, task_queue: str) -> Schedule:
    id_ = schedule_id(place)
    return Schedule(
        action=ScheduleActionStartWorkflow(
            MonthlyWorkflow.run,
            MonthlyStart(place=place),
            id=id_,
            task_queue=task_queue,
            static_summary=f"月度通报和报告 · {place}",
            static_details="每月1日至15日8:30查看；当月第一个工作日起编制上月的报告，已经编制的不再编制",
        ),
        spec=ScheduleSpec(
            calendars=[
                ScheduleCalendarSpec(
                    day_of_month=[ScheduleRange(1, 15)],
                    hour=[ScheduleRange(8)],
                    minute=[ScheduleRange(30)],
                    comment="每月1日至15日8:30",
                )
            ],
            time_zone_name="Asia/Shanghai",
        ),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=CATCHES_UP),
    )
