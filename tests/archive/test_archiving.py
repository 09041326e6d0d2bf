"""Histories of what has ended go into the archive in time, once, whatever fails meanwhile, and replay from there (od:12)."""

from __future__ import annotations

import asyncio
import gzip
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.history.v1 import History
from temporalio.worker import Replayer

from domain.record import Ending, Stage
from domain.trouble_telling import says
from settings import Settings
from storage import archive
from storage.archive import Ended, Kept
from storage.files import FileStore, StoreUnavailable
from storage.tables import HistoryRow
from tests.archive.conftest import DAY, Archive
from tests.papers.builders import on_file
from tests.papers.servers import a_closed_port
from tests.privacy.payloads import payloads_in
from tests.replay.test_encrypted import NEW, OLD
from tests.replay.test_replay import WORKFLOWS
from tests.workflows.conftest import Drive
from watch.archive import Unarchived
from worker.archiving import Looked
from workflows.connection import connect
from workflows.encryption import converter_of, is_encrypted
from workflows.histories import retention_of, unpacked
from workflows.messages import workflow_id
from workflows.payload_keys import keyring_of
from workflows.sandbox import runner

SECOND = timedelta(seconds=1)


async def replay(row: HistoryRow, content: bytes, keys: dict[str, str] | None = None, key: str = "") -> None:
    """Without the engine: by what lies in the archive, and the keys."""
    converter = converter_of(keyring_of(Settings(payload_keys=keys or {}, payload_key=key)))
    replayer = Replayer(workflows=WORKFLOWS, workflow_runner=runner(), data_converter=converter)
    await replayer.replay_workflow(unpacked(row.workflow, content))


@pytest.mark.law("od:12")
@pytest.mark.shows(85)
async def test_history_is_archived_on_its_day_and_replays_from_there(shelf: Archive) -> None:
    number = await shelf.a_closed_case()
    day = await shelf.day_after(number)
    live = await shelf.client.get_workflow_handle(workflow_id(number)).fetch_history()

    before = await shelf.archiver(day - SECOND).look()
    nothing = await shelf.histories(number)
    on_the_day = await shelf.archiver(day).look()
    after = await shelf.archiver(day + DAY).look()

    assert (before, on_the_day, after) == (Looked(), Looked(archived=1), Looked())
    assert nothing == []
    (row,) = await shelf.histories(number)
    content = await shelf.content(row)
    assert row.workflow == workflow_id(number)
    assert row.events == len(live.events)
    assert row.size == len(gzip.decompress(content))
    assert json.loads(gzip.decompress(content)) == live.to_json_dict()
    assert list(unpacked(row.workflow, content).events) == list(live.events)
    await replay(row, content)


async def test_grievance_is_archived_as_a_case_is(shelf: Archive) -> None:
    number = await shelf.a_closed_grievance()

    looked = await shelf.archiver(await shelf.day_after(number)).look()

    assert looked == Looked(archived=1)
    (row,) = await shelf.histories(number)
    await replay(row, await shelf.content(row))


async def test_two_archivers_at_once_archive_each_once(shelf: Archive) -> None:
    numbers = [await shelf.a_closed_case() for _ in range(3)]
    day = await shelf.day_after(*numbers)

    first, second = await asyncio.gather(shelf.archiver(day).look(), shelf.archiver(day).look())

    assert first.archived + second.archived == 3
    assert [len(await shelf.histories(number)) for number in numbers] == [1, 1, 1]


async def test_only_one_of_two_that_have_the_same_history_notes_it(shelf: Archive) -> None:
    """As where the connection of the one that had its turn broke, and another one began."""
    case, _ = await on_file(shelf.database, stage=Stage.CLOSED, ending=Ending.GRANTED)
    ended = Ended(f"case:{case.number}", case.changed_at)
    stored = await shelf.store.keep(gzip.compress(b"{}", mtime=0), "application/gzip")

    async def note() -> bool:
        async with shelf.database.begin() as session:
            return await archive.settle(session, ended, [Kept("a-run", 1, 2, stored)], case.changed_at)

    noted = await asyncio.gather(note(), note(), note())

    assert sorted(noted) == [False, False, True]
    assert len(await shelf.histories(case.number)) == 1


async def test_process_that_dies_between_file_and_row_leaves_nothing_doubled(
    shelf: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await shelf.a_closed_case()
    day = await shelf.day_after(number)
    before = files_in(shelf)

    async def dies(*_: object) -> bool:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(archive, "settle", dies)
        with pytest.raises(ConnectionError):
            await shelf.archiver(day).look()
    left = files_in(shelf) - before
    again = await shelf.archiver(day).look()

    assert len(left) == 1
    assert again == Looked(archived=1)
    assert files_in(shelf) - before == left
    (row,) = await shelf.histories(number)
    assert shelf.store.path_of(row.digest or "") in left


def files_in(shelf: Archive) -> set[Path]:
    return {path for path in (shelf.settings.home / "files").rglob("*") if path.is_file()}


async def test_engine_and_disk_that_are_away_delay_and_lose_nothing(shelf: Archive, tmp_path: Path) -> None:
    number = await shelf.a_closed_case()
    day = await shelf.day_after(number)
    nowhere = shelf.settings.model_copy(update={"temporal_address": f"127.0.0.1:{a_closed_port()}"})
    (tmp_path / "files").write_text("no folder", "utf-8")

    with pytest.raises(RuntimeError, match="connect"):
        await shelf.archiver(day, client=await connect(nowhere, lazy=True)).look()
    with pytest.raises(StoreUnavailable):
        await shelf.archiver(day, store=FileStore(tmp_path, 10**6)).look()
    nothing = await shelf.histories(number)
    looked = await shelf.archiver(day).look()

    assert nothing == []
    assert looked == Looked(archived=1)


async def test_one_that_fails_holds_up_no_other_and_comes_again(
    shelf: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [await shelf.a_closed_case() for _ in range(3)]
    await shelf.sql("UPDATE case_file SET stage = 'examination', ending = NULL WHERE number = :n", n=numbers[0])
    await shelf.sql("UPDATE case_file SET stage = 'closed' WHERE number = :n", n=numbers[0])
    archiver = shelf.archiver(await shelf.day_after(*numbers), page=1)
    settle = archive.settle

    async def not_the_first(session: Any, ended: Ended, runs: Any, at: datetime) -> bool:
        if ended.workflow == workflow_id(numbers[0]):
            raise ConnectionError
        return await settle(session, ended, runs, at)

    with monkeypatch.context() as patched:
        patched.setattr(archive, "settle", not_the_first)
        with pytest.raises(ConnectionError):
            await archiver.look()
        others = [await archiver.look() for _ in range(3)]
    again = await archiver.look()

    assert [one.archived for one in others] == [1, 1, 0]
    assert again.archived == 1


async def test_closed_file_whose_workflow_runs_waits(shelf: Archive) -> None:
    case = Drive(shelf.client, shelf.database, shelf.filer(shelf.client), shelf.settings.task_queue)
    await case.open(("application_form",))
    await shelf.sql("UPDATE case_file SET stage = 'closed' WHERE number = :n", n=case.number)

    looked = await shelf.archiver(await shelf.day_after(case.number)).look()

    assert looked == Looked()
    assert await shelf.histories(case.number) == []
    await shelf.client.get_workflow_handle(workflow_id(case.number)).terminate()


async def test_history_that_is_gone_is_on_record_and_looked_for_again_while_it_may_come_back(shelf: Archive) -> None:
    case, _ = await on_file(shelf.database, stage=Stage.CLOSED, ending=Ending.GRANTED)
    retention = await retention_of(shelf.client)
    now = datetime.now().astimezone()
    await shelf.sql("UPDATE case_file SET changed_at = :at WHERE number = :n", at=now - retention * 0.6, n=case.number)
    probe = Unarchived(shelf.client, shelf.database, timedelta(0))

    (before,) = await probe.see()
    first = await shelf.archiver(now).look()
    (missing,) = await probe.see()
    same_day = await shelf.archiver(now + timedelta(hours=23)).look()
    await shelf.sql("UPDATE history SET archived_at = :at", at=now - DAY * 1.1)
    next_day = await shelf.archiver(now).look()
    long_after = await shelf.archiver(now + retention).look()
    await shelf.sql("UPDATE history SET ended_at = :at", at=now - retention * 2)
    (over,) = await probe.see()

    assert (first, same_day, next_day, long_after) == (Looked(gone=1), Looked(), Looked(gone=1), Looked())
    (row,) = await shelf.histories(case.number)
    assert (row.run, row.digest, row.place) == (None, None, 1)
    assert [one.subject for one in before.found] == ["waiting"]
    assert [one.subject for one in missing.found] == ["missing"]
    assert over.found == ()
    said = [says(one.kind, one.subject, one.since, one.facts) for one in (*before.found, *missing.found)]
    assert "1 件已办结而办理历史没有归档" in said[0].zh
    assert "and its history goes at" in said[0].en
    assert "在 Temporal 中找不到" in said[1].zh


async def test_history_that_came_back_is_archived(shelf: Archive) -> None:
    """As after a restore of Temporal's database."""
    number = await shelf.a_closed_case()
    ended = Ended(workflow_id(number), await shelf.ended_at(number))
    async with shelf.database.begin() as session:
        await archive.settle(session, ended, [], ended.ended_at - DAY * 2)
    gone = await shelf.histories(number)

    looked = await shelf.archiver(await shelf.day_after(number)).look()

    assert [row.run for row in gone] == [None]
    assert looked == Looked(archived=1)
    (row,) = await shelf.histories(number)
    assert row.digest


async def test_encrypted_history_stays_encrypted_and_is_read_with_the_key_of_its_time(shelf: Archive) -> None:
    own = shelf.settings.model_copy(update={"payload_keys": OLD, "task_queue": "archived-encrypted"})
    client = await connect(own)
    sealed = Archive(own, client, shelf.database)
    async with sealed.working(client):
        number = await sealed.a_closed_case()

    await sealed.archiver(await sealed.day_after(number)).look()

    (row,) = await shelf.histories(number)
    content = await shelf.content(row)
    found = list(payloads_in(History(events=unpacked(row.workflow, content).events)))
    assert found
    assert all(is_encrypted(payload) for payload in found)
    await replay(row, content, OLD | NEW, "new")
    with pytest.raises(Exception, match=r"UnknownPayloadKey|Encoded failure"):
        await replay(row, content, NEW)
