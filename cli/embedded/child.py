"""One child process of the supervisor, and its log."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cli.embedded.lifeline import Watchdog, dying_with_parent

LOG_LIMIT = 16 * 1024 * 1024


@dataclass(frozen=True)
class Account:
    """The user that a child runs as, where that is not the supervisor's own."""

    uid: int
    gid: int

    def options(self) -> dict[str, Any]:
        """The arguments of Popen that make it so."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


@dataclass
class Child:
    """A process in a session and group of its own, which never outlives the supervisor."""

    argv: Sequence[str]
    log: Path
    watchdog: Watchdog
    environment: dict[str, str] = field(default_factory=dict)
    account: Account | None = None
    folder: Path | None = None
    stop_by: signal.Signals = signal.SIGTERM
    end_by: signal.Signals = signal.SIGKILL
    """The signal that the child gets when the supervisor was killed."""
    process: subprocess.Popen[bytes] | None = None
    log_start: int = 0
    guarded: bool = False

    def start(self) -> None:
        """Start the process, its output appended to the log."""
        trim(self.log)
        with self.log.open("ab") as out:
            self.log_start = out.tell()
            self.process = subprocess.Popen(
                self.argv,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                cwd=self.folder,
                env=self.environment,
                preexec_fn=dying_with_parent(self.end_by),
                **(self.account.options() if self.account else {}),
            )
        self.watchdog.guard(self.process.pid, self.end_by)
        self.guarded = True

    @property
    def pid(self) -> int | None:
        """The process id, or None before the start."""
        return self.process.pid if self.process else None

    def ended(self) -> int | None:
        """The exit status if the process has ended (negative: by that signal), else None."""
        if self.process is None or (status := self.process.poll()) is None:
            return None
        self._sweep()
        return status

    def run(self, pause: Callable[[float], None]) -> int:
        """Start the process and wait for its end; its exit status."""
        self.start()
        while (status := self.ended()) is None:
            pause(0.02)
        return status

    def ask_to_stop(self) -> None:
        """Send the signal by which this program ends in good order."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_by)

    def stop(self, patience: float) -> None:
        """Wait so many seconds for the end, then enforce it."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, patience))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._sweep()

    def output(self) -> str:
        """The end of what the process has written since its start."""
        with self.log.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(min(self.log_start, end), end - 8000))
            return file.read().decode(errors="replace")

    def _sweep(self) -> None:
        """End what the process may have started itself."""
        if self.process is not None and self.guarded:  # once: later the number may be another's
            self.guarded = False
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.watchdog.release(self.process.pid)


def trim(log: Path, limit: int = LOG_LIMIT) -> None:
    """Keep a log under its limit: what was written goes to `name.log.1`, in place of what was there."""
    if log.exists() and log.stat().st_size > limit:
        old = log.with_name(log.name + ".1")
        with suppress(OSError):  # on a full disk the old lines are worth less than the room
            shutil.copyfile(log, old)  # copied, not renamed: a running process goes on writing into the same file
        os.truncate(log, 0)
