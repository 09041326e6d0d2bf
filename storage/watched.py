"""What the liveness probe reads of the case files: who waits for what, and which cases to look at first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

STUCK_AFTER = timedelta(minutes=1)
"""For so long something may be due that the engine does within seconds."""


class Waiting(NamedTuple):
    """How many wait for one thing outside, since when, and how often it was tried."""

    subject: str
    waiting: int
    since: datetime
    attempts: int


# Tried twice and refused twice, or due for a minute without anybody trying.
CHANNELS = """
    SELECT d.channel AS subject, count(*) AS waiting, min(coalesce(n.given_at, d.next_attempt_at)) AS since,
           max(CASE WHEN d.last_error IS NOT NULL THEN d.attempts ELSE 0 END) AS attempts
      FROM delivery AS d LEFT JOIN notice AS n ON n.number = d.number AND n.seq = d.seq AND n.paper = d.paper
     WHERE d.state = 'waiting'
       AND ((d.attempts >= 2 AND d.last_error IS NOT NULL) OR d.next_attempt_at < now() - CAST(:patience AS interval))
     GROUP BY d.channel ORDER BY d.channel
"""
REGISTERS = """
    SELECT register_name AS subject, count(*) AS waiting, min(received_at) AS since, max(attempts) AS attempts
      FROM material
     WHERE state = 'requested' AND register_name IS NOT NULL
       AND ((attempts >= 2 AND last_error IS NOT NULL) OR next_attempt_at < now() - CAST(:patience AS interval))
     GROUP BY register_name ORDER BY register_name
"""


async def channels(session: AsyncSession, patience: timedelta = STUCK_AFTER) -> list[Waiting]:
    """The channels on which papers wait that were refused again, or that nobody tries to send."""
    return await _waiting(session, CHANNELS, patience)


async def registers(session: AsyncSession, patience: timedelta = STUCK_AFTER) -> list[Waiting]:
    """The registers that gave nothing again, or that nobody asks."""
    return await _waiting(session, REGISTERS, patience)


async def _waiting(session: AsyncSession, query: str, patience: timedelta) -> list[Waiting]:
    rows = await session.execute(text(query), {"patience": patience})
    return [Waiting(row.subject, row.waiting, row.since, row.attempts) for row in rows]


class Vacant(NamedTuple):
    """A role that nobody fills and on which tasks lie."""

    role: str
    unit: str
    since: datetime
    tasks: int


VACANT = text(
    """
    SELECT a.role, a.unit, min(a.raised_at) AS since, (SELECT count(*) FROM task AS t
            WHERE t.unit = a.unit AND t.role = a.role AND t.state = 'open') AS tasks
      FROM alarm AS a WHERE a.kind = 'vacancy' AND a.cleared_at IS NULL AND a.role IS NOT NULL
     GROUP BY a.role, a.unit ORDER BY a.role, a.unit
    """
)


async def vacant(session: AsyncSession) -> list[Vacant]:
    """The roles with an open alarm (gz:8.3) for which an open task waits."""
    rows = [Vacant(row.role, row.unit, row.since, row.tasks) for row in await session.execute(VACANT)]
    return [row for row in rows if row.tasks]


class Missed(NamedTuple):
    """A limit that runs on file and should have passed."""

    subject: str
    """The id of the workflow of its case or grievance."""
    clock: str
    due_at: datetime


# As in `storage.overview.beside`: nothing rings for what stands still, nor by the server's time where the clock of the case
# is shifted.
LIMITS = """
    SELECT DISTINCT ON (k.number) 'case:' || k.number AS subject, k.key AS clock, k.due_at
      FROM clock AS k JOIN case_file AS c ON c.number = k.number
     WHERE k.state = 'running' AND NOT k.passed AND k.due_at < now() - CAST(:patience AS interval) AND c.stage <> 'closed'
       AND coalesce(CAST(c.start->>'clock_shift_seconds' AS int), 0) = 0
       AND (c.paused_until IS NULL OR NOT (k.key IN ('promised', 'statutory') OR k.key LIKE 'step:%')) {among}
     ORDER BY k.number, k.due_at LIMIT {limit}
"""
LIMITS_OF_GRIEVANCES = """
    SELECT DISTINCT ON (k.number) 'grievance:' || k.number, k.key, k.due_at
      FROM (SELECT number, leg.* FROM grievance, jsonb_to_recordset(clocks)
                   AS leg (key text, state text, passed bool, due_at timestamptz)
             WHERE grievance.leg <> 'closed' AND coalesce(CAST(start->>'clock_shift_seconds' AS int), 0) = 0) AS k
     WHERE k.state = 'running' AND NOT k.passed AND k.due_at < now() - CAST(:patience AS interval) {among}
     ORDER BY k.number, k.due_at LIMIT {limit}
"""
# Of thousands the first are told. What was told before is looked at by its number: it is over when it is over, and not when
# others come before it.
TOLD = "AND k.number IN (SELECT t.number FROM trouble AS t WHERE t.kind = 'missed_timer' AND t.cleared_at IS NULL)"
MISSED = text(
    " UNION ".join(
        f"({query.format(among=among, limit=limit)})"
        for query in (LIMITS, LIMITS_OF_GRIEVANCES)
        for among, limit in (("", ":limit"), (TOLD, "ALL"))
    )
    + " ORDER BY subject"
)


async def missed(session: AsyncSession, patience: timedelta = STUCK_AFTER, limit: int = 500) -> list[Missed]:
    """The limits that passed more than so long ago without their case saying so; of many the first, and those told before."""
    rows = await session.execute(MISSED, {"patience": patience, "limit": limit})
    return [Missed(row.subject, row.clock, row.due_at) for row in rows]


UNSTARTED = text(
    """
    SELECT 'applications' AS subject, count(*) AS waiting, min(entered_at) AS since
      FROM (SELECT coalesce(CAST(start->>'entered_at' AS timestamptz), received_at) AS entered_at
              FROM case_file WHERE seq = 0 AND bundle IS NULL) AS a
     WHERE entered_at < now() - CAST(:patience AS interval)
     UNION ALL
    SELECT 'grievances', count(*), min(received_at) FROM grievance
     WHERE seq = 0 AND received_at < now() - CAST(:patience AS interval)
    """
)


async def unstarted(session: AsyncSession, patience: timedelta = STUCK_AFTER) -> list[Waiting]:
    """Applications and grievances on file that no workflow has known of for longer than this."""
    rows = await session.execute(UNSTARTED, {"patience": patience})
    return [Waiting(row.subject, row.waiting, row.since, 0) for row in rows if row.waiting]


class OnFile(NamedTuple):
    """An open case or grievance as its file has it."""

    subject: str
    """The id of its workflow."""
    seq: int


# What was announced and not filed, what changed last, and what should have rung; the rest comes by and by.
SUSPECTS = text(
    """
    (SELECT number FROM act_under_way WHERE sent_at < now() - CAST('5 s' AS interval) ORDER BY sent_at LIMIT :limit)
    UNION
    (SELECT k.number FROM clock AS k WHERE k.state = 'running' AND NOT k.passed
        AND k.due_at < now() - CAST('5 s' AS interval) ORDER BY k.due_at DESC LIMIT :limit)
    """
)
NEXT_CASES = text(
    """
    SELECT 'case:' || number AS subject, seq, number FROM case_file
     WHERE stage <> 'closed' AND seq > 0 AND number > :after ORDER BY number LIMIT :limit
    """
)
NEXT_GRIEVANCES = text(
    """
    SELECT 'grievance:' || number AS subject, seq, number FROM grievance
     WHERE leg <> 'closed' AND seq > 0 AND number > :after ORDER BY number LIMIT :limit
    """
)
THESE = text(
    """
    SELECT 'case:' || number AS subject, seq FROM case_file WHERE number = ANY(:numbers) AND stage <> 'closed' AND seq > 0
    UNION ALL
    SELECT 'grievance:' || number, seq FROM grievance WHERE number = ANY(:numbers) AND leg <> 'closed' AND seq > 0
    """
)


async def suspects(session: AsyncSession, limit: int) -> list[str]:
    """The numbers of cases that are to be looked at before all others."""
    return list((await session.execute(SUSPECTS, {"limit": limit})).scalars())


async def next_open(session: AsyncSession, what: str, after: str, limit: int) -> list[OnFile]:
    """The open files that come after this number, of the `case` or `grievance` kind."""
    query = NEXT_CASES if what == "case" else NEXT_GRIEVANCES
    return [OnFile(row.subject, row.seq) for row in await session.execute(query, {"after": after, "limit": limit})]


async def these(session: AsyncSession, numbers: list[str]) -> list[OnFile]:
    """Those of the numbers whose file is open."""
    return [OnFile(row.subject, row.seq) for row in await session.execute(THESE, {"numbers": numbers})]


class FiledTo(NamedTuple):
    """How far a case or grievance is on file, and its stage or leg."""

    subject: str
    """The id of its workflow."""
    seq: int
    stage: str

    @property
    def kind(self) -> str:
        """`case` or `grievance`."""
        return self.subject.partition(":")[0]


FILED_TO = text(
    """
    SELECT 'case:' || number AS subject, seq, stage FROM case_file WHERE number = :number
     UNION ALL
    SELECT 'grievance:' || number, seq, leg FROM grievance WHERE number = :number
    """
)


async def filed_to(session: AsyncSession, number: str) -> FiledTo | None:
    """How far the case or grievance is on file; None where there is no such file."""
    row: Any = (await session.execute(FILED_TO, {"number": number})).one_or_none()
    return None if row is None else FiledTo(row.subject, row.seq, row.stage)


async def on_file(session: AsyncSession, numbers: list[str]) -> set[str]:
    """Those of the numbers that have a case file or a row as a grievance."""
    query = text(
        "SELECT number FROM case_file WHERE number = ANY(:n) UNION SELECT number FROM grievance WHERE number = ANY(:n)"
    )
    return set((await session.execute(query, {"n": numbers})).scalars())
