"""Whether the files that the database answers for are in the folder, and are what was put there."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from cli.embedded.trouble import Trouble
from cli.language import say

if TYPE_CHECKING:
    from settings import Settings
    from storage.database import Database
    from storage.files import FileStore

AT_ONCE = 500


class Verified(NamedTuple):
    """How many files were looked at, and those that are missing or changed, each said in a line."""

    looked_at: int
    faults: list[str]


@asynccontextmanager
async def opened(own: Settings) -> AsyncIterator[tuple[Database, FileStore]]:
    """The database and the folder of files."""
    from sqlalchemy.exc import SQLAlchemyError

    from storage.database import Database
    from storage.files import FileStore, StoreUnavailable

    database = Database(own.database_url, 1)
    try:
        yield database, FileStore(own.home, own.max_file_bytes)
    except SQLAlchemyError as error:
        kind = type(error).__name__
        raise Trouble(f"数据库没有响应（{kind}）", f"The database does not answer ({kind})") from error
    except StoreUnavailable as error:
        raise Trouble(
            f"读不了文件夹 {own.home}/files（{error}）", f"{own.home}/files cannot be read ({error})"
        ) from error
    finally:
        await database.close()


async def verified(own: Settings, number: str | None) -> Verified:
    """Every file, or those of one case or grievance, with its digest computed anew. Raises Trouble."""
    looked_at, faults = 0, []
    async with opened(own) as (database, store):
        if number is not None:
            faults += await _of_its_history(database, number)
        async for digest in _digests(database, number):
            looked_at += 1
            if (wrong := await _wrong(store, digest)) is not None:
                async with database.begin() as session:
                    faults.append(f"{digest} {wrong}: {await _users(session, digest)}")
            if looked_at % AT_ONCE == 0:
                print(say(f"  已核对 {looked_at} 个", f"  {looked_at} looked at"), file=sys.stderr)
    return Verified(looked_at, faults)


async def _of_its_history(database: Database, number: str) -> list[str]:
    """What there is to say of the history before its files are looked at."""
    from domain.troubles import FILES
    from storage import archive as kept
    from storage import case_file, grievances

    async with database.begin() as session:
        row = await case_file.case_of(session, number) or await grievances.grievance_of(session, number)
        if row is None:
            raise Trouble(f"没有 {number} 的档案", f"There is no file of {number}")
        if row.ending is not None and row.archived_at is None:
            print(
                say(f"  {number} 已办结，办理历史待归档", f"  {number} is closed, and its history waits to be archived")
            )
        runs = [run for kind in FILES for run in await kept.histories_of(session, f"{kind}:{number}")]
    said = say(f"{number} 的办理历史归档以前已不存在", f"{number}: a history was gone before it was archived")
    return [said for run in runs if run.digest is None]


async def _digests(database: Database, number: str | None) -> AsyncIterator[str]:
    from storage.archive import files_after, files_of

    if number is not None:
        async with database.begin() as session:
            found = await files_of(session, number)
        for digest in found:
            yield digest
        return
    after = ""
    while True:
        async with database.begin() as session:
            found = await files_after(session, after, AT_ONCE)
        for digest in found:
            yield digest
        if len(found) < AT_ONCE:
            return
        after = found[-1]


async def _wrong(store: FileStore, digest: str) -> str | None:
    from storage.files import StoreUnavailable

    try:
        now = await store.digest_now(digest)
    except StoreUnavailable as error:
        return say(f"读不出（{error}）", f"cannot be read ({error})")
    if now is None:
        return say("缺失", "is missing")
    return None if now == digest else say("被改动", "was changed")


async def _users(session: Any, digest: str) -> str:
    from storage.archive import users_of

    return "、".join(await users_of(session, digest)) or say("没有办件使用", "no case uses it")
