"""Who is there on a day: the holders of seats by name, and who sees to what goes to a unit (gz:8.3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.supervision.posts import ATTENTION, Absence, Holder, Post, Roster, Seat
from storage.statements import statement
from storage.tables import PersonRow


class Member(NamedTuple):
    """Somebody who holds a role on a day, by name."""

    id: str
    name: str
    stands_in: bool


ON_DUTY = """
    SELECT post.unit, post.role, post.person, post.substitute, post.since, post.until, person.name,
           array_agg(absence.first ORDER BY absence.id) FILTER (WHERE absence.id IS NOT NULL) AS away_from,
           array_agg(absence.last ORDER BY absence.id) FILTER (WHERE absence.id IS NOT NULL) AS away_until
      FROM post JOIN person ON person.id = post.person
      LEFT JOIN absence ON absence.person = post.person AND absence.first <= :last AND absence.last >= :first
     WHERE (post.unit, post.role) IN (SELECT * FROM unnest(CAST(:units AS text[]), CAST(:roles AS text[])))
       AND post.since <= :last AND (post.until IS NULL OR post.until >= :first)
     GROUP BY post.id, person.name
"""


class OnDuty(NamedTuple):
    """The posts of some seats over some days, with the names of who holds them."""

    roster: Roster
    names: dict[str, str]

    def members(self, seat: Seat, day: date) -> tuple[Member, ...]:
        """Who holds the seat on the day, by name; nobody: it is vacant."""
        return tuple(self.member(holder) for holder in self.roster.who(seat, day))

    def member(self, holder: Holder) -> Member:
        """The holder by name."""
        return Member(holder.person, self.names[holder.person], holder.stands_in)

    def attention(self, unit: str, day: date) -> str | None:
        """The account of the one who sees to what goes to the unit on the day; None where nobody is there."""
        found = self.roster.attention(unit, day)
        return found.person if found else None


async def on_duty(session: AsyncSession, seats: Iterable[Seat], first: date, last: date | None = None) -> OnDuty:
    """Who holds these seats on the day, or from it to another; one query, and none for no seats."""
    asked = sorted({*seats})
    if not asked:
        return OnDuty(Roster(()), {})
    units, roles = zip(*asked, strict=True)
    days = {"first": first, "last": last or first}
    rows = (await session.execute(statement(ON_DUTY), {"units": list(units), "roles": list(roles), **days})).all()
    return OnDuty(Roster([_post(row) for row in rows], _absences(rows)), {row.person: row.name for row in rows})


def _post(row: Any) -> Post:
    return Post.model_construct(
        unit=row.unit, role=row.role, person=row.person, substitute=row.substitute, since=row.since, until=row.until
    )


def _absences(rows: Sequence[Any]) -> list[Absence]:
    found = {
        (row.person, first, last)
        for row in rows
        for first, last in zip(row.away_from or (), row.away_until or (), strict=True)
    }
    return [Absence.model_construct(person=person, first=first, last=last) for person, first, last in sorted(found)]


async def attention_of(session: AsyncSession, units: Iterable[str | None], days: Iterable[date]) -> OnDuty:
    """Who sees to what goes to these units on these days; one query, and none where nothing goes to a unit."""
    named, when = {unit for unit in units if unit is not None}, [*days]
    seats = [Seat(unit, role) for unit in named for role in ATTENTION]
    return await on_duty(session, seats if when else (), *((min(when), max(when)) if when else (date.min,)))


async def names_of(session: AsyncSession, people: Iterable[str | None]) -> dict[str, str]:
    """What these people are called; none is looked up for nobody."""
    named = {person for person in people if person is not None}
    if not named:
        return {}
    query = select(PersonRow).where(col(PersonRow.id).in_(named))
    return {row.id: row.name for row in (await session.execute(query)).scalars()}
