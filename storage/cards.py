"""Cards on file: each event gives one at most; what became of it, and who may read it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, bindparam, exists, not_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.record import Batch, EventKind, Paper
from domain.supervision.cards import LATE, CardStanding, Fallen
from storage.case_file import table
from storage.desks import desks_of
from storage.pages import Page, page_of
from storage.sight import applied_for_themselves
from storage.tables import CardRow, CaseRow, EventRow, NoticeRow, TextRow

State = Literal["standing", "appealed", "overdue", "decided", "withdrawn", "all"]
"""An overdue one is appealed against, and should have been decided before today."""


def key_of(number: str, seq: int) -> str:
    """The key of the card that an event of a case gave."""
    return f"{number}:{seq}"


async def standing_of(session: AsyncSession, batch: Batch, case: CaseRow) -> CardStanding:
    """What cards in the batch have to know of its case; only what they need is looked up."""
    return CardStanding(
        unit=case.unit,
        paused=await _paused_before(session, batch),
        desks=await desks_of(session, batch, batch.events),
    )


async def _paused_before(session: AsyncSession, batch: Batch) -> tuple[str, ...]:
    """The special procedures that ran when the batch began, by the events before it."""
    kinds = (EventKind.PAUSED, EventKind.RESUMED)
    this = (col(EventRow.number) == batch.number, col(EventRow.seq) < batch.first, col(EventRow.kind).in_(kinds))
    query = select(col(EventRow.kind), col(EventRow.data)["procedure"].astext).where(*this)
    running: dict[str, None] = {}
    for kind, procedure in await session.execute(query.order_by(col(EventRow.seq))):
        if kind == EventKind.PAUSED:
            running[procedure] = None
        else:
            running.pop(procedure, None)
    return tuple(running)


async def keep(session: AsyncSession, rows: Sequence[CardRow]) -> None:
    """The cards are on file; one that is there already is left as it is."""
    await session.execute(insert(table(CardRow)).values([row.model_dump() for row in rows]).on_conflict_do_nothing())


async def withdraw(session: AsyncSession, number: str, fallen: Fallen) -> None:
    """The cards for this run of the limit fall with its lateness."""
    for_lateness = exists().where(
        col(EventRow.number) == col(CardRow.number),
        col(EventRow.seq) == col(CardRow.seq),
        col(EventRow.kind).in_(LATE),
    )
    this = [
        col(CardRow.number) == number,
        col(CardRow.clock) == fallen.clock,
        col(CardRow.seq) < fallen.seq,
        col(CardRow.withdrawn_at).is_(None),
        for_lateness,
    ]
    if fallen.started_at is not None:
        this.append(col(CardRow.given_at) >= fallen.started_at)
    await session.execute(update(CardRow).where(*this).values(withdrawn_at=fallen.at))


async def card_of(session: AsyncSession, number: str, seq: int, *, lock: bool = False) -> CardRow | None:
    """The card that this event gave; locked, where it is about to be changed."""
    query = select(CardRow).where(col(CardRow.number) == number, col(CardRow.seq) == seq)
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


OF_CASE = select(CardRow).where(col(CardRow.number) == bindparam("number")).order_by(col(CardRow.seq))


async def of_case(session: AsyncSession, number: str) -> Sequence[CardRow]:
    """The cards of the case in order; withdrawn ones are among them."""
    return list((await session.execute(OF_CASE, {"number": number})).scalars())


async def texts_of(session: AsyncSession, rows: Sequence[CardRow]) -> dict[str, str]:
    """What appeals against these cards and their decisions say, by the ids of the texts."""
    ids = [id_ for row in rows for id_ in (row.appeal, row.decision) if id_]
    if not ids:
        return {}
    query = select(col(TextRow.id), col(TextRow.body)).where(col(TextRow.id).in_(ids))
    return {row.id: row.body for row in await session.execute(query)}


def standing_as(state: State, today: date) -> ColumnElement[bool]:
    """The condition that holds for cards in this state."""
    withdrawn = col(CardRow.withdrawn_at).is_not(None)
    waits = and_(col(CardRow.appealed_at).is_not(None), col(CardRow.decided_at).is_(None), not_(withdrawn))
    conditions: dict[State, ColumnElement[bool]] = {
        "standing": not_(withdrawn),
        "appealed": waits,
        "overdue": and_(waits, col(CardRow.decide_by) < today),
        "decided": col(CardRow.decided_at).is_not(None),
        "withdrawn": withdrawn,
        "all": col(CardRow.id).is_not(None),
    }
    return conditions[state]


async def listed(
    session: AsyncSession,
    units: Collection[str] | None,
    person: str,
    filters: dict[str, Any],
    state: State,
    today: date,
    cursor: str | None,
    limit: int,
) -> Page:
    """The newest first, of these units (None: of any); nobody sees what is about an application of their own."""
    own = exists().where(col(CaseRow.number) == col(CardRow.number), applied_for_themselves(person))
    query: Any = select(CardRow).where(not_(own), standing_as(state, today))
    for name, value in filters.items():
        if value is not None:
            query = query.where(getattr(CardRow, name) == value)
    if units is not None:
        query = query.where(col(CardRow.unit).in_(units))
    return await page_of(session, query, (CardRow, ("given_at", "id")), cursor, limit, descending=True)


async def undecided(session: AsyncSession, today: date) -> Sequence[NoticeRow]:
    """The appeals that were acknowledged, and should have been decided before today; the longest overdue first."""
    this = and_(
        col(NoticeRow.number) == col(CardRow.number),
        col(NoticeRow.seq) == col(CardRow.seq),
        col(NoticeRow.paper) == Paper.CARD_APPEAL,
        col(NoticeRow.acknowledged_at).is_not(None),
    )
    query = select(NoticeRow).join(CardRow, this).where(standing_as("overdue", today))
    return list((await session.execute(query.order_by(col(CardRow.decide_by), col(CardRow.id)))).scalars())


async def appealed(session: AsyncSession, card: CardRow, *, by: str, text: str, at: datetime, decide_by: date) -> None:
    """The unit has appealed against the card."""
    card.appealed_by, card.appeal, card.appealed_at, card.decide_by = by, text, at, decide_by
    await session.flush()


async def decided(session: AsyncSession, card: CardRow, *, by: str, text: str, at: datetime, upheld: bool) -> None:
    """The appeal is decided: the card stands, or is withdrawn."""
    card.decided_by, card.decision, card.decided_at, card.upheld = by, text, at, upheld
    card.withdrawn_at = card.withdrawn_at if upheld else at
    await session.flush()
