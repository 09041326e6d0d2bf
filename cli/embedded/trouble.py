"""What a person can put right: said in one sentence, never as a stack trace."""

from __future__ import annotations

import errno

from cli.language import say


class Trouble(Exception):
    """A fault of the surroundings; its text is in the person's language and says what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(say(zh, en))


def disk_full(where: object) -> Trouble:
    """The trouble of a disk without room."""
    return Trouble(
        f"磁盘已满，无法写入 {where}。请腾出空间后重新运行；已保存的数据不受影响。",
        f"The disk is full: {where} can't be written. Make room and run this again; what was saved is safe.",
    )


def not_allowed(where: object) -> Trouble:
    """The trouble of a file or folder that belongs to somebody else."""
    return Trouble(
        f"没有写入 {where} 的权限。请以该文件夹的所有者身份运行，或用 --home 指定另一个文件夹。",
        f"No permission to write {where}. Run this as the owner of the folder, or name another one by --home.",
    )


def from_os_error(error: OSError) -> Trouble | None:
    """The trouble behind an error of the operating system, or None if it is not one a person can put right."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return disk_full(error.filename or "")
        case errno.EACCES | errno.EPERM:
            return not_allowed(error.filename or "")
        case errno.EROFS:
            return Trouble(
                f"{error.filename} 所在的文件系统是只读的。请用 --home 指定可写的文件夹。",
                f"{error.filename} is on a read-only file system. Name a folder that can be written by --home.",
            )
        case errno.EMFILE | errno.ENFILE:
            return Trouble(
                "打开的文件过多。请用 ulimit -n 4096 提高上限后重试。",
                "Too many open files. Raise the limit with `ulimit -n 4096` and try again.",
            )
        case _:
            return None
