"""The embedded PostgreSQL: its data folder, its process, its readiness."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from cli.embedded import binaries, diagnosis
from cli.embedded.child import Account, Child
from cli.embedded.leftover import remove_stale_lock
from cli.embedded.lifeline import Watchdog
from cli.embedded.ports import HOST
from cli.embedded.trouble import Trouble, not_allowed

_PLAIN: dict[str, Any] = {"connect_timeout": 2, "sslmode": "disable", "gssencmode": "disable"}
_ALWAYS = (
    f"listen_addresses={HOST}",
    "unix_socket_directories=",
    "timezone=Asia/Shanghai",
    "log_timezone=Asia/Shanghai",
)
_IN_A_HURRY = ("fsync=off", "full_page_writes=off")  # a killed server still loses nothing; a power cut may


class Postgres:
    """PostgreSQL in the folder `pg`, on one port of this machine."""

    name = "postgres"
    title = "PostgreSQL"

    def __init__(self, home: Path, port: int, watchdog: Watchdog, durable: bool) -> None:
        self._home, self._port, self._watchdog, self._durable = home, port, watchdog, durable
        self._data, self._log = home / "pg", home / "log" / "postgres.log"
        self._account = _account(self._data)
        self._bin = binaries.postgres(self._account) / "bin"
        self.child = self._child(self._data, [])

    def prepare(self, pause: Callable[[float], None]) -> None:
        """Make the data folder on the first start. Raises Trouble if what is there can't be used."""
        if not self._data.exists():
            self._initialize(pause)
        self._check()
        where = _as_seen_by(self._account, self._data)
        options = [*_ALWAYS, *([] if self._durable else _IN_A_HURRY)]
        arguments = ["-D", where, "-p", str(self._port), *(part for option in options for part in ("-c", option))]
        self.child = self._child(self._data, [str(self._bin / "postgres"), *arguments])

    def start(self, pause: Callable[[float], None]) -> None:
        """Start the server, after what a killed one may have left is gone."""
        self._check()
        remove_stale_lock(self._data, pause)
        self.child.start()

    def ready(self) -> bool:
        """Whether it answers a query."""
        import psycopg

        with suppress(psycopg.OperationalError), psycopg.connect(self.url, **_PLAIN) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
        return False

    @property
    def url(self) -> str:
        """Where clients find the database."""
        return f"postgresql://postgres@{HOST}:{self._port}/postgres"

    def _initialize(self, pause: Callable[[float], None]) -> None:
        """Make a cluster beside its place and move it there when it is whole: a start cut short leaves no half one."""
        draft = self._home / "pg.new"
        if draft.exists():
            shutil.rmtree(draft)
        draft.mkdir(mode=0o700)
        if self._account:
            os.chown(draft, self._account.uid, self._account.gid)
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        arguments = ["-U", "postgres", "--auth=trust", *locale, *([] if self._durable else ["--no-sync"])]
        where = _as_seen_by(self._account, draft)
        initdb = self._child(draft, [str(self._bin / "initdb"), "-D", where, *arguments])
        if (status := initdb.run(pause)) != 0:
            raise diagnosis.why("PostgreSQL (initdb)", status, initdb.output(), self._log)
        draft.rename(self._data)

    def _check(self) -> None:
        """Raise Trouble if the data folder is broken or of another PostgreSQL."""
        try:
            version = (self._data / "PG_VERSION").read_text().strip()
        except PermissionError as error:
            raise not_allowed(self._data) from error
        except (FileNotFoundError, NotADirectoryError) as error:
            raise diagnosis.broken(self.title, self._home, f"{self._data}/PG_VERSION ?") from error
        if version != binaries.POSTGRES_VERSION:
            raise Trouble(
                f"{self._data} 由 PostgreSQL {version} 写成，而此处为 {binaries.POSTGRES_VERSION}。"
                f"请用写成它的版本运行；若不需要旧数据，把文件夹改名（mv {self._home} {self._home}.old）后重新运行。",
                f"{self._data} was written by PostgreSQL {version}; this is {binaries.POSTGRES_VERSION}. Run the one "
                f"that wrote it; if the old data is not needed, rename it (mv {self._home} {self._home}.old).",
            )
        if not (self._data / "global" / "pg_control").exists():
            raise diagnosis.broken(self.title, self._home, f"{self._data}/global/pg_control ?")
        owner = self._data.stat().st_uid
        if owner != (self._account.uid if self._account else os.geteuid()):
            raise not_allowed(self._data)

    def _child(self, folder: Path, argv: list[str]) -> Child:
        return Child(
            argv,
            self._log,
            self._watchdog,
            environment={"PATH": os.defpath, "LC_ALL": "C", "TZ": "Asia/Shanghai"},
            account=self._account,
            folder=folder,
            stop_by=signal.SIGINT,  # "fast": ends the sessions, writes everything, goes
            end_by=signal.SIGQUIT,  # "immediate": at once, but its own children and shared memory too
        )


def _account(data: Path) -> Account | None:
    """PostgreSQL refuses to run as root: then it runs as who has the data, at first as nobody."""
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def _as_seen_by(account: Account | None, folder: Path) -> str:
    """A path by which this account reaches the folder, its own, that may lie under folders closed to it (as /root is).

    No folder is opened for that: the process is started inside, and Linux lets it name the place where it is.
    """
    if account is None or all(parent.stat().st_mode & stat.S_IXOTH for parent in folder.parents):
        return str(folder)
    if sys.platform != "linux":
        raise Trouble(
            f"root 运行时，PostgreSQL 的用户无法进入 {folder}。请以普通用户运行，或用 --home 指定另一个文件夹。",
            f"The user of PostgreSQL can't reach {folder}. Run this as an ordinary user, or name another --home.",
        )
    return "/proc/self/cwd"
