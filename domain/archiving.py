"""When the history of what has ended goes into the archive: early enough, whatever the engine is set to (od:12)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain.law import carries_out

GRACE = timedelta(days=1)
LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)
LOOKED_FOR_AGAIN = timedelta(days=1)
"""A history that was not there is looked for again each day, for as long as the engine should have it."""


@carries_out("od:12")
def archived_after(wanted: timedelta, retention: timedelta) -> timedelta:
    """How long after its end a history is archived: as wanted, and at the latest when half of its retention is over.

    `retention` is how long the engine keeps a history after its end; zero: for ever.
    """
    return min(wanted, retention / 2) if retention else wanted


def overdue_after(wanted: timedelta, retention: timedelta) -> timedelta:
    """How long after its end a history that is not archived is a trouble; never after the engine has let go of it."""
    return archived_after(wanted, retention) + (min(GRACE, retention / 4) if retention else GRACE)


def kept_since(now: datetime, retention: timedelta) -> datetime:
    """What ended after this moment the engine should still have."""
    return now - retention if retention else LONG_AGO
