"""How many open cases there are, by unit, item, district, light, stage or cause."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from domain.supervision.stuck import STUCK, Mark
from storage.overview.filters import Filters, conditions
from storage.overview.scope import Scope
from storage.overview.snapshot import ask
from storage.overview.standing import BIT, bits, standing


class Grouping(StrEnum):
    """What open cases may be counted by."""

    UNIT = "unit"
    ITEM = "item"
    DISTRICT = "district"
    LIGHT = "light"
    STAGE = "stage"
    CAUSE = "cause"


COLUMN = {one: "item_code" if one is Grouping.ITEM else one.value for one in Grouping}
MEASURES = {
    "open": "TRUE",
    "items": "is_item",
    "applications": "NOT is_item",
    "bundles": "is_bundle",
    "stuck": f"flags & {bits(STUCK)} <> 0",
    **{mark.value: f"flags & {BIT[mark]} <> 0" for mark in Mark},
}
"""What is counted in each group. An item of a bundle is a file of its own: `open` = `applications` + `items`."""


async def counted(
    session: AsyncSession, scope: Scope, filters: Filters, by: Sequence[Grouping], named: dict[str, Any]
) -> list[dict[str, Any]]:
    """The groups with their measures, in the order of their keys; those that hold no open case are left out."""
    holds, wanted = conditions(filters)
    keys, order = ", ".join(f"key_{one}" for one in by), ", ".join(str(n + 1) for n in range(len(by)))
    of = ", ".join(f"s.{COLUMN[one]} AS key_{one}" for one in by)
    called = "max(s.item_name)" if Grouping.ITEM in by else "NULL"
    measures = ", ".join(f"coalesce(sum(n) FILTER (WHERE {what}), 0)::int AS {name}" for name, what in MEASURES.items())
    query = f"""
        {standing(scope)},
        alike AS (
            SELECT {of}, s.flags, s.bundle IS NOT NULL AS is_item, s.is_bundle, {called} AS item_name, count(*) AS n
              FROM s WHERE {" AND ".join(holds) or "TRUE"} GROUP BY {keys}, s.flags, is_item, s.is_bundle
        )
        SELECT {keys}, max(item_name) AS item_name, {measures} FROM alike GROUP BY {order} ORDER BY {order}
    """
    return await ask(session, query, {**named, **wanted})
