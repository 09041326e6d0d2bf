"""Lists: cases and tasks that people page through, filtered, the same order always, with a cursor.

Somebody sees cases by several ways, and has tasks in several roles. Each way is walked along an index of its own until the page is
full; an `OR` of them would have the database look at everything that there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from domain.record import Stage
from storage.pages import Page, cut, moment_and_key
from storage.sight import Reach
from storage.statements import statement

OWN = "c.applied_by = :person AND c.channel <> 'window'"
"""What a window took in is not the clerk's own."""


class Kind(NamedTuple):
    """What is listed: its table, the moment and the key of its order, whether the newest come first, and the columns that are
    shown (api/views.py has them as fields)."""

    table: str
    order: tuple[str, str]
    newest_first: bool
    shown: str


CASE = Kind(
    "case_file",
    ("received_at", "number"),
    True,
    "number provincial_number item_code item_version item_name unit channel situations received_at accepted_on stage ending"
    " light waiting_for due_day paused_until bundle seq",  # no list shows the definition, which is most of the row
)
TASK = Kind(
    "task",
    ("opened_at", "id"),
    False,
    "id number step name role unit assignee state outcomes opened_at closed_at due_day provisional",
)


class Way(NamedTuple):
    """Where rows are found: tables, the one in whose order they are walked, and conditions."""

    tables: str
    walked: str
    holds: Sequence[str]


async def cases(session: AsyncSession, reach: Reach, filters: dict[str, Any], cursor: str | None, limit: int) -> Page:
    """The newest cases first. Raises `BadCursor`."""
    unit = filters.get("unit")
    if unit is not None and (reach.everything or unit in reach.units):
        reach = Reach("", frozenset((unit,)))  # all cases of that unit are seen through it
    units = [] if reach.everything else sorted(reach.units)
    wanted, named = _narrowed("c", filters)
    named |= {"person": reach.person} | {f"unit_{n}": unit for n, unit in enumerate(units)}
    only_open = filters.get("stage") not in (None, Stage.CLOSED)
    ways = _seen(reach, units, wanted, only_open=only_open)
    return await _page(session, CASE, ways, named, cursor, limit)


def _seen(reach: Reach, units: Sequence[str], wanted: Sequence[str], *, only_open: bool) -> Iterator[Way]:
    """The ways by which somebody sees cases: as overseer or applicant, and through each unit."""
    if reach.everything or reach.person:
        still = ["c.stage <> 'closed'"] if only_open else []
        yield Way("case_file AS c", "c", [*([] if reach.everything else [OWN]), *wanted, *still])
    for n in range(len(units)):
        still = ["u.open"] if only_open else []
        tables = "unit_case AS u JOIN case_file AS c ON c.number = u.number"
        yield Way(tables, "u", [f"u.unit = :unit_{n}", *wanted, *still])


async def tasks(
    session: AsyncSession,
    roles: Iterable[str],
    units: Iterable[str],
    filters: dict[str, Any],
    cursor: str | None,
    limit: int,
) -> Page:
    """The tasks of the roles and units, the one that has waited longest first. Raises `BadCursor`."""
    wanted, named = _narrowed("t", filters)
    of_units, of_roles = sorted(units), sorted(roles)
    named |= {f"unit_{n}": unit for n, unit in enumerate(of_units)} | {f"role_{n}": r for n, r in enumerate(of_roles)}
    ways = [
        Way("task AS t", "t", [f"t.unit = :unit_{n}", f"t.role = :role_{m}", *wanted])
        for n in range(len(of_units))
        for m in range(len(of_roles))
    ]
    return await _page(session, TASK, ways, named, cursor, limit)


def _narrowed(table: str, filters: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
    """The conditions of the filters that are set, and what they name."""
    given = {name: str(value) for name, value in filters.items() if value is not None}
    return [f"{table}.{name} = :f_{name}" for name in given], {f"f_{name}": value for name, value in given.items()}


async def _page(
    session: AsyncSession, kind: Kind, ways: Iterable[Way], named: dict[str, Any], cursor: str | None, limit: int
) -> Page:
    """What any of the ways finds, after what the cursor ends with."""
    named = {**named, "limit": limit + 1}
    if cursor is not None:
        named["moment"], named["key"] = moment_and_key(cursor)
    found = " UNION ".join(_walked(kind, way, after=cursor is not None) for way in ways)
    if not found:  # somebody without a seat
        return Page([], None)
    shown = ", ".join(f"l.{name}" for name in kind.shown.split())
    moment, key = kind.order
    query = f"""
        SELECT {shown} FROM ({found}) AS found JOIN {kind.table} AS l ON l.{key} = found.{key}
         ORDER BY {_ordered(kind, "found")} LIMIT :limit
    """
    return cut((await session.execute(statement(query), named)).all(), limit, (moment, key))


def _walked(kind: Kind, way: Way, *, after: bool) -> str:
    """SQL for the moments and keys of the first rows by one way."""
    columns = ", ".join(f"{way.walked}.{name}" for name in kind.order)
    beyond = [f"({columns}) {'<' if kind.newest_first else '>'} (:moment, :key)"] if after else []
    holds = " AND ".join([*way.holds, *beyond]) or "TRUE"
    return f"(SELECT {columns} FROM {way.tables} WHERE {holds} ORDER BY {_ordered(kind, way.walked)} LIMIT :limit)"


def _ordered(kind: Kind, table: str) -> str:
    return ", ".join(f"{table}.{name}{' DESC' if kind.newest_first else ''}" for name in kind.order)
