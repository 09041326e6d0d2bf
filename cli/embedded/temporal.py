"""The embedded Temporal: the development server of the CLI, with its Web UI."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Mapping
from contextlib import closing
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
    'matching.longPollExpirationInterval="20s"',  # BANCHENG_WATCH_POLL_SECONDS: the probe takes who did not poll for gone
)


class Temporal:
    """The Temporal server and its Web UI, each on a port of this machine; durable in the file `temporal-VERSION.db`."""

    name = "temporal"
    title = "Temporal"

    def __init__(
        self,
        home: Path,
        ports: tuple[int, int],
        namespace: str,
        attributes: Mapping[str, str],
        watchdog: Watchdog,
        durable: bool,
    ) -> None:
        self._home, self._namespace, self._attributes, self._durable = home, namespace, attributes, durable
        self._port, self._ui_port = ports
        self._binary = binaries.temporal()
        self._log = home / "log" / "temporal.log"
        self._known: frozenset[str] = frozenset()
        self.child = self._child(watchdog)

    def prepare(self, pause: Callable[[float], None]) -> None:
        """Raise Trouble if the cases of this folder are in a file of another version."""
        if not self._durable:
            return
        if self._file.exists():
            if not _half_made(self._file):
                return
            for suffix in ("-wal", "-shm", ""):  # the file itself last: this too may be cut short
                self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
        if others := sorted(path.name for path in self._home.glob("temporal-*.db")):
            raise Trouble(
                f"{self._home} 中的办件由另一版本的 Temporal 保存（{others[-1]}，此处为 {self._file.name}），不能在此继续。"
                f"请换回原来的版本；若不需要旧数据，把文件夹改名（mv {self._home} {self._home}.old）后重新运行。",
                f"The cases in {self._home} were kept by another version of Temporal ({others[-1]}, here "
                f"{self._file.name}) and can't go on here. Go back to that version; if the old data is not needed, "
                f"rename the folder (mv {self._home} {self._home}.old).",
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
        return subprocess.run(command, capture_output=True, text=True, check=False, env=_environment(self._home))

    @property
    def _file(self) -> Path:
        return self._home / f"temporal-{binaries.temporal_version()}.db"

    def _child(self, watchdog: Watchdog) -> Child:
        argv = [str(self._binary), "server", "start-dev", "--ui-disable-news-fetch", "--log-level=warn"]
        argv += [f"--ip={HOST}", f"--port={self._port}", f"--ui-port={self._ui_port}", f"--namespace={self._namespace}"]
        argv += [f"--dynamic-config-value={value}" for value in DYNAMIC_CONFIG]
        argv += [f"--search-attribute={name}={kind}" for name, kind in self._attributes.items()]
        if self._durable:
            argv += [f"--db-filename={self._file}", *(f"--sqlite-pragma={value}" for value in PRAGMAS)]
        stop_by = signal.SIGTERM if self._durable else signal.SIGKILL  # its good order takes three seconds
        return Child(argv, self._log, watchdog, _environment(self._home), folder=self._home, stop_by=stop_by)


def _half_made(file: Path) -> bool:
    """Whether the first start was cut short before there was a namespace; such a file holds nothing and starts no more."""
    try:
        with closing(sqlite3.connect(file)) as database:
            return bool(database.execute("SELECT count(*) FROM namespaces").fetchone() == (0,))
    except sqlite3.OperationalError as error:
        return "no such table" in str(error)
    except sqlite3.DatabaseError:  # broken otherwise: Temporal shall say so
        return False


def _environment(home: Path) -> dict[str, str]:
    """An environment in which the CLI finds no settings of the person, who may work with another cluster too."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TEMPORAL_", "XDG_"))}
    return kept | {"HOME": str(home), "GOGC": "400"}
