"""The embedded stack on the real PostgreSQL and the real Temporal, with stand-ins for our own programs."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from cli.embedded import Ports, Running, Stack, Trouble, launched, running
from cli.embedded.binaries import temporal_version
from settings import Settings

AS_ROOT = os.geteuid() == 0
STAND_INS = str(Path(__file__).with_name("stand_ins.py"))
AS_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
PARTS = ("postgres", "temporal", "worker", "api", "watch", "watchdog")


def up(
    home: Path, *options: str, by: tuple[str, ...] = (), python: str = sys.executable
) -> AbstractContextManager[Running]:
    return launched(home, command=[*by, python, STAND_INS, "up", str(home), *options], output=subprocess.DEVNULL)


def refusal(home: Path, *options: str, by: tuple[str, ...] = (), python: str = sys.executable) -> str:
    """What the person reads when the stack does not come up: one paragraph, no stack trace."""
    with pytest.raises(Trouble) as refused, up(home, *options, by=by, python=python):
        pass
    text = str(refused.value)
    assert text
    assert "Traceback" not in text
    assert "\n" not in text
    return text


def processes_of(home: Path) -> list[psutil.Process]:
    """Every process that works in the folder or names it."""
    found = []
    for process in psutil.process_iter():
        try:
            where = [process.cwd(), *process.cmdline()]
            if process.status() != psutil.STATUS_ZOMBIE and any(str(home) in part for part in where):
                found.append(process)
        except psutil.Error:
            pass
    return found


def within(seconds: float, true: Callable[[], object]) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def sql(stack: Running, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(stack.addresses["postgres"], autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def temporal(stack: Running, *arguments: str) -> str:
    program = Path(sys.executable).with_name("temporal")
    command = [program, "workflow", *arguments, "--address", stack.addresses["temporal"], "--workflow-id", "case:1"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A throwaway stack that all tests may disturb."""
    with up(tmp_path_factory.mktemp("shared"), "throwaway") as running_stack:
        yield running_stack


def test_a_stack_that_is_stopped_leaves_no_process_and_no_address(tmp_path: Path) -> None:
    with up(tmp_path, "throwaway") as stack:
        seen = {name: psutil.pid_exists(stack.pid(name)) for name in PARTS}

    assert all(seen.values())
    assert processes_of(tmp_path) == []
    assert not (tmp_path / "stack.json").exists()


def test_after_a_kill_of_the_supervisor_nothing_is_left_and_the_next_start_goes_on(tmp_path: Path) -> None:
    _first_start_was_cut_short(tmp_path)
    with up(tmp_path) as stack:
        sql(stack, "INSERT INTO note VALUES ('受理')")
        temporal(stack, "start", "--type", "Case", "--task-queue", "cases")
        os.kill(stack.supervisor, signal.SIGKILL)
        assert within(8, lambda: not processes_of(tmp_path))
        assert running(tmp_path) is None

    with _process_with_the_pid_of_the_last_postgres(tmp_path), up(tmp_path) as again:
        rows = sql(again, "SELECT text FROM note")
        described = temporal(again, "describe", "--output", "json")

    assert rows == [("受理",)]
    assert "STATUS_RUNNING" in described
    assert processes_of(tmp_path) == []


def _first_start_was_cut_short(home: Path) -> None:
    (home / "pg.new" / "base").mkdir(parents=True)
    with closing(sqlite3.connect(home / f"temporal-{temporal_version()}.db")) as database:
        database.execute("CREATE TABLE schema_version (version TEXT)")


@contextmanager
def _process_with_the_pid_of_the_last_postgres(home: Path) -> Iterator[None]:
    """After a reboot the number may be anybody's; that of a process of the same user is what misleads PostgreSQL."""
    account = {"user": 65534, "group": 65534} if AS_ROOT else {}
    stranger = subprocess.Popen(["sleep", "1000"], cwd="/", **account)
    lock = home / "pg" / "postmaster.pid"
    old = lock.read_text().splitlines() if lock.exists() else ["", str(home / "pg")]
    lock.write_text("\n".join([str(stranger.pid), *old[1:]]) + "\n")
    lock.chmod(0o644)
    try:
        yield
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_killed_is_started_again_where_it_was(stack: Running, part: str) -> None:
    sql(stack, "SELECT 1")
    killed = stack.pid(part)

    os.kill(killed, signal.SIGKILL)

    assert within(10, lambda: stack.pid(part) != killed and psutil.pid_exists(stack.pid(part)))
    assert within(10, lambda: _answers(stack)), "It answers on the same ports."


def _answers(stack: Running) -> bool:
    try:
        sql(stack, "SELECT text FROM note")
    except psycopg.OperationalError:
        return False
    ports = [stack.addresses[name].rsplit(":", 1)[1] for name in ("temporal", "temporal_ui", "api")]
    return all(not socket.socket().connect_ex(("127.0.0.1", int(port))) for port in ports)


def test_a_stack_ends_with_the_process_that_launched_it(tmp_path: Path) -> None:
    command = [sys.executable, STAND_INS, "up", str(tmp_path), "throwaway"]
    program = (
        "import os; from pathlib import Path; from cli.embedded import launched\n"
        f"with launched(Path({str(tmp_path)!r}), command={command!r}, output=-3): os.kill(os.getpid(), 9)"
    )

    ended = subprocess.run([sys.executable, "-c", program], check=False)

    assert ended.returncode == -signal.SIGKILL
    assert within(8, lambda: not processes_of(tmp_path))
    assert not (tmp_path / "stack.json").exists(), "It was stopped in good order."


def test_a_second_start_in_the_same_folder_is_refused(stack: Running) -> None:
    text = refusal(Path(stack.home))

    assert f"已在运行（进程 {stack.supervisor}）" in text
    assert _answers(stack)


def test_a_taken_port_is_named_with_the_option_that_changes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.embedded.ports.PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        stack = Stack(Settings(home=tmp_path), ports=Ports.free().but(api=port))

        with pytest.raises(Trouble, match=rf"端口 {port} 已被别的程序占用.*--api-port {port + 1}"):
            stack.__enter__()

        monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
        with pytest.raises(Trouble, match=f"Port {port} is taken by another program.*--api-port"):
            stack.__enter__()


def test_a_disk_without_room_is_said_before_anything_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=5 * 1024 * 1024)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    with pytest.raises(Trouble, match=r"磁盘空间不足：.*仅剩 5 MB"):
        Stack(Settings(home=tmp_path), ports=Ports.free()).__enter__()


@pytest.mark.skipif(not AS_ROOT or shutil.which("unshare") is None, reason="Only root may mount a small disk.")
def test_a_disk_that_fills_up_is_said(tmp_path: Path) -> None:
    small_disk = ("unshare", "-m", "sh", "-c", f'mount -t tmpfs -o size=20m none {tmp_path} && exec "$@"', "-")

    text = refusal(tmp_path, "throwaway", "no-room-check", by=small_disk)

    assert "磁盘已满" in text


def test_data_that_cannot_be_used_is_said_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "pg" / "global").mkdir(parents=True)
    no_version = refusal(tmp_path, "throwaway")
    (tmp_path / "pg" / "PG_VERSION").write_text("19\n")
    newer = refusal(tmp_path, "throwaway")
    (tmp_path / "pg" / "PG_VERSION").write_text("18\n")
    (tmp_path / "temporal-9.9.9.db").touch()
    other_temporal = refusal(tmp_path)

    assert "PostgreSQL 的数据已损坏" in no_version
    assert f"mv {tmp_path} {tmp_path}.old" in no_version
    assert "由 PostgreSQL 19 写成，而此处为 18" in newer
    assert "另一版本的 Temporal" in other_temporal


def test_files_that_are_broken_inside_are_said(tmp_path: Path) -> None:
    with up(tmp_path, "throwaway"):
        pass
    control = tmp_path / "pg" / "global" / "pg_control"
    control.write_bytes(bytes(control.stat().st_size))
    broken_postgres = refusal(tmp_path, "throwaway")
    shutil.rmtree(tmp_path / "pg")
    (tmp_path / f"temporal-{temporal_version()}.db").write_bytes(b"not a database" * 1000)
    broken_temporal = refusal(tmp_path)

    assert "PostgreSQL 的数据已损坏" in broken_postgres
    assert "Temporal 的数据已损坏" in broken_temporal


def test_a_program_that_fails_is_said_with_its_last_line(tmp_path: Path) -> None:
    text = refusal(tmp_path, "throwaway", "bad-migration")

    assert (
        f"数据库迁移 已退出（状态 1）。日志：{tmp_path}/log/migrate.log；最后一行：ValueError: no such column" in text
    )
    assert processes_of(tmp_path) == []


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that every user can reach (tmp_path lets in its owner only)."""
    folder = Path(tempfile.mkdtemp(prefix="bancheng-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(not AS_ROOT or shutil.which("setpriv") is None, reason="Only root may become somebody else.")
def test_an_ordinary_user_can_run_it_in_a_folder_of_their_own(reachable: Path, tmp_path: Path) -> None:
    python = _reachable_python(reachable / "venv")
    home = reachable / "home"
    home.mkdir()
    os.chown(home, 65534, 65534)

    with up(home, "throwaway", by=AS_NOBODY, python=python) as stack:
        users = {psutil.Process(stack.pid(name)).uids().real for name in PARTS}
    elsewhere = refusal(tmp_path, by=AS_NOBODY, python=python)

    assert users == {65534}
    assert processes_of(home) == []
    assert f"没有写入 {tmp_path} 的权限" in elsewhere


def _reachable_python(venv: Path) -> str:
    """An environment like ours for another user: ours may stand on a Python under /root."""
    system = f"/usr/bin/python3.{sys.version_info.minor}"
    if not Path(system).exists():
        pytest.skip(f"There is no {system} for an ordinary user.")
    subprocess.run([system, "-m", "venv", "--without-pip", str(venv)], check=True)
    packages = next(venv.glob("lib/python*/site-packages"))
    (packages / "ours.pth").write_text(sysconfig.get_path("purelib"))
    (venv / "bin" / "temporal").symlink_to(Path(sys.executable).with_name("temporal"))
    return str(venv / "bin" / "python")


@pytest.mark.skipif(not AS_ROOT, reason="Only root can be kept from running PostgreSQL.")
def test_root_opens_no_folder_to_run_it(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    with up(closed / "home", "throwaway") as stack:
        user = psutil.Process(stack.pid("postgres")).uids().real

    assert user == 65534
    assert closed.stat().st_mode & 0o777 == 0o700
