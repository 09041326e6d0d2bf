"""Findings on file: each once, withdrawn where it turned out not to be so, and read by those it concerns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Literal

from sqlalchemy import DateTime, cast, exists, not_, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.record import Batch, EventKind
from domain.supervision.findings import LEADING_TO_A_BREACH, CaseStanding, EarlierAct, Withdrawal
from storage.case_file import table
from storage.desks import desks_of
from storage.pages import Page, page_of
from storage.sight import applied_for_themselves
from storage.tables import CaseRow, EventRow, FindingRow

State = Literal["open", "withdrawn", "all"]


def key_of(number: str, seq: int) -> str:
    """The key of what an event of a case shows."""
    return f"{number}:{seq}"


def key_of_visit(visit: str) -> str:
    """The key of what came of a visit."""
    return f"visit:{visit}"


async def standing_of(session: AsyncSession, batch: Batch, case: CaseRow) -> CaseStanding:
    """What findings in the batch have to say of its case; only what they need is looked up."""
    kinds = {event.kind for event in batch.events}
    return CaseStanding(
        number=case.number,
        unit=case.unit,
        item_code=case.item_code,
        district=case.district,
        bundle=case.bundle,
        part=case.part,
        earlier=await _told_before(session, batch) if EventKind.BREACH_FOUND in kinds else (),
        desks=await desks_of(session, batch, (one for one in batch.events if one.kind is EventKind.LIMIT_PASSED)),
    )


async def keep(session: AsyncSession, row: FindingRow) -> bool:
    """Whether the finding is new; one that is on file already is left as it is."""
    entered = insert(table(FindingRow)).values(row.model_dump()).on_conflict_do_nothing()
    return (await session.execute(entered.returning(table(FindingRow).c.id))).scalar() is not None


async def belongs_to(session: AsyncSession, id_: str, grievance: str) -> None:
    """The finding opened this grievance, or is evidence in it."""
    await session.execute(update(FindingRow).where(col(FindingRow.id) == id_).values(grievance=grievance))


async def withdraw(session: AsyncSession, number: str, withdrawn: Withdrawal) -> None:
    """The findings fall with the lateness of this run of the limit."""
    this = [
        col(FindingRow.number) == number,
        col(FindingRow.clock) == withdrawn.clock,
        col(FindingRow.seq) < withdrawn.seq,
        col(FindingRow.withdrawn_at).is_(None),
    ]
    if withdrawn.started_at is not None:
        started = col(FindingRow.evidence)["limit"]["started_at"].astext
        this.append(cast(started, DateTime(timezone=True)) == withdrawn.started_at)
    why = {"withdrawn_at": withdrawn.at, "withdrawn_why": withdrawn.article or "cc:203"}
    await session.execute(update(FindingRow).where(*this).values(why))


async def finding_of(session: AsyncSession, id_: str) -> FindingRow | None:
    """The finding with this key."""
    return await session.get(FindingRow, id_)


async def of_case(session: AsyncSession, number: str) -> Sequence[FindingRow]:
    """Those of the case and, where it is a bundle, of its items, in order; withdrawn ones are among them."""
    items = select(col(CaseRow.number)).where(col(CaseRow.bundle) == number)
    query = select(FindingRow).where(or_(col(FindingRow.number) == number, col(FindingRow.number).in_(items)))
    return list((await session.execute(query.order_by(col(FindingRow.found_at), col(FindingRow.id)))).scalars())


async def listed(
    session: AsyncSession,
    units: Collection[str] | None,
    person: str,
    filters: dict[str, Any],
    state: State,
    cursor: str | None,
    limit: int,
) -> Page:
    """The newest first, of these units (None: of any); nobody sees what is about an application of their own."""
    own = exists().where(col(CaseRow.number) == col(FindingRow.number), applied_for_themselves(person))
    query: Any = select(FindingRow).where(not_(own))
    for name, value in filters.items():
        if value is not None:
            query = query.where(getattr(FindingRow, name) == value)
    if units is not None:
        query = query.where(col(FindingRow.unit).in_(units))
    if state != "all":
        fallen = col(FindingRow.withdrawn_at)
        query = query.where(fallen.is_(None) if state == "open" else fallen.is_not(None))
    return await page_of(session, query, (FindingRow, ("found_at", "id")), cursor, limit, descending=True)


async def _told_before(session: AsyncSession, batch: Batch) -> tuple[EarlierAct, ...]:
    kinds = [kind.value for kind in LEADING_TO_A_BREACH]
    this = (col(EventRow.number) == batch.number, col(EventRow.seq) < batch.first, col(EventRow.kind).in_(kinds))
    columns = (col(EventRow.seq), col(EventRow.kind), col(EventRow.at), col(EventRow.papers))
    rows = await session.execute(select(*columns).where(*this).order_by(col(EventRow.seq)))
    return tuple(EarlierAct.model_validate(dict(row._mapping)) for row in rows)
