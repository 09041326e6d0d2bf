"""The workflow that the machine drives, with a file and a case that are kept in memory."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Any

from temporalio import activity
from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Worker

from cli.simulation.environment import Environment, environment
from cli.simulation.passage import Passage, TimeSlipped, Watch
from cli.simulation.sending import PATIENCE
from domain.deadline import Office
from domain.grievance.commands import GrievanceAct
from domain.grievance.record import GrievanceBatch, GrievanceEvent
from domain.grievance.start import GrievanceStart
from tests.stateful.world import World
from workflows.grievance.connection import act_on, open_grievance
from workflows.grievance.messages import AskOfCase, CaseAnswered, GrievancePicture, grievance_id
from workflows.grievance.workflow import GrievanceWorkflow
from workflows.sandbox import runner
from workflows.timeouts import ASK_OF_CASE, RECORD_GRIEVANCE

TASK_QUEUE = "stateful-grievances"


@dataclass
class OnFile:
    """What is on file of one grievance, and what was asked of its case."""

    batches: list[GrievanceBatch] = field(default_factory=list)
    events: list[GrievanceEvent] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    asked: list[tuple[str, date | None]] = field(default_factory=list)
    case_refuses: str | None = None
    written: asyncio.Event = field(default_factory=asyncio.Event)

    def keep(self, batch: GrievanceBatch) -> None:
        """Put it on file; one that is there already changes nothing."""
        last = self.events[-1].seq if self.events else 0
        if batch.last <= last:
            return
        if [event.seq for event in batch.events] != list(range(last + 1, batch.last + 1)):
            self.faults.append(f"batch {batch.first}-{batch.last} does not follow event {last}")
        self.batches.append(batch)
        self.events += batch.events
        self.written.set()

    async def reaches(self, seq: int) -> None:
        """Return once the event with this number is on file."""
        while len(self.events) < seq:
            self.written.clear()
            await self.written.wait()


class Hands:
    """The activities, for any number of grievances."""

    def __init__(self) -> None:
        self.files: defaultdict[str, OnFile] = defaultdict(OnFile)

    @activity.defn(name=RECORD_GRIEVANCE)
    async def record_grievance(self, batch: GrievanceBatch) -> None:
        self.files[batch.number].keep(batch)

    @activity.defn(name=ASK_OF_CASE)
    async def ask_of_case(self, asked: AskOfCase) -> CaseAnswered:
        file = self.files[asked.grievance]
        file.asked.append((asked.asked.remedy.value, asked.asked.due))
        if asked.n != len(file.asked):
            file.faults.append(f"the {len(file.asked)}th thing asked says to be the {asked.n}th")
        return CaseAnswered(refused=file.case_refuses)


class GrievanceWorld(World):
    """A server that skips time, with a worker of grievances."""

    def __init__(self, env: Environment) -> None:
        super().__init__(env)
        self.hands = Hands()

    @staticmethod
    @asynccontextmanager
    async def going() -> AsyncIterator[GrievanceWorld]:
        """Everything is up inside of this, and gone after it."""
        async with environment() as env:
            world = GrievanceWorld(env)
            await world._begin()
            try:
                yield world
            finally:
                await world._end()

    async def _working(self) -> None:
        async with Worker(
            self.env.client,
            task_queue=TASK_QUEUE,
            workflows=[GrievanceWorkflow],
            activities=[self.hands.record_grievance, self.hands.ask_of_case],
            workflow_runner=runner(),
        ):
            self._up.set()
            await self._rest.wait()


@dataclass
class Played:
    """One grievance on the engine."""

    env: Environment
    number: str
    handle: WorkflowHandle[Any, Any]
    found: OnFile
    time: Passage
    picture: GrievancePicture

    @staticmethod
    async def opened(world: GrievanceWorld, start: GrievanceStart, opened_at: datetime) -> Played:
        """A grievance whose clock shows the moment at which it was opened."""
        shift = timedelta(seconds=ceil((opened_at - datetime.now(UTC)) / timedelta(seconds=1)))
        start = start.model_copy(update={"clock_shift_seconds": int(shift.total_seconds())})
        await open_grievance(world.env.client, TASK_QUEUE, start, PATIENCE)
        handle = world.env.client.get_workflow_handle_for(GrievanceWorkflow.run, grievance_id(start.number))
        found = world.hands.files[start.number]
        picture = await handle.query(GrievanceWorkflow.picture, rpc_timeout=PATIENCE)
        passage = Passage(handle, world.env.time, Watch(opened_at), shift)
        played = Played(world.env, start.number, handle, found, passage, picture)
        await played.settle()
        return played

    async def reach(self, moment: datetime) -> datetime:
        """Let time pass until the moment at least; the moment that it is then."""
        try:
            await self.time.reach(moment, lambda: self.found.events[-1].at)
        except TimeSlipped:  # later than asked is as good, for the model is told what time it is
            await self.look_at_the_clock()
        await self.settle()
        return self.time.watch.shows()

    async def look_at_the_clock(self) -> datetime:
        """What time it is for the grievance."""
        self.time.watch = Watch(await self.env.time.get_current_time(self.handle) + self.time.shift)
        return self.time.watch.shows()

    async def settle(self, events: int = 0) -> None:
        """Return once all that happened is on file, so many events at the least."""
        async with asyncio.timeout(PATIENCE.total_seconds()):
            await self.found.reaches(events)
            self.picture = await self.handle.query(GrievanceWorkflow.picture, rpc_timeout=PATIENCE)
            await self.found.reaches(self.picture.last[-1].seq)

    async def act(self, act: GrievanceAct) -> str | None:
        """The code of the refusal; None where it was done and is on file."""
        try:
            done = await act_on(self.env.client, self.number, act, PATIENCE)
        except WorkflowUpdateFailedError as failed:
            if not isinstance(failed.cause, ApplicationError) or not failed.cause.details:
                raise
            return failed.cause.type
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return "grievance_closed"
        if len(self.found.events) < done.seq:
            self.found.faults.append(f"event {done.seq} was answered and is not on file")
        return None

    async def count_by(self, office: Office) -> None:
        """Another calendar or closing time."""
        with suppress(RPCError):  # it is closed
            await self.handle.signal(GrievanceWorkflow.count_by, office)

    async def leave(self) -> None:
        """The grievance is not needed any more."""
        with suppress(RPCError):
            await self.handle.terminate("the example is over")
