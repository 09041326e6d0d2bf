"""The cases of a bundle's items: opened from that of the bundle, with the materials that were handed in for the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.bundle.settling import PartOf, form_of
from domain.definition import ItemDefinition, demanded
from domain.item import Item
from domain.record import Light, Stage
from storage import case_file
from storage.case_file import table
from storage.tables import CaseRow, MaterialRow
from storage.tables.material import MaterialSource, MaterialState


class PartOnFile(NamedTuple):
    """The case of an item as it is opened."""

    number: str
    item: Item
    received_at: datetime


async def open_part(session: AsyncSession, part_of: PartOf, start: dict[str, Any], definition: ItemDefinition) -> None:
    """Open the case file of an item of a bundle, with its materials; a second time changes nothing."""
    bundle = await session.get_one(CaseRow, part_of.bundle)
    item = Item.model_validate(start["item"])
    received_at = datetime.fromisoformat(start["received_at"])
    row = CaseRow(
        number=start["number"],
        query_code=bundle.query_code,
        item_code=item.code,
        item_version=date.fromisoformat(item.version),
        item_name=item.name,
        unit=item.unit,
        district=definition.department.district,
        channel=bundle.channel,
        applicant=bundle.applicant,
        applied_by=bundle.applied_by,
        situations=part_of.answers,
        form={},
        start=start,
        received_at=received_at,
        calendar_version=start["office"]["calendar"]["version"],
        stage=Stage.ACCEPTANCE,
        light=Light.GREEN,
        changed_at=received_at,
        bundle=part_of.bundle,
        part=part_of.part,
    )
    entered = (
        insert(table(CaseRow)).values(row.model_dump()).on_conflict_do_nothing().returning(table(CaseRow).c.number)
    )
    if (await session.execute(entered)).scalar() is None:
        return
    await hand_on(session, part_of.bundle, row.number, part_of.takes)
    part = PartOnFile(row.number, item, received_at)
    await _put(session, [*_results(part, part_of.results), *from_registers(part, definition, part_of.takes)])


async def hand_on(session: AsyncSession, bundle: str, number: str, takes: Mapping[str, str]) -> None:
    """Show in the case of an item what was handed in for the whole, under the names that the item has for it."""
    rows = await session.execute(select(MaterialRow).where(col(MaterialRow.number) == bundle))
    there = list(rows.scalars())
    await _put(
        session,
        [
            MaterialRow(
                **{
                    **given.model_dump(),
                    "id": uuid5(given.id, f"{number}:{named}"),
                    "number": number,
                    "material": named,
                }
            )
            for named, source in takes.items()
            for given in there
            if given.material == source and given.state is not MaterialState.REQUESTED
        ],
    )
    whole = await session.get_one(CaseRow, bundle)
    await case_file.fill_in(session, number, form_of(takes, whole.form))


def from_registers(
    part: PartOnFile, definition: ItemDefinition, elsewhere: Mapping[str, str], by: str = "bundle"
) -> list[MaterialRow]:
    """What the unit gets from registers itself (gz:17), to be fetched by the worker."""
    needed = {material.id for material in part.item.materials} - set(elsewhere)
    return [
        MaterialRow(
            id=uuid5(NAMESPACE_OID, f"{part.number}:{material.id}"),
            number=part.number,
            material=material.id,
            source=MaterialSource.REGISTER,
            state=MaterialState.REQUESTED,
            register_name=material.share.register_name,
            reference=material.share.type,
            next_attempt_at=part.received_at,
            handed_in_by=by,
            received_at=part.received_at,
        )
        for material in definition.materials
        if material.id in needed and material.share is not None and not demanded(material)
    ]


def _results(part: PartOnFile, results: Mapping[str, str]) -> list[MaterialRow]:
    """Results of earlier items that serve as materials, with the numbers of the cases that they come from."""
    return [
        MaterialRow(
            id=uuid5(NAMESPACE_OID, f"{part.number}:{material}"),
            number=part.number,
            material=material,
            source=MaterialSource.RESULT,
            state=MaterialState.IN_HAND,
            reference=number,
            handed_in_by="bundle",
            received_at=part.received_at,
        )
        for material, number in results.items()
    ]


async def _put(session: AsyncSession, rows: Sequence[MaterialRow]) -> None:
    if rows:
        values: list[dict[str, Any]] = [row.model_dump() for row in rows]
        await session.execute(insert(table(MaterialRow)).values(values).on_conflict_do_nothing())


IN_TRANSIT = text(
    """
    SELECT EXISTS (SELECT FROM material WHERE number = :number AND state = 'in_hand' AND received_at <= :until
                      AND material = ANY(:missing))
        OR EXISTS (SELECT FROM case_file AS part
                     JOIN material ON material.number = part.bundle AND material.state = 'in_hand'
                     JOIN jsonb_each_text(part.start->'part_of'->'takes') AS takes (named, source)
                       ON takes.source = material.material AND takes.named = ANY(:missing)
                    WHERE part.number = :number AND material.received_at <= :until)
    """
)


async def is_on_its_way(session: AsyncSession, number: str, until: datetime, missing: Sequence[str]) -> bool:
    """Whether something that the item of a bundle waits for was received by then, by the bundle or for the item itself."""
    asked = {"number": number, "until": until, "missing": list(missing)}
    return bool((await session.execute(IN_TRANSIT, asked)).scalar_one())


async def decided_in(session: AsyncSession, bundle: str) -> tuple[str, ...]:
    """The ids of the bundle's items that are decided."""
    undecided = (Stage.ACCEPTANCE, Stage.SUPPLEMENT, Stage.EXAMINATION)
    rows = select(col(CaseRow.part)).where(col(CaseRow.bundle) == bundle, col(CaseRow.stage).not_in(undecided))
    return tuple(sorted(part for part in (await session.execute(rows)).scalars() if part))


async def parts_of(session: AsyncSession, bundle: str) -> list[CaseRow]:
    """The cases of the bundle's items that have begun, in the order in which they did."""
    order = (col(CaseRow.received_at), col(CaseRow.number))
    rows = await session.execute(select(CaseRow).where(col(CaseRow.bundle) == bundle).order_by(*order))
    return list(rows.scalars())
