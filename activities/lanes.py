"""Attempts that run beside one another in lanes, a few at once in each, so that a slow lane holds up no other."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Coroutine, Iterable, Mapping
from contextlib import suppress
from typing import Any
from weakref import WeakSet

from observability import metrics

_all: WeakSet[Lanes] = WeakSet()


def show_lanes() -> None:
    """Let out what is under way in each lane of this process, and how much may be."""
    says = "Attempts that are under way with one channel or register."
    metrics.gauge("bancheng_lane_under_way", says, lambda: [point for lanes in list(_all) for point in lanes.points()])
    says = "Attempts that may be under way at once with one channel or register."
    metrics.gauge("bancheng_lane_places", says, lambda: [({"work": lanes.work}, lanes.places) for lanes in list(_all)])


class Lanes:
    """What is under way in each lane; the places of a lane are those that may run at once."""

    def __init__(self, log: logging.Logger, at_once: int) -> None:
        self._log, self._at_once = log, at_once
        self._used: dict[str, None] = {}
        _all.add(self)
        self._under_way: dict[asyncio.Task[None], str] = {}
        self._more: set[str] = set()
        """Lanes in which the last look found as much as it had places for."""
        self._freed = asyncio.Event()

    def free(self, lane: str) -> int:
        """How many more attempts the lane may take."""
        return self._at_once - Counter(self._under_way.values())[lane]

    @property
    def work(self) -> str:
        """What is done in them: the last word of the name of their log."""
        return self._log.name.rpartition(".")[2]

    @property
    def places(self) -> int:
        """How many attempts may be under way in each lane."""
        return self._at_once

    def points(self) -> metrics.Values:
        """What is under way in each lane that was ever used."""
        now = Counter(self._under_way.values())
        return [({"work": self.work, "lane": lane}, now[lane]) for lane in list(self._used)]

    def found(self, free: Mapping[str, int], lanes: Iterable[str]) -> None:
        """Note what a look found for these free places, by the lane of each: where it filled them, more may be waiting."""
        found = Counter(lanes)
        for lane, places in free.items():
            (self._more.add if found[lane] >= places else self._more.discard)(lane)

    def start(self, lane: str, attempt: Coroutine[Any, Any, None]) -> None:
        """Let an attempt run in the lane; one that fails to record how it went is brought back by its lease."""
        self._used[lane] = None
        task = asyncio.create_task(attempt)
        self._under_way[task] = lane
        task.add_done_callback(self._done)

    async def rest(self, seconds: float) -> None:
        """Return as soon as a lane in which more may be waiting has a place, or after so many seconds.

        Not by `asyncio.wait_for`: until Python 3.12 it loses a cancellation that comes together with the end of the wait,
        and a loop that is told to stop would go on for ever.
        """
        if not any(self.free(lane) > 0 for lane in self._more):  # some may have ended during the look
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._freed.wait()
        self._freed.clear()  # only now: a place that was freed before the rest began is not slept over

    async def finish(self, seconds: float) -> None:
        """Give what is under way so many seconds to end, then end it."""
        under_way = list(self._under_way)
        if under_way:
            _, late = await asyncio.wait(under_way, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        lane = self._under_way[task]
        if lane in self._more or self.free(lane) == 0:
            self._freed.set()
        del self._under_way[task]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._log.warning("an attempt was not recorded, its lease brings it back: %s", type(error).__name__)
