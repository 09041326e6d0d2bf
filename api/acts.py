"""Acts on a case that are no answers to a task: withdraw, promise, pause, extend, hear, ask for help."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api.bodies import (
    ActIn,
    AddHelperIn,
    CollectEarlyIn,
    DelayIn,
    DropHelperIn,
    ExtendIn,
    HearingIn,
    JointHandlingIn,
    OrderIn,
    PauseIn,
    PromiseIn,
    ResumeIn,
    UrgeIn,
    WithdrawIn,
    WithdrawPartsIn,
)
from api.cases import visible_case
from api.identity import Me
from api.requests import Key, Texts, check_unit, digest_of, send_once
from api.services import Here, request_id
from domain.commands import (
    Act,
    AddHelper,
    CollectEarly,
    Delay,
    Done,
    DropHelper,
    Extend,
    Hear,
    JointHandling,
    Order,
    Pause,
    Promise,
    Resume,
    Urge,
    Withdraw,
    WithdrawParts,
)
from storage import parts

router = APIRouter(prefix="/v1/cases", tags=["cases"])


COMMANDS: dict[type[Any], type[Any]] = {
    WithdrawIn: Withdraw,
    WithdrawPartsIn: WithdrawParts,
    CollectEarlyIn: CollectEarly,
    PromiseIn: Promise,
    AddHelperIn: AddHelper,
    DropHelperIn: DropHelper,
    PauseIn: Pause,
    ResumeIn: Resume,
    ExtendIn: Extend,
    DelayIn: Delay,
    HearingIn: Hear,
    UrgeIn: Urge,
    OrderIn: Order,
    JointHandlingIn: JointHandling,
}
"""The command that each body asks for; their fields have the same names, but for what is said in words."""


@router.post(
    "/{number}/acts",
    summary="撤回（全部、部分）、先行领取、承诺、加签、减签、暂停与恢复计时、延期、告知延误、听证、催办、督办、联合办理",
)
async def act(number: str, body: ActIn, key: Key, here: Here, me: Me) -> Done:
    """An act on the case that is no answer to a task; refused with the reason where the law or its state forbids it."""
    case = await visible_case(here, me, number)
    if isinstance(body, AddHelperIn):
        await check_unit(here, body.unit)
    scope = f"/v1/cases/{case.number}/acts"
    request, digest = request_id(me.id, scope, key), digest_of(scope, body)
    texts = Texts(here, case.number, me.id, request + digest)
    common = {"request_id": request, "by": me.actor, "digest": digest}
    if isinstance(body, UrgeIn | OrderIn | JointHandlingIn):
        common["overseen_by"] = here.units.management_of(case.unit)
    if isinstance(body, JointHandlingIn):
        for unit in body.units:
            await check_unit(here, unit)
    if isinstance(body, WithdrawPartsIn):
        async with here.database.begin() as session:
            common["decided"] = await parts.decided_in(session, case.number)
    command = _command(body, texts, common)
    return await send_once(here, case.number, command, texts.rows)


def _command(body: ActIn, texts: Texts, common: dict[str, Any]) -> Act:
    """The command that the body asks for; its words stay at the counter, and the command names them by their id."""
    said = {name: value for name, value in body if name not in ("act", "text")}
    if "text" in type(body).model_fields:
        said["text"] = texts.add(getattr(body, "text", None))
    command: Act = COMMANDS[type(body)](**common, **said)
    return command
