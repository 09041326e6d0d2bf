"""One closed case put together to be handed over, and an archive whose damage is found; by the command, as an office does it."""

from __future__ import annotations

import asyncio
import hashlib
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.embedded.trouble import Trouble
from cli.main import app
from domain.record import Ending, Stage
from domain.values import SHANGHAI
from storage import files
from tests.archive.conftest import Archive, manifest_of
from tests.papers.builders import on_file
from tests.samples import a_pdf

Command = Callable[..., Awaitable[Any]]


@pytest.fixture
def bancheng(shelf: Archive, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command with the settings of these tests, in Chinese."""
    monkeypatch.setattr("settings.settings", lambda: shelf.settings)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")

    async def run(*arguments: object) -> Any:
        return await asyncio.to_thread(CliRunner().invoke, app, ["archive", *map(str, arguments)])

    return run


async def an_archived_case(shelf: Archive) -> str:
    """With a material that was uploaded."""
    number = await shelf.a_closed_case()
    stored = await shelf.store.keep(a_pdf(number))
    async with shelf.database.begin() as session:
        await files.enter(session, stored, await shelf.ended_at(number))
    await shelf.sql(
        "INSERT INTO material (id, number, material, source, state, digest, file_name, attempts, handed_in_by, received_at)"
        " VALUES (gen_random_uuid(), :n, 'floor_plan', 'file', 'in_hand', :digest, '平面图.pdf', 0, 'applicant-1', now())",
        n=number,
        digest=stored.digest,
    )
    await shelf.archiver(await shelf.day_after(number)).look()
    return number


def unpacked_zip(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def in_folder(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.law("od:12")
async def test_package_of_a_closed_case_is_complete_and_the_same_each_time(
    shelf: Archive, bancheng: Command, tmp_path: Path
) -> None:
    number = await an_archived_case(shelf)
    (row,) = await shelf.histories(number)

    first = await bancheng("export", number, "--output", tmp_path / "first.zip")
    second = await bancheng("export", number.lower(), "-o", tmp_path / "second.zip")
    folder = await bancheng("export", number, "-o", tmp_path / "folder")

    assert [one.exit_code for one in (first, second, folder)] == [0, 0, 0], first.output
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()
    members = unpacked_zip(tmp_path / "first.zip")
    assert members == in_folder(tmp_path / "folder")
    manifest = manifest_of(members["manifest.json"])
    listed = {one["path"]: (one["bytes"], one["sha256"]) for one in manifest["files"]}
    assert listed == {
        path: (len(content), hashlib.sha256(content).hexdigest())
        for path, content in members.items()
        if path != "manifest.json"
    }
    assert (manifest["number"], manifest["kind"], manifest["ending"]) == (number, "case", "withdrawn")
    assert manifest["item"]["code"] == "440199001000"
    assert manifest["basis"]
    assert "gz:13.1" in manifest["articles"]
    assert listed["histories/01.json.gz"][1] == row.digest
    assert members["materials/001-floor_plan.pdf"] == a_pdf(number)
    papers = [path for path in members if path.startswith("papers/")]
    assert papers
    assert all(members[path].startswith(b"%PDF-") for path in papers)
    assert "受理申请" in members["timeline.json"].decode()
    assert b"query_code" not in b"".join(content for path, content in members.items() if path.endswith(".json"))
    assert hashlib.sha256(members["manifest.json"]).hexdigest() in first.output
    assert "个人信息" in first.output
    assert (tmp_path / "first.zip").stat().st_mode & 0o077 == 0


async def test_package_of_a_grievance(shelf: Archive, bancheng: Command, tmp_path: Path) -> None:
    number = await shelf.a_closed_grievance()
    await shelf.archiver(await shelf.day_after(number)).look()

    done = await bancheng("export", number, "-o", tmp_path / "grievance.zip")

    assert done.exit_code == 0, done.output
    members = unpacked_zip(tmp_path / "grievance.zip")
    assert manifest_of(members["manifest.json"])["kind"] == "grievance"
    assert {"grievance.json", "timeline.json", "histories/01.json.gz"} <= members.keys()


async def test_what_is_open_not_archived_or_unknown_is_not_handed_over(
    shelf: Archive, bancheng: Command, tmp_path: Path
) -> None:
    number = await shelf.a_closed_case()

    waits = await bancheng("export", number, "-o", tmp_path / "waits.zip")
    await shelf.sql("UPDATE case_file SET stage = 'examination' WHERE number = :n", n=number)
    is_open = await bancheng("export", number, "-o", tmp_path / "open.zip")
    unknown = await bancheng("export", "GZ20200101-000001-1", "-o", tmp_path / "unknown.zip")
    (tmp_path / "there").mkdir()
    there = await bancheng("export", number, "-o", tmp_path / "there")

    said = [str(one.exception) for one in (waits, is_open, unknown, there)]
    assert all(isinstance(one.exception, Trouble) for one in (waits, is_open, unknown, there))
    for sentence, part in zip(said, ("还没有归档", "尚未办结", "没有", "已经存在"), strict=True):
        assert part in sentence
    assert sorted(path.name for path in tmp_path.iterdir()) == ["there"]


async def test_changed_byte_and_missing_file_are_found_and_not_handed_over(
    shelf: Archive, bancheng: Command, tmp_path: Path
) -> None:
    number, other = await an_archived_case(shelf), await an_archived_case(shelf)
    (row,) = await shelf.histories(number)
    history = shelf.store.path_of(row.digest or "")
    (material,) = await shelf.sql("SELECT digest FROM material WHERE number = :n AND digest IS NOT NULL", n=number)

    good = await bancheng("verify")
    content = bytearray(history.read_bytes())
    content[len(content) // 2] ^= 1
    history.write_bytes(content)
    shelf.store.path_of(material["digest"]).unlink()
    bad, of_it, of_other = await bancheng("verify"), await bancheng("verify", number), await bancheng("verify", other)
    export = await bancheng("export", number, "-o", tmp_path / "damaged.zip")

    assert (good.exit_code, bad.exit_code, of_it.exit_code, of_other.exit_code) == (0, 1, 1, 0), good.output
    for said in (bad.output, of_it.output):
        assert f"{row.digest} 被改动: case:{number} 1" in said
        assert f"{material['digest']} 缺失: {number} floor_plan" in said
    assert "2 个文件缺失或者被改动" in str(export.exception)
    assert not (tmp_path / "damaged.zip").exists()
    await shelf.sql("DELETE FROM history WHERE digest = :digest", digest=row.digest)
    await shelf.sql("DELETE FROM material WHERE number = :n", n=number)
    await shelf.sql("DELETE FROM file WHERE digest IN (:one, :two)", one=row.digest, two=material["digest"])


async def test_status_counts_what_is_archived_waits_and_is_gone(shelf: Archive, bancheng: Command) -> None:
    await on_file(shelf.database, stage=Stage.CLOSED, ending=Ending.GRANTED)
    archived, waits = await shelf.a_closed_case(), await shelf.a_closed_case()
    await shelf.archiver(await shelf.day_after(archived)).look()
    oldest = (await shelf.ended_at(waits)).astimezone(SHANGHAI)

    done = await bancheng("status")

    assert done.output.strip() == (
        f"已办结 3：已归档 1，待归档 1（最早的 {oldest:%Y-%m-%d %H:%M} 办结），历史已不存在 1"
    )
