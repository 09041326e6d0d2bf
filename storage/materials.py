"""The materials of cases: what is in hand, and what is still to come from registers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Update, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.files import Stored
from storage.tables import FileRow, MaterialRow
from storage.tables.material import MaterialState


class OnFile(NamedTuple):
    """A material with its file, if it has one."""

    material: MaterialRow
    file: FileRow | None


class Wanted(NamedTuple):
    """A material to be fetched from a register, for one attempt."""

    id: UUID
    number: str
    register_name: str
    type: str
    document_number: str
    attempts: int
    waited: timedelta


async def of_case(session: AsyncSession, number: str) -> Sequence[OnFile]:
    """The materials of the case in the order in which they came."""
    query = select(MaterialRow, FileRow).outerjoin(FileRow, col(FileRow.digest) == col(MaterialRow.digest))
    order = (col(MaterialRow.received_at), col(MaterialRow.material), col(MaterialRow.id))
    rows = await session.execute(query.where(col(MaterialRow.number) == number).order_by(*order))
    return [OnFile(*row) for row in rows]


async def one_of_case(session: AsyncSession, number: str, id_: UUID) -> OnFile | None:
    """One material of the case."""
    query = select(MaterialRow, FileRow).outerjoin(FileRow, col(FileRow.digest) == col(MaterialRow.digest))
    row = await session.execute(query.where(col(MaterialRow.id) == id_, col(MaterialRow.number) == number))
    found = row.one_or_none()
    return OnFile(*found) if found else None


async def not_found_of(session: AsyncSession, number: str) -> tuple[str, ...]:
    """The materials of the case that their registers do not hold, as far as they have answered."""
    this = (col(MaterialRow.number) == number, col(MaterialRow.state) == MaterialState.NOT_FOUND)
    rows = await session.execute(select(col(MaterialRow.material)).where(*this).order_by(col(MaterialRow.material)))
    return tuple(rows.scalars())


# Each register has places of its own, so that a dead one takes none from the others. The lease is the time of the
# next attempt: a fetcher that is killed delays its materials by it and loses none.
TAKE = text(
    """
    WITH due AS (
      SELECT waiting.id
        FROM unnest(CAST(:registers AS text[]), CAST(:places AS int[])) AS lane (register, places)
       CROSS JOIN LATERAL (
             SELECT id FROM material
              WHERE state = 'requested' AND register_name = lane.register AND next_attempt_at <= now()
              ORDER BY next_attempt_at LIMIT lane.places
                FOR UPDATE SKIP LOCKED) AS waiting)
    UPDATE material SET attempts = attempts + 1, next_attempt_at = now() + :lease
      FROM due, case_file, applicant
     WHERE material.id = due.id AND case_file.number = material.number AND applicant.id = case_file.applicant
    RETURNING material.id, material.number, register_name, reference AS type, document_number, attempts,
              now() - material.received_at AS waited
    """
)


async def take(session: AsyncSession, places: Mapping[str, int], lease: timedelta) -> list[Wanted]:
    """Materials that are due, at most so many of each register; nobody else gets them while the lease lasts."""
    asked = {"registers": list(places), "places": list(places.values()), "lease": lease}
    return [Wanted(**row) for row in (await session.execute(TAKE, asked)).mappings()]


async def found(session: AsyncSession, taken: Wanted, stored: Stored) -> None:
    """The material is in hand, whatever another attempt may say; the first copy stays."""
    values = {
        "state": MaterialState.IN_HAND,
        "digest": stored.digest,
        "received_at": text("now()"),
        "next_attempt_at": None,
        "last_error": None,
    }
    this = (col(MaterialRow.id) == taken.id, col(MaterialRow.state) != MaterialState.IN_HAND)
    await session.execute(update(MaterialRow).where(*this).values(values))


async def not_found(session: AsyncSession, taken: Wanted) -> None:
    """The register holds no such document of the applicant."""
    values = {"state": MaterialState.NOT_FOUND, "next_attempt_at": None, "last_error": None}
    await session.execute(_still(taken).values(values))


async def postponed(session: AsyncSession, taken: Wanted, why: str, wait: timedelta) -> None:
    """It is asked for again after this time, unless a later attempt is under way already."""
    values = {"last_error": why, "next_attempt_at": text("now() + :wait").bindparams(wait=wait)}
    await session.execute(_still(taken).values(values))


async def note_unlisted(session: AsyncSession, registers: Collection[str], why: str) -> Sequence[MaterialRow]:
    """Note why on materials that wait for registers other than these; those on which it was not noted yet."""
    waiting = (col(MaterialRow.state) == MaterialState.REQUESTED, col(MaterialRow.register_name).not_in(registers))
    new = col(MaterialRow.last_error).is_distinct_from(why)
    rows = await session.execute(update(MaterialRow).where(*waiting, new).values(last_error=why).returning(MaterialRow))
    return list(rows.scalars())


def _still(taken: Wanted) -> Update:
    this = (col(MaterialRow.id) == taken.id, col(MaterialRow.attempts) == taken.attempts)
    return update(MaterialRow).where(*this, col(MaterialRow.state) == MaterialState.REQUESTED)
