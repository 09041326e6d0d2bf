"""Taking in an application: on file first, then to its workflow, so that nothing handed in is ever lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import NAMESPACE_OID, uuid4, uuid5

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from activities.query_code import query_code
from api.applicants import applicant_row
from api.bodies import ApplicationIn, MaterialIn
from api.identity import Identity
from api.problems import Trouble
from api.requests import digest_of, key_reused
from api.services import Services, request_id
from api.visited import end_with_case
from domain.belated import check_belated
from domain.bundle.settling import Bundle, settled
from domain.case_number import case_number
from domain.checklist import Checklist
from domain.commands import Actor, HandedIn
from domain.deadline import Office
from domain.definition import ItemDefinition
from domain.form import checked_form, filled_in
from domain.item import Item, item_of
from domain.record import Light, Stage
from domain.shown import SEMANTICS
from domain.values import SHANGHAI
from storage import case_file, catalogue, under_way
from storage.case_file import table
from storage.files import not_uploaded_by
from storage.parts import PartOnFile, from_registers
from storage.tables import ApplicantRow, CaseRow, MaterialRow, RequestRow, TextRow
from storage.tables.material import MaterialSource, MaterialState
from workflows.messages import CaseStart


class Kept(NamedTuple):
    """An application on file, and the answer that its sender got before."""

    case: CaseRow
    start: CaseStart
    answer: dict[str, Any] | None = None


class Door(NamedTuple):
    """What is applied for, and at which address."""

    code: str
    scope: str
    is_bundle: bool = False


async def keep(services: Services, me: Identity, key: str, door: Door, body: ApplicationIn) -> Kept:
    """The case as it was put on file; the same key and body find the same case and answer.

    Raises a problem where the item or bundle takes no case or the application cannot be read; what is incomplete is taken
    in.
    """
    request, digest = request_id(me.id, door.scope, key), digest_of(door.scope, body)
    async with services.database.begin() as session:
        earlier = await session.get(RequestRow, request)
        if earlier is None:
            case, start, applicant, materials = await _case(services, session, me, door, body)
            row = {"id": request, "digest": digest, "subject": case.number, "received_at": case.changed_at}
            entered = insert(table(RequestRow)).values(row).on_conflict_do_nothing().returning(table(RequestRow).c.id)
            if (await session.execute(entered)).scalar() is not None:
                await case_file.open_case(session, case, applicant, materials)
                if start.belated is not None and body.belated is not None:
                    reason = TextRow(
                        id=start.belated, number=case.number, body=body.belated, by=me.id, written_at=case.changed_at
                    )
                    await case_file.keep_ahead(session, [reason])
                if body.visit is not None:
                    await end_with_case(
                        session, body.visit, case.number, me=me, code=body.visit_code, at=case.changed_at
                    )
                return Kept(case, start)
            earlier = await session.get_one(RequestRow, request)
        if earlier.digest != digest:
            raise key_reused()
        case = await session.get_one(CaseRow, earlier.subject)
        return Kept(case, CaseStart.model_validate(case.start), earlier.answer)


async def keep_answer(services: Services, me: Identity, key: str, door: Door, answer: dict[str, Any]) -> None:
    """Whoever sends the same again is told the same."""
    async with services.database.at_once() as connection:
        await under_way.keep_answer(connection, request_id(me.id, door.scope, key), answer)


class Wanted(NamedTuple):
    """What is applied for, settled for the applicant's situations."""

    definition: ItemDefinition
    item: Item
    bundle: Bundle | None = None


async def _wanted(
    services: Services, session: AsyncSession, door: Door, situations: Mapping[str, str], now: datetime
) -> Wanted:
    version = await catalogue.in_force(session, door.code, now.date())
    if await catalogue.kind_of(session, door.code) != ("bundle" if door.is_bundle else "item"):
        raise _other_door(door)
    definition, digest = await services.definitions.get(session, door.code, version)
    if not door.is_bundle:
        government = services.units.government_of(definition.department.code)
        return Wanted(definition, item_of(definition, digest, situations, government))
    written = (await services.definitions.bundle(session, door.code, version)).definition
    items = await services.definitions.items_of_bundle(session, written, now.date())
    whole, bundle = settled(written, digest, situations, items, services.units.government_of)
    lead = await services.office(session, whole.unit)
    offices = {part.item.unit: await services.office(session, part.item.unit) for part in bundle.parts}
    parts = [
        part.model_copy(update={"number": case_number(now.date(), await case_file.next_serial(session))})
        for part in bundle.parts
    ]
    other = {unit: short(office, now) for unit, office in offices.items() if office != lead}
    shown = {unit: services.shown(unit) for unit in offices}
    elsewhere = {unit: where for unit, where in shown.items() if where != services.shown(whole.unit)}
    numbered = {"parts": tuple(parts), "offices": other, "shown": elsewhere}
    return Wanted(definition, whole, bundle.model_copy(update=numbered))


def short(office: Office, now: datetime) -> Office:
    """The office with the part of its calendar that a case received now needs."""
    return office.model_copy(update={"calendar": office.calendar.since(now.year)})


def _other_door(door: Door) -> Trouble:
    if door.is_bundle:
        zh, en = f"{door.code} 是单个事项；请用 POST /v1/cases 申请", "This is a single item; apply with POST /v1/cases"
    else:
        zh = f"{door.code} 是“一件事”；请用 POST /v1/bundles/{door.code}/cases 申请"
        en = f"This is a bundle; apply with POST /v1/bundles/{door.code}/cases"
    return Trouble(422, "other_kind", zh, en)


async def _case(
    services: Services, session: AsyncSession, me: Identity, door: Door, body: ApplicationIn
) -> tuple[CaseRow, CaseStart, ApplicantRow, list[MaterialRow]]:
    now = services.now()
    received_at = _received_at(services, me, body, now)
    number = case_number(now.date(), await case_file.next_serial(session))
    definition, item, bundle = await _wanted(services, session, door, body.situations, received_at)
    form = checked_form(definition.form, body.form)
    checklist = Checklist(needed=item.materials)
    await check_materials(session, body.materials, checklist, definition, me)
    channel = "window" if "window" in me.roles and not body.for_myself else "online"
    acts_as = "window" if channel == "window" else "applicant"
    office = await services.office(session, item.unit)
    start = CaseStart(
        number=number,
        item=item,
        office=short(office, received_at),
        policy=services.policy_of(item.unit),
        received_at=received_at,
        entered_at=now if body.received_at is not None else None,
        belated=f"{number}-belated" if body.received_at is not None else None,
        by=Actor(id=me.id, roles=(acts_as,), units=me.actor.units),
        channel=channel,
        in_hand=handed_in(body.materials, definition, form),
        promised=body.promise,
        bundle=bundle,
        semantics=SEMANTICS,
        shown=services.shown(item.unit),
    )
    applicant = applicant_row(body.applicant, uuid4(), now)
    case = CaseRow(
        number=number,
        provincial_number=body.provincial_number,
        query_code=query_code(),
        item_code=definition.code,
        item_version=definition.version,
        item_name=definition.name,
        unit=item.unit,
        district=definition.department.district,
        channel=channel,
        applicant=applicant.id,
        applied_by=me.id,
        situations=dict(body.situations),
        form=form,
        start=start.model_dump(mode="json", by_alias=True),
        received_at=received_at,
        calendar_version=office.calendar.version,
        stage=Stage.ACCEPTANCE,
        light=Light.GREEN,
        changed_at=now,
    )
    rows = [
        *material_rows(number, body.materials, me, now, number),
        *from_registers(PartOnFile(number, item, now), definition, {}, me.id),
    ]
    return case, start, applicant, rows


def _received_at(services: Services, me: Identity, body: ApplicationIn, now: datetime) -> datetime:
    """When the application was received: now, unless the window enters one that it received before."""
    if body.received_at is None:
        return now
    received = body.received_at.astimezone(SHANGHAI)
    by_window = "window" in me.roles and not body.for_myself
    most = services.settings.belated_days
    check_belated(received, now, by_window=by_window, reason=body.belated is not None, most_days=most)
    return received


def handed_in(materials: list[MaterialIn], definition: ItemDefinition, form: Mapping[str, Any]) -> tuple[HandedIn, ...]:
    """What reaches the case: materials, and the fields of the form that had to be filled in."""
    return (
        *(HandedIn(material=m.material, digest=m.file) for m in materials),
        *(HandedIn(material=field) for field in filled_in(definition.form, form)),
    )


async def check_materials(
    session: AsyncSession, materials: list[MaterialIn], checklist: Checklist, definition: ItemDefinition, me: Identity
) -> None:
    """422 unless the guide lists each material and each names a file that the sender uploaded, or a paper."""
    known = {material.id for material in definition.materials}
    unknown = [m.material for m in materials if m.material not in known]
    if unknown:
        listed = "、".join(f"{n.id}（{n.name}）" for n in checklist.needed if n.id in known)
        zh = f"办事指南没有材料 {'、'.join(unknown)}；本次申请需要：{listed}"
        en = f"The guide lists no {', '.join(unknown)}; this application needs {', '.join(n.id for n in checklist.needed)}"
        raise Trouble(422, "material_not_in_guide", zh, en, article="apl:31")
    if len({(m.material, m.file) for m in materials}) < len(materials):
        zh = "同一份材料重复列出；一种材料有几个文件的，每个文件列一次"
        en = "A material is listed twice; one that has several files is listed once with each"
        raise Trouble(422, "material_twice", zh, en)
    if any((m.file is None) != m.paper for m in materials):
        zh = "每份材料须给出上传文件的摘要（file），或者注明收到纸质原件（paper），二者取其一"
        raise Trouble(422, "material_form", zh, "Each material names an uploaded file or says paper, one of the two")
    named = {m.file for m in materials if m.file}
    if named and (lost := await not_uploaded_by(session, me.id, named)):
        zh = f"没有收到您上传的摘要为 {'、'.join(d[:12] for d in lost)}… 的文件；请先上传（POST /v1/files）"
        en = "Upload each file first (POST /v1/files); some digests are of no file that you uploaded"
        raise Trouble(422, "file_unknown", zh, en)


def material_rows(
    number: str, materials: list[MaterialIn], me: Identity, now: datetime, request: str
) -> list[MaterialRow]:
    """What was handed in, a row each; a request that is repeated makes the same ones."""
    return [
        MaterialRow(
            id=uuid5(NAMESPACE_OID, f"{request}-{n}"),
            number=number,
            material=m.material,
            source=MaterialSource.FILE if m.file else MaterialSource.PAPER,
            state=MaterialState.IN_HAND,
            digest=m.file,
            file_name=m.file_name,
            handed_in_by=me.id,
            received_at=now,
        )
        for n, m in enumerate(materials)
    ]
