"""Who sees which cases: those that they applied for, those that their units see, or all."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Boolean, ColumnElement, Select, and_, any_, bindparam, exists, not_, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.tables import CaseRow, UnitCaseRow


class Reach(NamedTuple):
    """Whose cases somebody may see: all, those of units, or only those applied for."""

    person: str
    units: frozenset[str]
    everything: bool = False


def applied_for_themselves(person: str | ColumnElement[str]) -> ColumnElement[bool]:
    """The condition that holds for the cases that somebody applied for; what a window took in is not the clerk's own."""
    return and_(col(CaseRow.applied_by) == person, col(CaseRow.channel) != "window")


class Sight(NamedTuple):
    """A case as somebody sees it."""

    case: CaseRow
    seen: bool
    """Whether they may see it at all."""
    office: bool
    """Whether they see it for the office; nobody does so with an application of their own."""


def _asked_about_one() -> Select[CaseRow, bool, bool]:
    """A case by its number, whether somebody may see it, and whether they see it for the office."""
    own = applied_for_themselves(bindparam("person", type_=TEXT))
    through = any_(bindparam("units", type_=ARRAY(TEXT)))
    units = exists().where(col(UnitCaseRow.number) == col(CaseRow.number), col(UnitCaseRow.unit) == through)
    office = or_(bindparam("everything", type_=Boolean), units)
    return select(CaseRow, or_(own, office), and_(office, not_(own))).where(col(CaseRow.number) == bindparam("number"))


ONE = _asked_about_one()


async def sight_of(session: AsyncSession, number: str, reach: Reach) -> Sight | None:
    """The case and who is looking at it; None where there is no such case."""
    named = {"number": number, "person": reach.person, "units": sorted(reach.units), "everything": reach.everything}
    row = (await session.execute(ONE, named)).one_or_none()
    return None if row is None else Sight(*row)
