"""The engine that the machine drives: one server that skips time, and one worker that can be started anew."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any, TypeVar

from temporalio.client import WorkflowHandle
from temporalio.service import RPCError
from temporalio.worker import Worker

from cli.simulation.environment import Environment, environment
from cli.simulation.passage import Passage, TimeSlipped, Watch
from cli.simulation.record import CaseOnRecord
from cli.simulation.sending import PATIENCE, Refusal, delivered
from domain.commands import Act, Answer
from workflows.case_workflow import CaseWorkflow
from workflows.connection import open_case
from workflows.messages import CaseStart, workflow_id
from workflows.sandbox import runner

TASK_QUEUE = "stateful"
T = TypeVar("T")


class World:
    """Runs what the machine asks for, one thing after the other; the machine lives in a thread beside it."""

    def __init__(self, env: Environment) -> None:
        self.env = env
        self._loop = asyncio.get_running_loop()
        self._up, self._rest = asyncio.Event(), asyncio.Event()
        self._work: asyncio.Task[None]

    @staticmethod
    @asynccontextmanager
    async def going() -> AsyncIterator[World]:
        """Everything is up inside of this, and gone after it."""
        async with environment() as env:
            world = World(env)
            await world._begin()
            try:
                yield world
            finally:
                await world._end()

    def run(self, asked: Coroutine[Any, Any, T]) -> T:
        """What comes of it."""
        return asyncio.run_coroutine_threadsafe(asked, self._loop).result(300)

    async def restart_the_worker(self) -> None:
        """Let another worker take over, which knows every case from its history only."""
        await self._end()
        await self._begin()

    async def _begin(self) -> None:
        self._up.clear()
        self._rest.clear()
        self._work = asyncio.create_task(self._working())
        await self._up.wait()

    async def _end(self) -> None:
        self._rest.set()
        await self._work

    async def _working(self) -> None:
        recorder = self.env.recorder
        async with Worker(
            self.env.client,
            task_queue=TASK_QUEUE,
            workflows=[CaseWorkflow],
            activities=[recorder.record, recorder.last_look],
            workflow_runner=runner(),
        ):
            self._up.set()
            await self._rest.wait()


@dataclass
class Played:
    """One case on the engine."""

    env: Environment
    number: str
    handle: WorkflowHandle[Any, Any]
    found: CaseOnRecord
    time: Passage

    @staticmethod
    async def opened(env: Environment, start: CaseStart) -> Played:
        """A case whose clock shows the moment of its receipt."""
        shift = ceil((start.received_at - datetime.now(UTC)) / timedelta(seconds=1))
        start = start.model_copy(update={"clock_shift_seconds": shift})
        acted = await open_case(env.client, TASK_QUEUE, start, PATIENCE)
        handle = env.client.get_workflow_handle_for(CaseWorkflow.run, workflow_id(start.number))
        found = env.recorder.cases[start.number]
        found.keep(acted.batch)
        watch = Watch(acted.done.at or start.received_at)
        return Played(env, start.number, handle, found, Passage(handle, env.time, watch, timedelta(seconds=shift)))

    async def reach(self, moment: datetime) -> datetime:
        """Let time pass until the moment at least; the moment that it is then, when all that was due is on file."""
        try:
            await self.time.reach(moment, lambda: self.found.events[-1].at)
        except TimeSlipped:  # later than asked is as good, for the model is told what time it is
            now = await self.env.time.get_current_time(self.handle)
            self.time.watch = Watch(now + self.time.shift)
        picture = await self.handle.query(CaseWorkflow.picture, rpc_timeout=PATIENCE)
        async with asyncio.timeout(PATIENCE.total_seconds()):
            await self.found.reaches(picture.last[-1].seq)
        return self.time.watch.shows()

    async def do(self, command: Answer | Act) -> str | None:
        """The code of the refusal; None where it was done and is on file."""
        answer = await delivered(self.env.client, self.number, command)
        if isinstance(answer, Refusal):
            return answer.code
        self.found.keep(answer.batch)
        if answer.done.at is not None:
            self.time.watch = Watch(answer.done.at)
        return None

    async def leave(self) -> None:
        """The case is not needed any more."""
        with suppress(RPCError):
            await self.handle.terminate("the example is over")
