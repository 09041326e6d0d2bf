"""A week at the counter, with somebody's data wherever there may be some: none of it is in the engine, a log, a trace or a
metric. With keys nothing at all can be read in the engine; without them, what is in clear then holds no datum either."""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from cli.embedded import binaries
from cli.embedded.ports import Ports
from settings import Settings
from tests.conftest import Servers
from tests.counter import FOOD_PERMIT
from tests.own import settings_of_its_own
from tests.privacy.data import Data, found_in
from tests.privacy.lived import lived
from tests.privacy.payloads import payloads_in
from tests.privacy.running import Running, running
from tests.privacy.week import Week
from workflows.connection import connect
from workflows.encryption import converter_of, is_encrypted
from workflows.filing import batches_in
from workflows.payload_keys import keyring_of
from workflows.release import WORKFLOWS
from workflows.sandbox import runner

KEYS = {"week": base64.b64encode(bytes(range(100, 132))).decode()}
pytestmark = pytest.mark.timeout(600)


@dataclass
class Left:
    """What a week left behind."""

    running: Running
    data: Data
    week: Week
    engine: list[tuple[str, Message]]


@pytest.fixture(scope="module")
async def week(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Left]:
    """A week that was lived, with keys."""
    own = settings_of_its_own(servers, tmp_path_factory, "privacy").model_copy(update={"payload_keys": KEYS})
    data = Data()
    refused = f"550 5.1.1 <{data.email()}> is not known here"
    async with running(own, Ports.free(), [refused, "250 OK"]) as all_of_it:
        lived_week = await lived(all_of_it.counter, data)
        await all_of_it.settled()
        yield Left(all_of_it, data, lived_week, await all_of_it.left_in_the_engine())


async def in_clear(week: Left) -> list[tuple[str, Message]]:
    """What would be in the engine without keys: the same, with each payload as it was before it was encrypted."""
    decode = week.running.engine.data_converter.payload_codec.decode
    clear = []
    for where, message in week.engine:
        (copy := type(message)()).CopyFrom(message)
        for payload in list(payloads_in(copy)):
            (opened,) = await decode([payload])
            payload.CopyFrom(opened)
        clear.append((where, copy))
    return clear


@pytest.mark.parametrize("keys", ["with keys", "without keys"])
async def test_no_datum_is_in_the_engine(week: Left, keys: str) -> None:
    left = week.engine if keys == "with keys" else await in_clear(week)
    kinds = {where.partition(":")[0] for where, _ in left}
    places = [(where, message.SerializeToString()) for where, message in left]

    assert {"a row of a list", "a description", "a schedule", "history of case", "history of grievance"} <= kinds
    assert found_in(places, week.data.given) == []


async def test_no_datum_is_in_a_log_a_trace_or_a_metric(week: Left) -> None:
    places = list(week.running.left_in_files())
    names = {name for name, _ in places}

    assert {"api.log", "worker.log", "watch.log", "temporal.log", "a trace"} <= names
    assert {"metrics of api", "metrics of worker", "metrics of watch"} <= names
    assert found_in(places, week.data.given) == []


async def test_week_was_a_full_one(week: Left) -> None:
    kinds = set(week.data.given.values())
    logged = dict(week.running.left_in_files())
    traced = b"".join(week.running.collector.sent)

    assert len(kinds) == 12, kinds
    assert len(week.data.given) > 150
    assert len(set(week.week.done)) > 35, sorted(set(week.week.done))
    assert len([where for where, _ in week.engine if where == "a description"]) > 12
    assert all(json.loads(line) for name in ("api.log", "worker.log") for line in logged[name].splitlines())
    assert b"POST /v1/cases" in traced
    assert week.running.mail.messages, "no mail was sent"


@pytest.mark.parametrize("how", ["as it is", "in a longer text in Base64", "escaped"])
def test_datum_that_is_there_would_be_found(how: str) -> None:
    data = Data()
    name = data.name()
    written = {
        "as it is": name.encode(),
        "in a longer text in Base64": base64.b64encode(f'{{"said": "{name}"}}'.encode()),
        "escaped": json.dumps({"said": name}).encode(),
    }[how]
    event = HistoryEvent()
    event.activity_task_scheduled_event_attributes.input.payloads.add(data=written)

    leaks = found_in([("a history", event.SerializeToString())], data.given)

    assert len(leaks) == 1
    assert "name" in leaks[0]


async def test_with_keys_nothing_in_the_engine_can_be_read(week: Left) -> None:
    payloads = [(where, payload) for where, message in week.engine for payload in payloads_in(message)]

    readable = [(where, payload) for where, payload in payloads if not is_encrypted(payload)]

    assert len(payloads) > 300
    assert [(where, payload) for where, payload in readable if not _marks_a_patch(where, payload)] == []


async def test_encrypted_history_of_each_kind_replays_after_the_key_was_rotated(week: Left) -> None:
    rotated = {**KEYS, "next": base64.b64encode(bytes(32)).decode()}
    converter = converter_of(keyring_of(Settings(payload_keys=rotated, payload_key="next")))
    replayer = Replayer(workflows=list(WORKFLOWS), workflow_runner=runner(), data_converter=converter)
    histories: dict[str, list[HistoryEvent]] = {}
    for where, message in week.engine:
        if isinstance(message, HistoryEvent):
            histories.setdefault(where.removeprefix("history of "), []).append(message)
    of_each_kind = {_kind(events): id_ for id_, events in histories.items()}

    for id_ in of_each_kind.values():
        await replayer.replay_workflow(WorkflowHistory(id_, histories[id_]))

    assert {"Case", "BundleCase", "Grievance"} <= set(of_each_kind)


async def test_case_file_can_be_made_whole_from_encrypted_histories(week: Left) -> None:
    """What is missing on file is read in the history, also by a process that writes under another key by now."""
    rotated = {"payload_keys": {**KEYS, "next": base64.b64encode(bytes(32)).decode()}, "payload_key": "next"}
    client = await connect(week.running.settings.model_copy(update=rotated))
    rows = (await week.running.counter.get("supervisor", "/v1/cases", ("*",))).json()["rows"]
    granted = next(row["number"] for row in rows if row["ending"] == "granted")

    found = await batches_in(client, granted)

    timeline = (await week.running.counter.get("supervisor", f"/v1/cases/{granted}/timeline", ("*",))).json()
    assert sum(len(batch.events) for batch in found) == len(timeline)


async def test_supervisor_reads_a_history_with_the_cli_through_the_codec_server(week: Left) -> None:
    events = [where for where, message in week.engine if isinstance(message, HistoryEvent) and ":GZ" in where]
    shortest = min(set(events), key=events.count).removeprefix("history of ")
    item = {FOOD_PERMIT: "the item"}

    shown = await _shown_by_the_cli(week.running, shortest, "supervisor", patience=60)
    to_others = await _shown_by_the_cli(week.running, shortest, "window", patience=2)  # it asks until its time is up

    assert shown.returncode == 0, shown.stderr
    assert found_in([("what the CLI shows", shown.stdout.encode())], item)
    assert not found_in([("what the CLI shows", to_others.stdout.encode())], item)


async def _shown_by_the_cli(whole: Running, workflow: str, who: str, patience: int) -> subprocess.CompletedProcess[str]:
    """`temporal workflow show` as somebody with this role runs it."""
    token = whole.counter.headers(who, ("*",))["Authorization"]
    where = ["--address", whole.settings.temporal_address, "--namespace", whole.settings.temporal_namespace]
    where += ["--command-timeout", f"{patience}s"]
    codec = ["--codec-endpoint", f"{whole.settings.public_url}/v1/codec", "--codec-auth", token]
    command = [str(binaries.temporal()), "workflow", "show", "--workflow-id", workflow, "--output", "json"]
    return await asyncio.to_thread(
        subprocess.run, [*command, *where, *codec], capture_output=True, text=True, check=False
    )


async def test_temporal_ui_gets_readable_payloads_from_the_codec_server(week: Left) -> None:
    some = [payload for _, message in week.engine for payload in payloads_in(message) if is_encrypted(payload)][:50]
    body = MessageToDict(Payloads(payloads=some))
    ui = week.running.settings.temporal_ui_url
    client, asked = week.running.counter.client, {"X-Namespace": "default", "Origin": ui}

    by = {who: week.running.counter.headers(who, ("*",), **asked) for who in ("supervisor", "window")}
    at = "/v1/codec/decode?preserveStorageRefs=true"
    read = await client.post(at, headers=by["supervisor"], json=body)
    refused = [await client.post(at, headers=headers, json=body) for headers in (by["window"], asked)]

    assert read.status_code == 200, read.text
    opened = ParseDict(read.json(), Payloads()).payloads
    assert read.headers["access-control-allow-origin"] == ui
    assert len(opened) == len(some)
    assert {payload.metadata["encoding"] for payload in opened} <= {b"json/plain", b"binary/null"}
    assert [answer.status_code for answer in refused] == [403, 401]


def _kind(events: list[HistoryEvent]) -> str:
    return events[0].workflow_execution_started_event_attributes.workflow_type.name


def _marks_a_patch(where: str, payload: Payload) -> bool:
    """The engine's library writes the name of a patch in clear, after all encryption."""
    return where.startswith("history of ") and b'"deprecated"' in payload.data


async def test_datum_that_somebody_sends_into_the_engine_in_clear_is_found(week: Left) -> None:
    """The last test of this file: what it leaves is not to be found by the others."""
    planted = Data()
    rows = (await week.running.counter.get("supervisor", "/v1/cases", ("*",))).json()["rows"]
    open_case = next(row["number"] for row in rows if row["ending"] is None)
    clear = await connect(week.running.settings.model_copy(update={"payload_keys": {}}))
    handle = clear.get_workflow_handle(f"case:{open_case}")

    await handle.signal("nobody_takes_this", {"applicant": (name := planted.name())})

    places = [(where, left.SerializeToString()) for where, left in await week.running.left_in_the_engine()]
    leaks = found_in(places, planted.given)
    assert [leak.partition(":")[0] for leak in leaks] == [f"name {name} in history of case"]
