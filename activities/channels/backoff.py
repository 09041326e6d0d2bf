"""When a delivery that failed is tried again: never given up, and never a burden."""

from __future__ import annotations

from datetime import timedelta

FIRST = timedelta(seconds=5)
LONGEST = timedelta(hours=1)
PATIENCE = timedelta(days=7)
AFTERWARDS = timedelta(hours=6)


def wait_after(attempts: int, age: timedelta, chance: float) -> timedelta:
    """How long to wait after so many attempts for a notice of this age; `chance` from 0 to 1 spreads them.

    5 s, doubled each time up to an hour, less up to a fifth by chance; from the eighth day on every six hours.
    """
    wait = AFTERWARDS if age > PATIENCE else min(LONGEST, FIRST * 2 ** min(attempts - 1, 20))
    return wait * (1 - 0.2 * chance)
