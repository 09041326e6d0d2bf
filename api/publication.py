"""Bundles and the items that they name are released together: no version is published that is broken by what else is, or
that breaks a published bundle (gz:11.2, gz:13.3)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from api.problems import Trouble
from domain.bundle.checks import Items
from domain.bundle.checks.choosing import chosen
from domain.bundle.definition import BundleDefinition
from domain.law import carries_out
from domain.words import Language
from registry.located import LocatedFault
from registry.reading import Judge, Written
from registry.reference import Reference
from storage import catalogue
from storage.tables import DefinitionRow
from storage.tables.catalogue import DefinitionKind, DefinitionState


class Faulty(NamedTuple):
    """A version of a bundle that breaks rules with its items as they are from a day on."""

    row: DefinitionRow
    day: date
    faults: tuple[LocatedFault, ...]


async def check_publication(
    session: AsyncSession, row: DefinitionRow, reference: Reference, language: Language
) -> None:
    """Raises a problem with every fault if what was published just now, in this transaction, cannot stay so; nobody else
    publishes before its end."""
    await session.flush()
    await catalogue.one_at_a_time(session)
    if row.kind is DefinitionKind.BUNDLE:
        await _check_bundle(session, row, reference, language)
    else:
        await _check_bundles_with(session, row, reference, language)


@carries_out("gz:11.1", "gz:13.3")
async def _check_bundle(session: AsyncSession, row: DefinitionRow, reference: Reference, language: Language) -> None:
    """Every item of the bundle has a guide, and it keeps its rules on every day on which one of them changes."""
    bundle = BundleDefinition.model_validate(row.body)
    known = await _known(session, [bundle], reference)
    there = chosen(bundle, known.published)
    missing = [f"{one.id}（{one.item}）" for one in bundle.items if one.id not in there]
    if missing:
        raise Trouble(
            409,
            "item_without_guide",
            f"“{bundle.name}”自{bundle.version}起施行，届时所含事项 {'、'.join(missing)} 没有已发布的办事指南；"
            "先发布这些事项，再发布本“一件事”",
            f"{bundle.reference} needs {', '.join(missing)}, of which no version in force by then is published; publish "
            "those first",
            article="gz:11.1",
        )
    found = await known.faulty(await catalogue.versions(session, row.code), row)
    if found is not None:
        raise Trouble(
            409,
            "bundle_faulty",
            f"按{found.day}施行的各事项核对，“{bundle.name}”有 {len(found.faults)} 处错误，不能发布；改正后重新登记",
            f"With its items as of {found.day}, {bundle.reference} has {len(found.faults)} faults; mend them and register "
            "it again",
            article=found.faults[0].article,
            faults=[fault.listed_in(language) for fault in found.faults],
        )


@carries_out("gz:11.1", "gz:13.3")
async def _check_bundles_with(
    session: AsyncSession, row: DefinitionRow, reference: Reference, language: Language
) -> None:
    """Every published bundle that uses the new version of the item keeps its rules with it, or a newer version of the
    bundle that does so is registered. Cases that run keep the versions they have."""
    rows = await catalogue.bundles_with(session, row.code)
    if not rows:
        return
    known = await _known(session, [BundleDefinition.model_validate(one.body) for one in rows], reference)
    for _, versions in groupby(rows, key=lambda one: one.code):
        every = list(versions)
        for used in every:
            found = await known.faulty(every, used, row)
            if found is not None:
                raise _breaks(row, found, language)


def _breaks(item: DefinitionRow, found: Faulty, language: Language) -> Trouble:
    used, day, faults = found
    return Trouble(
        409,
        "breaks_bundle",
        f"发布 {item.code}@{item.version} 后，“{used.name}”（{used.code}@{used.version}）自{day}起有 {len(faults)} 处错误；"
        f"先登记该“一件事”在{day}之前（含当日）施行的新版本，再发布本版本；已在办理的办件不受影响",
        f"With {item.code}@{item.version} the bundle {used.code}@{used.version} has {len(faults)} faults from {day} on; first "
        "register a new version of the bundle that is in force by then; cases that run are not touched",
        article=faults[0].article,
        faults=[fault.listed_in(language) for fault in faults],
    )


class _Known(NamedTuple):
    """The items that bundles are held against: those that are published, and all that are registered."""

    reference: Reference
    published: Items
    registered: Items

    async def faulty(
        self, versions: Sequence[DefinitionRow], row: DefinitionRow, item: DefinitionRow | None = None
    ) -> Faulty | None:
        """The first day on which a published version of a bundle, in force then, breaks rules and no newer registered one
        keeps them; `versions` are all of the bundle. With a version of an item only days on which it is used are asked."""
        if row.state is not DefinitionState.PUBLISHED:
            return None
        for day in _days(row, versions, self.published):
            if item is None or _uses(row, item, self.published, day):
                faults = await self._faults(row, self.published, day)
                newer = [one for one in versions if row.version < one.version <= day]
                if faults and (not newer or await self._faults(newer[-1], self.registered, day)):
                    return Faulty(row, day, faults)
        return None

    async def _faults(self, row: DefinitionRow, items: Items, day: date) -> tuple[LocatedFault, ...]:
        """What is wrong with the bundle on the day, with the places in its text as it was registered."""
        judge = Judge(self.reference, items, day)
        text = await asyncio.to_thread(Written.of, row.source, f"{row.code}@{row.version}")
        return (await asyncio.to_thread(text.held_to, judge)).faults


async def _known(session: AsyncSession, bundles: Sequence[BundleDefinition], reference: Reference) -> _Known:
    named = {one.item for bundle in bundles for one in bundle.items}
    published = await catalogue.all_items(session, named, published=True)
    return _Known(reference, published, await catalogue.all_items(session, named))


def _days(row: DefinitionRow, versions: Sequence[DefinitionRow], items: Items) -> Iterator[date]:
    """The first day of a version of a bundle, and each later one on which one of its items changes, until the next
    published version is in force."""
    later = [one.version for one in versions if one.version > row.version and one.state is DefinitionState.PUBLISHED]
    until = min(later, default=date.max)
    loose = {one.item for one in BundleDefinition.model_validate(row.body).items if one.version is None}
    changes = {item.version for code in loose for item in items.get(code, ())}
    yield row.version
    yield from sorted(day for day in changes if row.version < day < until)


def _uses(row: DefinitionRow, item: DefinitionRow, items: Items, day: date) -> bool:
    """Whether the bundle takes this version of the item on the day because it is the newest in force."""
    bundle = BundleDefinition.model_validate(row.body)
    taken = chosen(bundle, items, day)
    named = (taken.get(one.id) for one in bundle.items if one.item == item.code and one.version is None)
    return any(one is not None and one.version == item.version for one in named)
