"""The deliveries that are due: taken by one dispatcher at a time, under a lease that ends by itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from sqlalchemy import Update, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.tables import DeliveryRow, NoticeRow
from storage.tables.notice import DeliveryState

# Each channel has places of its own, so that one with a long queue takes none from the others. The lease is the
# time of the next attempt: a dispatcher that is killed delays its deliveries by it and loses none.
TAKE = text(
    """
    WITH due AS (
      SELECT waiting.id
        FROM unnest(CAST(:channels AS text[]), CAST(:places AS int[])) AS lane (channel, places)
       CROSS JOIN LATERAL (
             SELECT id FROM delivery
              WHERE state = 'waiting' AND channel = lane.channel AND next_attempt_at <= now()
              ORDER BY next_attempt_at LIMIT lane.places
                FOR UPDATE SKIP LOCKED) AS waiting)
    UPDATE delivery SET attempts = attempts + 1, next_attempt_at = now() + :lease
     WHERE id = ANY (ARRAY (SELECT id FROM due))
    RETURNING id, number, seq, paper, channel, address, attempts
    """
)


# The day is in the id, so that any number of workers send a paper once a day. One that its channel has not taken yet is
# tried again anyway, and gets no second one.
REMIND = text(
    """
    INSERT INTO delivery (id, number, seq, paper, channel, address, state, attempts, next_attempt_at)
    SELECT concat_ws(':', CAST(:number AS text), CAST(:seq AS int), CAST(:paper AS text), channel, CAST(:day AS text)),
           :number, :seq, :paper, channel, '-', 'waiting', 0, now()
      FROM unnest(CAST(:channels AS text[])) AS channel
     WHERE NOT EXISTS (SELECT FROM delivery AS earlier
                        WHERE earlier.number = :number AND earlier.seq = :seq AND earlier.paper = :paper
                          AND earlier.channel = channel AND earlier.state = 'waiting')
    ON CONFLICT (id) DO NOTHING
    RETURNING id
    """
)


async def remind(session: AsyncSession, notice: NoticeRow, channels: Collection[str], today: date) -> list[str]:
    """The ids of new deliveries of a paper that its unit has not acknowledged, on these channels, once a day at most."""
    named = {"number": notice.number, "seq": notice.seq, "paper": notice.paper, "channels": list(channels)}
    return list((await session.execute(REMIND, {**named, "day": f"{today:%Y%m%d}"})).scalars())


async def take(session: AsyncSession, places: Mapping[str, int], lease: timedelta) -> list[DeliveryRow]:
    """Deliveries that are due, at most so many for each channel; nobody else gets them while the lease lasts."""
    asked = {"channels": list(places), "places": list(places.values()), "lease": lease}
    return [DeliveryRow.model_construct(**row) for row in (await session.execute(TAKE, asked)).mappings()]


async def notices_of(session: AsyncSession, taken: Collection[DeliveryRow]) -> dict[tuple[str, int, str], NoticeRow]:
    """The papers to be delivered."""
    keys = {(row.number, row.seq, row.paper) for row in taken}
    this = tuple_(col(NoticeRow.number), col(NoticeRow.seq), col(NoticeRow.paper)).in_(keys)
    return {(row.number, row.seq, row.paper): row for row in (await session.scalars(select(NoticeRow).where(this)))}


async def delivered(session: AsyncSession, id_: str) -> None:
    """The other side has it, whatever another attempt may have said meanwhile."""
    values = {
        "state": DeliveryState.DELIVERED,
        "delivered_at": text("now()"),
        "next_attempt_at": None,
        "last_error": None,
    }
    await session.execute(update(DeliveryRow).where(col(DeliveryRow.id) == id_).values(values))


async def postponed(session: AsyncSession, taken: DeliveryRow, why: str, wait: timedelta) -> None:
    """It goes again after this time, unless a later attempt is under way already."""
    values = {"last_error": why, "next_attempt_at": text("now() + :wait").bindparams(wait=wait)}
    await session.execute(_still(taken).values(values))


async def failed(session: AsyncSession, taken: DeliveryRow, why: str) -> None:
    """The channel has refused it for good."""
    values = {"state": DeliveryState.FAILED, "last_error": why, "next_attempt_at": None}
    await session.execute(_still(taken).values(values))


async def stranded(session: AsyncSession, channels: Collection[str]) -> dict[str, int]:
    """How many deliveries wait on channels other than these."""
    query = text("SELECT channel, count(*) FROM delivery WHERE state = 'waiting' AND channel <> ALL(:known) GROUP BY 1")
    return {row[0]: row[1] for row in await session.execute(query, {"known": list(channels)})}


def _still(taken: DeliveryRow) -> Update:
    this = (col(DeliveryRow.id) == taken.id, col(DeliveryRow.attempts) == taken.attempts)
    return update(DeliveryRow).where(*this, col(DeliveryRow.state) == DeliveryState.WAITING)
