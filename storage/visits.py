"""Visits on file: each ticket once, ended once, and found where nothing came of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.supervision.visits import Visit, VisitOutcome, VisitState
from storage import case_file
from storage.case_file import table
from storage.findings import key_of_visit
from storage.pages import Page, page_of
from storage.tables import FindingRow, TextRow, VisitRow
from storage.tables.supervision import VISIT_SERIAL


async def next_serial(session: AsyncSession) -> int:
    """A number never given before; gaps are possible, repeats are not."""
    return int((await session.execute(select(VISIT_SERIAL.next_value()))).scalar_one())


class Logged(NamedTuple):
    """A visit as it is on file, and whether it came now for the first time."""

    row: VisitRow
    new: bool


async def log(session: AsyncSession, row: VisitRow) -> Logged:
    """The visit; of a reference that was logged before the one that is there, locked for who goes on with it."""
    entered = insert(table(VisitRow)).values(row.model_dump()).on_conflict_do_nothing(index_elements=["reference"])
    if (await session.execute(entered.returning(table(VisitRow).c.id))).scalar() is not None:
        return Logged(await session.get_one(VisitRow, row.id), new=True)
    query = select(VisitRow).where(col(VisitRow.reference) == row.reference).with_for_update()
    return Logged((await session.execute(query)).scalar_one(), new=False)


async def visit_of(session: AsyncSession, id_: str, *, to_change: bool = False) -> VisitRow | None:
    """The visit with this number, locked where it is to be changed."""
    return await session.get(VisitRow, id_, with_for_update=to_change or None)


def as_visit(row: VisitRow) -> Visit:
    """The visit as its rules see it."""
    outcome = VisitOutcome(row.outcome) if row.outcome else None
    known = row.model_dump(include={"id", "came_at", "called_at", "answer_by", "ended_at"})
    return Visit(**known, outcome=outcome)


async def keep_text(session: AsyncSession, text: TextRow) -> str:
    """The id of the words, which are on file; the same request keeps them once."""
    await case_file.keep_ahead(session, [text])
    return text.id


texts_of = case_file.texts_of
"""What was written about the visit, by the ids of the texts."""


async def finding_of(session: AsyncSession, id_: str) -> FindingRow | None:
    """What was found of the visit."""
    return await session.get(FindingRow, key_of_visit(id_))


async def waiting(session: AsyncSession, today: date, limit: int) -> Sequence[VisitRow]:
    """Visits that should have come to an end by today at the latest and have not, of which nothing was found yet; the oldest
    first."""
    found = exists().where(col(FindingRow.id) == func.concat("visit:", col(VisitRow.id)))
    this = (col(VisitRow.ended_at).is_(None), col(VisitRow.answer_by) <= today, ~found)
    query = select(VisitRow).where(*this).order_by(col(VisitRow.answer_by), col(VisitRow.id)).limit(limit)
    return list((await session.execute(query)).scalars())


async def listed(
    session: AsyncSession,
    units: Collection[str] | None,
    unit: str | None,
    state: VisitState | None,
    cursor: str | None,
    limit: int,
) -> Page:
    """The newest first, of these units (None: of any)."""
    query: Any = select(VisitRow)
    if units is not None:
        query = query.where(col(VisitRow.unit).in_(units))
    if unit is not None:
        query = query.where(col(VisitRow.unit) == unit)
    ended, called = col(VisitRow.ended_at), col(VisitRow.called_at)
    if state is VisitState.ENDED:
        query = query.where(ended.is_not(None))
    elif state is not None:
        query = query.where(ended.is_(None), called.is_not(None) if state is VisitState.OPEN else called.is_(None))
    return await page_of(session, query, (VisitRow, ("came_at", "id")), cursor, limit, descending=True)
