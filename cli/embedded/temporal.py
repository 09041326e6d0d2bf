"""The embedded Temporal: the development server of the CLI, with its Web UI."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from cli.embedded import binaries
from cli.embedded.child import Child
from cli.embedded.lifeline import Watchdog
from cli.embedded.ports import HOST, listens
from cli.embedded.trouble import Trouble

PRAGMAS = ("journal_mode=wal", "synchronous=normal")
DYNAMIC_CONFIG = (
    "system.forceSearchAttributesCacheRefreshOnRead=false",
    "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=2",
)


class Temporal:
    """The Temporal server, on one port of this machine and its Web UI on another; durable in the file `temporal-VERSION.db`."""

    name = "temporal"
    title = "Temporal"

    def __init__(
        self, home: Path, port: int, ui_port: int, namespace: str, attributes: Mapping[str, str], watchdog: Watchdog, durable: bool
    ) -> None:
        self._home, self._namespace, self._attributes, self._durable = home, namespace, attributes, durable
        self._port, self._ui_port = port, ui_port
        self._binary = binaries.temporal()
        self._log = home / "log" / "temporal.log"
        self._known: frozenset[str] = frozenset()
        self.child = self._child(watchdog)

    def prepare(self, pause: Callable[[float], None]) -> None:
        """Raise Trouble if the cases of this folder are in a file of another version."""
        if not self._durable or self._file.exists():
            return
        if others := sorted(path.name for path in self._home.glob("temporal-*.db")):
            raise Trouble(
                f"{self._home} 中的办件由另一版本的 Temporal 保存（{others[-1]}，此处为 {self._file.name}），不能在此继续。请换回原来的版本；"
                f"若不需要旧数据，把文件夹改名（mv {self._home} {self._home}.old）后重新运行。",
                f"The cases in {self._home} were kept by another version of Temporal ({others[-1]}, here {self._file.name}) and "
                f"can't go on here. Go back to that version; if the old data is not needed, rename the folder "
                f"(mv {self._home} {self._home}.old).",
            )

    def start(self, pause: Callable[[float], None]) -> None:
        """Start the server."""
        self.child.start()

    def ready(self) -> bool:
        """Whether the frontend answers for our namespace. (Not asked through the Web UI, which is a second later.)"""
        if not listens(self._port):
            return False
        answer = self._operate("list", "--output", "json")
        if answer.returncode == 0:
            self._known = frozenset(json.loads(answer.stdout).get("customAttributes", {}))
        return answer.returncode == 0

    def add_missing_attributes(self) -> bool:
        """Register the search attributes that a later release of ours has added; whether there were any.

        The server's own flag registers them only in a new file. Its caches want a restart to see them soon.
        """
        missing = {name: kind for name, kind in self._attributes.items() if name not in self._known}
        for name, kind in missing.items():
            self._operate("create", "--name", name, "--type", kind)
        return bool(missing)

    def _operate(self, verb: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        where = ["--address", f"{HOST}:{self._port}", "--namespace", self._namespace, "--command-timeout", "5s"]
        command = [str(self._binary), "operator", "search-attribute", verb, *where, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=_environment())

    @property
    def _file(self) -> Path:
        return self._home / f"temporal-{binaries.temporal_version()}.db"

    def _child(self, watchdog: Watchdog) -> Child:
        where = ["--ip", HOST, "--port", str(self._port), "--ui-port", str(self._ui_port), "--namespace", self._namespace]
        argv = [str(self._binary), "server", "start-dev", *where, "--ui-disable-news-fetch", "--log-level", "warn"]
        argv += [part for value in DYNAMIC_CONFIG for part in ("--dynamic-config-value", value)]
        argv += [part for name, kind in self._attributes.items() for part in ("--search-attribute", f"{name}={kind}")]
        if self._durable:
            argv += ["--db-filename", str(self._file), *(part for value in PRAGMAS for part in ("--sqlite-pragma", value))]
        stop_by = signal.SIGTERM if self._durable else signal.SIGKILL  # its good order takes three seconds
        return Child(argv, self._log, watchdog, _environment(), folder=self._home, stop_by=stop_by)


def _environment() -> dict[str, str]:
    """An environment without the TEMPORAL_* variables of the person, who may work with another cluster too."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")} | {"GOGC": "400"}
