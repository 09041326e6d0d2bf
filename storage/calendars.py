"""Calendars as data: submitted, signed by a second person, in force until a later one for the same year and place is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlmodel import col

from domain.calendar import Calendar, CalendarYear
from domain.calendar_notice import SEED, check_signature
from storage.case_file import table
from storage.tables import CalendarNoticeRow, CalendarRow

SEEDING = 5_201_314_001
"""Key of the advisory lock under which the files are put in: several processes start at once."""

# The newest signature wins for each year and place, whatever the order of submission.
SIGNED = text(
    """
    SELECT DISTINCT ON (year, unit) id, unit, source, body FROM calendar_notice
     WHERE signed_at IS NOT NULL ORDER BY year, unit, signed_at DESC, id DESC
    """
)
MARKER = text("SELECT count(*), max(signed_at) FROM calendar_notice WHERE signed_at IS NOT NULL")


class InForce(NamedTuple):
    """What holds now: the years of the city, those of single units over them, and the document that came last."""

    city: tuple[CalendarYear, ...]
    units: Mapping[str, tuple[CalendarYear, ...]]
    newest: int

    def calendar(self, unit: str | None = None) -> Calendar:
        """The working days of the unit; of every unit without days of its own, those of the city."""
        return Calendar.of((*self.city, *self.units.get(unit or "", ())))

    def calendars(self) -> dict[str | None, Calendar]:
        """Each calendar that holds, by its unit; None: the city."""
        return {None: self.calendar(), **{unit: self.calendar(unit) for unit in self.units}}


class Calendars:
    """What is in force, read anew only when something was signed."""

    def __init__(self) -> None:
        self._marker: Any = None
        self._known: InForce | None = None
        self._made: dict[str | None, Calendar] = {}

    async def in_force(self, session: AsyncSession) -> InForce:
        """The documents that hold now."""
        marker = tuple((await session.execute(MARKER)).one())
        if self._known is None or marker != self._marker:
            self._known, self._marker = await in_force(session), marker
            self._made = self._known.calendars()
        return self._known

    async def of(self, session: AsyncSession, unit: str) -> Calendar:
        """The working days by which the unit counts now."""
        await self.in_force(session)
        return self._made.get(unit) or self._made[None]


async def in_force(session: AsyncSession) -> InForce:
    """The documents that hold now, as they are on file."""
    city: list[CalendarYear] = []
    units: dict[str, tuple[CalendarYear, ...]] = {}
    newest = 0
    for row in await session.execute(SIGNED):
        year = CalendarYear.model_validate(row.body).model_copy(update={"source": row.source, "unit": row.unit})
        newest = max(newest, row.id)
        if row.unit is None:
            city.append(year)
        else:
            units[row.unit] = (*units.get(row.unit, ()), year)
    return InForce(tuple(city), units, newest)


async def seed(session: AsyncSession, years: Iterable[CalendarYear], at: datetime) -> None:
    """Put in what the files say of years of which nothing is on file; what is there is never touched."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SEEDING})
    there = set(
        (
            await session.execute(select(col(CalendarNoticeRow.year)).where(col(CalendarNoticeRow.unit).is_(None)))
        ).scalars()
    )
    for year in years:
        if year.year not in there:
            row = await submit(session, year, SEED, at)
            row.signed_by, row.signed_at = SEED, at
    await session.flush()
    await keep_all(session)


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
        row.signed_by, row.signed_at = by, at
        await session.flush()
        await keep_all(session)


async def keep_all(session: AsyncSession) -> None:
    """Keep each calendar that holds whole under its version, so that dates reckoned with it can always be explained."""
    for calendar in (await in_force(session)).calendars().values():
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


class Stale(NamedTuple):
    """An open case that counts by another calendar than the one in force for its unit."""

    number: str
    unit: str
    seq: int
    year: int


# The unit's own calendar where it has one, else the city's.
STALE = """
     FROM case_file LEFT JOIN unnest(CAST(:units AS text[]), CAST(:versions AS text[])) AS own (unit, version) USING (unit)
    WHERE stage <> 'closed' AND seq > 0 AND calendar_version <> coalesce(own.version, :city)
"""
PAGE = text(
    f"SELECT number, unit, seq, CAST(extract(year FROM received_at) AS int) AS year {STALE}"
    " AND number > :after ORDER BY number LIMIT :limit"
)
COUNT = text(f"SELECT count(*) {STALE}")
OPEN = text("SELECT count(*) FROM case_file WHERE stage <> 'closed' AND seq > 0")


def _versions(now: InForce) -> dict[str, Any]:
    own = {unit: calendar.version for unit, calendar in now.calendars().items() if unit is not None}
    return {"units": list(own), "versions": list(own.values()), "city": now.calendar().version}


async def stale(session: AsyncSession, now: InForce, after: str, limit: int) -> list[Stale]:
    """Open cases that are still to be recounted, in the order of their numbers."""
    asked = {**_versions(now), "after": after, "limit": limit}
    return [Stale(*row) for row in await session.execute(PAGE, asked)]


async def progress(session: AsyncSession, now: InForce) -> tuple[int, int]:
    """How many cases are open, and how many of them are still to be recounted."""
    is_open = (await session.execute(OPEN)).scalar_one()
    return int(is_open), int((await session.execute(COUNT, _versions(now))).scalar_one())


async def take_turn(connection: AsyncConnection, key: int) -> bool:
    """Whether this process may go on alone; the turn ends with `give_turn` or with the connection."""
    return bool((await connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key})).scalar_one())


async def give_turn(connection: AsyncConnection, key: int) -> None:
    """Somebody else may have the turn."""
    await connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})


async def counts_by(session: AsyncSession, number: str, version: str) -> None:
    """The case counts by this calendar already; only its row did not say so."""
    query = text("UPDATE case_file SET calendar_version = :version WHERE number = :number")
    await session.execute(query, {"version": version, "number": number})
