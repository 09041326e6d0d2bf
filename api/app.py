"""The application: its endpoints, its services, and how it starts and stops."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from fastapi import FastAPI
from sqlalchemy import text

from activities.case_file import CaseFile
from api import (
    acts,
    alarms,
    bundles,
    calendars,
    cards,
    cases,
    codec,
    deadlines,
    definitions,
    docs,
    files,
    filings,
    findings,
    grievance_reports,
    grievances,
    guides,
    health,
    monthly,
    notices,
    posts_import,
    problems,
    progress,
    supervised_grievances,
    supervision,
    tasks,
    temporal_views,
    troubles,
    units,
    visits,
)
from api.admission import Admission
from api.body_limit import BodyLimit
from api.identity import Keys
from api.services import Services
from domain.values import SHANGHAI
from observability.pool import show_pool
from observability.requests import Requests
from observability.traces import trace_requests
from registry.calendars import read_years
from registry.reference import read_reference
from registry.units import read_units
from settings import Settings
from storage import calendars as working_days
from storage.database import Database
from workflows.connection import connect
from workflows.filing import Filer
from workflows.namespace import warn_of_missing

PROBLEM = {
    "model": problems.Problem,
    "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
RESPONSES = {
    401: {**PROBLEM, "description": "没有有效的登录凭证"},
    403: {**PROBLEM, "description": "身份无权办理"},
    404: {**PROBLEM, "description": "没有这一记录"},
    409: {**PROBLEM, "description": "与法律或者办件状态冲突，说明依据和正确做法"},
    413: {**PROBLEM, "description": "内容过大"},
    422: {**PROBLEM, "description": "请求内容有误"},
    429: {**PROBLEM, "description": "同时办理的请求过多，没有收下；请按 Retry-After 用同一键重试"},
    503: {**PROBLEM, "description": "办件引擎或者数据库暂时不可用，请用同一键重试"},
}


def create_app(settings: Settings) -> FastAPI:
    """The application of these settings."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        database, beside = Database(settings.database_url, settings.database_pool), Database(settings.database_url, 1)
        reference = read_reference(settings.definitions, settings.closing_time)
        async with database.begin() as session:
            await session.execute(text("select 1"))
            await working_days.seed(session, read_years(settings.definitions / "calendar"), datetime.now(SHANGHAI))
        temporal = await connect(settings, lazy=True)
        looking = asyncio.create_task(warn_of_missing(temporal))
        known = read_units(settings.definitions)
        app.state.services = Services(
            settings=settings,
            database=database,
            beside=beside,
            temporal=temporal,
            filer=Filer(temporal, CaseFile(database, known, settings.public_url)),
            units=known,
            keys=Keys(settings),
            reference=reference,
        )
        show_pool(database.pool)
        yield
        looking.cancel()
        await database.close()
        await beside.close()

    app = FastAPI(
        title="办成 · 政务服务审批引擎",
        version="1",
        summary="广州市政务服务条例的办件接口：登记事项、申请、受理、审查、决定、送达，每一期限都有依据。",
        docs_url=None,  # their pages load scripts from other servers, which an office network does not reach
        redoc_url=None,
        lifespan=lifespan,
        responses=RESPONSES,  # type: ignore[arg-type]
    )
    for module in (
        *(supervision, supervised_grievances, troubles, monthly, alarms, posts_import, units, temporal_views),
        *(docs, health, definitions, calendars, guides, codec),
        *(
            cases,
            bundles,
            deadlines,
            acts,
            files,
            tasks,
            notices,
            filings,
            progress,
            grievance_reports,
            grievances,
            findings,
            visits,
            cards,
        ),
    ):
        app.include_router(module.router)
    problems.install(app)
    trace_requests(app)
    app.add_middleware(Admission, at_once=settings.writes_at_once)
    app.add_middleware(BodyLimit, body=settings.max_body_bytes, file=settings.max_file_bytes)
    app.add_middleware(codec.FromTemporalUi, ui=settings.temporal_ui_url)
    app.add_middleware(Requests)
    return app
