"""A part that ended is started again: at once the first time, ever later if it keeps ending."""

from __future__ import annotations

import time
from collections.abc import Callable

from cli.embedded import diagnosis
from cli.embedded.child import trim
from cli.embedded.part import Part
from cli.embedded.progress import Progress
from cli.embedded.trouble import from_os_error

_LONGEST_DELAY = 30.0
_STEADY = 5.0
_TRIM_EVERY = 60.0


class Revival:
    """Looks after one part of a running stack."""

    def __init__(self, part: Part, progress: Progress) -> None:
        self._part, self._progress = part, progress
        self._deaths = 0
        self._started = time.monotonic()
        self._start_at: float | None = None
        self._recovering = False
        self._next_trim = 0.0

    def look(self, pause: Callable[[float], None]) -> bool:
        """Do what is to be done now; whether the part has a new process."""
        now = time.monotonic()
        if self._start_at is not None:
            return now >= self._start_at and self._start(pause)
        if (status := self._part.child.ended()) is not None:
            child = self._part.child
            self._try_later(diagnosis.why(self._part.title, status, child.output(), child.log))
        elif self._recovering and self._part.ready():
            self._recovering = False
            self._progress.back(self._part.title, now - self._started)
        elif now > self._next_trim:
            self._next_trim = now + _TRIM_EVERY
            trim(self._part.child.log)
        return False

    def _try_later(self, trouble: Exception) -> None:
        now = time.monotonic()
        was_well = not self._recovering and now - self._started > _STEADY
        self._deaths = 1 if was_well else self._deaths + 1
        delay = 0.0 if self._deaths == 1 else min(2.0 ** (self._deaths - 2), _LONGEST_DELAY)
        self._start_at = now + delay
        self._progress.died(trouble, delay)

    def _start(self, pause: Callable[[float], None]) -> bool:
        self._start_at = None
        self._started = time.monotonic()
        try:
            self._part.start(pause)
        except OSError as error:  # no memory, no process to be had: it may pass
            self._try_later(from_os_error(error) or error)
            return False
        self._recovering = True
        return True
