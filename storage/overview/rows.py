"""Open cases as a list, the most urgent first, with whose move each is and what is open beside it."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from storage.overview.filters import Filters, conditions, joined
from storage.overview.scope import NOT_MY_OWN, Scope
from storage.overview.since import SINCE
from storage.overview.snapshot import ask
from storage.overview.standing import standing
from storage.pages import BadCursor, Page
from storage.statements import as_dicts, statement


class After(NamedTuple):
    """The last row of the page before: its due day (None: it has none) and number."""

    due_day: date | None
    number: str


BEGINNING = After(date.min, "")


async def listed(
    session: AsyncSession, scope: Scope, filters: Filters, named: dict[str, Any], cursor: str | None, limit: int
) -> Page:
    """A page by due day, then number; cases on which no limit runs come last. Raises `BadCursor`."""
    after = read(cursor) if cursor is not None else BEGINNING
    rows = []
    if after.due_day is not None:
        rows = await _rows(session, scope, filters, named, after, limit + 1)
    if len(rows) <= limit:
        beyond = after.number if after.due_day is None else ""
        rows += await _rows(session, scope, filters, named, After(None, beyond), limit + 1 - len(rows))
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], None if last is None else written(After(last["due_day"], last["number"])))


async def _rows(
    session: AsyncSession, scope: Scope, filters: Filters, named: dict[str, Any], after: After, limit: int
) -> list[dict[str, Any]]:
    """Two queries rather than one, each along an index: those with a due day, and those without."""
    place = "s.due_day IS NULL AND s.number > :after_number"
    known = {**named, "after_number": after.number, "limit": limit}
    if after.due_day is not None:
        place = "s.due_day >= :after_day AND (s.due_day, s.number) > (:after_day, :after_number)"
        known["after_day"] = after.due_day
    holds, wanted = conditions(filters)
    if filters.on_the_case_alone:
        return await _of_the_page(session, scope, " AND ".join([place, *holds]), {**known, **wanted})
    opened, join = joined(filters)
    query = f"""
        {standing(scope)}{opened}
        SELECT s.*, {SINCE} AS since
          FROM (SELECT s.* FROM s {join} WHERE {" AND ".join([place, *holds])} ORDER BY s.due_day, s.number LIMIT :limit) AS s
         ORDER BY s.due_day, s.number
    """
    return await ask(session, query, {**known, **wanted})


async def _of_the_page(session: AsyncSession, scope: Scope, holds: str, named: dict[str, Any]) -> list[dict[str, Any]]:
    """Where nothing is asked for that stands beside the cases, the page is found first, and then its causes and marks."""
    page = f"""
        SELECT s.number FROM case_file AS s
         WHERE s.stage <> 'closed' AND {scope.holds_for("s.unit")} AND {NOT_MY_OWN.replace("c.", "s.")} AND {holds}
         ORDER BY s.due_day, s.number LIMIT :limit
    """
    numbers = list((await session.execute(statement(page), named)).scalars())
    query = f"{standing(scope, named_ones=True)} SELECT s.*, {SINCE} AS since FROM s ORDER BY s.due_day, s.number"
    return as_dicts(await session.execute(statement(query), {**named, "numbers": numbers}))


class Beside(NamedTuple):
    """What is open in the cases of a page, each by case number."""

    tasks: dict[str, list[dict[str, Any]]]
    papers: dict[str, list[dict[str, Any]]]
    late: dict[str, list[dict[str, Any]]]


TASKS = """
    SELECT number, id, step, name, role, unit, assignee, opened_at, due_day FROM task
     WHERE number = ANY(:numbers) AND state = 'open'
     ORDER BY number, opened_at, CAST(split_part(id, '.', 2) AS int)
"""
PAPERS = """
    SELECT number, seq, paper, addressee, acknowledge_by FROM notice
     WHERE number = ANY(:numbers) AND addressee IS NOT NULL AND acknowledged_at IS NULL
     ORDER BY number, seq, paper
"""
LATE = """
    SELECT number, key, due_day FROM clock
     WHERE number = ANY(:numbers) AND state = 'running' AND passed
     ORDER BY number, due_at, key
"""


async def beside(session: AsyncSession, numbers: Sequence[str]) -> Beside:
    """The open tasks, unacknowledged papers and passed limits of these cases, the oldest first."""
    found: list[dict[str, list[dict[str, Any]]]] = []
    for query in (TASKS, PAPERS, LATE):
        of: dict[str, list[dict[str, Any]]] = {}
        for row in as_dicts(await session.execute(statement(query), {"numbers": list(numbers)})):
            of.setdefault(row["number"], []).append(row)
        found.append(of)
    return Beside(*found)


def written(after: After) -> str:
    """The cursor that continues after this row."""
    day = after.due_day.isoformat() if after.due_day else None
    return base64.urlsafe_b64encode(json.dumps([day, after.number]).encode()).decode()


def read(cursor: str) -> After:
    """The row that the cursor continues after; raises `BadCursor` where it is none of ours."""
    try:
        day, number = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        after = After(None if day is None else date.fromisoformat(day), str(number))
    except (ValueError, TypeError, RecursionError) as error:
        raise BadCursor(cursor) from error
    if not after.number.isprintable():
        raise BadCursor(cursor)
    return after
