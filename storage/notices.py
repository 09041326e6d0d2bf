"""Notices as people read them: of a case, in an applicant's message box, or to be acknowledged by a unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.record import Paper
from storage.pages import Page, page_of
from storage.sight import applied_for_themselves
from storage.tables import CalendarNoticeRow, CaseRow, DeliveryRow, GrievanceRow, NoticeRow

FOR_THE_APPLICANT = col(NoticeRow.addressee).is_(None)


async def notices_of(session: AsyncSession, number: str, *, handles: bool = False) -> Sequence[NoticeRow]:
    """The papers of the case in the order in which they were given; what went to an overseeing department or to the unit
    itself only for those who handle the case."""
    order = (col(NoticeRow.seq), col(NoticeRow.paper))
    query = select(NoticeRow).where(col(NoticeRow.number) == number).order_by(*order)
    rows = await session.execute(query if handles else query.where(FOR_THE_APPLICANT))
    return list(rows.scalars())


async def deliveries_of(session: AsyncSession, number: str) -> Sequence[DeliveryRow]:
    """How the deliveries of the case's papers stand."""
    rows = await session.execute(select(DeliveryRow).where(col(DeliveryRow.number) == number).order_by(DeliveryRow.id))
    return list(rows.scalars())


async def notice_of(session: AsyncSession, number: str, seq: int, paper: str) -> NoticeRow | None:
    """One paper of the case."""
    return await session.get(NoticeRow, (number, seq, paper))


async def box_of(session: AsyncSession, person: str, cursor: str | None, limit: int) -> Page:
    """The papers given to somebody over all their cases and grievances, the newest first."""
    own = select(col(CaseRow.number)).where(applied_for_themselves(person))
    reported = and_(col(GrievanceRow.reported_by) == person, col(GrievanceRow.channel) == "online")
    about_them = select(col(GrievanceRow.number)).where(or_(reported, col(GrievanceRow.case_number).in_(own)))
    files = own.union_all(about_them)
    query: Any = select(NoticeRow).where(col(NoticeRow.number).in_(files), FOR_THE_APPLICANT)
    return await page_of(session, query, (NoticeRow, ("given_at", "document_number")), cursor, limit, descending=True)


async def mark_read(session: AsyncSession, number: str, seq: int, paper: str, at: datetime) -> None:
    """The applicant has opened the paper; the first time counts."""
    unread = _this(number, seq, paper) & FOR_THE_APPLICANT & col(NoticeRow.read_at).is_(None)
    await session.execute(update(NoticeRow).where(unread).values(read_at=at))


async def addressed(
    session: AsyncSession,
    papers: Collection[str],
    units: Collection[str] | None,
    person: str,
    acknowledged: bool | None,
    cursor: str | None,
    limit: int,
) -> Page:
    """Papers of these kinds that went to these units (None: to any): acknowledged, not acknowledged yet with the oldest
    first, or (None) all of them. Nobody sees what is about an application of their own."""
    of_case = exists().where(col(CaseRow.number) == col(NoticeRow.number), applied_for_themselves(person))
    query: Any = select(NoticeRow).where(col(NoticeRow.paper).in_(papers), not_(of_case), not_(FOR_THE_APPLICANT))
    if units is not None:
        query = query.where(col(NoticeRow.addressee).in_(units))
    if acknowledged is not None:
        there = col(NoticeRow.acknowledged_at)
        query = query.where(there.is_not(None) if acknowledged else there.is_(None))
    order = (NoticeRow, ("given_at", "document_number"))
    return await page_of(session, query, order, cursor, limit, descending=acknowledged is not False)


async def is_about_themselves(session: AsyncSession, number: str, person: str) -> bool:
    """Whether the case is an application of their own."""
    query = select(applied_for_themselves(person)).where(col(CaseRow.number) == number)
    return bool((await session.execute(query)).scalar_one_or_none())


async def addressed_one(session: AsyncSession, number: str, seq: int, papers: Collection[str]) -> NoticeRow | None:
    """The paper of one of these kinds that the event gave to a unit; cards are given besides, and come last."""
    this = (col(NoticeRow.number) == number, col(NoticeRow.seq) == seq, col(NoticeRow.paper).in_(papers))
    order = (col(NoticeRow.paper).startswith("card"), col(NoticeRow.paper))
    query = select(NoticeRow).where(*this, not_(FOR_THE_APPLICANT)).order_by(*order).limit(1)
    return (await session.execute(query)).scalar()


async def acknowledge(session: AsyncSession, number: str, seq: int, paper: str, by: str, at: datetime) -> NoticeRow:
    """The paper, acknowledged by this person now unless it was before: the first time counts, also among several at once."""
    waits = _this(number, seq, paper) & not_(FOR_THE_APPLICANT) & col(NoticeRow.acknowledged_at).is_(None)
    await session.execute(update(NoticeRow).where(waits).values(acknowledged_at=at, acknowledged_by=by))
    return await session.get_one(NoticeRow, (number, seq, paper), populate_existing=True)


async def filings_all_acknowledged(session: AsyncSession, number: str) -> list[int]:
    """The events of the case that gave filings; none while one of them is not acknowledged."""
    this = (col(NoticeRow.number) == number, col(NoticeRow.paper) == Paper.FILING)
    query = select(col(NoticeRow.seq), col(NoticeRow.acknowledged_at)).where(*this).order_by(col(NoticeRow.seq))
    rows = list(await session.execute(query))
    return [row.seq for row in rows] if all(row.acknowledged_at for row in rows) else []


async def unacknowledged(session: AsyncSession, today: date) -> Sequence[NoticeRow]:
    """Papers that a unit should have acknowledged before today and did not, the longest overdue first."""
    waits = and_(not_(FOR_THE_APPLICANT), col(NoticeRow.acknowledged_at).is_(None))
    order = (col(NoticeRow.acknowledge_by), col(NoticeRow.document_number))
    query = select(NoticeRow).where(waits, col(NoticeRow.acknowledge_by) < today).order_by(*order)
    return list((await session.execute(query)).scalars())


class Start(NamedTuple):
    """What a case was opened with about its days and about what the law leaves open."""

    office: dict[str, Any]
    policy: dict[str, Any]


async def start_of(session: AsyncSession, number: str) -> Start:
    """What the case was opened with; read only where a paper needs it, for it is large."""
    start = col(CaseRow.start)
    query = select(start["office"], start["policy"]).where(col(CaseRow.number) == number)
    office, policy = (await session.execute(query)).one()
    return Start(office=office, policy=policy or {})


async def orders_named(session: AsyncSession, ids: Iterable[object]) -> dict[str, str]:
    """What the orders are called that changed the calendar, by their ids."""
    known = {int(id_) for id_ in map(str, ids) if id_.isdecimal() and len(id_) < 10}
    if not known:
        return {}
    query = select(CalendarNoticeRow).where(col(CalendarNoticeRow.id).in_(known))
    return {str(row.id): row.source for row in (await session.execute(query)).scalars()}


def _this(number: str, seq: int, paper: str) -> ColumnElement[bool]:
    return and_(col(NoticeRow.number) == number, col(NoticeRow.seq) == seq, col(NoticeRow.paper) == paper)
