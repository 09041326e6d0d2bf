"""Which open cases count by another calendar than the one in force, and how many are left."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from storage.calendars import InForce


class Stale(NamedTuple):
    """An open case that counts by another calendar than the one in force for its unit."""

    number: str
    unit: str
    seq: int
    year: int
    """Of its receipt."""
    calendar: str
    """Version of the calendar that it counts by."""
    due: date
    """Its next due day, or one that never comes."""
    units: list[str]
    """Of a bundle: those of its items."""


# The versions by which open cases count: a leap through the index from one to the next, for it is asked every few
# seconds, and there are some versions and some hundred thousand cases.
USED = text(
    """
    WITH RECURSIVE used (version) AS (
        (SELECT calendar_version FROM case_file WHERE stage <> 'closed' ORDER BY calendar_version LIMIT 1)
        UNION ALL
        SELECT (SELECT calendar_version FROM case_file WHERE stage <> 'closed' AND calendar_version > used.version
                 ORDER BY calendar_version LIMIT 1)
          FROM used WHERE used.version IS NOT NULL
    )
    SELECT version FROM used WHERE version IS NOT NULL
    """
)
# Each line can be looked up in an index: versions that hold for nobody any more; units with days of their own that
# count by those of the city; and what counts by the days of a unit that are not its own.
STALE = """
     FROM case_file
    WHERE stage <> 'closed' AND seq > 0
      AND (calendar_version = ANY(:old)
           OR (unit = ANY(:units) AND calendar_version <> coalesce(CAST(:own AS jsonb) ->> unit, :city))
           OR (calendar_version = ANY(:versions) AND calendar_version <> coalesce(CAST(:own AS jsonb) ->> unit, :city)))
"""
# What is due first comes first: a limit that is about to pass may be one that moves.
PAGE = text(
    f"""
    SELECT number, unit, seq, CAST(extract(year FROM received_at) AS int) AS year, calendar_version,
           coalesce(due_day, DATE '9999-12-31') AS due,
           ARRAY(SELECT DISTINCT item.said->>'unit' FROM jsonb_array_elements(parts) AS item (said)) AS units {STALE}
       AND (coalesce(due_day, DATE '9999-12-31'), number) > (:due, :number)
     ORDER BY coalesce(due_day, DATE '9999-12-31'), number LIMIT :limit
    """
)
COUNT = text(f"SELECT count(*) {STALE}")
OPEN = text("SELECT count(*) FROM case_file WHERE stage <> 'closed' AND seq > 0")


async def stale(session: AsyncSession, now: InForce, after: Stale | None, limit: int) -> list[Stale]:
    """Open cases that are still to be recounted, the nearest due day first, from the one after `after` on."""
    asked = await _asked(session, now)
    if asked is None:
        return []
    asked |= {"due": after.due if after else date.min, "number": after.number if after else "", "limit": limit}
    return [Stale(*row) for row in await session.execute(PAGE, asked)]


async def progress(session: AsyncSession, now: InForce) -> tuple[int, int]:
    """How many cases are open, and how many of them are still to be recounted."""
    is_open, asked = int((await session.execute(OPEN)).scalar_one()), await _asked(session, now)
    return is_open, 0 if asked is None else int((await session.execute(COUNT, asked)).scalar_one())


async def _asked(session: AsyncSession, now: InForce) -> dict[str, Any] | None:
    """What tells the cases; None where no case can be one, or where no calendar was put in force yet."""
    if not now.city.years:
        return None
    own = {unit: calendar.version for unit, calendar in now.own.items()}
    valid = {now.city.version, *own.values()}
    old = [version for version in (await session.execute(USED)).scalars() if version not in valid]
    if not old and not own:
        return None
    versions = sorted(valid - {now.city.version})
    return {"old": old, "units": list(own), "versions": versions, "own": json.dumps(own), "city": now.city.version}


async def take_turn(connection: AsyncConnection, key: int) -> bool:
    """Whether this process may go on alone; the turn ends with `give_turn` or with the connection."""
    return bool((await connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key})).scalar_one())


async def give_turn(connection: AsyncConnection, key: int) -> None:
    """Somebody else may have the turn."""
    await connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})


async def counts_by(session: AsyncSession, case: Stale, version: str) -> None:
    """The case counts by this calendar already; only its row did not say so."""
    query = text("UPDATE case_file SET calendar_version = :version WHERE number = :number AND calendar_version = :was")
    await session.execute(query, {"version": version, "number": case.number, "was": case.calendar})


async def has_ended(session: AsyncSession, number: str) -> bool:
    """Whether the case is closed on file."""
    query = text("SELECT ending IS NOT NULL FROM case_file WHERE number = :number")
    return bool((await session.execute(query, {"number": number})).scalar_one())
