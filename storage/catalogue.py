"""Definitions as departments registered them: immutable once published."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.definition import ItemDefinition
from domain.law import Refused, carries_out
from storage.case_file import table
from storage.tables import DefinitionRow, ItemRow
from storage.tables.catalogue import DefinitionState


class NotInCatalogue(Refused):
    """The item or version is not there, or not open to the act."""


async def units_of(session: AsyncSession, code: str) -> list[str]:
    """The units under which versions of the item are registered; whoever adds one acts for all of them."""
    units = await session.execute(select(col(DefinitionRow.unit)).where(col(DefinitionRow.code) == code).distinct())
    return sorted(units.scalars())


async def is_a_unit(session: AsyncSession, unit: str) -> bool:
    """Whether the unit answers for an item of the catalogue."""
    found = select(col(DefinitionRow.unit)).where(col(DefinitionRow.unit) == unit).limit(1)
    return (await session.execute(found)).scalar() is not None


async def register(
    session: AsyncSession, definition: ItemDefinition, digest: str, source: str, by: str, at: datetime
) -> DefinitionRow:
    """Keep a version that waits for its publication; the same version twice is the same, another text is refused."""
    row = DefinitionRow(
        code=definition.code,
        version=definition.version,
        digest=digest,
        unit=definition.department.code,
        name=definition.name,
        body=definition.model_dump(mode="json", by_alias=True),
        source=source,
        state=DefinitionState.REGISTERED,
        registered_by=by,
        registered_at=at,
    )
    await session.execute(insert(table(ItemRow)).values(code=definition.code).on_conflict_do_nothing())
    await session.get(ItemRow, definition.code, with_for_update=True)  # of an item, one registration at a time
    there = await session.get(DefinitionRow, (definition.code, definition.version), with_for_update=True)
    if there is None:
        session.add(row)
        return row
    if there.digest == digest:
        return there
    if there.state is DefinitionState.PUBLISHED:
        raise NotInCatalogue(
            "version_published",
            f"{definition.reference} 已经发布，不得修改；请以新的施行日期登记新版本",
            f"{definition.reference} is published and never changes; register a new version with a new date",
            article="gz:5",
        )
    for name, value in row.model_dump(exclude={"code", "version"}).items():
        setattr(there, name, value)
    return there


@carries_out("gz:5")
async def publish(
    session: AsyncSession, code: str, version: date, by: str, at: datetime, reviewed: str = ""
) -> DefinitionRow:
    """Release a version: the act of a second person, never of the one who registered it.

    `reviewed` is the digest of the text that the second person has read, or how it begins; another text is not released.
    """
    row = await version_of(session, code, version, lock=True)
    if not row.digest.startswith(reviewed):
        raise NotInCatalogue(
            "digest_differs",
            f"您审核之后又登记了另一文本（摘要 {row.digest[:12]}）；请审核现在的文本后再发布",
            f"Another text was registered since you reviewed it (digest {row.digest[:12]}); review it, then publish",
            article="gz:5",
        )
    if row.state is DefinitionState.PUBLISHED:
        return row
    if row.registered_by == by:
        raise NotInCatalogue(
            "second_person_needed",
            "登记人不能自行发布；请由另一位有发布权限的人员审核后发布",
            "The one who registered a version may not publish it; a second person has to",
            article="gz:5",
        )
    row.state, row.published_by, row.published_at = DefinitionState.PUBLISHED, by, at
    return row


async def withdraw_item(session: AsyncSession, code: str, reason: str, by: str, at: datetime) -> None:
    """Take an item out of the catalogue: no new cases, running ones finish under their version; the first time counts."""
    item = await session.get(ItemRow, code, with_for_update=True)
    if item is None:
        raise _unknown(code)
    if item.withdrawn_at is None:
        item.withdrawn_by, item.withdrawn_at, item.withdrawal_reason = by, at, reason


async def version_of(session: AsyncSession, code: str, version: date, *, lock: bool = False) -> DefinitionRow:
    """One registered version, locked until the end of the transaction if wanted; `NotInCatalogue` where it is not there."""
    row = await session.get(DefinitionRow, (code, version), with_for_update=lock or None)
    if row is None:
        raise _unknown(f"{code}@{version}")
    return row


def _unknown(what: str) -> NotInCatalogue:
    return NotInCatalogue(
        "not_in_catalogue", f"目录中没有 {what}；请核对事项编码和版本", f"There is no {what} in the catalogue"
    )


async def in_force(session: AsyncSession, code: str, today: date) -> date:
    """The published version that a new case of the day is opened under.

    Raises `NotInCatalogue` where there is none yet, or where the item was withdrawn.
    """
    rows = await session.execute(
        select(col(ItemRow.withdrawn_at), func.max(col(DefinitionRow.version)))
        .select_from(ItemRow)
        .outerjoin(
            DefinitionRow,
            and_(
                col(DefinitionRow.code) == col(ItemRow.code),
                col(DefinitionRow.version) <= today,
                col(DefinitionRow.state) == DefinitionState.PUBLISHED,
            ),
        )
        .where(col(ItemRow.code) == code)
        .group_by(col(ItemRow.withdrawn_at))
    )
    withdrawn_at, version = rows.one_or_none() or (None, None)
    if withdrawn_at is not None:
        raise NotInCatalogue(
            "item_withdrawn",
            f"事项 {code} 已经取消，不再接收新的申请；已受理的办件继续办理",
            f"Item {code} was withdrawn and takes no new cases; running ones go on",
            article="gz:5",
        )
    if version is None:
        raise _unknown(code)
    return version


class Registered(NamedTuple):
    """A definition as it was registered, with its digest."""

    definition: ItemDefinition
    digest: str


class Definitions:
    """Definitions read once a process: a version that cases were opened under never changes."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, date], Registered] = {}

    async def get(self, session: AsyncSession, code: str, version: date) -> Registered:
        """The version, from memory where it was read before."""
        if (code, version) not in self._read:
            row = await version_of(session, code, version)
            found = Registered(ItemDefinition.model_validate(row.body), row.digest)
            if row.state is not DefinitionState.PUBLISHED:
                return found
            self._read[code, version] = found
        return self._read[code, version]


async def published(session: AsyncSession, today: date) -> list[DefinitionRow]:
    """Every item's version in force, withdrawn items left out."""
    rows = await session.execute(
        select(DefinitionRow)
        .join(ItemRow, col(ItemRow.code) == col(DefinitionRow.code))
        .where(
            col(DefinitionRow.version) <= today,
            col(DefinitionRow.state) == DefinitionState.PUBLISHED,
            col(ItemRow.withdrawn_at).is_(None),
        )
        .order_by(col(DefinitionRow.code), col(DefinitionRow.version).desc())
        .ext(distinct_on(col(DefinitionRow.code)))
    )
    return list(rows.scalars())
