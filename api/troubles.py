"""What keeps cases from going on, as the liveness probe found it: each in a sentence, for those who oversee."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from api.csv import OR_CSV, as_csv, each_page
from api.identity import Identity, holding
from api.language import InLanguage
from api.overseeing import Format, scope_of
from api.pages import Limit, page_or_problem
from api.services import Here, Services
from api.supervision_columns import TROUBLES as COLUMNS
from domain.trouble_telling import says
from domain.troubles import TROUBLES, UNWATCHED_AFTER, TroubleKind
from domain.words import Language
from storage import troubles
from storage.tables import TroubleRow

router = APIRouter(prefix="/v1/supervision", tags=["supervision"])
Overseer = Annotated[Identity, Depends(holding("supervisor"))]


class TroubleView(BaseModel):
    """Something that keeps cases from going on."""

    id: str
    kind: TroubleKind
    kind_name: str = Field(examples=["任务队列没有工作进程"])
    says: str = Field(description="一句话：哪里停住、自何时起、为什么、怎么办")
    subject: str = Field(
        description="流程、任务队列、共享数据源、送达渠道、角色@单位", examples=["case:GZ20261124-000005-4"]
    )
    number: str | None = Field(description="办件编号或者反映件编号；空为不是某一件的问题")
    unit: str | None
    since: datetime
    found_at: datetime
    seen_at: datetime = Field(description="最近一次看到")
    cleared_at: datetime | None = Field(description="空为尚未排除", examples=[None])
    facts: dict[str, Any]
    temporal_ui: str | None = Field(description="在 Temporal UI 中的链接")


class TroublesView(BaseModel):
    """A page of them, and whether anybody still looks."""

    rows: list[TroubleView]
    cursor: str | None = Field(description="下一页从此处继续；空为已到末尾")
    looked_at: datetime | None = Field(description="探测进程最近一次全部看完；空为从未运行")
    stale: bool = Field(description="true：探测进程没有在运行，没有问题不等于一切正常")


@router.get(
    "/troubles", responses=OR_CSV, response_model=TroublesView, summary="停滞的原因：哪里停住、自何时起、为什么、怎么办"
)
async def listed(
    me: Overseer,
    here: Here,
    language: InLanguage,
    state: Literal["open", "all"] = "open",
    kind: Annotated[TroubleKind | None, Query(description="哪一种")] = None,
    cursor: str | None = None,
    limit: Limit = 50,
    format: Format = "json",
) -> Any:
    """The troubles of your units and those of the system: open ones, or all, the newest first."""
    scope = scope_of(me, here)
    async with here.database.begin() as session:
        find = partial(troubles.listed, session, scope, kind=kind, only_open=state == "open")
        if format == "csv":
            pages = each_page(lambda after, most: find(cursor=after, limit=most))
            views = ([_view(here, row, language) for row in rows] async for rows in pages)
            return await as_csv("troubles", language, COLUMNS, views)
        page = await page_or_problem(find(cursor=cursor, limit=limit))
        looked_at = await troubles.last_look(session)
    rows = [_view(here, row, language) for row in page.rows]
    stale = looked_at is None or here.now() - looked_at > UNWATCHED_AFTER
    return TroublesView(rows=rows, cursor=page.cursor, looked_at=looked_at, stale=stale)


def _view(here: Services, row: TroubleRow, language: Language) -> TroubleView:
    known = row.model_dump(exclude={"told"})
    return TroubleView(
        **known,
        kind_name=TROUBLES[row.kind].said_in(language),
        says=says(row.kind, row.subject, row.since, row.facts).said_in(language),
        temporal_ui=here.in_temporal_ui(row.subject) if row.number else None,
    )
