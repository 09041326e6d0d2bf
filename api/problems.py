"""Errors as people and programs read them: `application/problem+json` (RFC 9457), with the article where there is one."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from temporalio.client import WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError

from api.language import language_of
from api.malformed import path_of, wrong
from domain.law import Refused
from workflows.payload_keys import UnreadablePayload

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
FORBIDDEN = {
    "not_your_department",
    "not_your_task",
    "not_yours_to_say",
    "not_the_applicant",
    "not_your_case",
    "not_your_grievance",
    "not_the_reporter",
    "role_missing",
}
NOT_FOUND = {
    "calendar_not_found",
    "not_in_catalogue",
    "case_not_found",
    "grievance_not_found",
    "file_not_found",
    "notice_not_found",
    "task_not_found",
}
MALFORMED = {
    "calendar_malformed",
    "source_missing",
    "year_impossible",
    "day_outside_year",
    "day_twice",
    "day_off_and_worked",
    "make_up_on_weekday",
    "material_not_in_guide",
    "situation_unclear",
    "identifier_invalid",
    "form_invalid",
    "key_reused",
    "visit_in_the_future",
    "visit_called_too_early",
    "ends_before_it_begins",
    "belated_reason_missing",
    "received_in_the_future",
    "month_malformed",
}


class Problem(BaseModel):
    """What went wrong and what would be right."""

    type: str = Field(examples=["urn:bancheng:problem:must_accept"])
    title: str = Field(examples=["申请材料齐全，应当受理"])
    status: int = Field(examples=[409])
    code: str = Field(examples=["must_accept"])
    detail: str
    article: str | None = Field(None, examples=["gz:13.1"])
    faults: list[dict[str, Any]] | None = Field(None, description="每处错误及其位置")


class Trouble(Exception):
    """An error of the counter itself: who you are, what you sent, or a part that is down."""

    def __init__(self, status: int, code: str, zh: str, en: str, **more: Any) -> None:
        super().__init__(code)
        self.status, self.code, self.zh, self.en, self.more = status, code, zh, en, more


def answer(
    request: Request,
    status: int,
    code: str,
    zh: str,
    en: str,
    *,
    article: str | None = None,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> JSONResponse:
    """A problem in the reader's language."""
    words = en if language_of(request) == "en" else zh
    title = words.split("；")[0].split(";")[0]
    body = {"type": f"urn:bancheng:problem:{code}", "title": title, "status": status, "code": code, "detail": words}
    return JSONResponse({**body, "article": article, **more}, status, headers, media_type=MEDIA_TYPE)


def status_of(code: str) -> int:
    """The status of a refusal: 409 for the law and the state of things, unless it is about who or what."""
    if code in FORBIDDEN:
        return 403
    if code in NOT_FOUND:
        return 404
    return 422 if code in MALFORMED else 409


UNAVAILABLE = (
    "办件引擎暂时没有响应；请稍后用相同的 Idempotency-Key 重试，不会重复办理",
    "The case engine did not answer; try again with the same Idempotency-Key, nothing will be done twice",
)
NO_DATABASE = (
    "数据库暂时没有响应；请稍后用相同的 Idempotency-Key 重试，不会重复办理",
    "The database did not answer; try again with the same Idempotency-Key, nothing will be done twice",
)
OUR_FAULT = (
    "系统出现错误，已经记录；请稍后用相同的 Idempotency-Key 重试，仍不成功请联系运维",
    "Something went wrong here and is noted; try again with the same Idempotency-Key, then tell the operator",
)


def unavailable(request: Request, code: str = "engine_unavailable") -> JSONResponse:
    """A part that is down delays, it never loses: try again with the same key."""
    words = NO_DATABASE if code == "database_unavailable" else UNAVAILABLE
    return answer(request, 503, code, *words, headers={"Retry-After": "2"})


def install(app: FastAPI) -> None:
    """Answer every error as a problem."""

    @app.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> JSONResponse:
        zh, en = error.text
        return answer(request, status_of(error.code), error.code, zh, en, article=error.article)

    @app.exception_handler(Trouble)
    async def trouble(request: Request, error: Trouble) -> JSONResponse:
        return answer(request, error.status, error.code, error.zh, error.en, **error.more)

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        language = language_of(request)
        faults = [{"path": path_of(one), "wrong": wrong(one).said_in(language)} for one in error.errors()]
        first = [fault["path"] for fault in faults[:5]]
        zh = f"请求内容不符合接口要求：{'、'.join(first)}"
        en = f"The request does not fit the interface: {', '.join(first)}"
        return answer(request, 422, "malformed", zh, en, faults=faults)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == 400:
            return answer(
                request,
                422,
                "malformed",
                "请求内容无法读取；请发送 UTF-8 编码的 JSON",
                "The body cannot be read; send JSON in UTF-8",
            )
        zh, en = WORDS.get(error.status_code, ("无法处理该请求", "The request cannot be handled"))
        return answer(request, error.status_code, f"http_{error.status_code}", zh, en, headers=error.headers)

    @app.exception_handler(WorkflowUpdateFailedError)
    async def update_refused(request: Request, error: WorkflowUpdateFailedError) -> JSONResponse:
        cause = error.cause
        if isinstance(cause, ApplicationError) and cause.type and cause.details:
            said = cause.details[0]
            return answer(request, status_of(cause.type), cause.type, said["zh"], said["en"], article=said["article"])
        log.error("an update failed without a reason", exc_info=error)
        return unavailable(request)

    @app.exception_handler(WorkflowUpdateRPCTimeoutOrCancelledError)
    @app.exception_handler(WorkflowAlreadyStartedError)
    async def no_answer(request: Request, error: Exception) -> JSONResponse:
        return unavailable(request)

    @app.exception_handler(RPCError)
    async def engine(request: Request, error: RPCError) -> JSONResponse:
        log.warning("temporal answered %s", error.status)
        return unavailable(request)

    @app.exception_handler(UnreadablePayload)
    async def unreadable(request: Request, error: UnreadablePayload) -> JSONResponse:
        log.error("%s", error)
        return unavailable(request)

    @app.exception_handler(OperationalError)
    @app.exception_handler(InterfaceError)
    @app.exception_handler(PoolTimeout)
    async def database(request: Request, error: Exception) -> JSONResponse:
        log.warning("database: %s", type(error).__name__)
        return unavailable(request, "database_unavailable")

    @app.exception_handler(DBAPIError)
    @app.exception_handler(Exception)
    async def ours(request: Request, error: Exception) -> JSONResponse:
        log.error("a request failed: %s", type(error).__name__)
        return answer(request, 500, "internal_error", *OUR_FAULT)


WORDS = {
    404: ("没有这个地址；接口说明见 /docs", "No such address; /docs describes the interface"),
    405: ("该地址不支持这种请求方法", "This address does not take that method"),
    413: ("内容过大", "The body is too large"),
}
