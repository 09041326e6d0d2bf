"""What every POST has in common: its key, its digest, and the texts that stay in PostgreSQL."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header
from pydantic import BaseModel
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from api.problems import UNAVAILABLE, Trouble
from api.services import Services
from domain.case_number import checked_case_number
from domain.commands import Act, Answer, Done, Supplement
from domain.identifiers import InvalidIdentifier
from storage import case_file, catalogue, under_way
from storage.case_file import Ahead
from storage.tables import RequestRow, TextRow
from workflows.connection import send
from workflows.messages import Acted

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=128,
        pattern=r"^[\x21-\x7e]+$",
        description="同一请求重试时保持不变；同一键、同一内容只办理一次",
    ),
]


def digest_of(path: str, body: BaseModel) -> str:
    """What tells two requests under one key apart."""
    return hashlib.sha256(f"{path}\n{body.model_dump_json()}".encode()).hexdigest()[:32]


def key_reused() -> Trouble:
    """The key came again with another body."""
    return Trouble(
        422,
        "key_reused",
        "该 Idempotency-Key 已用于另一内容的请求；新的请求请使用新的键",
        "This Idempotency-Key was used with another body; a new request takes a new key",
    )


async def send_once(services: Services, number: str, command: Answer | Act, ahead: Ahead = ()) -> Done:
    """Send a command to its case and return its answer, with all that it led to on file; 422 if the key was used with
    another body before.

    What the command names, and that it is under way, is on file before it is sent, and is taken back if it is refused.
    What hands materials in is kept whole: it is sent as it first came, and sent again if this process dies.
    """
    keeps = command.model_dump_json() if isinstance(command, Supplement) else None
    act = (command.request_id, number, services.now(), keeps)
    new: list[UUID | str] = []
    if not ahead and keeps is None:
        async with services.database.at_once() as connection:
            await under_way.announce(connection, *act)
    else:
        async with services.database.begin() as session:
            if kept := await under_way.announce(session, *act):
                command = _as_it_first_came(command, kept)
            new = await case_file.keep_ahead(session, ahead)
    try:
        acted = await _sent(services, number, command)
    except (Trouble, WorkflowUpdateFailedError) as error:
        if _is_refused(error):
            await _take_back(services, command.request_id, ahead, new)
        raise
    if acted.done.digest != command.digest:  # what was done under this key before goes on file, nothing of this request
        await services.filer.file(acted, command.request_id)
        await _take_back(services, command.request_id, ahead, new)
        raise key_reused()
    if len(new) < len(ahead):  # a repetition: the first one may have been refused meanwhile and taken its rows back
        async with services.database.begin() as session:
            await case_file.keep_ahead(session, ahead)
    await services.filer.file(acted, command.request_id)
    return acted.done


def _as_it_first_came(command: Answer | Act, kept: dict[str, Any]) -> Supplement:
    """The command with the moment at which it was first received; 422 if the key came with another one then."""
    first = Supplement.model_validate(kept)
    if first.digest != command.digest:
        raise key_reused()
    return first


async def _take_back(services: Services, request: str, ahead: Ahead, new: Sequence[UUID | str]) -> None:
    """Nothing of a refused request stays."""
    async with services.database.begin() as session:
        await under_way.forget(session, request)
        if ahead:
            await case_file.take_back(session, type(ahead[0]), new)


def _is_refused(error: Trouble | WorkflowUpdateFailedError) -> bool:
    """Whether the command was certainly not done; where a part is down, nobody knows, and the key tells later."""
    if isinstance(error, Trouble):
        return error.status < 500
    return isinstance(error.cause, ApplicationError) and bool(error.cause.details)


async def _sent(services: Services, number: str, command: Answer | Act) -> Acted:
    try:
        return await send(services.temporal, number, command, services.timeout)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise await _why_not_found(services, number) from error
        raise
    except RuntimeError as error:  # a lazy client that finds nobody at the engine's address
        raise EngineAway() from error


async def _why_not_found(services: Services, number: str) -> Trouble:
    """Why the engine knows no running case of this number: there is none, it has ended, or it is not opened yet."""
    async with services.database.begin() as session:
        case = await case_file.case_of(session, number)
    if case is None:
        zh, en = f"没有编号为 {number} 的办件；请核对编号", f"There is no case {number}; look at the number again"
        return Trouble(404, "case_not_found", zh, en)
    if case.ending is None:  # not opened yet, or the engine's data is older than ours
        return EngineAway()
    zh, en = "办件已经办结，不能再办理；如需继续办理请重新申请", "The case is closed; apply anew to go on"
    return Trouble(409, "case_closed", zh, en)


class EngineAway(Trouble):
    """The case engine does not answer, or does not know the case yet."""

    def __init__(self) -> None:
        super().__init__(503, "engine_unavailable", *UNAVAILABLE, headers={"Retry-After": "5"})


async def check_unit(here: Services, unit: str) -> None:
    """422 unless the unit is one that handles cases: a task sent to a slip of the pen would be nobody's."""
    async with here.database.begin() as session:
        known = unit in here.units.units or await catalogue.is_a_unit(session, unit)
    if not known:
        zh = f"没有代码为 {unit} 的单位；请核对单位代码"
        raise Trouble(422, "unit_unknown", zh, f"There is no unit {unit}; look at its code again")


class WrongCode(Trouble):
    """The same for a wrong number and a wrong query code."""

    def __init__(self) -> None:
        zh, en = (
            "编号或者查询码不正确；请对照收件回执核对",
            "The number or the code is wrong; look at the receipt again",
        )
        super().__init__(404, "case_not_found", zh, en)


def code_fits(query_code: str, typed: str) -> bool:
    """Whether somebody typed the query code, as they copied it from the receipt."""
    return secrets.compare_digest(query_code.encode(), typed.strip().upper().encode())


def number_of(text: str) -> str:
    """The case number in its one form; 422 where it cannot be one."""
    try:
        return checked_case_number(text)
    except InvalidIdentifier as error:
        raise Trouble(422, "identifier_invalid", error.text.zh, error.text.en) from error


def number_of_task(task: str) -> str:
    """The number of the case that a task belongs to."""
    return number_of(task.split(".", 1)[0])


async def note_key(session: AsyncSession, request: str, digest: str, subject: str, at: datetime) -> str:
    """Keep the key of a POST that is harmless to repeat, and what it was about the first time; 422 if it came before with
    another body."""
    row = {"id": request, "digest": digest, "subject": subject, "received_at": at}
    await session.execute(insert(case_file.table(RequestRow)).values(row).on_conflict_do_nothing())
    kept = await session.get_one(RequestRow, request)
    if kept.digest != digest:
        raise key_reused()
    return kept.subject


class Texts:
    """Free texts of one request; commands carry their ids, so that no history carries words about a person."""

    def __init__(self, services: Services, number: str, by: str, request: str) -> None:
        self._services, self._number, self._by, self._request = services, number, by, request
        self.rows: list[TextRow] = []

    def add(self, body: str | None) -> str | None:
        """The id of the text; repeating the request makes the same one."""
        if body is None:
            return None
        text_id = f"{self._request}-{len(self.rows) + 1}"
        now = self._services.now()
        self.rows.append(TextRow(id=text_id, number=self._number, body=body, by=self._by, written_at=now))
        return text_id
