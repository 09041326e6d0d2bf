"""A new release of the worker takes over while cases are open, and one that would break them is not promoted."""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Worker

from activities.case_file import CaseFile
from api.app import create_app
from registry.units import read_units
from settings import Settings
from storage.database import Database
from tests.conftest import Servers
from tests.counter import Counter, speaking_to
from tests.upgrade.changed import PATCH, PatchedCase, UnguardedCase
from worker.serving import case_worker, hands_of
from workflows.filing import Filer
from workflows.messages import workflow_id
from workflows.release import (
    WORKFLOWS,
    NoSuchRelease,
    Serving,
    _spread,
    answered,
    deployment_of,
    promote,
    releases,
    replayed,
)

ROOT = Path(__file__).resolve().parents[2]
WITHIN_SECONDS = 60


@pytest.fixture
def own(servers: Servers) -> Settings:
    """A deployment and a task queue of this test alone."""
    name = f"upgrade-{uuid.uuid4().hex[:8]}"
    return servers.settings.model_copy(update={"task_queue": name, "deployment": name})


@pytest.fixture
async def clerk(own: Settings, counter: Counter) -> AsyncIterator[Counter]:
    """The counter that opens cases on the task queue of this test; the definitions are published already."""
    app = create_app(own)
    async with app.router.lifespan_context(app), speaking_to(app, counter.home) as opened:
        yield opened


@pytest.fixture
def release_of(
    own: Settings, temporal: Client, database: Database, case_file: CaseFile, filer: Filer
) -> Callable[[str], Worker]:
    """A worker of the release with this build id."""
    hands = hands_of(temporal, database, read_units(own.definitions), filer, own)

    def made(build: str) -> Worker:
        release = deployment_of(own.model_copy(update={"build_id": build}))
        return case_worker(temporal, own.task_queue, case_file, filer, hands, release=release)

    return made


@pytest.fixture
async def first(own: Settings, temporal: Client, release_of: Callable[[str], Worker]) -> AsyncIterator[Worker]:
    """Release 1, which serves."""
    async with at_work(release_of("1")) as worker:
        await promoted(temporal, own, "1")
        yield worker


@asynccontextmanager
async def at_work(worker: Worker) -> AsyncIterator[Worker]:
    running = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        await worker.shutdown()
        await running


async def promoted(client: Client, own: Settings, build: str) -> None:
    """The release serves, as soon as the engine has heard of it."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while True:
            try:
                return await promote(client, own.deployment, build)
            except (NoSuchRelease, RPCError):
                await asyncio.sleep(0.1)


async def waits(client: Client, own: Settings, build: str) -> None:
    """The release has workers that the engine has heard of, and no work yet."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while (build, Serving.WAITING) not in [one[:2] for one in await releases(client, own.deployment)]:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def served_by(client: Client, number: str) -> str:
    """The build id of the release that did the last task of the case."""
    history = await client.get_workflow_handle(workflow_id(number)).fetch_history()
    done = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
    last = [event for event in history.events if event.event_type == done][-1]
    return last.workflow_task_completed_event_attributes.deployment_version.build_id


async def ending_of(client: Client, number: str) -> str:
    """How the case ended, once it has."""
    return str((await client.get_workflow_handle(workflow_id(number)).result())["ending"])


async def timers(client: Client, number: str) -> list[str]:
    history = await client.get_workflow_handle(workflow_id(number)).fetch_history()
    started = [event for event in history.events if event.HasField("timer_started_event_attributes")]
    return [str(await client.data_converter.decode([event.user_metadata.summary])) for event in started]


@pytest.mark.shows(82)
async def test_open_cases_go_on_with_the_release_that_serves(
    own: Settings,
    temporal: Client,
    clerk: Counter,
    first: Worker,
    release_of: Callable[[str], Worker],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed, new, examined = [(await clerk.apply())["number"] for _ in range(3)]
    await clerk.granted(closed)
    await clerk.answered("window", examined, "check", "accept")
    assert await served_by(temporal, examined) == "1"

    monkeypatch.setattr("worker.serving.WORKFLOWS", (PatchedCase, *WORKFLOWS[1:]))
    async with at_work(release_of("2")):
        await waits(temporal, own, "2")
        await clerk.answered("examiner", examined, "review", "pass")
        assert await served_by(temporal, examined) == "1", "a release gets no work before it is promoted"

        await promoted(temporal, own, "2")
        await first.shutdown()  # nothing is pinned, so the former release may go at once
        on_site = {"officers": ["officer-a", "officer-b"]}
        await clerk.answered("examiner", examined, "on_site", "pass", **on_site)
        assert await served_by(temporal, examined) == "2"
        await clerk.answered("approver", examined, "decide", "grant")
        await clerk.answered("window", examined, "issue", "issued")
        await clerk.answered("window", examined, "deliver", "delivered")
        later = (await clerk.apply())["number"]
        for number in (new, later):
            await clerk.granted(number)
        assert [await ending_of(temporal, one) for one in (closed, new, examined, later)] == ["granted"] * 4

        has_more = {one: PATCH in " ".join(await timers(temporal, one)) for one in (closed, new, examined, later)}
        assert has_more == {closed: False, new: True, examined: True, later: True}
        serving = {release.build: release.serving for release in await releases(temporal, own.deployment)}
        assert serving["2"] is Serving.CURRENT
        assert serving["1"] is Serving.FORMER


@pytest.mark.usefixtures("first")
async def test_change_that_open_cases_cannot_follow_is_found_before_it_serves(
    own: Settings, temporal: Client, clerk: Counter
) -> None:
    number = (await clerk.apply())["number"]
    await clerk.answered("window", number, "check", "accept")
    await _listed(temporal, own)

    ours = f"TaskQueue='{own.task_queue}'"
    today = [one async for one in replayed(temporal, 10, among=ours)]
    guarded = [one async for one in replayed(temporal, 10, (PatchedCase,), among=ours)]
    unguarded = [one async for one in replayed(temporal, 10, (UnguardedCase,), among=ours)]

    assert [(one.workflow_id, one.fault) for one in today] == [(workflow_id(number), None)]
    assert [one.fault for one in guarded] == [None]
    assert "ondeterminism" in str(unguarded[0].fault)


@pytest.mark.usefixtures("first")
async def test_history_whose_retention_ended_meanwhile_is_passed_over(
    own: Settings, temporal: Client, clerk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = (await clerk.apply())["number"]
    await _listed(temporal, own)

    async def listed_before(client: Client, query: str, sample: int) -> AsyncIterator[tuple[str, str]]:
        yield workflow_id("GZ20200101-000001-0"), str(uuid.uuid4())
        async for one in _spread(client, query, sample):
            yield one

    monkeypatch.setattr("workflows.release._spread", listed_before)
    found = [one async for one in replayed(temporal, 10, among=f"TaskQueue='{own.task_queue}'")]

    assert [(one.workflow_id, one.fault) for one in found] == [(workflow_id(number), None)]


@pytest.mark.usefixtures("first")
async def test_release_without_a_worker_is_not_promoted(own: Settings, temporal: Client) -> None:
    with pytest.raises(NoSuchRelease):
        await promote(temporal, own.deployment, "2")

    await promote(temporal, own.deployment, "1")
    with pytest.raises(NoSuchRelease):  # known, and nobody of it asked for work just now
        await promote(temporal, own.deployment, "1", timedelta(0))


@pytest.mark.parametrize(
    ("says", "tries"),
    [
        ([RPCStatusCode.CANCELLED, RPCStatusCode.UNAVAILABLE, None], 3),
        ([RPCStatusCode.NOT_FOUND, None], 1),
        ([RPCStatusCode.CANCELLED] * 5, 4),
    ],
    ids=["what passes", "what does not", "what does not come to an end"],
)
async def test_engine_that_is_busy_with_its_releases_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, says: list[RPCStatusCode | None], tries: int
) -> None:
    monkeypatch.setattr("workflows.release.PAUSES_SECONDS", (0, 0, 0))
    asked: list[str] = []

    async def call(request: str) -> str:
        asked.append(request)
        if (status := says[len(asked) - 1]) is not None:
            raise RPCError("operation was canceled", status, b"")
        return "answer"

    if None in says[:tries]:
        assert await answered(call, "request") == "answer"
    else:
        with pytest.raises(RPCError):
            await answered(call, "request")

    assert asked == ["request"] * tries


@pytest.mark.usefixtures("first")
async def test_commands_say_what_serves_and_what_is_refused(own: Settings, temporal: Client, clerk: Counter) -> None:
    await clerk.apply()
    await _listed(temporal, own)

    status = await commanded(own, "status")
    checked = await commanded(own, "check", "--sample", "5", "--query", f"TaskQueue='{own.task_queue}'")
    again, unknown = await commanded(own, "promote", "1"), await commanded(own, "promote", "2")
    nobody = await commanded(own.model_copy(update={"deployment": "nobody"}), "status")

    assert status[0] == 0
    assert status[1].startswith("1\t正在办理，自 20")
    assert checked == (0, "✓ 1 份历史都能用本程序继续\n")
    assert again == (0, "✓ 版本 1 已接手\n")
    assert unknown[0] == 1
    assert "没有版本 2 的工作进程" in unknown[1]
    assert nobody[0] == 1
    assert "还不知道名为 nobody 的工作进程" in nobody[1]


async def commanded(own: Settings, *arguments: str) -> tuple[int | None, str]:
    """Status and output of `bancheng upgrade …`."""
    environment = {
        **os.environ,
        "BANCHENG_TEMPORAL_ADDRESS": own.temporal_address,
        "BANCHENG_DEPLOYMENT": own.deployment,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "cli.main", "upgrade", *arguments),
        env=environment,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()


async def _listed(client: Client, own: Settings) -> None:
    async with asyncio.timeout(WITHIN_SECONDS):
        while (await client.count_workflows(f"TaskQueue='{own.task_queue}'")).count == 0:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
