"""Definitions: registered by a department, published by a second person, withdrawn by order."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, BeforeValidator
from pydantic_core import PydanticCustomError

from api.bodies import WithdrawalIn
from api.identity import Identity, Me, holding
from api.language import InLanguage
from api.problems import Trouble
from api.publication import check_publication
from api.requests import Key, note_key
from api.requests import digest_of as body_digest
from api.services import Here, Services, request_id
from domain.bundle.checks import Items
from domain.words import Language, Text
from registry.digest import digest_of
from registry.kinds import KINDS, KindName
from registry.located import LocatedFault
from registry.reading import NO_ITEMS, Judge, Written
from registry.schema import definition_schema
from storage import catalogue
from storage.tables import DefinitionRow
from storage.tables.catalogue import DefinitionState

router = APIRouter(prefix="/v1/definitions", tags=["definitions"])

Code = Annotated[str, Path(pattern=r"^[0-9]{12}$")]


def _day(text: str) -> date:
    """A day written as `2026-01-31` and in no other way; pydantic takes `0` for a day in 1970."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise PydanticCustomError("date_form", "not a date")
    return day


Version = Annotated[date, BeforeValidator(_day)]
Reviewed = Annotated[
    str | None,
    Query(
        pattern=r"^[0-9a-f]{12,64}$",
        description="您审核的文本的摘要（64 位，或者至少前 12 位）；其后登记了另一文本的不予发布",
    ),
]
REGISTER, PUBLISH, WITHDRAW = Text("登记", "register"), Text("发布", "publish"), Text("取消", "withdraw")
YAML_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/yaml": {"schema": {"type": "string"}, "example": "kind: item\ncode: '440199001000'\n…"},
            "application/json": {"schema": {"type": "object"}},
        },
    }
}


class DefinitionView(BaseModel):
    """A version of a definition and where it stands."""

    kind: KindName
    code: str
    version: date
    name: str
    unit: str
    digest: str
    state: str
    registered_by: str
    registered_at: datetime
    published_by: str | None
    published_at: datetime | None


class WholeDefinition(DefinitionView):
    """A version with all that it says."""

    body: dict[str, Any]


def definition_view(row: DefinitionRow) -> DefinitionView:
    """The version as lists show it."""
    return DefinitionView(**row.model_dump(include=set(DefinitionView.model_fields)))


@router.get("/schema", summary="定义文件的 JSON Schema（供编辑器使用）")
async def schema(kind: Annotated[KindName, Query(description="定义种类")] = "item") -> dict[str, Any]:
    """The schema of definitions of one kind."""
    return definition_schema(KINDS[kind])


@router.post(
    "", status_code=201, summary="登记事项或“一件事”的定义（YAML 或 JSON），错误一次列全", openapi_extra=YAML_BODY
)
async def register(
    request: Request,
    response: Response,
    key: Key,
    here: Here,
    language: InLanguage,
    me: Annotated[Identity, Depends(holding("registrar"))],
    name: Annotated[str, Query(max_length=200, description="文件名，用于指出错误位置")] = "definition.yaml",
) -> DefinitionView:
    """A version that waits for publication; refused with every fault, its place, what would be right, and the article. A
    bundle is held against the items of the catalogue."""
    content = await request.body()
    text = await asyncio.to_thread(Written.of, content, name)
    judge = Judge(here.reference, await _items_for(here, text))
    definition, faults = await asyncio.to_thread(text.held_to, judge)
    if definition is None:
        raise _faulty(faults, language)
    unit = definition.department.code
    source = content.decode("utf-8-sig")
    async with here.database.begin() as session:
        _check_serves(me, [unit, *await catalogue.units_of(session, definition.code)], definition.code, REGISTER)
        sent, same = request_id(me.id, "/v1/definitions", key), hashlib.sha256(content).hexdigest()
        await note_key(session, sent, same, definition.reference, here.now())
        row = await catalogue.register(session, definition, digest_of(definition), source, me.id, here.now())
        await session.flush()
    if row.state != "registered":
        response.status_code = 200
    response.headers["Location"] = f"/v1/definitions/{row.code}/versions/{row.version}"
    return definition_view(row)


@router.get("/{code}/versions/{version}", summary="某一版本的定义")
async def one(code: Code, version: Version, me: Me, here: Here) -> WholeDefinition:
    """The version as it was registered, with its digest."""
    async with here.database.begin() as session:
        row = await catalogue.version_of(session, code, version)
    return WholeDefinition(**definition_view(row).model_dump(), body=row.body)


@router.post("/{code}/versions/{version}/publication", summary="发布：由登记人以外的第二人")
async def publish(
    code: Code,
    version: Version,
    key: Key,
    here: Here,
    me: Annotated[Identity, Depends(holding("publisher"))],
    language: InLanguage,
    digest: Reviewed = None,
) -> DefinitionView:
    """The version is released; from its date on, new cases are opened under it. Refused while a bundle would be broken by
    what else is published."""
    async with here.database.begin() as session:
        row = await catalogue.version_of(session, code, version, lock=True)
        _check_serves(me, [row.unit], code, PUBLISH)
        was = row.state
        await catalogue.publish(session, code, version, me.id, here.now(), digest or "")
        if was is not DefinitionState.PUBLISHED:
            await check_publication(session, row, here.reference, language)
        return definition_view(row)


@router.post("/{code}/withdrawal", summary="取消事项：不再收件，已受理的继续办理", status_code=204)
async def withdraw(
    code: Code, body: WithdrawalIn, key: Key, here: Here, me: Annotated[Identity, Depends(holding("publisher"))]
) -> None:
    """The item takes no new cases from now on; running ones finish under their version."""
    scope = f"/v1/definitions/{code}/withdrawal"
    async with here.database.begin() as session:
        _check_serves(me, await catalogue.units_of(session, code), code, WITHDRAW)
        await note_key(session, request_id(me.id, scope, key), body_digest(scope, body), code, here.now())
        await catalogue.withdraw_item(session, code, body.reason, me.id, here.now())


async def _items_for(here: Services, text: Written) -> Items:
    """Every version of the items that a bundle names; of all items if it names one that there is not, to say which there
    are."""
    named = text.items_named
    if not named:
        return NO_ITEMS
    async with here.database.begin() as session:
        found = await catalogue.all_items(session, named)
        return found if len(found) == len(named) else await catalogue.all_items(session)


def _check_serves(me: Identity, units: Iterable[str], code: str, act: Text) -> None:
    """403 unless the holder of the token acts for each unit of the item."""
    for unit in units:
        if not me.serves(unit):
            zh = f"您不能为 {unit} {act.zh}事项 {code}；请由该单位办理"
            en = f"You may not {act.en} item {code} for {unit}; that unit does it"
            raise Trouble(403, "role_missing", zh, en)


def _faulty(faults: tuple[LocatedFault, ...], language: Language) -> Trouble:
    zh = f"定义有 {len(faults)} 处错误，未登记；逐处修改后重新登记"
    en = f"The definition has {len(faults)} faults and was not registered; mend them and register it again"
    return Trouble(422, "definition_faulty", zh, en, faults=[fault.listed_in(language) for fault in faults])
