"""Tasks: the inbox, and what may be done with a task."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api.bodies import AnswerIn, ClaimIn, TransferIn, UnitCode
from api.duty import DutyTaskView, with_who
from api.identity import Identity, Me
from api.pages import Limit, Paged, page_or_problem
from api.requests import Key, Texts, check_unit, digest_of, number_of_task, send_once
from api.services import Here, Services, request_id
from domain.acceptance import CHECKS
from domain.commands import Answer, Claim, Demand, Done, Transfer
from domain.definition import Role
from domain.record import TaskState
from storage import lists, materials, people

router = APIRouter(prefix="/v1/tasks", tags=["tasks"])


@router.get("", summary="待办列表")
async def inbox(
    me: Me,
    here: Here,
    role: Role | None = None,
    department: UnitCode | None = None,
    state: TaskState = TaskState.OPEN,
    cursor: str | None = None,
    limit: Limit = 50,
) -> Paged[DutyTaskView]:
    """The tasks of your roles in your units, the oldest first, each with those who may answer it today."""
    filters = {"role": role, "unit": department, "state": state}
    async with here.database.reading() as session:
        page = await page_or_problem(lists.tasks(session, me.roles, me.units, filters, cursor, limit))
        rows = await with_who(session, page.rows, here.now().date())
    return Paged(rows=rows, cursor=page.cursor)


@router.post("/{task}/answer", summary="办理任务")
async def answer(task: str, body: AnswerIn, key: Key, here: Here, me: Me) -> Done:
    """Answer a task; a wrong answer is refused with the article and with what would be right."""
    number, request, digest = _scope(task, "answer", body, key, me)
    texts = Texts(here, number, me.id, request + digest)
    facts = await _facts(here, number) if body.outcome in CHECKS else {}
    command = Answer(
        request_id=request,
        by=me.actor,
        digest=digest,
        task=task,
        outcome=body.outcome,
        text=texts.add(body.text),
        demands=tuple(Demand(material=d.material, defect=texts.add(d.defect), repeats=d.repeats) for d in body.demands),
        ground=body.ground,
        authority=texts.add(body.authority),
        officers=tuple(body.officers),
        return_to=body.return_to,
        **facts,
    )
    return await send_once(here, number, command, texts.rows)


@router.post("/{task}/claim", summary="签收或者退回任务")
async def claim(task: str, body: ClaimIn, key: Key, here: Here, me: Me) -> Done:
    """Take a task that several could answer, or give it back."""
    number, request, digest = _scope(task, "claim", body, key, me)
    command = Claim(request_id=request, by=me.actor, digest=digest, task=task, release=body.release)
    return await send_once(here, number, command)


@router.post("/{task}/transfer", summary="转办")
async def transfer(task: str, body: TransferIn, key: Key, here: Here, me: Me) -> Done:
    """Pass a task on to another unit, or to a person of it."""
    number, request, digest = _scope(task, "transfer", body, key, me)
    await check_unit(here, body.unit)
    texts = Texts(here, number, me.id, request + digest)
    command = Transfer(
        request_id=request,
        by=me.actor,
        digest=digest,
        task=task,
        unit=body.unit,
        person=body.person,
        text=texts.add(body.text),
    )
    return await send_once(here, number, command, texts.rows)


def _scope(task: str, what: str, body: AnswerIn | ClaimIn | TransferIn, key: str, me: Identity) -> tuple[str, str, str]:
    scope = f"/v1/tasks/{task}/{what}"
    return number_of_task(task), request_id(me.id, scope, key), digest_of(scope, body)


async def _facts(here: Services, number: str) -> dict[str, Any]:
    """What the case cannot know by itself when it is accepted or not: until when broken promises bar the applicant from
    deferral, and which materials their registers do not hold."""
    async with here.database.begin() as session:
        return {
            "barred_until": await people.barred_until(session, number),
            "not_found": await materials.not_found_of(session, number),
        }
