"""`bancheng backup` and `bancheng restore`: the embedded stack copied while it runs, and put back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.embedded.trouble import Trouble

BACKUP_HELP = "备份正在运行的内置环境。Copy the running embedded stack into a new folder."
RESTORE_HELP = "把备份恢复到一个空的文件夹。Put a copy back into a folder that holds no stack."
Home = Annotated[Path | None, typer.Option(help="内置环境的文件夹。Folder of the embedded stack.")]


def backup(
    target: Annotated[Path, typer.Argument(help="新文件夹。A new folder.")],
    home: Home = None,
) -> None:
    """The stack goes on meanwhile."""
    from cli.embedded import running
    from cli.embedded.backup import back_up
    from settings import settings

    where = (home or settings().home).resolve()
    if (stack := running(where)) is None:
        raise Trouble(
            f"{where} 中没有正在运行的环境；停止后可直接复制整个文件夹",
            f"No stack runs in {where}; a stopped one is copied as a folder",
        )
    manifest = back_up(stack, target, _done)
    print(f"✓ 备份在 {target}，是 {manifest['moment']} 的状态")


def restore(
    source: Annotated[Path, typer.Argument(help="备份的文件夹。The folder of the copy.", exists=True, file_okay=False)],
    home: Home = None,
) -> None:
    """Start it afterwards with `bancheng up`."""
    from cli.embedded.backup import restore as put_back
    from settings import settings

    where = (home or settings().home).resolve()
    manifest = put_back(source, where, _done)
    print(f"✓ 已恢复到 {where}，是 {manifest['moment']} 的状态。启动后核对：bancheng reconcile")


def _done(part: str) -> None:
    print(f"  ✓ {part}")
