"""`bancheng troubles` and `bancheng reconcile`: for operators, straight from the database, also while the API is down."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cli.embedded.trouble import Trouble
from cli.language import say, speaks_english

if TYPE_CHECKING:
    from settings import Settings
    from storage.tables import TroubleRow
    from workflows.reconciling import Compared

TROUBLES_HELP = "停滞的原因，各一句话；有则状态为1。What keeps cases from going on, a sentence each; status 1 if any."
RECONCILE_HELP = (
    "核对在办件、反映件的档案与办理历史，落后的从历史补登。"
    "Compare the files of cases and grievances with their histories; repair those that are behind."
)


def troubles() -> None:
    """Print the open troubles; status 1 where there are any, or where nobody looks."""
    from domain.troubles import UNWATCHED_AFTER
    from settings import settings

    rows, looked_at = asyncio.run(_found(settings()))
    for row in rows:
        print(f"✗ {_said(row)}")
    stale = looked_at is None or datetime.now(UTC) - looked_at > UNWATCHED_AFTER
    if stale:
        print(say("✗ 探测进程没有在运行（python -m watch）", "✗ The probe does not run (python -m watch)"))
    if rows or stale:
        raise typer.Exit(1)
    print(say("✓ 没有发现停滞的原因", "✓ Nothing is found that keeps cases from going on"))


def reconcile(
    number: Annotated[
        str | None,
        typer.Argument(help="办件或反映件编号；不写则核对全部在办的。A case or grievance; all open ones if left out."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只核对，不补登。Compare only.")] = False,
) -> None:
    """Compare one file or every open one; status 1 where something is left that cannot be repaired."""
    from settings import settings

    if not asyncio.run(_reconciled(settings(), number, repair=not dry_run)):
        raise typer.Exit(1)


async def _found(own: Settings) -> tuple[list[TroubleRow], datetime | None]:
    from sqlalchemy.exc import SQLAlchemyError

    from storage import troubles as kept
    from storage.database import Database

    database = Database(own.database_url, 1)
    try:
        async with database.begin() as session:
            page = await kept.listed(session, None)
            return list(page.rows), await kept.last_look(session)
    except SQLAlchemyError as error:
        kind = type(error).__name__
        raise Trouble(f"数据库没有响应（{kind}）", f"The database does not answer ({kind})") from error
    finally:
        await database.close()


def _said(row: TroubleRow) -> str:
    from domain.trouble_telling import says

    return says(row.kind, row.subject, row.since, row.facts).said_in("en" if speaks_english() else "zh")


async def _reconciled(own: Settings, number: str | None, *, repair: bool) -> bool:
    """Whether all that was compared agrees now."""
    from registry.units import read_units
    from storage.database import Database
    from workflows.connection import connect
    from workflows.reconciling import AT_ONCE, Agreement, reconciler_of

    database = Database(own.database_url, AT_ONCE)
    try:
        client = await connect(own)
        reconciler = reconciler_of(client, database, read_units(own.definitions), own)
        left = repaired = compared = 0
        if number is not None:
            if (one := await reconciler.of(number, repair=repair)) is None:
                raise Trouble(f"没有 {number} 的档案。", f"There is no file of a case or grievance {number}.")
            print(_compared(one))
            return one.agreement in (Agreement.SAME, Agreement.REPAIRED)

        def progress(done: int) -> None:
            nonlocal compared
            before, compared = compared, done
            if done // 100 > before // 100:
                print(say(f"  已核对 {done} 件", f"  {done} compared"), file=sys.stderr)

        async for one in reconciler.all(progress, repair=repair):
            print(_compared(one))
            repaired += one.agreement is Agreement.REPAIRED
            left += one.agreement is not Agreement.REPAIRED
        print(
            say(
                f"{'✗' if left else '✓'} 核对在办件 {compared} 件，补登 {repaired} 件，未能补登 {left} 件",
                f"{'✗' if left else '✓'} {compared} open files compared, {repaired} repaired, {left} left",
            )
        )
        return not left
    finally:
        await database.close()


def _compared(one: Compared) -> str:
    from domain.trouble_telling import STATUSES
    from workflows.reconciling import Agreement

    ended = STATUSES.get(one.status, STATUSES["missing"])
    said = {
        Agreement.SAME: ("档案与历史一致", "agrees with its history"),
        Agreement.REPAIRED: ("已从历史补登", "repaired from its history"),
        Agreement.BEHIND: (
            f"档案落后于历史{f'，补登没有成功（{one.error}）' if one.error else ''}",
            f"is behind its history{f'; repair failed ({one.error})' if one.error else ''}",
        ),
        Agreement.AHEAD: ("档案超前于历史，见 docs/troubles.md", "is ahead of its history; see docs/troubles.md"),
        Agreement.NO_HISTORY: (f"仍在办，流程{ended.zh}", f"is open, and its workflow {ended.en}"),
    }[one.agreement]
    sign = "✓" if one.agreement in (Agreement.SAME, Agreement.REPAIRED) else "✗"
    return f"{sign} {one.number} {say(*said)}（{one.file}/{one.history}）"
