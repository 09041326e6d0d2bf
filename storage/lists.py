"""Lists that people page through: cases and tasks, filtered, the same order always, with a cursor."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, false, literal, not_, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, defer
from sqlmodel import SQLModel, col

from storage.tables import CaseRow, TaskRow


class BadCursor(ValueError):
    """A cursor that this list did not give out."""


class Reach(NamedTuple):
    """Whose cases somebody may see: all, those of units, or only those applied for."""

    person: str
    units: frozenset[str]
    everything: bool = False


class Page(NamedTuple):
    """Some rows and where the next ones begin; None at the end."""

    rows: Sequence[Any]
    cursor: str | None


def applied_for_themselves(person: str) -> ColumnElement[bool]:
    """The condition that holds for the cases that somebody applied for; what a window took in is not the clerk's own."""
    return and_(col(CaseRow.applied_by) == person, col(CaseRow.channel) != "window")


def may_see(reach: Reach) -> ColumnElement[bool]:
    """The condition that holds for the cases that somebody may see; the lead department of a bundle sees its items."""
    if reach.everything:
        return literal(True)
    own = applied_for_themselves(reach.person)
    if not reach.units:
        return own
    asked = exists().where(col(TaskRow.number) == col(CaseRow.number), col(TaskRow.unit).in_(reach.units))
    whole = aliased(CaseRow)
    led = exists().where(col(whole.number) == col(CaseRow.bundle), col(whole.unit).in_(reach.units))
    return or_(own, col(CaseRow.unit).in_(reach.units), asked, led)


async def sees(session: AsyncSession, number: str, reach: Reach) -> bool | None:
    """Whether somebody may see the case; None where there is no such case."""
    row = await session.execute(select(may_see(reach)).where(col(CaseRow.number) == number))
    return row.scalar_one_or_none()


async def handles(session: AsyncSession, number: str, reach: Reach) -> bool:
    """Whether somebody sees the case for the office; nobody does so with an application of their own."""
    office = may_see(reach._replace(person=""))
    row = await session.execute(
        select(and_(office, not_(applied_for_themselves(reach.person)))).where(col(CaseRow.number) == number)
    )
    return bool(row.scalar_one_or_none())


UNREAD = tuple(defer(getattr(CaseRow, name), raiseload=True) for name in ("start", "form"))


async def cases(session: AsyncSession, reach: Reach, filters: dict[str, Any], cursor: str | None, limit: int) -> Page:
    """The newest cases first, without the definitions that they carry: those are most of a row, and no list shows them."""
    conditions = [getattr(CaseRow, name) == value for name, value in filters.items() if value is not None]
    query = select(CaseRow).where(and_(may_see(reach), *conditions)).options(*UNREAD)
    return await page_of(session, query, (CaseRow, ("received_at", "number")), cursor, limit, descending=True)


async def tasks(
    session: AsyncSession,
    roles: Iterable[str],
    units: Iterable[str],
    filters: dict[str, Any],
    cursor: str | None,
    limit: int,
) -> Page:
    """The tasks of the roles and units, the most urgent first."""
    conditions = [getattr(TaskRow, name) == value for name, value in filters.items() if value is not None]
    roles, units = tuple(roles), tuple(units)
    mine = and_(col(TaskRow.role).in_(roles), col(TaskRow.unit).in_(units)) if roles and units else false()
    query = select(TaskRow).where(and_(mine, *conditions))
    return await page_of(session, query, (TaskRow, ("opened_at", "id")), cursor, limit, descending=False)


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
    columns = [getattr(kind, name) for name in names]
    if cursor is not None:
        after = tuple_(
            *(literal(value, column.type) for value, column in zip(moment_and_key(cursor), columns, strict=True))
        )
        query = query.where(tuple_(*columns) < after if descending else tuple_(*columns) > after)
    query = query.order_by(*(column.desc() if descending else column for column in columns)).limit(limit + 1)
    rows = list((await session.execute(query)).scalars())
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], None if last is None else written_cursor([getattr(last, name) for name in names]))


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
