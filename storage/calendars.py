"""Calendars as data: submitted, signed by a second person, in force until a later one for the same year and place is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.calendar import Calendar, CalendarYear
from domain.calendar_notice import SEED, check_signature
from storage.case_file import table
from storage.tables import CalendarNoticeRow, CalendarRow

SIGNING = 5_201_314_001
"""Key of the advisory lock under which documents come into force: of two that are signed at the same time, the second
one keeps the calendar that both of them make."""

# The newest signature wins for each year and place, whatever the order of submission.
SIGNED = text(
    """
    SELECT DISTINCT ON (year, unit) id, unit, source, body, signed_at FROM calendar_notice
     WHERE signed_at IS NOT NULL ORDER BY year, unit, signed_at DESC, id DESC
    """
)
MARKER = text("SELECT count(*), max(signed_at) FROM calendar_notice WHERE signed_at IS NOT NULL")


class InForce(NamedTuple):
    """What holds now: the calendar of the city, those of units that have days of their own, and the orders that made
    them so."""

    city: Calendar
    own: Mapping[str, Calendar]
    orders: Mapping[str | None, int]
    """The document signed last about a unit; None: about the city."""

    def calendar(self, unit: str | None = None) -> Calendar:
        """The working days of the unit; of every unit without days of its own, those of the city."""
        return self.own.get(unit or "", self.city)

    def order(self, unit: str) -> int:
        """The document signed last of those by which the unit counts; 0 where there is none."""
        return self.orders.get(unit, self.orders.get(None, 0))


class Calendars:
    """What is in force, read anew only when something was signed."""

    def __init__(self) -> None:
        self._marker: Any = None
        self._known: InForce | None = None

    async def in_force(self, session: AsyncSession) -> InForce:
        """The calendars that hold now; the same object for as long as nothing is signed."""
        marker = tuple((await session.execute(MARKER)).one())
        if self._known is None or marker != self._marker:
            self._known, self._marker = await in_force(session), marker
        return self._known


async def in_force(session: AsyncSession) -> InForce:
    """The calendars that hold now, as they are on file."""
    years: dict[str | None, list[CalendarYear]] = {None: []}
    signed: dict[str | None, tuple[datetime, int]] = {}
    for row in await session.execute(SIGNED):
        year = CalendarYear.model_validate(row.body).model_copy(update={"source": row.source, "unit": row.unit})
        years.setdefault(row.unit, []).append(year)
        signed[row.unit] = max(signed.get(row.unit, (row.signed_at, 0)), (row.signed_at, row.id))
    city = signed.get(None)
    last = {unit: max(own, city) if city else own for unit, own in signed.items()}
    return InForce(
        city=Calendar.of(years[None]),
        own={unit: Calendar.of((*years[None], *own)) for unit, own in years.items() if unit is not None},
        orders={unit: id_ for unit, (_, id_) in last.items()},
    )


async def seed(session: AsyncSession, years: Iterable[CalendarYear], at: datetime) -> None:
    """Put in force what the files say of years and places of which nothing is; what is on file is never touched."""
    await _lock(session)
    there = {(row.year, row.unit) for row in await session.execute(SIGNED_ABOUT)}
    for year in years:
        if (year.year, year.unit) not in there:
            row = await submit(session, year, SEED, at)
            row.signed_by, row.signed_at = SEED, at
    await session.flush()
    await keep_all(session)


SIGNED_ABOUT = select(col(CalendarNoticeRow.year), col(CalendarNoticeRow.unit)).where(
    col(CalendarNoticeRow.signed_at).is_not(None)
)


async def _lock(session: AsyncSession) -> None:
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SIGNING})


async def submit(session: AsyncSession, year: CalendarYear, by: str, at: datetime) -> CalendarNoticeRow:
    """Keep a document; it holds once somebody else has signed it."""
    body = year.model_dump(mode="json", by_alias=True, exclude={"source", "unit"})
    row = CalendarNoticeRow(
        year=year.year, unit=year.unit, source=year.source, body=body, submitted_by=by, submitted_at=at
    )
    session.add(row)
    await session.flush()
    return row


async def sign(session: AsyncSession, row: CalendarNoticeRow, by: str, at: datetime) -> None:
    """The document holds from now on. Raises `Refused` where the one who submitted it would sign it; signing twice is
    harmless."""
    check_signature(row.submitted_by, by)
    if row.signed_at is None:
        await _lock(session)
        row.signed_by, row.signed_at = by, at
        await session.flush()
        await keep_all(session)


async def keep_all(session: AsyncSession) -> None:
    """Keep each calendar that holds whole under its version, so that dates reckoned with it can always be explained."""
    now = await in_force(session)
    for calendar in (now.city, *now.own.values()):
        await keep_calendar(session, calendar)


async def keep_calendar(session: AsyncSession, calendar: Calendar) -> None:
    """Keep a calendar under its version."""
    values: dict[str, Any] = {"version": calendar.version, "body": calendar.model_dump(mode="json", by_alias=True)}
    row = insert(table(CalendarRow)).values(**values, recorded_at=func.now())
    await session.execute(row.on_conflict_do_nothing())


async def calendar_of(session: AsyncSession, version: str) -> Calendar:
    """The calendar of a version. Raises `LookupError` where it is not on file."""
    row = await session.get(CalendarRow, version)
    if row is None:
        raise LookupError(f"calendar {version} is not on file")
    return Calendar.model_validate(row.body)


async def notice_of(session: AsyncSession, id_: int, *, lock: bool = False) -> CalendarNoticeRow | None:
    """One document."""
    return await session.get(CalendarNoticeRow, id_, with_for_update=lock or None)


async def notices(session: AsyncSession) -> Sequence[CalendarNoticeRow]:
    """Every document, the newest first."""
    return (await session.scalars(select(CalendarNoticeRow).order_by(col(CalendarNoticeRow.id).desc()))).all()
