"""A copy of a running stack that can be put back: case files, histories, and what was handed in.

Both databases are copied as of one moment, at which nobody writes: what an act says in words is on file before its case hears of
it, and what it led to goes on file only once the history holds it (decisions 1 and 5). So the copy may lack the last lines of a case
file, which are filled in from its history, and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from cli.embedded import binaries, folder
from cli.embedded.lifeline import Watchdog
from cli.embedded.ports import Ports
from cli.embedded.postgres import Postgres
from cli.embedded.state import Running
from cli.embedded.trouble import Trouble

DUMP = "case-files.dump"
MANIFEST = "backup.json"
TRIES = 5
FOLDERS = ("files", "mail", "dev-issuer")
"""Beside the databases; nothing in them is ever changed, so they are copied last."""
ON_THEIR_WAY = shutil.ignore_patterns("drafts", ".*")
"""Files that are not whole yet, and vanish once they are."""


def back_up(stack: Running, target: Path, done: Callable[[str], None]) -> dict[str, Any]:
    """Copy the running stack into a new folder; its manifest (the moment in UTC, bytes, digests). Raises Trouble.

    `done` hears of each part that is finished.
    """
    home = Path(stack.home)
    if target.exists() and any(target.iterdir()):
        raise Trouble(f"{target} 已存在且不为空", f"{target} exists and is not empty")
    target.mkdir(parents=True, exist_ok=True)
    target.chmod(0o700)
    histories = f"temporal-{binaries.temporal_version()}.db"
    url = stack.addresses["postgres"]
    with psycopg.connect(url, autocommit=True) as keeper:
        with _nobody_writes(url):
            moment = datetime.now(UTC)
            keeper.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            (snapshot,) = keeper.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
            with (
                closing(sqlite3.connect(home / histories)) as source,
                closing(sqlite3.connect(target / histories)) as copy,
            ):
                source.backup(copy)
        done("Temporal")
        _postgres("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={target / DUMP}", url)
    done("PostgreSQL")
    for name in FOLDERS:
        if (home / name).is_dir():
            shutil.copytree(home / name, target / name, ignore=ON_THEIR_WAY)
    done("files")
    parts = {name: _described(target / name) for name in (DUMP, histories)}
    folders = {name: _counted(target / name) for name in FOLDERS}
    manifest = {"moment": moment.isoformat(), "parts": parts, "folders": folders}
    (target / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
    return manifest


def restore(source: Path, home: Path, done: Callable[[str], None]) -> dict[str, Any]:
    """Put a copy back into a folder that holds no stack; the manifest of the copy. Raises Trouble."""
    manifest = _manifest_of(source)
    histories = f"temporal-{binaries.temporal_version()}.db"
    if histories not in manifest["parts"]:
        raise Trouble(
            f"备份由另一版本的 Temporal 保存（{'、'.join(manifest['parts'])}，此处为 {histories}）",
            f"The copy was kept by another version of Temporal ({', '.join(manifest['parts'])}; here {histories})",
        )
    with folder.claim(home):
        if (home / "pg").exists() or any(home.glob("temporal-*.db")):
            raise Trouble(
                f"{home} 中已有数据；请另选文件夹，或先移走", f"{home} holds data; choose another folder or move it"
            )
        try:
            _restore_case_files(source / DUMP, home)
            done("PostgreSQL")
            for name in FOLDERS:
                if (source / name).is_dir():
                    shutil.copytree(source / name, home / name, dirs_exist_ok=True)
            done("files")
            shutil.copyfile(source / histories, home / histories)
            done("Temporal")
        except BaseException:  # half a stack would look like one; the next try finds the folder as this one did
            shutil.rmtree(home / "pg", ignore_errors=True)
            (home / histories).unlink(missing_ok=True)
            raise
    return manifest


@contextmanager
def _nobody_writes(url: str) -> Iterator[None]:
    """Every table is locked against writing; whoever writes waits, and goes on even if this process is killed."""
    with psycopg.connect(url) as connection:
        connection.execute("SET lock_timeout = '10s'")
        tables = connection.execute(
            "SELECT string_agg(format('%I', tablename), ', ' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone() or ("",)
        connection.commit()
        for attempt in range(TRIES):
            try:
                connection.execute(f"LOCK TABLE {tables[0]} IN SHARE MODE")
                break
            except (psycopg.errors.DeadlockDetected, psycopg.errors.LockNotAvailable) as error:
                connection.rollback()
                if attempt == TRIES - 1:
                    raise Trouble("数据库太忙，请稍后重试", "The database is too busy; try again later") from error
        yield
        connection.rollback()


def _restore_case_files(dump: Path, home: Path) -> None:
    watchdog = Watchdog()
    server = Postgres(home, Ports.free().postgres, watchdog, durable=True)
    try:
        server.prepare(time.sleep)
        server.start(time.sleep)
        while not server.ready():
            if server.child.ended() is not None:
                raise Trouble("PostgreSQL 没有启动", f"PostgreSQL did not start: {server.child.output()}")
            time.sleep(0.05)
        _postgres("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={server.url}", str(dump))
    finally:
        server.child.ask_to_stop()
        server.child.stop(30)
        watchdog.close()


def _manifest_of(source: Path) -> dict[str, Any]:
    """The manifest, once every part has the bytes that it says."""
    try:
        manifest: dict[str, Any] = json.loads((source / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Trouble(
            f"{source} 不是完整的备份：缺少 {MANIFEST}", f"{source} is no whole copy: {MANIFEST} is missing"
        ) from error
    for name, described in manifest["parts"].items():
        if not (source / name).is_file() or _described(source / name) != described:
            raise Trouble(f"备份中的 {name} 已损坏", f"{name} of the copy is broken")
    for name, counted in manifest.get("folders", {}).items():
        if _counted(source / name) != counted:
            raise Trouble(
                f"备份中的文件夹 {name} 缺少文件或者文件不完整",
                f"The folder {name} of the copy lacks files, or parts of some",
            )
    return manifest


def _postgres(program: str, *arguments: str) -> None:
    command = [str(binaries.postgres(None) / "bin" / program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(f"{program} 没有完成：{done.stderr.strip()}", f"{program} failed: {done.stderr.strip()}")


def _counted(folder: Path) -> dict[str, int]:
    files = [file.stat().st_size for file in folder.rglob("*") if file.is_file()]
    return {"files": len(files), "bytes": sum(files)}


def _described(file: Path) -> dict[str, Any]:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(1 << 20):
            digest.update(chunk)
    return {"bytes": file.stat().st_size, "sha256": digest.hexdigest()}
