"""What waits for whom: by role and unit, with the oldest of it, and which of these roles nobody fills."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.supervision.stuck import STUCK
from storage.overview.filters import Filters, conditions
from storage.overview.scope import Scope
from storage.overview.snapshot import ask
from storage.overview.standing import SINCE, any_of, standing

VACANT = """
    SELECT DISTINCT role, unit FROM alarm
     WHERE kind = 'vacancy' AND cleared_at IS NULL AND role IS NOT NULL ORDER BY role, unit
"""


async def vacant_roles(session: AsyncSession) -> list[str]:
    """The roles (`examiner@unit`) that nobody fills: those with an open alarm. Of a unit that never told who is who nothing
    is known; its alarm names no role, and its cases are not called stuck for that."""
    return [f"{row.role}@{row.unit}" for row in await session.execute(text(VACANT))]


async def waited_for(
    session: AsyncSession, scope: Scope, filters: Filters, named: dict[str, Any]
) -> list[dict[str, Any]]:
    """Each `role@unit` that open cases wait for (`applicant`, `items` without a unit), most cases first."""
    holds, wanted = conditions(filters)
    query = f"""
        {standing(scope)},
        those AS MATERIALIZED (
            SELECT s.number, s.waiting_for, s.due_day, {any_of(STUCK)} AS is_stuck FROM s WHERE {" AND ".join(holds) or "TRUE"}
        ),
        moves AS (
            SELECT whom, count(*) AS cases, min(due_day) AS first_due, count(*) FILTER (WHERE is_stuck) AS stuck
              FROM those CROSS JOIN LATERAL unnest(those.waiting_for) AS whom GROUP BY whom
        ),
        desks AS (
            SELECT t.role, t.unit, count(*) AS tasks, count(t.assignee) AS claimed, min(t.opened_at) AS oldest
              FROM those JOIN task AS t ON t.number = those.number AND t.state = 'open' GROUP BY t.role, t.unit
        )
        SELECT moves.*, coalesce(desks.tasks, 0) AS tasks, coalesce(desks.claimed, 0) AS claimed, desks.oldest
          FROM moves LEFT JOIN desks ON desks.role || '@' || desks.unit = moves.whom ORDER BY cases DESC, whom
    """
    rows = await ask(session, query, {**named, **wanted})
    for row in rows:
        if row["oldest"] is None:
            row["oldest"] = await _oldest(session, scope, filters._replace(waiting_for=row["whom"]), named)
    return rows


async def _oldest(session: AsyncSession, scope: Scope, filters: Filters, named: dict[str, Any]) -> Any:
    """Since when the oldest case waits for somebody who has no task: the applicant, or the items of a bundle."""
    holds, wanted = conditions(filters)
    query = f"{standing(scope)} SELECT min({SINCE}) AS oldest FROM s WHERE {' AND '.join(holds)}"
    return (await ask(session, query, {**named, **wanted}))[0]["oldest"]
