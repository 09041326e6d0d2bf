"""The folder of an embedded stack: one supervisor at a time, writable, with room."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from pathlib import Path
from typing import IO

from cli.embedded.trouble import Trouble, not_allowed

NEEDED_BYTES = 512 * 1024 * 1024


def claim(home: Path) -> IO[str]:
    """Make the folder if need be and hold its lock until the returned file is closed (or the process dies).

    Raises Trouble if the folder can't be written or another supervisor has it.
    """
    try:
        (home / "log").mkdir(parents=True, exist_ok=True)
        lock = (home / "lock").open("a+")
    except PermissionError as error:
        raise not_allowed(home) from error
    except (FileExistsError, NotADirectoryError) as error:
        raise Trouble(
            f"{error.filename} 已存在，但不是文件夹。请移走它，或用 --home 指定另一个文件夹。",
            f"{error.filename} exists and is no folder. Move it away, or name another folder by --home.",
        ) from error
    for attempt in range(5):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError as error:
            if attempt < 4:  # somebody may just be looking (holder_of)
                time.sleep(0.05)
                continue
            holder = holder_of(home)
            lock.close()
            raise Trouble(
                f"{home} 中的环境已在运行（进程 {holder}）。请直接使用它，先将其停止，或用 --home 指定另一个文件夹。",
                f"The stack in {home} is running already (process {holder}). Use it, stop it first, "
                "or name another folder by --home.",
            ) from error
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def holder_of(home: Path) -> int | None:
    """The process of the supervisor that has the folder, or None."""
    try:
        with (home / "lock").open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(lock.read() or 0)
    except (OSError, ValueError):
        pass
    return None


def require_room(home: Path) -> None:
    """Raise Trouble if the disk has too little room for a stack to run."""
    if (free := shutil.disk_usage(home).free) < NEEDED_BYTES:
        mib = 1024 * 1024
        raise Trouble(
            f"磁盘空间不足：{home} 仅剩 {free // mib} MB，至少需要 {NEEDED_BYTES // mib} MB。"
            "请腾出空间，或用 --home 指定另一块磁盘上的文件夹。",
            f"The disk has too little room: {free // mib} MB are left in {home}, {NEEDED_BYTES // mib} MB are needed. "
            "Make room, or name a folder on another disk by --home.",
        )
