"""Definitions as departments registered them: immutable once published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.bundle.definition import BundleDefinition, as_item
from domain.definition import ItemDefinition
from domain.law import Refused, carries_out
from storage.case_file import table
from storage.tables import DefinitionRow, ItemRow
from storage.tables.catalogue import DefinitionKind, DefinitionState

Items = Mapping[str, tuple[ItemDefinition, ...]]
"""Every version of each item, the oldest first, by the item's code."""
PUBLICATION = 7131304
"""The lock under which versions are published one after the other."""


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


async def every_unit(session: AsyncSession) -> set[str]:
    """The units that answer for items and bundles of the catalogue."""
    return set((await session.execute(select(col(DefinitionRow.unit)).distinct())).scalars())


async def kind_of(session: AsyncSession, code: str) -> DefinitionKind:
    """Whether the code is that of an item or of a bundle; `NotInCatalogue` where it is of neither."""
    kinds = select(col(DefinitionRow.kind)).where(col(DefinitionRow.code) == code).limit(1)
    kind = (await session.execute(kinds)).scalar()
    if kind is None:
        raise _unknown(code)
    return kind


async def register(
    session: AsyncSession,
    definition: ItemDefinition | BundleDefinition,
    digest: str,
    source: str,
    by: str,
    at: datetime,
) -> DefinitionRow:
    """Keep a version that waits for its publication; the same version twice is the same, another text is refused."""
    row = DefinitionRow(
        code=definition.code,
        version=definition.version,
        kind=DefinitionKind(definition.kind),
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
    await _check_kind(session, row)
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


async def _check_kind(session: AsyncSession, row: DefinitionRow) -> None:
    others = select(DefinitionRow).where(col(DefinitionRow.code) == row.code, col(DefinitionRow.kind) != row.kind)
    other = (await session.execute(others.limit(1))).scalar()
    if other is not None:
        raise NotInCatalogue(
            "other_kind",
            f"编码 {row.code} 已用于 kind: {other.kind} 的“{other.name}”；请另用一个编码",
            f"The code {row.code} is that of a definition of kind {other.kind} already; use another one",
        )


async def one_at_a_time(session: AsyncSession) -> None:
    """Until the end of the transaction nobody else publishes: what is checked against others stays true."""
    await session.execute(select(func.pg_advisory_xact_lock(PUBLICATION)))


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
    """A definition as it was registered, with its digest; a bundle as the window and its papers see it."""

    definition: ItemDefinition
    digest: str


class RegisteredBundle(NamedTuple):
    """A bundle as it was registered, with its digest."""

    definition: BundleDefinition
    digest: str


class _Read(NamedTuple):
    """A version as it was read from the database."""

    item: ItemDefinition
    bundle: BundleDefinition | None
    digest: str

    @classmethod
    def of(cls, row: DefinitionRow) -> _Read:
        if row.kind is DefinitionKind.ITEM:
            return cls(ItemDefinition.model_validate(row.body), None, row.digest)
        bundle = BundleDefinition.model_validate(row.body)
        return cls(as_item(bundle), bundle, row.digest)


class Definitions:
    """Definitions read once a process: a version that cases were opened under never changes."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, date], _Read] = {}

    async def get(self, session: AsyncSession, code: str, version: date) -> Registered:
        """The version, from memory where it was read before; a bundle as one matter with one form and one checklist."""
        read = await self._read(session, code, version)
        return Registered(read.item, read.digest)

    async def bundle(self, session: AsyncSession, code: str, version: date) -> RegisteredBundle:
        """The version of a bundle; `NotInCatalogue` where the code is that of an item."""
        read = await self._read(session, code, version)
        if read.bundle is None:
            raise NotInCatalogue(
                "not_in_catalogue", f"{code} 是单个事项，不是“一件事”", f"{code} is a single item, no bundle"
            )
        return RegisteredBundle(read.bundle, read.digest)

    @carries_out("gz:11.1")
    async def items_of_bundle(
        self, session: AsyncSession, definition: BundleDefinition, today: date
    ) -> dict[str, Registered]:
        """What the items of the bundle are for an application of the day, by their ids there: the version that it names,
        else the published one in force.

        Raises `NotInCatalogue`, naming the item, where there is none, or where the item was withdrawn.
        """
        found: dict[str, Registered] = {}
        for one in definition.items:
            try:
                version = await in_force(session, one.item, one.version or today)
            except NotInCatalogue as gone:
                raise _item_gone(definition, one.id, gone) from gone
            if one.version not in (None, version):
                raise _item_gone(definition, one.id, _unknown(f"{one.item}@{one.version}"))
            found[one.id] = await self.get(session, one.item, version)
        return found

    async def _read(self, session: AsyncSession, code: str, version: date) -> _Read:
        if (code, version) not in self._known:
            row = await version_of(session, code, version)
            read = _Read.of(row)
            if row.state is not DefinitionState.PUBLISHED:
                return read
            self._known[code, version] = read
        return self._known[code, version]


def _item_gone(bundle: BundleDefinition, id_: str, why: NotInCatalogue) -> NotInCatalogue:
    return NotInCatalogue(
        "bundle_item_gone",
        f"“{bundle.name}”目前不能办理，所含事项 {id_}：{why.text.zh}",
        f"The bundle {bundle.code} can't be applied for now, because of {id_}: {why.text.en}",
        article="gz:11.1",
    )


async def all_items(session: AsyncSession, codes: Collection[str] | None = None, *, published: bool = False) -> Items:
    """Every version that is registered or published of these items, or of all; without withdrawn ones, and on request
    without those that are not published."""
    rows = (
        select(DefinitionRow)
        .join(ItemRow, col(ItemRow.code) == col(DefinitionRow.code))
        .where(col(DefinitionRow.kind) == DefinitionKind.ITEM, col(ItemRow.withdrawn_at).is_(None))
        .order_by(col(DefinitionRow.code), col(DefinitionRow.version))
    )
    if codes is not None:
        rows = rows.where(col(DefinitionRow.code).in_(codes))
    if published:
        rows = rows.where(col(DefinitionRow.state) == DefinitionState.PUBLISHED)
    found: defaultdict[str, list[ItemDefinition]] = defaultdict(list)
    for row in (await session.execute(rows)).scalars():
        found[row.code].append(ItemDefinition.model_validate(row.body))
    return {code: tuple(versions) for code, versions in found.items()}


async def versions(session: AsyncSession, code: str) -> list[DefinitionRow]:
    """Every version of an item or bundle, the oldest first."""
    rows = select(DefinitionRow).where(col(DefinitionRow.code) == code).order_by(col(DefinitionRow.version))
    return list((await session.execute(rows)).scalars())


async def bundles_with(session: AsyncSession, item: str) -> list[DefinitionRow]:
    """Every version of each bundle of which a published one names the item; without withdrawn bundles."""
    naming = (
        select(col(DefinitionRow.code))
        .join(ItemRow, col(ItemRow.code) == col(DefinitionRow.code))
        .where(
            col(DefinitionRow.kind) == DefinitionKind.BUNDLE,
            col(DefinitionRow.state) == DefinitionState.PUBLISHED,
            col(DefinitionRow.body)["items"].contains([{"item": item}]),
            col(ItemRow.withdrawn_at).is_(None),
        )
    )
    rows = select(DefinitionRow).where(col(DefinitionRow.code).in_(naming))
    rows = rows.order_by(col(DefinitionRow.code), col(DefinitionRow.version))
    return list((await session.execute(rows)).scalars())


async def published(session: AsyncSession, today: date) -> list[DefinitionRow]:
    """The version in force of every item and bundle, withdrawn ones left out."""
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
