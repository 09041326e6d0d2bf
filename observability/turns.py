"""The loops of a worker: when each last did its round well, and how often it could not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from observability import metrics
from observability.traces import quiet

_done: dict[str, float] = {}
_failed: dict[str, int] = {}


@contextmanager
def turn(loop: str) -> Iterator[None]:
    """One round of the loop. What fails is counted and raised; only a round that ends well makes the loop young again. Its looking
    round is no trace; what it finds to do may be one (`own_trace`)."""
    _done.setdefault(loop, time.monotonic())
    _failed.setdefault(loop, 0)
    try:
        with quiet():
            yield
    except Exception:
        _failed[loop] += 1
        raise
    _done[loop] = time.monotonic()


def goes_on(loop: str) -> None:
    """A long round of this loop is under way and comes forward; it is no loop that stands."""
    _done[loop] = time.monotonic()


def left(loop: str) -> None:
    """Another process does this loop from now on: here it does not grow old. Its failures stay counted."""
    _done.pop(loop, None)


def show_turns() -> None:
    """Let out what is known of the loops of this process."""
    metrics.gauge("bancheng_loop_age", "Since the last round that a loop did well.", _ages, "s")
    metrics.total("bancheng_loop_failures", "Rounds of a loop that failed and are tried again.", _failures)


def _ages() -> metrics.Values:
    now = time.monotonic()
    return [({"loop": loop}, now - at) for loop, at in list(_done.items())]


def _failures() -> metrics.Values:
    return [({"loop": loop}, count) for loop, count in list(_failed.items())]
