"""Notices as people read them: of a case, or in an applicant's message box."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.lists import Page, applied_for_themselves, page_of
from storage.tables import CaseRow, DeliveryRow, NoticeRow


async def notices_of(session: AsyncSession, number: str) -> Sequence[NoticeRow]:
    """The papers of the case in the order in which they were given."""
    order = (col(NoticeRow.seq), col(NoticeRow.paper))
    rows = await session.execute(select(NoticeRow).where(col(NoticeRow.number) == number).order_by(*order))
    return list(rows.scalars())


async def deliveries_of(session: AsyncSession, number: str) -> Sequence[DeliveryRow]:
    """How the deliveries of the case's papers stand."""
    rows = await session.execute(select(DeliveryRow).where(col(DeliveryRow.number) == number).order_by(DeliveryRow.id))
    return list(rows.scalars())


async def notice_of(session: AsyncSession, number: str, seq: int, paper: str) -> NoticeRow | None:
    """One paper of the case."""
    return await session.get(NoticeRow, (number, seq, paper))


async def box_of(session: AsyncSession, person: str, cursor: str | None, limit: int) -> Page:
    """The papers given to somebody over all their cases, the newest first."""
    query: Any = select(NoticeRow).join(CaseRow, col(CaseRow.number) == col(NoticeRow.number))
    query = query.where(applied_for_themselves(person))
    return await page_of(session, query, (NoticeRow, ("given_at", "document_number")), cursor, limit, descending=True)


async def mark_read(session: AsyncSession, number: str, seq: int, paper: str, at: datetime) -> None:
    """The applicant has opened the paper; the first time counts."""
    this = and_(col(NoticeRow.number) == number, col(NoticeRow.seq) == seq, col(NoticeRow.paper) == paper)
    await session.execute(update(NoticeRow).where(this, col(NoticeRow.read_at).is_(None)).values(read_at=at))
