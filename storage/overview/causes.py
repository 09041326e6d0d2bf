"""Where time was lost in a period: what was late by step, unit and item, and what went wrong besides, the most first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.overview.scope import NOT_MY_OWN, Scope

# A lateness that a corrected calendar took back is none. What is late in a step is its desk's, which may lie elsewhere.
TROUBLE = """
    WITH trouble AS MATERIALIZED (
        SELECT e.kind, e.number, e.seq, c.item_code, c.item_name, e.data->>'clock' AS clock,
               coalesce(e.data->>'name', e.data->>'procedure') AS procedure,
               CASE WHEN e.kind = 'limit_passed' AND e.data->>'clock' LIKE 'step:%'
                    THEN coalesce((SELECT CASE WHEN bool_or(t.unit = c.unit) THEN c.unit ELSE min(t.unit) END
                                     FROM task AS t
                                    WHERE t.number = e.number AND 'step:' || t.step = e.data->>'clock'), c.unit)
                    ELSE c.unit END AS unit
          FROM case_event AS e JOIN case_file AS c ON c.number = e.number
         WHERE e.kind IN ('limit_passed', 'breach_found', 'task_transferred', 'pause_overrun')
           AND e.at >= :since AND e.at < :until AND {scope} AND {own} {more}
           AND NOT (e.kind = 'limit_passed' AND EXISTS (
               SELECT FROM case_event AS w
                WHERE w.number = e.number AND w.seq > e.seq AND w.kind = 'lateness_withdrawn'
                  AND w.data->>'clock' = e.data->>'clock'))
    )
"""

BY = {
    "late_by_limit": ("limit_passed", "clock", "NULL"),
    "late_by_step": ("limit_passed", "item_code || '/' || substr(clock, 6)", "max(item_name)"),
    "late_by_unit": ("limit_passed", "unit", "NULL"),
    "late_by_item": ("limit_passed", "item_code", "max(item_name)"),
    "told_again": ("breach_found", "unit", "NULL"),
    "transferred": ("task_transferred", "unit", "NULL"),
    "pause_overrun": ("pause_overrun", "procedure", "NULL"),
}
"""Each list of causes: which event, counted by what, and how that is called."""


async def causes(
    session: AsyncSession,
    scope: Scope,
    period: tuple[datetime, datetime],
    unit: str | None,
    item: str | None,
    top: int,
) -> dict[str, list[dict[str, Any]]]:
    """For each list its keys with how often, and in how many cases, it happened in the period."""
    more, named = "", {**scope.values, "since": period[0], "until": period[1], "top": top}
    for name, column, value in (("f_unit", "unit", unit), ("f_item", "item_code", item)):
        if value is not None:
            more += f" AND c.{column} = :{name}"
            named[name] = value
    lists = [_one(name, *what) for name, what in BY.items()]
    trouble = TROUBLE.format(scope=scope.holds_for("c.unit"), own=NOT_MY_OWN, more=more)
    query = f"{trouble} {' UNION ALL '.join(lists)}"
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in BY}
    for row in (await session.execute(text(query), named)).mappings():
        found[row["list"]].append(
            {"key": row["key"], "name": row["name"], "times": row["times"], "cases": row["cases"]}
        )
    return found


def _one(name: str, kind: str, key: str, called: str) -> str:
    steps = "AND clock LIKE 'step:%'" if name == "late_by_step" else ""
    return f"""(
        SELECT '{name}' AS list, {key} AS key, {called} AS name, count(*) AS times, count(DISTINCT number) AS cases
          FROM trouble WHERE kind = '{kind}' {steps} GROUP BY 2 ORDER BY 4 DESC, 2 LIMIT :top)"""
