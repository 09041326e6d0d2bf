"""Visits: somebody came, or sent something, to hand it in; it ends in a receipt, a reasoned written answer, or a finding."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from activities import visits as hands
from activities.query_code import query_code
from api.bodies import Body, Name, UnitCode, Words
from api.identity import Identity, holding, identify
from api.notices import NoticeView, as_pdf, notice_views
from api.pages import Limit, Paged, page_or_problem
from api.problems import Trouble
from api.requests import Key, check_unit, digest_of, note_key
from api.services import Here, Services, request_id
from api.visited import end, visit_for
from domain.case_number import visit_number
from domain.commands import Ground
from domain.definition import ItemDefinition
from domain.supervision.visits import (
    VisitOutcome,
    VisitState,
    WhyFound,
    answer_due,
    check_answer,
    check_came,
    check_objection,
)
from storage import catalogue, notices, visits
from storage.tables import RequestRow, TextRow, VisitRow
from storage.visits import as_visit

router = APIRouter(prefix="/v1/visits", tags=["visits"])
LOGGING = ("window", "queue")
READING = ("window", "chief_representative", "supervisor")
Code = Annotated[str | None, Query(max_length=20, description="登记凭证上的查询码；到访人凭它查看")]
ItemCode = Annotated[str, Field(pattern=r"^[0-9]{12}$")]


class VisitorIn(Body):
    """Who came, as far as they say so; nobody has to."""

    name: Name | None = Field(None, examples=["测试申请人"])
    mobile: Name | None = None
    email: Name | None = Field(None, examples=["sample@example.com"])


class VisitIn(Body):
    """A visit as a window or a queue system logs it."""

    unit: UnitCode | None = Field(None, description="到访的单位；不填为事项的承办单位", examples=["gz-thr-samr"])
    item: ItemCode | None = Field(None, description="要办的事项", examples=["440199001000"])
    channel: str = Field("desk", pattern=r"^(desk|online|mail|phone)$", examples=["desk"])
    reference: Annotated[str, Field(pattern=r"^[\w.:|-]+$", max_length=120)] | None = Field(
        None, description="排队号等；同一号再次登记是同一次到访", examples=["A017-20261126"]
    )
    came_at: AwareDatetime | None = Field(None, strict=False, description="何时到访；不填为现在，可以补登")
    called_at: AwareDatetime | None = Field(None, strict=False, description="何时叫号；不填为到访时")
    queued: bool = Field(False, description="已取号、尚未叫号：不计时")
    contact: VisitorIn | None = None


class AnswerIn(Body):
    """Why nothing was taken."""

    ground: Ground = Field(strict=False, description="不接收的法定理由，同不予受理", examples=["other_authority"])
    text: Words = Field(description="具体理由", examples=["该事项由市级部门办理"])
    authority: Name | None = Field(None, description="应当向哪个机关申请：单位代码或者名称")


class SaidIn(Body):
    """What the visitor asked, or says otherwise; with the query code it is the visitor who says so."""

    text: Words = Field(examples=["询问了办理条件，没有提交材料"])
    code: Annotated[str, Field(max_length=20)] | None = Field(None, description="登记凭证上的查询码")


class ObjectionIn(Body):
    """What the visitor says otherwise."""

    code: Annotated[str, Field(max_length=20)] = Field(description="登记凭证上的查询码")
    text: Words = Field(examples=["当时带齐了材料，窗口让改天再来"])


class VisitView(BaseModel):
    """A visit, and what came of it."""

    id: str = Field(examples=["DF20261126-000007-3"])
    unit: str
    item: str | None
    item_name: str | None
    channel: str
    reference: str | None
    came_at: datetime
    called_at: datetime | None
    state: VisitState
    answer_by: date | None = Field(description="最迟何日收件或者书面答复（含当日）；空为尚未叫号")
    outcome: VisitOutcome | None
    ended_at: datetime | None
    case: str | None = Field(description="由此收件的办件")
    ground: str | None
    says: str | None = Field(description="书面答复的理由，或者咨询的内容")
    objection: str | None
    finding: str | None = Field(description="认定为不接收申请材料的记录；空为没有")
    grievance: str | None = Field(description="由此立的反映件")


class VisitSlip(VisitView):
    """What the visitor gets: the number and the query code."""

    query_code: str


async def staff_or_code(request: Request, code: str | None) -> Identity | None:
    """Who asks, by their token; None for a visitor with the query code. 403 for who is neither."""
    if code is not None:
        return None
    return await holding(*READING)(await identify(request))


async def desk_of(here: Services, session: AsyncSession, unit: str) -> hands.Desk:
    """What papers of a visit to the unit need."""
    office = await here.office(session, unit)
    return hands.Desk(here.units, here.supervision(unit), office, here.settings.public_url, here.settings.filing_days)


@router.post("", status_code=201, summary="登记到访：窗口或者排队系统")
async def log(
    body: VisitIn, key: Key, here: Here, response: Response, me: Annotated[Identity, Depends(holding(*LOGGING))]
) -> VisitSlip:
    """The visit with its number and query code, and the day by which there has to be a receipt or a written answer."""
    now = here.now()
    async with here.database.begin() as session:
        request = request_id(me.id, "/v1/visits", key)
        row = await _as_logged(here, session, me, body, now)
        subject = await note_key(session, request, digest_of("/v1/visits", body), row.id, now)
        if subject != row.id:
            return await _slip(session, await visit_for(session, subject, me=me))
        logged = await visits.log(session, row)
        if not logged.new:
            (await session.get_one(RequestRow, request)).subject = logged.row.id
            await _came_again(here, session, logged.row, row)
        slip = await _slip(session, logged.row)
    response.headers["Location"] = f"/v1/visits/{slip.id}"
    return slip


async def _as_logged(here: Services, session: AsyncSession, me: Identity, body: VisitIn, now: datetime) -> VisitRow:
    came_at = body.came_at or now
    called_at = None if body.queued else body.called_at or came_at
    check_came(came_at, called_at, now)
    definition = await _definition(here, session, body.item, now)
    unit = body.unit or (definition.department.code if definition else None)
    if unit is None:
        zh, en = "请填写到访的单位（unit）或者要办的事项（item）", "Say which unit was visited, or for which item"
        raise Trouble(422, "visit_of_nobody", zh, en)
    if body.unit is not None:
        await check_unit(here, unit)
    if not me.serves(unit):
        zh = f"您的登录凭证中没有单位 {unit}，不能为其登记到访"
        raise Trouble(403, "not_your_unit", zh, f"{unit} is not among your units")
    return VisitRow(
        id=visit_number(now.date(), await visits.next_serial(session)),
        unit=unit,
        item_code=body.item,
        item_name=definition.name if definition else None,
        district=definition.department.district if definition else None,
        channel=body.channel,
        reference=body.reference,
        came_at=came_at,
        called_at=called_at,
        logged_by=me.id,
        contact=body.contact.model_dump(exclude_none=True) if body.contact else None,
        query_code=query_code(),
        answer_by=await _answer_by(here, session, unit, called_at),
    )


async def _answer_by(here: Services, session: AsyncSession, unit: str, called_at: datetime | None) -> date | None:
    if called_at is None:
        return None
    return answer_due(called_at, here.supervision(unit).visits, await here.office(session, unit)).day


async def _definition(here: Services, session: AsyncSession, item: str | None, now: datetime) -> ItemDefinition | None:
    if item is None:
        return None
    version = await catalogue.in_force(session, item, now.date())
    return (await here.definitions.get(session, item, version)).definition


async def _came_again(here: Services, session: AsyncSession, there: VisitRow, again: VisitRow) -> None:
    """The same ticket: it may have been called meanwhile, and somebody may have said how to be reached."""
    if there.unit != again.unit:
        zh = f"号 {again.reference} 已登记为 {there.unit} 的到访；请使用该单位内不重复的号"
        raise Trouble(422, "reference_reused", zh, f"This reference is that of a visit to {there.unit}")
    if there.called_at is None and again.called_at is not None:
        there.called_at = max(again.called_at, there.came_at)
        there.answer_by = await _answer_by(here, session, there.unit, there.called_at)
    there.contact = there.contact or again.contact
    session.add(there)
    await session.flush()


@router.get("", summary="到访列表")
async def listed(
    here: Here,
    me: Annotated[Identity, Depends(holding(*READING))],
    state: VisitState | None = None,
    unit: UnitCode | None = None,
    cursor: str | None = None,
    limit: Limit = 50,
) -> Paged[VisitView]:
    """Those of your units, the newest first."""
    async with here.database.begin() as session:
        page = await page_or_problem(visits.listed(session, me.reach, unit, state, cursor, limit))
        return Paged(rows=[await _view(session, row) for row in page.rows], cursor=page.cursor)


@router.get("/{visit}", summary="到访：单位人员，或者凭查询码")
async def one(visit: str, here: Here, request: Request, code: Code = None) -> VisitView:
    """The visit, and what came of it."""
    me = await staff_or_code(request, code)
    async with here.database.begin() as session:
        return await _view(session, await visit_for(session, visit, me=me, code=code))


@router.post("/{visit}/answer", summary="书面答复：说明不接收的理由")
async def answer(
    visit: str, body: AnswerIn, key: Key, here: Here, me: Annotated[Identity, Depends(holding("window"))]
) -> VisitView:
    """The visitor gets the reasons and the remedies in writing; the visit has ended with that."""
    check_answer(body.ground, body.authority)
    async with here.database.begin() as session:
        row = await visit_for(session, visit, me=me, to_change=True)
        text = await _words(here, session, row, key, "answer", me.id, body.text, digest=digest_of(row.id, body))
        if row.answer == text and row.outcome == VisitOutcome.ANSWERED:
            return await _view(session, row)
        now = here.now()
        end(row, VisitOutcome.ANSWERED, me.id, now)
        row.answer, row.ground = text, body.ground.value
        authority = body.authority or ""
        known = here.units.unit(authority).name if authority in here.units.units else authority
        desk = await desk_of(here, session, row.unit)
        facts: dict[str, Any] = {"ground": body.ground, "text": body.text, "authority": known}
        await hands.answer_in_writing(session, desk, row, **facts, at=now)
        return await _view(session, row)


@router.post("/{visit}/advice", summary="仅为咨询：由到访人凭查询码或者窗口人员说明")
async def advice(visit: str, body: SaidIn, key: Key, here: Here, request: Request) -> VisitView:
    """The visitor only asked; who says otherwise objects with the query code."""
    me = None if body.code is not None else await holding("window")(await identify(request))
    async with here.database.begin() as session:
        row = await visit_for(session, visit, me=me, code=body.code, to_change=True)
        by = me.id if me else "visitor"
        text = await _words(here, session, row, key, "advice", by, body.text, digest=digest_of(row.id, body))
        if row.answer == text and row.outcome == VisitOutcome.ADVICE_ONLY:
            return await _view(session, row)
        end(row, VisitOutcome.ADVICE_ONLY, by, here.now())
        row.answer = text
        return await _view(session, row)


@router.post("/{visit}/objection", summary="异议：并非咨询，是材料没有被接收")
async def objection(visit: str, body: ObjectionIn, key: Key, here: Here) -> VisitView:
    """It was no mere advice: a finding at once (gz:13.5). The visit is open again, for what was brought can still be taken."""
    async with here.database.begin() as session:
        row = await visit_for(session, visit, code=body.code, to_change=True)
        text = await _words(here, session, row, key, "objection", "visitor", body.text, digest=digest_of(row.id, body))
        if row.objection == text:
            return await _view(session, row)
        check_objection(as_visit(row))
        now = here.now()
        row.objection, row.objected_at = text, now
        await session.flush()
        await hands.find(session, await desk_of(here, session, row.unit), row, WhyFound.OBJECTION, now, text)
        row.ended_at, row.ended_by, row.outcome = None, None, None
        return await _view(session, row)


@router.get("/{visit}/notices", summary="到访的文书")
async def papers(visit: str, here: Here, request: Request, code: Code = None) -> list[NoticeView]:
    """What the visitor was given; warnings for the unit's people only."""
    me = await staff_or_code(request, code)
    async with here.database.begin() as session:
        row = await visit_for(session, visit, me=me, code=code)
        found = await notices.notices_of(session, row.id, handles=me is not None)
        sent = await notices.deliveries_of(session, row.id)
    shown = notice_views(found, sent, here.now().date())
    at = f"/v1/visits/{row.id}/notices"
    return [view.model_copy(update={"pdf": f"{at}/{view.seq}/{view.paper}/pdf"}) for view in shown]


@router.get(
    "/{visit}/notices/{seq}/{paper}/pdf",
    summary="到访的文书 PDF",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}},
)
async def pdf(visit: str, seq: int, paper: str, here: Here, request: Request, code: Code = None) -> Response:
    """The paper as PDF, the same bytes each time."""
    me = await staff_or_code(request, code)
    async with here.database.begin() as session:
        row = await visit_for(session, visit, me=me, code=code)
        notice = await notices.notice_of(session, row.id, seq, paper) if 0 < seq < 2**31 else None
    if notice is None or (me is None and notice.addressee is not None):
        zh, en = "没有这份文书；请从文书列表打开", "There is no such paper; open it from the list"
        raise Trouble(404, "notice_not_found", zh, en)
    return await as_pdf(notice)


async def _words(
    here: Services,
    session: AsyncSession,
    row: VisitRow,
    key: str,
    what: str,
    by: str,
    body: str,
    *,
    digest: str,
) -> str:
    """The id under which the words are on file; the same key makes the same one, and takes no other body."""
    now = here.now()
    request = request_id(by, f"/v1/visits/{row.id}/{what}", key)
    await note_key(session, request, digest, row.id, now)
    return await visits.keep_text(session, TextRow(id=request, number=row.id, body=body, by=by, written_at=now))


async def _view(session: AsyncSession, row: VisitRow) -> VisitView:
    return VisitView(**await _fields(session, row))


async def _slip(session: AsyncSession, row: VisitRow) -> VisitSlip:
    return VisitSlip(query_code=row.query_code, **await _fields(session, row))


async def _fields(session: AsyncSession, row: VisitRow) -> dict[str, Any]:
    texts = await visits.texts_of(session, row.id)
    found = await visits.finding_of(session, row.id)
    same = row.model_dump(
        include={
            *("id", "unit", "item_name", "channel", "reference", "came_at", "called_at", "answer_by"),
            *("outcome", "ended_at", "ground"),
        }
    )
    return {
        **same,
        "item": row.item_code,
        "state": as_visit(row).state,
        "case": row.number,
        "says": texts.get(row.answer or ""),
        "objection": texts.get(row.objection or ""),
        "finding": found.id if found and found.withdrawn_at is None else None,
        "grievance": found.grievance if found else None,
    }
