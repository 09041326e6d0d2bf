"""Alarms as they are on file: what nobody answers for, from when it was noticed until it is put right."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import exists, false, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.supervision.posts import Seat
from domain.supervision.seats import Vacancy
from storage.pages import Page, page_of
from storage.tables import AlarmRow, PostRow

VACANCY = "vacancy"
LOOKING = 7131309
"""The lock under which alarms are raised and cleared, so that two workers who look at once raise each of them once."""


SEATS_OF_TASKS = text(
    """
    WITH RECURSIVE seat (unit, role) AS (
      (SELECT unit, role FROM task ORDER BY unit, role LIMIT 1)
      UNION ALL
      (SELECT after.unit, after.role FROM seat CROSS JOIN LATERAL (
         SELECT unit, role FROM task WHERE (task.unit, task.role) > (seat.unit, seat.role)
          ORDER BY unit, role LIMIT 1) AS after))
    SELECT unit, role FROM seat
     WHERE EXISTS (SELECT FROM task WHERE task.unit = seat.unit AND task.role = seat.role AND task.state = 'open')
    """
)


async def seats_of_open_tasks(session: AsyncSession) -> set[Seat]:
    """The seats on which a task lies now, be it by an older definition, a transfer or a call for help; the index is skipped
    through from seat to seat, however many tasks there are."""
    return {Seat(row.unit, row.role) for row in await session.execute(SEATS_OF_TASKS)}


async def one_at_a_time(session: AsyncSession) -> None:
    """Until the end of the transaction nobody else raises or clears alarms."""
    await session.execute(select(func.pg_advisory_xact_lock(LOOKING)))


async def open_of(session: AsyncSession, kind: str) -> list[AlarmRow]:
    """The alarms of the kind that are not cleared, the oldest first."""
    query = select(AlarmRow).where(col(AlarmRow.kind) == kind, col(AlarmRow.cleared_at).is_(None))
    return list((await session.execute(query.order_by(col(AlarmRow.raised_at), col(AlarmRow.id)))).scalars())


async def raise_(session: AsyncSession, found: Iterable[Vacancy], at: datetime) -> list[AlarmRow]:
    """An alarm for each; its id says what it is about, and the how manieth such it is."""
    rows = [
        await _raised(session, vacancy, at) for vacancy in sorted(found, key=lambda one: (one.unit, one.role or ""))
    ]
    session.add_all(rows)
    await session.flush()
    return rows


async def _raised(session: AsyncSession, vacancy: Vacancy, at: datetime) -> AlarmRow:
    named = ":".join((VACANCY, vacancy.unit, *([vacancy.role] if vacancy.role else ())))
    before = select(func.count()).where(
        col(AlarmRow.kind) == VACANCY,
        col(AlarmRow.unit) == vacancy.unit,
        col(AlarmRow.role).is_not_distinct_from(vacancy.role),
    )
    number = 1 + ((await session.execute(before)).scalar() or 0)
    facts: dict[str, Any] = {"paper": False}
    return AlarmRow(
        id=f"{named}:{number}", kind=VACANCY, unit=vacancy.unit, role=vacancy.role, raised_at=at, facts=facts
    )


async def clear(session: AsyncSession, ids: Collection[str], at: datetime) -> None:
    """What they were about is put right."""
    if ids:
        await session.execute(update(AlarmRow).where(col(AlarmRow.id).in_(ids)).values(cleared_at=at))


async def note_paper(session: AsyncSession, ids: Collection[str]) -> None:
    """The overseeing department was told of them."""
    if ids:
        values = {"facts": col(AlarmRow.facts).op("||")(text("'{\"paper\": true}'::jsonb"))}
        await session.execute(update(AlarmRow).where(col(AlarmRow.id).in_(ids)).values(values))


async def anybody_has_a_post(session: AsyncSession) -> bool:
    """Whether anybody was ever given a post here."""
    return bool((await session.execute(select(exists().where(col(PostRow.id).is_not(None))))).scalar())


async def listed(
    session: AsyncSession, places: Collection[str] | None, *, only_open: bool, cursor: str | None, limit: int
) -> Page:
    """The alarms about units of these places (None: of all), the oldest first while they are open, else the newest."""
    query: Any = select(AlarmRow)
    if places is not None:
        query = query.where(
            or_(false(), *(col(AlarmRow.unit).startswith(f"{place}-", autoescape=True) for place in places))
        )
    if only_open:
        query = query.where(col(AlarmRow.cleared_at).is_(None))
    return await page_of(session, query, (AlarmRow, ("raised_at", "id")), cursor, limit, descending=not only_open)
