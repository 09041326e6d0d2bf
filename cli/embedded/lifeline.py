"""Nothing outlives the supervisor, not even when it is killed.

Two ropes, because each has a gap: Linux kills a child when the thread that made it ends (not the child's own children,
and not on macOS), and a watchdog process ends whole process groups when the supervisor's end of a pipe closes (unless
it was killed too).
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def dying_with_parent(sig: signal.Signals) -> Callable[[], None]:
    """What a child does between fork and exec, so that it gets this signal when its parent is gone."""
    assert threading.current_thread() is threading.main_thread(), "The child would die with this thread."
    parent = os.getpid()

    def before_exec() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, sig)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return before_exec


class Watchdog:
    """The process that ends the groups it was told of once this process is gone."""

    def __init__(self) -> None:
        self._groups: dict[int, signal.Signals] = {}
        self._start()

    @property
    def pid(self) -> int:
        """The watchdog's process."""
        return self._process.pid

    def guard(self, group: int, sig: signal.Signals) -> None:
        """End this process group by this signal, and by SIGKILL if that does not help."""
        self._groups[group] = sig
        self._tell(f"{group} {int(sig)}\n")

    def release(self, group: int) -> None:
        """This process group has ended."""
        self._groups.pop(group, None)
        self._tell(f"{group} 0\n")

    def check(self) -> bool:
        """Start the watchdog again if it was killed; whether it was."""
        if self._process.poll() is None:
            return False
        self._start()
        for group, sig in self._groups.items():
            self._tell(f"{group} {int(sig)}\n")
        return True

    def close(self) -> None:
        """Let the watchdog end; it first ends what it still guards."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        self._process.wait()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).with_name("watchdog.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):  # it was killed; check() tells the next one
            self._process.stdin.write(line.encode())
            self._process.stdin.flush()
