"""The "can't get it done" window: a grievance is taken in, on file first and then to its workflow (gz:6.3, gz:13.5)."""

from __future__ import annotations

import logging
import secrets

from fastapi import APIRouter, Request, Response
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError

from activities.grievance.opening import Reported, lay
from api.cases import visible_case
from api.grievance_bodies import GrievanceIn, GrievanceReceipt
from api.grievances import grievance_view, reach_of
from api.identity import Identity, identify
from api.problems import Trouble
from api.requests import Key, WrongCode, check_unit, code_fits, digest_of, key_reused, number_of
from api.services import Here, Services, request_id
from domain.commands import Actor
from domain.grievance.start import GrievanceStart
from domain.law import carries_out
from registry.units import EVERY_UNIT
from storage import case_file, catalogue, grievances
from storage.tables import CaseRow, GrievanceRow, RequestRow, TextRow
from workflows.grievance.connection import open_grievance

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1/grievances", tags=["grievances"])

TAKES_IN = frozenset({"grievance_window", "window", "supervisor"})
ORDERED = TAKES_IN | {"hotline"}
"""Who registers orders of the hotline: an order that is there is answered with its receipt, code and all."""


async def _maybe(request: Request) -> Identity | None:
    """The holder of the request's token; None without one: whoever has the query code needs none."""
    return await identify(request) if "authorization" in request.headers else None


@router.post("", status_code=201, summary="反映：窗口、申请人（凭登录或者查询码）、热线工单")
@carries_out("gz:13.5", "gz:6.3")
async def report(body: GrievanceIn, key: Key, here: Here, response: Response, request: Request) -> GrievanceReceipt:
    """A number and a receipt at once; 202 when the engine opens it a little later. A hotline order is registered once."""
    me = await _maybe(request)
    if body.order is not None and (me is None or not me.roles & ORDERED):
        zh = "热线工单由热线或者窗口人员登记；请不填工单编号（order）"
        raise Trouble(403, "role_missing", zh, "Orders are registered by the hotline or a window; leave out `order`")
    case = await _case(here, me, body)
    if body.unit is not None:
        await check_unit(here, body.unit)
    row = await _kept(here, me, key, body, case)
    response.headers["Location"] = f"/v1/grievances/{row.number}"
    if row.seq == 0:
        try:
            start = GrievanceStart.model_validate(row.start)
            await open_grievance(here.temporal, here.settings.task_queue, start, here.timeout)
        except (RPCError, WorkflowUpdateRPCTimeoutOrCancelledError, RuntimeError) as error:
            log.warning("grievance %s is opened later: %s", row.number, type(error).__name__)
            response.status_code = 202
    async with here.database.begin() as session:
        row = await session.get_one(GrievanceRow, row.number)
        texts = await grievances.texts_of(session, row.number)
        sight = None if me is None else await grievances.sight_of(session, row.number, reach_of(me))
        handles = sight is not None and sight.handles
    return GrievanceReceipt(query_code=row.query_code, **grievance_view(here, row, texts, handles=handles).model_dump())


async def _case(here: Services, me: Identity | None, body: GrievanceIn) -> CaseRow | None:
    """The case that it is about; 403 where it is somebody else's, the same 404 for a wrong number and a wrong code."""
    if body.case is None:
        if me is None:
            zh = "没有登录的，请填写办件编号（case）和收件回执上的查询码（code），或者到窗口反映"
            raise Trouble(401, "unauthenticated", zh, "Without a token, give the case and its query code")
        if body.unit is None and body.item is None:
            zh = "请说明反映的是哪个办件（case）、事项（item）或者单位（unit）"
            raise Trouble(422, "subject_missing", zh, "Say which case, item or unit it is about")
        return None
    if body.code is None and me is not None:
        if me.roles & {"grievance_window", "hotline", "supervisor"}:
            number = number_of(body.case)
            async with here.database.begin() as session:
                found = await case_file.case_of(session, number)
            if found is None:
                raise WrongCode()
            return found
        return await visible_case(here, me, body.case)
    async with here.database.begin() as session:
        case = await case_file.case_of(session, number_of(body.case))
    if case is None or not code_fits(case.query_code, body.code or ""):
        raise WrongCode()
    return case


async def _kept(here: Services, me: Identity | None, key: str, body: GrievanceIn, case: CaseRow | None) -> GrievanceRow:
    """The grievance as it was put on file; the same key and body, or the same hotline order, find the same one."""
    who = me.id if me is not None else f"code:{case.number if case else ''}"
    request, digest = request_id(who, "/v1/grievances", key), digest_of("/v1/grievances", body)
    now = here.now()
    async with here.database.begin() as session:
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(body.order or request))))
        earlier = await session.get(RequestRow, request)
        if earlier is not None:
            if earlier.digest != digest:
                raise key_reused()
            return await session.get_one(GrievanceRow, earlier.subject)
        if body.order and (there := await grievances.of_hotline_order(session, body.order)) is not None:
            return there
        told = await _reported(session, here, me, body, case)
        rules = here.supervision(told.unit or (case.unit if case else ""))
        row = await lay(session, here.units, rules, told)
        session.add(RequestRow(id=request, digest=digest, subject=row.number, received_at=now))
        text = TextRow(id=str(row.request), number=row.number, body=body.request, by=who, written_at=now)
        session.add(text)
        return row


async def _reported(
    session: AsyncSession, here: Services, me: Identity | None, body: GrievanceIn, case: CaseRow | None
) -> Reported:
    roles = me.roles if me is not None else frozenset()
    channel = "hotline" if body.order else "window" if roles & TAKES_IN else "online"
    item = None
    unit = body.unit
    if case is None and body.item:
        name, department = await _item(session, here, body.item)
        item, unit = (body.item, name), unit or department
    by = None
    if me is not None:
        role = next(iter(sorted(roles & ORDERED)), "applicant")
        by = Actor(id=me.id, roles=(role,), units=())
    window = next(iter(sorted(me.units)), None) if me is not None and "grievance_window" in roles else None
    return Reported(
        channel=channel,
        at=here.now(),
        unit=unit,
        window=None if window == EVERY_UNIT else window,
        case=case,
        item=item,
        grounds=tuple(dict.fromkeys(body.grounds)),
        request=f"{secrets.token_hex(16)}-request",
        reporter=body.reporter.model_dump() if body.reporter else None,
        by=by,
        order=body.order,
    )


async def _item(session: AsyncSession, here: Services, code: str) -> tuple[str, str]:
    """Name and department of the item; refused where the catalogue has none of that code."""
    version = await catalogue.in_force(session, code, here.now().date())
    definition, _ = await here.definitions.get(session, code, version)
    return definition.name, definition.department.code
