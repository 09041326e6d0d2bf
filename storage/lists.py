"""Lists: cases and tasks that people page through, filtered, the same order always, with a cursor.

Somebody sees cases by several ways, and has tasks in several roles. Each way is walked along an index of its own until the page is
full; an `OR` of them would have the database look at everything that there is.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, literal, select, text, true, tuple_, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer
from sqlmodel import SQLModel, col

from domain.record import Stage
from storage.sight import Reach, applied_for_themselves
from storage.tables import CaseRow, TaskRow, UnitCaseRow


class BadCursor(ValueError):
    """A cursor that this list did not give out."""


class Page(NamedTuple):
    """Some rows and where the next ones begin; None at the end."""

    rows: Sequence[Any]
    cursor: str | None


UNREAD = tuple(defer(getattr(CaseRow, name), raiseload=True) for name in ("start", "form"))
Way = tuple[Select[Any], Sequence[ColumnElement[Any]]]
"""A query for the keys of rows, and the columns of their order: a moment and the key."""


async def cases(session: AsyncSession, reach: Reach, filters: dict[str, Any], cursor: str | None, limit: int) -> Page:
    """The newest cases first, without the definitions that they carry: those are most of a row, and no list shows them."""
    ways = [_page(query, columns, cursor, limit + 1, descending=True) for query, columns in _seen(reach, filters)]
    found = union(*ways).subquery()
    query = select(CaseRow).join(found, found.c.number == col(CaseRow.number)).options(*UNREAD)
    return await page_of(session, query, (CaseRow, ("received_at", "number")), cursor, limit, descending=True)


def _seen(reach: Reach, filters: dict[str, Any]) -> Iterator[Way]:
    """The ways by which somebody sees the cases that are as wanted: as overseer or applicant, and through each unit."""
    wanted = _equal(CaseRow, filters)
    unit, open_ones = filters.get("unit"), filters.get("stage") not in (None, Stage.CLOSED)
    if unit is not None and (reach.everything or unit in reach.units):
        reach = Reach("", frozenset((unit,)))  # all cases of that unit are seen through it
    if reach.everything or reach.person:
        columns: list[Any] = [col(CaseRow.received_at), col(CaseRow.number)]
        mine = true() if reach.everything else applied_for_themselves(reach.person)
        query = select(*columns).where(mine, *wanted)
        yield query.where(text("case_file.stage <> 'closed'")) if open_ones else query, columns
    for unit in sorted(reach.units) if not reach.everything else ():
        columns = [col(UnitCaseRow.received_at), col(UnitCaseRow.number)]
        query = select(*columns).join(CaseRow, col(CaseRow.number) == col(UnitCaseRow.number))
        query = query.where(col(UnitCaseRow.unit) == unit, *wanted)
        yield query.where(col(UnitCaseRow.open)) if open_ones else query, columns


async def tasks(
    session: AsyncSession,
    roles: Iterable[str],
    units: Iterable[str],
    filters: dict[str, Any],
    cursor: str | None,
    limit: int,
) -> Page:
    """The tasks of the roles and units, the one that has waited longest first."""
    columns: list[Any] = [col(TaskRow.opened_at), col(TaskRow.id)]
    seats = [(unit, role) for unit in sorted(units) for role in sorted(roles)] or [("", "")]
    ways = [
        _page(
            select(*columns).where(col(TaskRow.unit) == unit, col(TaskRow.role) == role, *_equal(TaskRow, filters)),
            columns,
            cursor,
            limit + 1,
            descending=False,
        )
        for unit, role in seats
    ]
    found = union(*ways).subquery()
    query = select(TaskRow).join(found, found.c.id == col(TaskRow.id))
    return await page_of(session, query, (TaskRow, ("opened_at", "id")), cursor, limit, descending=False)


def _equal(kind: type[SQLModel], filters: dict[str, Any]) -> list[ColumnElement[bool]]:
    return [getattr(kind, name) == value for name, value in filters.items() if value is not None]


async def page_of(
    session: AsyncSession,
    query: Select[Any],
    order: tuple[type[SQLModel], tuple[str, str]],
    cursor: str | None,
    limit: int,
    *,
    descending: bool,
) -> Page:
    """One page of a query in the order of the two columns named, a moment and a key."""
    kind, names = order
    query = _page(query, [getattr(kind, name) for name in names], cursor, limit + 1, descending=descending)
    rows = list((await session.execute(query)).scalars())
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], None if last is None else written_cursor([getattr(last, name) for name in names]))


def _page(
    query: Select[Any], columns: Sequence[ColumnElement[Any]], cursor: str | None, limit: int, *, descending: bool
) -> Select[Any]:
    """So many rows in the order of the columns, after those that the cursor ends with."""
    if cursor is not None:
        after = tuple_(
            *(literal(value, column.type) for value, column in zip(moment_and_key(cursor), columns, strict=True))
        )
        query = query.where(tuple_(*columns) < after if descending else tuple_(*columns) > after)
    return query.order_by(*(column.desc() if descending else column for column in columns)).limit(limit)


def written_cursor(values: Sequence[Any]) -> str:
    """The cursor that continues after a moment and a key."""
    return base64.urlsafe_b64encode(json.dumps([values[0].isoformat(), values[1]]).encode()).decode()


def moment_and_key(cursor: str) -> tuple[datetime, str]:
    """What the cursor continues after; raises `BadCursor` where it is none of ours."""
    try:
        moment, key = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        read = datetime.fromisoformat(moment), str(key)
    except (ValueError, TypeError, RecursionError) as error:
        raise BadCursor(cursor) from error
    if read[0].tzinfo is None or not read[1].isprintable():
        raise BadCursor(cursor)
    return read
