"""A case on the engine while it is played."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from temporalio.client import WorkflowHandle
from temporalio.service import RPCError

from cli.simulation.course import Lived
from cli.simulation.environment import Environment
from cli.simulation.passage import Passage, Watch
from cli.simulation.quiet import quiet
from cli.simulation.sending import PATIENCE, Refusal, delivered, patiently
from domain.commands import Act, Answer
from workflows.case_workflow import CaseWorkflow
from workflows.messages import Picture


@dataclass(eq=False)
class Living(Lived):
    """A case, its time, and how one acts on it."""

    env: Environment
    time: Passage

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        """Its workflow."""
        return self.time.handle

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return not self.time.open or self.found.ending is not None

    async def reach(self, moment: datetime) -> None:
        """Let time pass until the moment. Raises `TimeSlipped`."""
        await self.time.reach(moment, lambda: self.found.events[-1].at)

    async def settle(self) -> None:
        """Return once all that was due has happened and is on file."""
        if self.time.open:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                await quiet(self.env.client, self.handle, self.time.engine_time)
                seen = await self.look()
                await self.found.reaches(seen.filed)

    async def look(self) -> Picture:
        """How it stands by its own account."""
        seen = await patiently(lambda: self.handle.query(CaseWorkflow.picture, rpc_timeout=PATIENCE))
        self.found.look_at(seen)
        return seen

    async def does(self, command: Answer | Act) -> Refusal | None:
        """How the case refused the command; None where it was done and is on file."""
        answer = await delivered(self.env.client, self.number, command)
        if isinstance(answer, Refusal):
            return answer
        self.found.keep(answer.batch)
        if answer.done.at is not None:
            self.time.watch = Watch(answer.done.at)
        return None

    async def leave(self) -> None:
        """It is not needed any more."""
        with suppress(RPCError):
            await self.handle.terminate("simulation is over")
