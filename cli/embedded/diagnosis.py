"""What the log of a child that ended says, as a sentence for a person."""

from __future__ import annotations

import re
from pathlib import Path

from cli.embedded.trouble import Trouble, disk_full, not_allowed

_FULL = re.compile(r"No space left on device|database or disk is full|Disk quota exceeded", re.I)
_TAKEN = re.compile(r"address already in use", re.I)
_DENIED = re.compile(r": Permission denied|open .*: permission denied|readonly database|unable to open database file")
_SHARED_MEMORY = re.compile(r"shared memory.*No space left on device", re.I)
_BROKEN = re.compile(
    r"checkpoint record|control file|not a valid data directory|database files are incompatible|is not a database"
    r"|disk image is malformed|could not open file \"(?:global|pg_wal|pg_xact|base)/"
    r"|invalid data in file|has wrong ownership",
    re.I,
)


def why(title: str, status: int | None, output: str, log: Path) -> Trouble:
    """The trouble of a child that ended with this status (None: it is there but does not answer) and this output."""
    if _SHARED_MEMORY.search(output):
        return Trouble(
            f"{title} 申请不到共享内存。请加大 /dev/shm（容器可用 --shm-size=256m）后重试。",
            f"{title} gets no shared memory. Make /dev/shm larger (containers: --shm-size=256m) and try again.",
        )
    if _FULL.search(output):
        return disk_full(f"{title}（{log.parent.parent}）")
    if _TAKEN.search(output):
        return Trouble(
            f"{title} 的端口已被别的程序占用。请停掉那个程序，或用 bancheng up --help 中的选项换一个端口。",
            f"The port of {title} is taken by another program. Stop it, or choose another port (bancheng up --help).",
        )
    if _DENIED.search(output):
        return not_allowed(log.parent.parent)
    if _BROKEN.search(output):
        return broken(title, log.parent.parent, _last_line(output), log)
    if status is None:
        return Trouble(
            f"{title} 迟迟没有应答。日志：{log}；最后一行：{_last_line(output)}",
            f"{title} does not answer. Log: {log}; its last line: {_last_line(output)}",
        )
    return Trouble(
        f"{title} {_ending(status)[0]}。日志：{log}；最后一行：{_last_line(output)}",
        f"{title} {_ending(status)[1]}. Log: {log}; its last line: {_last_line(output)}",
    )


def broken(title: str, home: Path, detail: str, log: Path | None = None) -> Trouble:
    """The trouble of data that can't be read."""
    more = f"（日志：{log}）" if log else ""
    return Trouble(
        f"{title} 的数据已损坏，无法启动：{detail}{more}。请从备份恢复 {home}；"
        f"若不需要旧数据，把它改名（mv {home} {home}.old）后重新运行。",
        f"The data of {title} is broken and can't be started: {detail}{more}. Restore {home} from a backup; "
        f"if the old data is not needed, rename it (mv {home} {home}.old) and run this again.",
    )


def _ending(status: int) -> tuple[str, str]:
    if status < 0:
        return f"被信号 {-status} 终止", f"was ended by signal {-status}"
    return f"已退出（状态 {status}）", f"ended (status {status})"


def _last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "—"
