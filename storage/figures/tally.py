"""How many events of each kind are on file: what was counted before, and what has come since.

Events get a number in the order in which they come on file. A transaction may take its number and commit after a later one, so
a number is settled only when every transaction has ended that was under way when it was last; what is settled is added to the
tally and never looked at again, what came since is counted anew each time. So each event counts once, and counting costs what the last minutes brought.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

Tally = Counter[tuple[str, str, str]]
"""Unit, kind and detail with how many events there are."""

COUNT = """
    SELECT c.unit, e.kind, CASE e.kind
               WHEN 'received' THEN CASE WHEN c.bundle IS NULL THEN 'application' ELSE 'item' END
               WHEN 'closed' THEN coalesce(e.data->>'ending', '')
               WHEN 'limit_passed' THEN split_part(coalesce(e.data->>'clock', ''), ':', 1)
               WHEN 'lateness_withdrawn' THEN split_part(coalesce(e.data->>'clock', ''), ':', 1)
               ELSE '' END AS detail, count(*) AS events
      FROM case_event AS e JOIN case_file AS c USING (number)
     WHERE {which} GROUP BY 1, 2, 3
"""
COUNTED = f"""
    SELECT unit, kind, detail, events FROM tally
     UNION ALL {COUNT.format(which="e.filed > :upto")}
"""
ADD = "ON CONFLICT (unit, kind, detail) DO UPDATE SET events = tally.events + excluded.events"
BEGIN = f"""
    WITH begun AS (INSERT INTO tallied (id, upto) VALUES (1, 0) RETURNING id)
    INSERT INTO tally (unit, kind, detail, events)
    {COUNT.format(which="e.filed IS NULL AND EXISTS (SELECT FROM begun)")} {ADD}
"""
SETTLE = f"""
    WITH moved AS (UPDATE tallied SET upto = :settled WHERE upto = :upto RETURNING upto)
    INSERT INTO tally (unit, kind, detail, events)
    {COUNT.format(which="e.filed > :upto AND e.filed <= :settled AND EXISTS (SELECT FROM moved)")} {ADD}
"""


async def counted(connection: AsyncConnection) -> Tally:
    """Every event that is on file now."""
    upto = await _upto(connection)  # told apart, for a plan that knows how little has come since
    found: Tally = Counter()
    for unit, kind, detail, events in await connection.execute(text(COUNTED), {"upto": upto}):
        found[unit, kind, detail] += events
    return found


class Sample(NamedTuple):
    """How far the events on file reached at a moment, and which transactions were under way then."""

    filed: int
    xmin: int
    """The oldest transaction that was under way; every older one had ended."""
    xmax: int
    """No transaction had begun from here on."""

    def is_settled(self, now: Sample) -> bool:
        """Whether by `now` everything that was under way at this moment has ended."""
        return now.xmin >= self.xmax


async def sampled(connection: AsyncConnection) -> Sample:
    """How it stands now."""
    query = """
        SELECT coalesce((SELECT filed FROM case_event WHERE filed IS NOT NULL ORDER BY filed DESC LIMIT 1), 0),
               pg_snapshot_xmin(s)::text, pg_snapshot_xmax(s)::text
          FROM pg_current_snapshot() AS s
    """
    return Sample(*(int(value) for value in (await connection.execute(text(query))).one()))


async def begin(connection: AsyncConnection) -> None:
    """Count, once for all, what was on file before events had numbers; nothing where that was done. It reads every event."""
    if (await connection.execute(text("SELECT FROM tallied"))).first() is None:
        await connection.execute(text("SET statement_timeout = 0"))
        await connection.execute(text(BEGIN))
        await connection.execute(text("RESET statement_timeout"))


async def settle(connection: AsyncConnection, settled: int) -> None:
    """Add to the tally what has come up to this number, of which nothing is under way any more."""
    upto = await _upto(connection)
    if settled > upto:
        await connection.execute(text(SETTLE), {"upto": upto, "settled": settled})


async def _upto(connection: AsyncConnection) -> int:
    return int((await connection.execute(text("SELECT upto FROM tallied"))).scalar_one())
