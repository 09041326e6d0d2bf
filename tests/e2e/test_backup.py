"""A copy that was made while cases ran is put back elsewhere: what had been answered is there, and every case goes on."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cli.counter import Counter as Clerk
from cli.embedded import Running, launched
from cli.register import registered
from tests.counter import an_application
from tests.e2e.test_faults import PAPERS, STEPS, Patient, rows

ROOT = Path(__file__).resolve().parents[2]
AHEAD = (0, 1, 3, 5)
"""How many steps the parked cases have behind them when the copy is made."""


def bancheng(*arguments: str, home: Path, status: int = 0, **more: str) -> str:
    """What the command says."""
    environment = {**os.environ, "BANCHENG_HOME": str(home), "PYTHONPATH": str(ROOT), **more}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "cli.main", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


class Listening(Patient):
    """Notes when it was answered what: only that is promised to be in a copy, whenever it came in."""

    def __init__(self, stack: Running) -> None:
        super().__init__(stack)
        self.heard: list[tuple[datetime, str, int]] = []

    async def send(self, method: str, who: str, path: str, body: Any = None) -> Any:
        answer = await super().send(method, who, path, body)
        if method == "POST":
            self.heard.append((datetime.now(UTC), answer["number"], answer["seq"]))
        return answer

    def heard_before(self, moment: datetime) -> dict[str, int]:
        """The last event of each case of which it had heard by then."""
        return {number: seq for at, number, seq in self.heard if at < moment}


async def step(client: Patient, number: str, n: int) -> None:
    who, slot, body = STEPS[n]
    await client.send("POST", who, f"/v1/tasks/{await client.open_task(number, slot)}/answer", body)


async def parked(client: Patient) -> dict[str, int]:
    """Cases that wait at their different steps."""
    numbers = {}
    for behind in AHEAD:
        number = str((await client.send("POST", "applicant", "/v1/cases", an_application()))["number"])
        for n in range(behind):
            await step(client, number, n)
        numbers[number] = behind
    return numbers


async def copied_while_cases_run(client: Patient, home: Path, copy: Path) -> None:
    """Make the copy while other cases are opened and gone on with."""
    stop = asyncio.Event()

    async def busy() -> None:
        while not stop.is_set():
            number = str((await client.send("POST", "applicant", "/v1/cases", an_application()))["number"])
            for n in range(4):
                await step(client, number, n)

    beside = [asyncio.create_task(busy()) for _ in range(3)]
    await asyncio.to_thread(bancheng, "backup", str(copy), home=home)
    stop.set()
    await asyncio.gather(*beside)


def handed_in(home: Path) -> None:
    """A file that was handed in, and one that is on its way in."""
    for name in ("ab/cd", "drafts/on-its-way"):
        file = home / "files" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"%PDF-")


async def on_file(stack: Running, query: str, *values: Any) -> list[tuple[Any, ...]]:
    dsn = stack.environment["BANCHENG_DATABASE_URL"].replace("+psycopg", "")
    async with await psycopg.AsyncConnection.connect(dsn) as connection:
        return await rows(connection, query, *values)


async def lived(stack: Running, heard: dict[str, int]) -> list[tuple[Any, ...]]:
    """The events on file up to those that were heard of."""
    events = await on_file(stack, "SELECT number, seq, kind, at FROM case_event ORDER BY number, seq")
    return [(number, seq, *more) for number, seq, *more in events if seq <= heard.get(number, 0)]


@pytest.mark.timeout(400)
async def test_copy_of_a_running_stack_is_put_back_and_every_case_goes_on(tmp_path: Path) -> None:
    home, copy, elsewhere = tmp_path / "home", tmp_path / "copy", tmp_path / "elsewhere"
    with launched(home) as stack:
        with Clerk(stack.addresses["api"], home) as clerk:
            registered(clerk, ROOT / "definitions" / "items" / "food_permit_new.yaml", publish=True)
        handed_in(home)
        client = Listening(stack)
        waiting = await parked(client)
        await copied_while_cases_run(client, home, copy)
        moment = datetime.fromisoformat(json.loads((copy / "backup.json").read_text("utf-8"))["moment"])
        heard = client.heard_before(moment)
        answered_before = await lived(stack, heard)
        await client.http.aclose()

    assert "已恢复" in bancheng("restore", str(copy), home=elsewhere)
    with launched(elsewhere) as stack:
        client = Patient(stack)
        bancheng("reconcile", home=elsewhere, **stack.environment)
        assert {number for number, *_ in answered_before} == set(heard) > set(waiting), "cases ran while it was copied"
        assert await lived(stack, heard) == answered_before, "what had been answered is as it was"

        for number, behind in waiting.items():
            for n in range(behind, len(STEPS)):
                await step(client, number, n)
        new = str((await client.send("POST", "applicant", "/v1/cases", an_application()))["number"])
        assert new not in {number for number, *_ in answered_before}, "no number is given twice"

        ended = dict(await on_file(stack, "SELECT number, ending FROM case_file WHERE number = ANY(%s)", list(waiting)))
        assert ended == dict.fromkeys(waiting, "granted")
        given = await on_file(stack, "SELECT number, paper, count(*) FROM notice GROUP BY number, paper")
        papers = {number: {paper: n for of, paper, n in given if of == number} for number in waiting}
        assert papers == dict.fromkeys(waiting, PAPERS), "no paper is missing or doubled"
        await client.http.aclose()

    assert not (copy / "files" / "drafts").exists(), "what is on its way in vanishes under whoever copies it"
    assert "已有数据" in bancheng("restore", str(copy), home=elsewhere, status=1)
    spoilt(copy)
    assert "已损坏" in bancheng("restore", str(copy), home=tmp_path / "third", status=1)
    said_whole(copy)
    assert "pg_restore 没有完成" in bancheng("restore", str(copy), home=tmp_path / "third", status=1)
    assert not (tmp_path / "third" / "pg").exists(), "half a stack would pass for a whole one"
    (copy / "files" / "ab" / "cd").unlink()
    assert "files 缺少文件" in bancheng("restore", str(copy), home=tmp_path / "third", status=1)


def spoilt(copy: Path) -> None:
    """The copy of the case files is not what was copied any more."""
    (copy / "case-files.dump").write_bytes(b"x" + (copy / "case-files.dump").read_bytes()[1:])


def said_whole(copy: Path) -> None:
    """The manifest takes the spoilt copy for the right one."""
    manifest = json.loads((copy / "backup.json").read_text("utf-8"))
    manifest["parts"]["case-files.dump"]["sha256"] = sha256((copy / "case-files.dump").read_bytes()).hexdigest()
    (copy / "backup.json").write_text(json.dumps(manifest), "utf-8")


def test_only_a_running_stack_is_copied_and_only_a_whole_copy_put_back(tmp_path: Path) -> None:
    assert "没有正在运行的环境" in bancheng("backup", str(tmp_path / "copy"), home=tmp_path / "home", status=1)
    (tmp_path / "copy").mkdir()
    assert "不是完整的备份" in bancheng("restore", str(tmp_path / "copy"), home=tmp_path / "home", status=1)
