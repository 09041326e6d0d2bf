"""How time passes for one case on a server that skips time when told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError

from cli.simulation.sending import PATIENCE

LANDING = timedelta(seconds=5)
"""How far into its minute an act is done. Limits and warnings ring on the minute, and a move that ends while one of them is
still being worked on runs on to the next one (server 1.32)."""

SLIP = timedelta(seconds=50)
"""By how much an act may be later than that before the play counts as spoilt."""


class TimeSlipped(Exception):
    """The server moved the case further than it was told; the play has to begin anew."""


class Watch:
    """The clock of a case as last heard of, going on by itself: it may be slow by a reply's way, it is never fast."""

    def __init__(self, heard: datetime) -> None:
        self._heard, self._at = heard, time.monotonic()

    def shows(self) -> datetime:
        """A moment that the case has reached at least."""
        return self._heard + timedelta(seconds=time.monotonic() - self._at)


class TimeTravel(Protocol):
    """What moves one workflow in time; `TimeSkipper` and the v2 test environment both do."""

    async def fast_forward(self, handle: WorkflowHandle[Any, Any], duration: timedelta, /) -> bool:
        """Whether the workflow lived to see the end of the duration."""
        ...

    async def get_current_time(self, handle: WorkflowHandle[Any, Any]) -> datetime:
        """The time of the workflow."""
        ...


@dataclass
class Passage:
    """The time of one case, and whether it still lives."""

    handle: WorkflowHandle[Any, Any]
    env: TimeTravel
    watch: Watch
    shift: timedelta
    open: bool = True

    @property
    def engine_time(self) -> datetime:
        """A moment that the server has reached at least, by its own reckoning."""
        return self.watch.shows() - self.shift

    async def reach(self, moment: datetime, last_heard: Callable[[], datetime]) -> None:
        """Let time pass until the moment, never less; whatever was due before has happened when this returns.

        `last_heard` is the moment of the last event on file, which is the end of a case that does not live so long.
        Raises `TimeSlipped`.
        """
        aim = moment + LANDING
        async with asyncio.timeout(PATIENCE.total_seconds()):
            while self.open and (left := aim - self.watch.shows()) > timedelta():
                self.open = await self._move(left)
                now = await self.env.get_current_time(self.handle) + self.shift if self.open else last_heard()
                if now > aim + SLIP:
                    raise TimeSlipped
                self.watch = Watch(now)

    async def _move(self, left: timedelta) -> bool:
        """Whether the case still lives after so much time; a move that the server gave up proves nothing."""
        with suppress(RPCError):
            if await self.env.fast_forward(self.handle, left):
                return True
        return (await self.handle.describe()).status is WorkflowExecutionStatus.RUNNING
