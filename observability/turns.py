"""The loops of a worker: when each last did its round well, and how often it could not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from observability import metrics

_done: dict[str, float] = {}
_failed: dict[str, int] = {}


@contextmanager
def turn(loop: str) -> Iterator[None]:
    """One round of the loop. What fails is counted and raised; only a round that ends well makes the loop young again."""
    _done.setdefault(loop, time.monotonic())
    _failed.setdefault(loop, 0)
    try:
        yield
    except Exception:
        _failed[loop] += 1
        raise
    _done[loop] = time.monotonic()


def show_turns() -> None:
    """Let out what is known of the loops of this process."""
    metrics.gauge("bancheng_loop_age", "Since the last round that a loop did well.", _ages, "s")
    metrics.total("bancheng_loop_failures", "Rounds of a loop that failed and are tried again.", _failures)


def _ages() -> metrics.Values:
    now = time.monotonic()
    return [({"loop": loop}, now - at) for loop, at in list(_done.items())]


def _failures() -> metrics.Values:
    return [({"loop": loop}, count) for loop, count in list(_failed.items())]
