"""Pages of lists: the same order always, a moment and a key, with a cursor that continues after the last row."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, literal, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel


class BadCursor(ValueError):
    """A cursor that this list did not give out."""


class Page(NamedTuple):
    """Some rows and where the next ones begin; None at the end."""

    rows: Sequence[Any]
    cursor: str | None


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
    return cut(rows, limit, names)


def cut(rows: Sequence[Any], limit: int, names: Sequence[str]) -> Page:
    """The page of so many rows, of which one more was asked for; it is continued after the columns named."""
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
