"""A grievance while it is played: every act at its moment, and whether it stands as expected."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from cli.simulation.acting import NotToBeDone, changed_calendar
from cli.simulation.environment import Environment
from cli.simulation.expecting import differences
from cli.simulation.grievance.acting import command
from cli.simulation.grievance.beside import Beside, findings_of
from cli.simulation.grievance.course import GrievanceCourse
from cli.simulation.grievance.expectation import GrievanceExpectation
from cli.simulation.grievance.expecting import differences_of_grievance
from cli.simulation.grievance.record import GrievanceOnRecord
from cli.simulation.grievance.scenario import CalendarAct, GrievanceScenarioAct, PersonsAct, WaitAct
from cli.simulation.passage import Passage, Watch
from cli.simulation.quiet import quiet
from cli.simulation.sending import PATIENCE, Refusal, otherwise, patiently
from domain.calendar import Calendar
from domain.deadline import Office
from domain.grievance.commands import Classify, GrievanceAct
from domain.grievance.start import GrievanceStart
from domain.words import Text
from workflows.grievance.connection import act_on
from workflows.grievance.workflow import GrievanceWorkflow

CLOSED = Refusal("grievance_closed", Text("反映件已经办结归档", "the grievance is closed"))
"""How the counter refuses an act on a grievance whose workflow has ended."""


@dataclass
class GrievancePlay:
    """The play of one grievance, and of its case where that is played too."""

    course: GrievanceCourse
    start: GrievanceStart
    office: Office
    env: Environment
    time: Passage
    beside: Beside | None = None
    first: Calendar | None = None
    """The calendar that it was opened with, once another one took its place."""

    @property
    def found(self) -> GrievanceOnRecord:
        """What is on file of it."""
        return self.course.found

    async def all(self) -> None:
        """Every act in order; an act that does not come off ends the play, for what follows builds on it."""
        for n, act in enumerate(self.course.scenario.case.acts):
            await self.time.reach(act.on, lambda: self.found.reached)
            await self.settle()
            if not await self._do(n, act):
                return
            if act.expect is not None:
                await self._compare(act.expect, act.on, n)
        written = self.course.scenario.case
        await self._compare(written.expect, written.acts[-1].on if written.acts else written.received)
        for fault in self.found.faults:
            self.course.fail(fault)

    async def settle(self) -> None:
        """Return once all that was due has happened and is on file."""
        async with asyncio.timeout(PATIENCE.total_seconds()):
            await quiet(self.env.client, self.time.handle, self.time.engine_time)

    async def leave(self) -> None:
        """It is not needed any more."""
        with suppress(RPCError):
            await self.time.handle.terminate("simulation is over")

    async def _do(self, n: int, act: GrievanceScenarioAct) -> bool:
        """Whether the act came off as written, done or refused."""
        if isinstance(act, WaitAct):
            return True
        try:
            refusal = await (self._recount(act) if isinstance(act, CalendarAct) else self._act(act, n))
        except NotToBeDone as wrong:
            self.course.fail(wrong.text, n)
            return False
        if (refusal.code if refusal else None) == act.refused:
            return True
        self.course.fail(otherwise(act.refused, refusal), n)
        return False

    async def _act(self, act: PersonsAct, n: int) -> Refusal | None:
        made = command(act, self.found, self.start, f"{self.start.number}-act-{n}")
        if isinstance(made, Classify) and self.beside is not None:  # what the counter would look up
            await self.beside.until(act.on)
            made = made.model_copy(update={"found": bool(findings_of(self.beside.case))})
        refusal = await _delivered(self.env.client, self.start.number, made)
        if refusal is None:
            self.time.watch = Watch(self.found.reached)
            await self.settle()
        return refusal

    async def _recount(self, act: CalendarAct) -> Refusal | None:
        """The calendar changes, as the worker tells every open grievance of it."""
        self.first = self.first or self.office.calendar
        calendar = changed_calendar(act, self.office.calendar, self.first)
        self.office = self.course.office = self.office.model_copy(update={"calendar": calendar})
        try:
            await self.time.handle.signal(GrievanceWorkflow.count_by, self.office)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return CLOSED
        await self.settle()
        return None

    async def _compare(self, expected: GrievanceExpectation, moment: datetime, n: int | None = None) -> None:
        for text in differences_of_grievance(expected, self.found, self.start.window):
            self.course.fail(text, n)
        if expected.case is None:
            return
        if self.beside is None:
            self.course.fail(Text("没有一并办理的办件（case.cases）", "no case is played beside it (case.cases)"), n)
            return
        await self.beside.until(moment)
        case = self.beside.case
        for text in differences(expected.case, case.found, case.item):
            self.course.fail(Text(f"办件{text.zh}", f"its case: {text.en}"), n)


async def _delivered(client: Client, number: str, act: GrievanceAct) -> Refusal | None:
    """How the act was refused; None where it was done and is on file."""
    try:
        await patiently(lambda: act_on(client, number, act, PATIENCE))
    except WorkflowUpdateFailedError as failed:
        if not isinstance(failed.cause, ApplicationError) or not failed.cause.details:
            raise
        said = failed.cause.details[0]
        return Refusal(failed.cause.type or "", Text(said["zh"], said["en"]))
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return CLOSED
    return None
