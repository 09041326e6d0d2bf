"""What waits for whom: by role and unit, with the oldest of it, and which of these roles nobody fills."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from domain.supervision.stuck import STUCK
from storage.overview.filters import Filters, conditions, joined
from storage.overview.scope import Scope
from storage.overview.since import SINCE
from storage.overview.snapshot import ask
from storage.overview.standing import any_of, standing
from storage.statements import statement

VACANT = """
    SELECT DISTINCT role, unit FROM alarm
     WHERE kind = 'vacancy' AND cleared_at IS NULL AND role IS NOT NULL ORDER BY role, unit
"""


async def vacant_roles(session: AsyncSession) -> list[str]:
    """The roles (`examiner@unit`) that nobody fills: those with an open alarm. Of a unit that never told who is who nothing
    is known; its alarm names no role, and its cases are not called stuck for that."""
    return [f"{row.role}@{row.unit}" for row in await session.execute(statement(VACANT))]


async def waited_for(
    session: AsyncSession, scope: Scope, filters: Filters, named: dict[str, Any]
) -> list[dict[str, Any]]:
    """Each `role@unit` that open cases wait for (`applicant`, `items` without a unit), most cases first."""
    holds, wanted = conditions(filters)
    opened, join = joined(filters)
    query = f"""
        {standing(scope)}{opened},
        those AS MATERIALIZED (
            SELECT s.number, s.waiting_for, s.due_day, s.stage, s.cause, s.received_at, s.changed_at, {any_of(STUCK)} AS is_stuck
              FROM s {join} WHERE {" AND ".join(holds) or "TRUE"}
        ),
        alike AS (
            SELECT waiting_for, is_stuck, count(*) AS n, min(due_day) AS first_due FROM those GROUP BY waiting_for, is_stuck
        ),
        moves AS (
            SELECT whom, sum(n)::int AS cases, min(first_due) AS first_due,
                   coalesce(sum(n) FILTER (WHERE is_stuck), 0)::int AS stuck
              FROM alike CROSS JOIN LATERAL unnest(alike.waiting_for) AS whom GROUP BY whom
        ),
        desks AS (
            SELECT t.role || '@' || t.unit AS whom, count(*) AS tasks, count(t.assignee) AS claimed, min(t.opened_at) AS oldest
              FROM those JOIN task AS t ON t.number = those.number AND t.state = 'open' GROUP BY t.role, t.unit
        ),
        others AS (
            SELECT whom, min(since) AS oldest
              FROM (SELECT s.waiting_for, {SINCE} AS since FROM those AS s
                     WHERE s.stage IN ('supplement', 'promise') OR 'items' = ANY(s.waiting_for)) AS s
             CROSS JOIN LATERAL unnest(s.waiting_for) AS whom WHERE whom IN ('applicant', 'items') GROUP BY whom
        )
        SELECT moves.*, coalesce(desks.tasks, 0) AS tasks, coalesce(desks.claimed, 0) AS claimed,
               coalesce(desks.oldest, others.oldest) AS oldest
          FROM moves LEFT JOIN desks ON desks.whom = moves.whom LEFT JOIN others ON others.whom = moves.whom
         ORDER BY cases DESC, whom
    """
    return await ask(session, query, {**named, **wanted})
