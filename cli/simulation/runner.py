"""Runs a scenario on the real workflow of a server that can skip time."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio.client import Client, WorkflowHandle, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError

from cli.simulation.acting import NotToBeDone, OwnAct, TaskAct, changed_calendar, command, recount
from cli.simulation.course import Course
from cli.simulation.expecting import differences
from cli.simulation.opening import NoSuchCase, settled_item, start_of
from cli.simulation.passage import Passage, TimeSlipped, TimeTravel, Watch
from cli.simulation.record import InMemoryRecord
from cli.simulation.scenario import CalendarAct, Expectation, Scenario, ScenarioAct, TimeAct, WaitAct
from cli.simulation.sending import CLOSED, PATIENCE, Refusal, delivered, what_is_wrong
from domain.calendar import Calendar
from domain.commands import Act, Answer, Recount
from domain.deadline import Office
from domain.definition import ItemDefinition
from domain.item import Item
from domain.words import Text
from workflows.case_workflow import CaseWorkflow
from workflows.connection import open_case, workflow_id

TRIES = 3


async def run(
    scenario: Scenario,
    definition: ItemDefinition,
    office: Office,
    client: Client,
    task_queue: str,
    recorder: InMemoryRecord,
    env: TimeTravel,
) -> Course:
    """The course that the scenario takes; what is not as written is in its failures, never raised."""
    for _ in range(TRIES):
        with suppress(TimeSlipped):
            return await _played(scenario, definition, office, client, task_queue, recorder, env)
    course = Course(scenario, "", recorder.cases[""])
    course.fail(Text("模拟服务器没有按时停下，请重新运行", "the server of the simulation overshot; run this again"))
    return course


async def _played(
    scenario: Scenario,
    definition: ItemDefinition,
    office: Office,
    client: Client,
    task_queue: str,
    recorder: InMemoryRecord,
    env: TimeTravel,
) -> Course:
    number = f"SIM-{uuid4().hex[:12]}"
    course = Course(scenario, number, recorder.cases[number])
    try:
        item = settled_item(scenario, definition)
        start = start_of(number, scenario, definition, item, office, datetime.now(UTC))
    except NoSuchCase as wrong:
        course.fail(wrong.text, wrong.act)
        return course
    course.item, course.office = item, start.office
    handle = client.get_workflow_handle_for(CaseWorkflow.run, workflow_id(number))
    try:
        opened = await open_case(client, task_queue, start, PATIENCE)
        course.found.keep(opened.batch)
        watch, shift = Watch(opened.done.at or start.received_at), timedelta(seconds=start.clock_shift_seconds)
        await _Play(course, item, client, handle, Passage(handle, env, watch, shift)).all()
    except (WorkflowUpdateRPCTimeoutOrCancelledError, TimeoutError, RPCError) as error:
        course.fail(await what_is_wrong(handle, error))
    finally:
        with suppress(RPCError):
            await handle.terminate("simulation is over")
    return course


@dataclass
class _Play:
    """One scenario while it is played."""

    course: Course
    item: Item
    client: Client
    handle: WorkflowHandle[Any, Any]
    time: Passage
    first: Calendar | None = None
    """The calendar that the case was opened with, once another one took its place."""

    async def all(self) -> None:
        """Every act in order; an act that does not come off ends the play, for what follows builds on it."""
        for n, act in enumerate(self.course.scenario.case.acts):
            await self.time.reach(act.on, lambda: self.course.found.events[-1].at)
            if not await self._do(n, act):
                return
            if act.expect is not None:
                self._compare(act.expect, n)
        self._compare(self.course.scenario.case.expect)
        for fault in [*self.course.found.faults, *self.course.found.gaps]:
            self.course.fail(fault)

    async def _settle(self) -> None:
        """Return once all that was due has happened and is on file."""
        if not self.time.open:
            return
        picture = await self.handle.query(CaseWorkflow.picture, rpc_timeout=PATIENCE)
        async with asyncio.timeout(PATIENCE.total_seconds()):
            await self.course.found.reaches(picture.last[-1].seq)

    async def _do(self, n: int, act: ScenarioAct) -> bool:
        """Whether the act came off as written, done or refused."""
        if isinstance(act, WaitAct):
            await self._settle()
            return True
        course = self.course
        if not self.time.open or course.found.ending is not None:
            return self._as_written(n, act, CLOSED)
        try:
            sent = await self._command(act, f"{course.number}-{n}")
        except NotToBeDone as wrong:
            course.fail(wrong.text, n)
            return False
        answer = await delivered(self.client, course.number, sent)
        if isinstance(answer, Refusal):
            return self._as_written(n, act, answer)
        course.found.keep(answer.batch)
        if answer.done.at is not None:
            self.time.watch = Watch(answer.done.at)
        return self._as_written(n, act, None)

    def _recount(self, act: CalendarAct, request: str) -> Recount:
        """The calendar changes for the case, and for whoever explains its dates."""
        office = self.course.office
        if office is None:
            raise NotToBeDone(Text("办件没有日历", "the case has no calendar"))
        self.first = self.first or office.calendar
        calendar = changed_calendar(act, office.calendar, self.first)
        self.course.office = office.model_copy(update={"calendar": calendar})
        return recount(calendar, office, request)

    async def _command(self, act: TaskAct | OwnAct | TimeAct | CalendarAct, request: str) -> Answer | Act:
        if isinstance(act, CalendarAct):
            return self._recount(act, request)
        try:
            return command(act, self.course.found, self.item, request)
        except NotToBeDone:  # time may have laid the task a moment ago
            await self._settle()
            return command(act, self.course.found, self.item, request)

    def _as_written(self, n: int, act: ScenarioAct, refusal: Refusal | None) -> bool:
        if (refusal.code if refusal else None) == act.refused:
            return True
        if refusal is None:
            self.course.fail(Text(f"应被拒绝（{act.refused}），却办成了", f"should be refused ({act.refused})"), n)
        elif act.refused is None:
            self.course.fail(
                Text(f"被拒绝（{refusal.code}）：{refusal.words.zh}", f"refused ({refusal.code}): {refusal.words.en}"),
                n,
            )
        else:
            self.course.fail(
                Text(
                    f"应以 {act.refused} 被拒绝，实际以 {refusal.code} 被拒绝：{refusal.words.zh}",
                    f"should be refused as {act.refused}, was refused as {refusal.code}: {refusal.words.en}",
                ),
                n,
            )
        return False

    def _compare(self, expected: Expectation, n: int | None = None) -> None:
        for text in differences(expected, self.course.found, self.item):
            self.course.fail(text, n)
