"""`bancheng archive`: how the archive stands, whether its files are whole, and one closed case put together to be handed over."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.archive_files import opened, verified
from cli.embedded.trouble import Trouble
from cli.language import say

if TYPE_CHECKING:
    from activities.handover.members import Members
    from settings import Settings
    from storage.archive import Standing


archive = typer.Typer(
    help="归档：办理历史归档的情况、文件核对、办件移交包。The archive: how it stands, whether its files are whole, packages to hand over.",
    no_args_is_help=True,
)
WhichCase = Annotated[str, typer.Argument(help="办件或者反映件编号。The number of a case or grievance.")]


@archive.command(
    help="已办结的有多少，已归档、待归档、历史已不存在的各多少。How many are closed, archived, waiting, gone."
)
def status() -> None:
    """Straight from the database; it counts everything and may take a while."""
    from settings import settings

    print(_told(asyncio.run(_standing(settings()))))


@archive.command(
    help="把一件已办结的办件连同办理历史、文书、材料打成移交包。含个人信息：只供办理单位归档和移交档案部门，请按个人信息保管。"
    "Put one closed case together with its histories, papers and materials. It holds personal data: for the office's archive alone."
)
def export(
    number: WhichCase,
    output: Annotated[Path, typer.Option("--output", "-o", help="文件.zip，或者新文件夹。FILE.zip, or a new folder.")],
) -> None:
    """The same bytes each time, as long as nothing came on file since; the digest of the manifest is printed for the protocol."""
    from activities.handover.package import MANIFEST
    from activities.handover.writing import write
    from settings import settings

    if output.exists():
        raise Trouble(f"{output} 已经存在，没有改动", f"{output} exists and was left as it is")
    members = asyncio.run(_package(settings(), number.strip().upper()))
    write(members, output)
    size = sum(len(content) for content in members.values())
    digest = hashlib.sha256(members[MANIFEST]).hexdigest()
    print(say(f"✓ {output}：{len(members)} 个文件，{size} 字节", f"✓ {output}: {len(members)} files, {size} bytes"))
    print(say(f"  {MANIFEST} 的 SHA-256：{digest}", f"  SHA-256 of {MANIFEST}: {digest}"))
    print(say("  含个人信息，请妥善保管", "  It holds personal data: keep it accordingly"))


@archive.command(
    help="重新计算文件的摘要，指出缺失和被改动的；有则状态为1。Compute digests anew: what is missing or changed; status 1 if any."
)
def verify(
    number: Annotated[
        str | None,
        typer.Argument(help="办件或者反映件编号；不写则核对全部文件。One case or grievance; all files if left out."),
    ] = None,
) -> None:
    """Every file in the folder that the database knows, or those of one case."""
    from settings import settings

    found = asyncio.run(verified(settings(), number.strip().upper() if number else None))
    for fault in found.faults:
        print(f"✗ {fault}")
    good = "✗" if found.faults else "✓"
    looked_at, wrong = found.looked_at, len(found.faults)
    print(
        say(
            f"{good} 核对文件 {looked_at} 个，有问题 {wrong} 个",
            f"{good} {looked_at} files looked at, {wrong} at fault",
        )
    )
    if found.faults:
        raise typer.Exit(1)


def _told(found: Standing) -> str:
    oldest = f"{found.oldest:%Y-%m-%d %H:%M}" if found.oldest else None
    waiting = say(f"（最早的 {oldest} 办结）", f" (the oldest closed {oldest})") if oldest else ""
    return say(
        f"已办结 {found.closed}：已归档 {found.archived}，待归档 {found.waiting}{waiting}，历史已不存在 {found.gone}",
        f"closed {found.closed}: archived {found.archived}, waiting {found.waiting}{waiting}, history gone {found.gone}",
    )


async def _standing(own: Settings) -> Standing:
    from storage.archive import standing

    async with opened(own) as (database, _), database.begin() as session:
        return await standing(session)


async def _package(own: Settings, number: str) -> Members:
    from activities.handover.members import Damaged
    from activities.handover.package import NotArchivedYet, NotOnFile, StillOpen, package_of

    async with opened(own) as (database, store), database.begin() as session:
        try:
            return await package_of(session, store, number)
        except NotOnFile:
            raise Trouble(f"没有 {number} 的档案", f"There is no file of {number}") from None
        except StillOpen:
            raise Trouble(
                f"{number} 尚未办结，办结以后才能移交", f"{number} is open; only what is closed is handed over"
            ) from None
        except NotArchivedYet:
            days = own.archive_after_days
            raise Trouble(
                f"{number} 的办理历史还没有归档；办结 {days} 天以后由工作进程归档（bancheng archive status）",
                f"The history of {number} is not archived yet; a worker does that {days} days after its end (bancheng archive status)",
            ) from None
        except Damaged as damaged:
            raise Trouble(
                f"{number} 有 {len(damaged.digests)} 个文件缺失或者被改动，请先从备份恢复（bancheng archive verify {number}）",
                f"{len(damaged.digests)} files of {number} are missing or changed; restore them first (bancheng archive verify {number})",
            ) from None
