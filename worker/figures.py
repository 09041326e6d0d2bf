"""Figures of cases from facts on file: one worker reckons them, whichever holds the lock; the others stand by."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from observability import metrics
from observability.board import Board
from observability.turns import left, turn
from storage.database import Database
from storage.figures import events, tally
from storage.figures.standing import STANDING, Figure, Values, told_by
from storage.figures.tally import Sample
from storage.recounts import take_turn

log = logging.getLogger(__name__)

LOOP = "figures"
ONE_AT_A_TIME = 5_201_314_008
"""Key of the lock that the process holds which reckons, for as long as its connection lives."""
REST = 19
"""It rests at least so many times as long as a look took: it never has more than a twentieth of one connection."""
LONGEST_REST_SECONDS = 240.0
"""Then it looks again all the same: the alert FiguresStale takes what is older than five minutes for a worker that is gone."""
SETTLES_AFTER_SECONDS = 60.0
FRUGAL = """
    SELECT set_config('jit', 'off', FALSE), set_config('max_parallel_workers_per_gather', '0', FALSE),
           set_config('plan_cache_mode', 'force_custom_plan', FALSE)
"""
"""One process of the database at most, for the acts of the day have the others; and a plan for what has come since."""


class Figures:
    """Reckons them on a connection of its own, so that no act waits for one."""

    def __init__(
        self, url: str, every_seconds: float, *, figures: tuple[Figure, ...] = STANDING, board: Board | None = None
    ) -> None:
        self._url, self._every, self._figures = url, every_seconds, figures
        self._board = board or Board()
        self._samples: list[tuple[float, Sample]] = []
        self._took: dict[str, float] = {}
        self._took_all = 0.0

    def show(self) -> None:
        """Let them out of this process."""
        for figure in self._figures:
            self._board.show(figure.name, figure.says, figure.unit, grows=figure.grows)
        for total in events.TOTALS:
            self._board.show(total.name, total.says, grows=True)
        self._board.show(events.EVENTS, events.EVENTS_SAY, grows=True)
        metrics.gauge("bancheng_figures_age", "Since the figures were last reckoned.", self._board.age, "s")
        metrics.gauge("bancheng_figures_took", "How long the last look at a figure took.", self._times, "s")

    async def run(self) -> None:
        """Reckon again and again; where the connection breaks, begin again with a new one."""
        while True:
            database = Database(self._url, 1)
            try:
                async with database.at_once() as connection:
                    await self._stay(connection)
            except Exception as error:
                log.warning("figures wait for the database: %s", type(error).__name__)
            finally:
                self._wipe()
                await database.close()
            await asyncio.sleep(self._every)

    async def _stay(self, connection: AsyncConnection) -> None:
        while True:
            if await take_turn(connection, ONE_AT_A_TIME):
                break
            await asyncio.sleep(self._every)
        log.info("this worker reckons the figures")
        self._samples.clear()
        await connection.execute(text(FRUGAL))
        await tally.begin(connection)
        while True:
            with turn(LOOP):
                await self.reckon(connection)
            await asyncio.sleep(rest_after(self._took_all, self._every))

    async def reckon(self, connection: AsyncConnection) -> None:
        """One look at everything."""
        began = time.perf_counter()
        found: dict[str, Values] = {}
        for figure in self._figures:
            found[figure.name] = await self._timed(connection, figure)
        found |= await self._totals(connection)
        self._board.put(found)
        self._took_all = time.perf_counter() - began

    async def _timed(self, connection: AsyncConnection, figure: Figure) -> Values:
        began = time.perf_counter()
        values = await told_by(connection, figure)
        self._took[figure.name] = time.perf_counter() - began
        return values

    async def _totals(self, connection: AsyncConnection) -> Mapping[str, Values]:
        began = time.perf_counter()
        now = await tally.sampled(connection)
        settled = [one.filed for at, one in self._samples if began - at > SETTLES_AFTER_SECONDS and one.is_settled(now)]
        await tally.settle(connection, max(settled, default=0))
        self._samples = [(at, one) for at, one in self._samples if one.filed > max(settled, default=0)] + [(began, now)]
        found = events.totals(await tally.counted(connection))
        self._took["totals"] = time.perf_counter() - began
        return found

    def _wipe(self) -> None:
        """Nothing is reckoned here for now, perhaps elsewhere."""
        self._board.wipe()
        self._took.clear()
        left(LOOP)

    def _times(self) -> metrics.Values:
        return [({"figure": name}, took) for name, took in list(self._took.items())]


def rest_after(took: float, every: float) -> float:
    """Seconds from a look that took so long to the next one."""
    return max(every, min(REST * took, LONGEST_REST_SECONDS))
