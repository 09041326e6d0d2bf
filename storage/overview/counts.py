"""How many open cases there are, by unit, item, district, light, stage or cause."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from domain.supervision.stuck import STUCK, Mark
from storage.overview.beside import BIT, bits
from storage.overview.filters import Filters, conditions, joined
from storage.overview.scope import Scope
from storage.overview.snapshot import ask
from storage.overview.standing import TELLING, cause, flags, standing


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
    opened, join = joined(filters)
    called = "max(s.item_name)" if Grouping.ITEM in by else "NULL"
    plain = [COLUMN[one] for one in by if COLUMN[one] not in (*TELLING, "cause")]
    alike = ", ".join(f"s.{name}" for name in (*plain, *TELLING))
    keys, order = ", ".join(f"key_{one}" for one in by), ", ".join(str(n + 1) for n in range(len(by)))
    of = ", ".join(f"{cause('a') if one is Grouping.CAUSE else f'a.{COLUMN[one]}'} AS key_{one}" for one in by)
    measures = ", ".join(f"coalesce(sum(n) FILTER (WHERE {what}), 0)::int AS {name}" for name, what in MEASURES.items())
    query = f"""
        {standing(scope)}{opened},
        a AS (
            SELECT {alike}, s.bundle IS NOT NULL AS is_item, {called} AS item_name, count(*) AS n
              FROM s {join} WHERE {" AND ".join(holds) or "TRUE"} GROUP BY {alike}, is_item
        ),
        told AS (SELECT {of}, a.is_item, a.is_bundle, a.item_name, a.n, {flags("a")} AS flags FROM a)
        SELECT {keys}, max(item_name) AS item_name, {measures} FROM told GROUP BY {order} ORDER BY {order}
    """
    return await ask(session, query, {**named, **wanted})
