"""What a PostgreSQL that was killed, or whose machine was, leaves in its folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_PATIENCE = 10.0


def remove_stale_lock(data: Path, pause: Callable[[float], None]) -> None:
    """Wait for the last server of this folder to end, ending it if need be; remove its lock if that names a stranger.

    PostgreSQL goes by the number alone: after a reboot it may be any program's, and the server would never start.
    """
    lock = data / "postmaster.pid"
    try:
        pid = int(lock.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    waited = 0.0
    while _serves(pid, data):
        if waited >= _PATIENCE:
            sig = signal.SIGQUIT if waited < 2 * _PATIENCE else signal.SIGKILL
            with suppress(ProcessLookupError):
                os.kill(pid, sig)
        pause(0.1)
        waited += 0.1
    if _exists(pid):
        lock.unlink(missing_ok=True)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _serves(pid: int, data: Path) -> bool:
    """Whether this process is a PostgreSQL server of this folder. Servers work inside their folder."""
    if sys.platform == "linux":
        try:
            process = Path(f"/proc/{pid}")
            return (process / "comm").read_text() == "postgres\n" and (process / "cwd").readlink() == data
        except OSError:  # gone, a zombie, or another user's
            return False
    listed = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False)
    return "postgres" in listed.stdout and str(data) in listed.stdout
