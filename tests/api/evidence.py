"""What the tests of the counter show: a problem as the contract has it, and a database in which nothing has changed."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from sqlalchemy import text
from sqlmodel import SQLModel

from storage.database import Database

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = {"Accept-Language": "en"}


def the_problem(response: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    """The body of a refusal, held to the form that every refusal has."""
    assert response.status_code == status, (response.status_code, response.text)
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert (problem["status"], problem["code"]) == (status, code), problem
    assert problem["type"] == f"urn:bancheng:problem:{code}"
    assert problem["title"]
    assert problem["detail"]
    return problem


def the_english_problem(response: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    """The body of a refusal that was asked for in English, in English."""
    problem = the_problem(response, status, code)
    assert not CHINESE.search(problem["title"] + problem["detail"]), problem
    return problem


async def on_file(database: Database) -> dict[str, tuple[int, str]]:
    """How many rows each table has, and a digest of all that they say."""
    each = [
        f"select '{name}', count(*), coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from \"{name}\" t"
        for name in sorted(SQLModel.metadata.tables)
    ]
    async with database.begin() as session:
        rows = await session.execute(text(" union all ".join(each)))
        return {name: (count, digest) for name, count, digest in rows}


@asynccontextmanager
async def nothing_changes(database: Database) -> AsyncIterator[None]:
    """Holds that what is done inside leaves every row of the database as it was."""
    before = await on_file(database)
    yield
    after = await on_file(database)
    assert {name for name in before if before[name] != after[name]} == set()
