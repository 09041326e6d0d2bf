"""Cases: apply, look, supplement, act."""

from __future__ import annotations

import logging
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError

from api import submission
from api.bodies import ApplicationIn, Submission, SupplementIn, UnitCode
from api.duty import DutyTaskView, with_who
from api.identity import Identity, Me, holding
from api.language import InLanguage
from api.pages import Limit, Paged, page_or_problem
from api.problems import Trouble
from api.requests import EngineAway, Key, digest_of, number_of, send_once
from api.services import Here, Services, request_id
from api.submission import Door
from api.views import (
    CaseView,
    EventView,
    Receipt,
    case_fields,
    event_view,
    links,
)
from domain.checklist import Checklist
from domain.commands import Done, Supplement
from domain.form import checked_form
from domain.item import Item
from domain.record import Light, Stage
from observability.subject import about
from storage import cards, case_file, lists, sight
from storage.sight import Reach, Sight
from storage.tables import CaseRow
from workflows.connection import open_case
from workflows.messages import CaseStart, workflow_id

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1/cases", tags=["cases"])

APPLYING = ("applicant", "window")


def reach_of(me: Identity) -> Reach:
    """Whose cases the holder of the token may see."""
    everything = bool(me.roles & {"supervisor", "grievance_window"})
    return Reach(me.id, me.units if me.is_staff else frozenset(), everything)


async def sight_of(session: AsyncSession, me: Identity, number: str) -> Sight:
    """The case, if it is there and the holder of the token may see it, and whether they see it for the office."""
    number = number_of(number)
    found = await sight.sight_of(session, number, reach_of(me))
    if found is None:
        zh, en = (
            f"没有编号为 {number} 的办件；请核对回执上的编号",
            f"There is no case {number}; look at the receipt again",
        )
        raise Trouble(404, "case_not_found", zh, en)
    if not found.seen:
        zh, en = "该办件不属于您或者您的单位，不能查看或者办理", "This case is neither yours nor your unit's"
        raise Trouble(403, "not_your_case", zh, en)
    return found


async def visible_case(services: Services, me: Identity, number: str) -> CaseRow:
    """The case, if it is there and the holder of the token may see it."""
    async with services.database.reading() as session:
        return (await sight_of(session, me, number)).case


def view(services: Services, case: CaseRow | Row[Any]) -> CaseView:
    """The case as its applicant and its units see it."""
    return CaseView(**case_fields(case, links(case.number, services.in_temporal_ui(workflow_id(case.number)))))


@router.post("", status_code=201, summary="申请：收件即编号，材料不齐也收")
async def submit(
    body: Submission,
    key: Key,
    here: Here,
    response: Response,
    me: Annotated[Identity, Depends(holding(*APPLYING))],
) -> Receipt:
    """A number and a receipt for whatever is handed in; 202 when the engine opens the case a little later."""
    return await taken_in(here, me, key, Door(body.item, "/v1/cases"), body, response)


async def taken_in(
    here: Services, me: Identity, key: str, door: Door, body: ApplicationIn, response: Response
) -> Receipt:
    """The receipt of an application, and its status and address."""
    case, start, answer = await submission.keep(here, me, key, door, body)
    about(case.number)
    response.headers["Location"] = f"/v1/cases/{case.number}"
    if answer is not None:
        return Receipt.model_validate(answer)
    try:
        if case.seq == 0:
            case = await _opened(here, case, start)
    except (RPCError, WorkflowUpdateRPCTimeoutOrCancelledError, RuntimeError) as error:
        # The application is on file; the worker opens what the engine has not heard of.
        log.warning("case %s is opened later: %s", case.number, type(error).__name__)
        response.status_code = 202
        return _receipt(here, case)
    receipt = _receipt(here, case)
    await submission.keep_answer(here, me, key, door, receipt.model_dump(mode="json"))
    return receipt


async def _opened(services: Services, case: CaseRow, start: CaseStart) -> CaseRow:
    """The case once its workflow lives and the receipt is on file."""
    acted = await open_case(services.temporal, services.settings.task_queue, start, services.timeout)
    await services.filer.file(acted)
    if acted.batch is not None:
        return case_file.as_left_by(case, acted.batch)
    async with services.database.begin() as session:
        return await session.get_one(CaseRow, case.number)


def _receipt(services: Services, case: CaseRow) -> Receipt:
    return Receipt(query_code=case.query_code, **view(services, case).model_dump())


@router.get("", summary="办件列表：本人、本单位或者全部（监督）")
async def listed(
    me: Me,
    here: Here,
    item: Annotated[str | None, Query(pattern=r"^[0-9]{12}$")] = None,
    stage: Stage | None = None,
    light: Light | None = None,
    unit: UnitCode | None = None,
    cursor: str | None = None,
    limit: Limit = 50,
) -> Paged[CaseView]:
    """The newest first."""
    filters = {"item_code": item, "stage": stage, "light": light, "unit": unit}
    async with here.database.reading() as session:
        page = await page_or_problem(lists.cases(session, reach_of(me), filters, cursor, limit))
    return Paged(rows=[view(here, row) for row in page.rows], cursor=page.cursor)


@router.get("/{number}", summary="办件")
async def one(number: str, me: Me, here: Here) -> CaseView:
    """Where the case stands and whose move it is."""
    return view(here, await visible_case(here, me, number))


@router.get("/{number}/timeline", summary="办件经过")
async def timeline(number: str, me: Me, here: Here, language: InLanguage) -> list[EventView]:
    """What happened, in order, each with its article; people and opinions of the office for those who handle the case."""
    async with here.database.reading() as session:
        case, _, office = await sight_of(session, me, number)
        events = await case_file.events_of(session, case.number)
        texts = await case_file.texts_of(session, case.number)
        given = {card.seq: card for card in await cards.of_case(session, case.number)} if office else {}
    return [event_view(event, language, texts, handles=office, cards=given) for event in events]


@router.get("/{number}/tasks", summary="办件的任务")
async def tasks(number: str, me: Me, here: Here) -> list[DutyTaskView]:
    """Every task of the case, answered or open; to those who handle it with who may answer it today."""
    async with here.database.reading() as session:
        case, _, office = await sight_of(session, me, number)
        found = await case_file.tasks_of(session, case.number)
        return await with_who(session, found, here.now().date(), handles=office)


@router.post("/{number}/materials", summary="补正、补齐：随时可交")
async def supplement(
    number: str,
    body: SupplementIn,
    key: Key,
    here: Here,
    response: Response,
    me: Annotated[Identity, Depends(holding(*APPLYING))],
) -> Done:
    """Materials handed in after the submission; on file before the case hears of them, unless it refuses them. 202 when
    the engine is away: they count as received now, and the case hears of them later."""
    case = await visible_case(here, me, number)
    scope = f"/v1/cases/{case.number}/materials"
    request, digest = request_id(me.id, scope, key), digest_of(scope, body)
    now = here.now()
    item = Item.model_validate(case.start["item"])
    async with here.database.begin() as session:
        definition, _ = await here.definitions.get(session, case.item_code, case.item_version)
        form = checked_form(definition.form, body.form)
        await submission.check_materials(session, body.materials, Checklist(needed=item.materials), definition, me)
        if form and case.ending is None:
            await case_file.fill_in(session, case.number, form)
    act = Supplement(
        request_id=request,
        by=me.actor,
        digest=digest,
        materials=submission.handed_in(body.materials, definition, form),
        received_at=now,
        final=body.final,
    )
    rows = submission.material_rows(case.number, body.materials, me, now, request + digest)
    try:
        return await send_once(here, case.number, act, rows)
    except (RPCError, WorkflowUpdateRPCTimeoutOrCancelledError, EngineAway) as error:
        log.warning("case %s hears of materials later: %s", case.number, type(error).__name__)
        response.status_code = 202
        return Done(number=case.number, seq=case.seq, stage=case.stage, at=now, digest=digest)
