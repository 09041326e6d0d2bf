"""Lists in pages."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from api.problems import Trouble
from storage.pages import BadCursor, Page

Row = TypeVar("Row")
Limit = Annotated[int, Query(ge=1, le=200, description="每页条数")]


class Paged(BaseModel, Generic[Row]):
    """Some rows, and the cursor that continues after them."""

    rows: list[Row]
    cursor: str | None = Field(description="下一页从此处继续；空为已到末尾")


async def page_or_problem(page: Awaitable[Page]) -> Page:
    """The page; 422 where the cursor is none of ours."""
    try:
        return await page
    except BadCursor as error:
        zh, en = "翻页标记无效；请使用上一页返回的 cursor", "The cursor is not valid; use the one of the page before"
        raise Trouble(422, "cursor_invalid", zh, en) from error
