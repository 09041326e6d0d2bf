"""Who sees which cases: those that they applied for, those that their units see, or all."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, literal, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.tables import CaseRow, UnitCaseRow


class Reach(NamedTuple):
    """Whose cases somebody may see: all, those of units, or only those applied for."""

    person: str
    units: frozenset[str]
    everything: bool = False


def applied_for_themselves(person: str) -> ColumnElement[bool]:
    """The condition that holds for the cases that somebody applied for; what a window took in is not the clerk's own."""
    return and_(col(CaseRow.applied_by) == person, col(CaseRow.channel) != "window")


def may_see(reach: Reach) -> ColumnElement[bool]:
    """The condition that holds for the cases that somebody may see: their own and those that their units see."""
    if reach.everything:
        return literal(True)
    own = applied_for_themselves(reach.person)
    if not reach.units:
        return own
    return or_(
        own, exists().where(col(UnitCaseRow.number) == col(CaseRow.number), col(UnitCaseRow.unit).in_(reach.units))
    )


class Sight(NamedTuple):
    """A case as somebody sees it."""

    case: CaseRow
    seen: bool
    """Whether they may see it at all."""
    office: bool
    """Whether they see it for the office; nobody does so with an application of their own."""


async def sight_of(session: AsyncSession, number: str, reach: Reach) -> Sight | None:
    """The case and who is looking at it; None where there is no such case."""
    office = and_(may_see(reach._replace(person="")), not_(applied_for_themselves(reach.person)))
    query = select(CaseRow, may_see(reach), office).where(col(CaseRow.number) == number)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else Sight(*row)
