"""The "can't get it done" window: look and act (gz:6.3, gz:13.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.client import WorkflowUpdateFailedError
from temporalio.service import RPCError, RPCStatusCode

from activities.papers.addressing import to_whom
from api.grievance_bodies import (
    ApproveClassIn,
    ClassifyIn,
    FeedbackIn,
    GrievanceActIn,
    GrievanceEventView,
    GrievanceView,
    NotifyIn,
    PassOnIn,
    ReplyIn,
    ReturnVisitIn,
    ReviewIn,
    SendBackIn,
    TransferIn,
    WithdrawIn,
)
from api.identity import Identity, Me
from api.language import InLanguage
from api.notices import NoticeView, as_pdf, notice_views
from api.pages import Limit, Paged, page_or_problem
from api.problems import Trouble
from api.requests import EngineAway, Key, Texts, check_unit, digest_of, key_reused
from api.services import Here, Services, request_id
from domain.case_number import checked_grievance_number
from domain.grievance import commands
from domain.grievance.commands import GrievanceAct
from domain.grievance.record import Leg
from domain.grievance.start import GrievanceDone
from domain.grievance.telling import LEGS, told
from domain.identifiers import InvalidIdentifier
from domain.record import Paper
from domain.words import Language
from registry.units import EVERY_UNIT
from storage import case_file, grievances, notices
from storage.grievances import Reach, Sight
from storage.tables import GrievanceEventRow, GrievanceRow, TextRow
from workflows.grievance.connection import act_on
from workflows.grievance.messages import grievance_id

router = APIRouter(prefix="/v1/grievances", tags=["grievances"])

OFFICE = frozenset(
    {"grievance_window", "supervisor", "chief_representative", "agency_head", "approver", "examiner", "window"}
)
PRIVATE = frozenset({"text", "improvement", "addressee", "holder"})
"""Facts of an event that are for the office alone."""
INTERNAL = frozenset({"leg_near", "leg_late", "escalated", "class_approved", "remedy_refused"})
"""Moves inside the office."""

COMMANDS: dict[type[Any], type[Any]] = {
    ClassifyIn: commands.Classify,
    ApproveClassIn: commands.ApproveClass,
    TransferIn: commands.Transfer,
    PassOnIn: commands.PassOn,
    SendBackIn: commands.SendBack,
    ReplyIn: commands.Reply,
    FeedbackIn: commands.GiveFeedback,
    ReturnVisitIn: commands.ReturnVisit,
    WithdrawIn: commands.WithdrawGrievance,
    ReviewIn: commands.Review,
    NotifyIn: commands.NotifyUnit,
}
"""The command that each body asks for; their fields have the same names, but for what is said in words."""
WORDS = ("text", "improvement")


def grievance_number_of(text: str) -> str:
    """The number of a grievance in its one form; 422 where it cannot be one."""
    try:
        return checked_grievance_number(text)
    except InvalidIdentifier as error:
        raise Trouble(422, "identifier_invalid", error.text.zh, error.text.en) from error


def reach_of(me: Identity) -> Reach:
    """Whose grievances the holder of the token may see."""
    everything, hotline = EVERY_UNIT in me.units, "hotline" in me.roles
    return Reach(me.id, tuple(sorted(me.units)), bool(me.roles & OFFICE), everything, hotline)


async def sight_of(session: AsyncSession, me: Identity, number: str) -> Sight:
    """The grievance, if it is there and the holder of the token may see it; 403 and 404 as for cases."""
    number = grievance_number_of(number)
    found = await grievances.sight_of(session, number, reach_of(me))
    if found is None:
        zh, en = f"没有编号为 {number} 的反映件；请核对登记回执", f"There is no grievance {number}; look at the receipt"
        raise Trouble(404, "grievance_not_found", zh, en)
    if not found.seen:
        zh, en = "该反映件不属于您或者您的单位，不能查看或者办理", "This grievance is neither yours nor your unit's"
        raise Trouble(403, "not_your_grievance", zh, en)
    return found


def grievance_view(here: Services, row: GrievanceRow, texts: Mapping[str, str], *, handles: bool) -> GrievanceView:
    at = f"/v1/grievances/{row.number}"
    links = {"grievance": at, "timeline": f"{at}/timeline", "notices": f"{at}/notices"}
    if row.case_number:
        links["case"] = f"/v1/cases/{row.case_number}"
    if handles:
        links["temporal_ui"] = here.in_temporal_ui(grievance_id(row.number))
    return GrievanceView(
        number=row.number,
        channel=row.channel,
        order=row.hotline_order,
        case=row.case_number,
        item=row.item_code,
        item_name=row.item_name,
        window=row.window_unit,
        unit=row.unit,
        grounds=list(row.grounds),
        klass=row.klass,
        leg=row.leg,
        leg_name=LEGS[row.leg].zh,
        level=row.level,
        waiting_for=list(row.waiting_for),
        due_day=row.due_day,
        ending=row.ending,
        satisfaction=row.satisfaction,
        conclusion=row.conclusion,
        received_at=row.received_at,
        seq=row.seq,
        request=texts.get(row.request or ""),
        evidence=list(row.evidence) if handles else [],
        links=links,
    )


@router.get("", summary="反映件列表：本人、本窗口、本单位")
async def listed(
    me: Me,
    here: Here,
    leg: Leg | None = None,
    unit: str | None = None,
    case: str | None = None,
    order: Annotated[str | None, Query(description="热线工单编号")] = None,
    mine: Annotated[bool, Query(description="只看等我办理的")] = False,
    cursor: str | None = None,
    limit: Limit = 50,
) -> Paged[GrievanceView]:
    """The newest first."""
    filters = {"leg": leg, "unit": unit, "case_number": case, "hotline_order": order}
    waiting = [f"{role}@{one}" for role in sorted(me.roles) for one in sorted(me.units)] if mine else None
    async with here.database.reading() as session:
        found = grievances.listed(session, reach_of(me), filters, waiting, cursor, limit)
        page = await page_or_problem(found)
    return Paged(rows=[grievance_view(here, row, {}, handles=False) for row in page.rows], cursor=page.cursor)


@router.get("/{number}", summary="反映件")
async def one(number: str, me: Me, here: Here) -> GrievanceView:
    """Where the grievance stands, whose move it is, and for the office the evidence."""
    async with here.database.reading() as session:
        row, _, handles = await sight_of(session, me, number)
        texts = await grievances.texts_of(session, row.number)
    return grievance_view(here, row, texts, handles=handles)


@router.get("/{number}/timeline", summary="反映件经过")
async def timeline(number: str, me: Me, here: Here, language: InLanguage) -> list[GrievanceEventView]:
    """What happened, in order; people and opinions of the office for the office alone."""
    async with here.database.reading() as session:
        row, _, handles = await sight_of(session, me, number)
        events = await grievances.events_of(session, row.number)
        texts = await grievances.texts_of(session, row.number)
    shown = [event for event in events if handles or event.kind not in INTERNAL]
    return [_event(event, language, texts, handles=handles) for event in shown]


def _event(
    event: GrievanceEventRow, language: Language, texts: Mapping[str, str], *, handles: bool
) -> GrievanceEventView:
    by = event.by or {}
    by_time = event.kind in ("leg_near", "leg_late", "escalated")
    return GrievanceEventView(
        seq=event.seq,
        at=event.at,
        kind=event.kind,
        cause="person" if event.by else "time" if by_time else "system",
        by=(by.get("roles") or [None])[0],
        person=by.get("id") if handles else None,
        article=event.article,
        papers=[paper for paper in event.papers if handles or to_whom(Paper(paper)) == "applicant"],
        data=event.data if handles else {name: fact for name, fact in event.data.items() if name not in PRIVATE},
        says=told(event.kind, event.data).said_in(language),
        text=texts.get(event.data.get("text") or "") if handles else None,
    )


@router.get("/{number}/notices", summary="反映件的文书及其送达情况")
async def papers(number: str, me: Me, here: Here) -> list[NoticeView]:
    """Every paper; what went to units and departments for the office alone."""
    async with here.database.reading() as session:
        row, _, handles = await sight_of(session, me, number)
        found = await notices.notices_of(session, row.number, handles=handles)
        sent = await notices.deliveries_of(session, row.number)
    return notice_views(found, sent, here.now().date())


@router.get(
    "/{number}/notices/{seq}/{paper}/pdf",
    summary="反映件文书 PDF",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}},
)
async def pdf(number: str, seq: int, paper: Paper, me: Me, here: Here) -> Response:
    """The paper as PDF, the same bytes each time."""
    async with here.database.begin() as session:
        row, _, handles = await sight_of(session, me, number)
        notice = await notices.notice_of(session, row.number, seq, paper) if 0 < seq < 2**31 else None
        if notice is None or (notice.addressee is not None and not handles):
            zh, en = "没有这一文书；请从文书列表打开", "There is no such paper; open it from the list"
            raise Trouble(404, "notice_not_found", zh, en)
        if not handles:
            await notices.mark_read(session, row.number, seq, paper, here.now())
    return await as_pdf(notice)


@router.post("/{number}/acts", summary="分类、报批、转办、转交、退回、答复、反馈、回访、撤回、复核评估、通报")
async def act(number: str, body: GrievanceActIn, key: Key, here: Here, me: Me) -> GrievanceDone:
    """An act on the grievance; refused with the reason where its leg or your role does not allow it. It is on file when
    it is answered."""
    async with here.database.begin() as session:
        row = (await sight_of(session, me, number)).grievance
    for unit in (getattr(body, "unit", None), getattr(body, "responsible", None)):
        if unit is not None:
            await check_unit(here, unit)
    scope = f"/v1/grievances/{row.number}/acts"
    request, digest = request_id(me.id, scope, key), digest_of(scope, body)
    texts = Texts(here, row.number, me.id, request + digest)
    said = {name: value for name, value in body if name not in ("act", *WORDS)}
    said |= {name: texts.add(getattr(body, name)) for name in WORDS if name in type(body).model_fields}
    if "remedies" in said:
        said["remedies"] = tuple(one.model_dump() for one in said["remedies"])
    if isinstance(body, ClassifyIn):
        async with here.database.begin() as session:
            evidence = await grievances.standing_evidence(session, row)
        said["found"] = any(one["kind"] == "finding" for one in evidence)
    command: GrievanceAct = COMMANDS[type(body)](request_id=request, by=me.actor, digest=digest, **said)
    return await _sent(here, row, command, texts)


async def _sent(here: Services, row: GrievanceRow, command: GrievanceAct, texts: Texts) -> GrievanceDone:
    """The act done and on file; what it says is kept before it is sent, and taken back where it is refused."""
    async with here.database.begin() as session:
        new = await case_file.keep_ahead(session, texts.rows)
    try:
        done = await act_on(here.temporal, row.number, command, here.timeout)
    except WorkflowUpdateFailedError:
        await _take_back(here, new)
        raise
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        await _take_back(here, new)
        if row.ending is None:  # not opened yet, or the engine's data is older than ours
            raise EngineAway() from error
        zh, en = "该反映件已经办结归档；有新的情况请重新登记", "This grievance is closed; report anew what is new"
        raise Trouble(409, "grievance_closed", zh, en) from error
    except RuntimeError as error:  # a lazy client that finds nobody at the engine's address
        raise EngineAway() from error
    if done.digest != command.digest:
        await _take_back(here, new)
        raise key_reused()
    return done


async def _take_back(here: Services, ids: Sequence[UUID | str]) -> None:
    async with here.database.begin() as session:
        await case_file.take_back(session, TextRow, ids)
