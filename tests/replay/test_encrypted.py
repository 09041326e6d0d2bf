"""Histories and encryption: what was recorded in clear replays with keys, and encrypted ones replay after a rotation."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from settings import Settings
from tests.privacy.payloads import payloads_in
from tests.replay.test_replay import HISTORIES, WORKFLOWS
from workflows.encryption import EncryptionCodec, converter_of, is_encrypted
from workflows.payload_keys import keyring_of
from workflows.sandbox import runner

OLD, NEW = ({id_: base64.b64encode(bytes([n] * 32)).decode()} for n, id_ in enumerate(("old", "new")))
KEPT = [file for file in HISTORIES if file.stem in ("supplement_lapsed", "grievance_with_remedies", "granted")]


async def encrypted(file: Path, keys: dict[str, str]) -> WorkflowHistory:
    """The kept history as it would have been recorded with keys."""
    kept = WorkflowHistory.from_json(f"case:{file.stem}", file.read_text(encoding="utf-8"))
    codec, history = EncryptionCodec(keyring_of(Settings(payload_keys=keys))), History(events=kept.events)
    found = list(payloads_in(history))
    for payload, sealed in zip(found, await codec.encode(found), strict=True):
        payload.CopyFrom(sealed)
    assert found
    assert all(is_encrypted(payload) for payload in payloads_in(history))
    return WorkflowHistory(kept.workflow_id, list(history.events))


async def replay(history: WorkflowHistory, keys: dict[str, str], key: str = "") -> None:
    converter = converter_of(keyring_of(Settings(payload_keys=keys, payload_key=key)))
    await Replayer(workflows=WORKFLOWS, workflow_runner=runner(), data_converter=converter).replay_workflow(history)


ON_EACH = pytest.mark.parametrize("file", KEPT, ids=lambda file: file.stem)


def test_there_are_histories_to_try() -> None:
    assert len(KEPT) >= 2


@ON_EACH
async def test_history_that_was_recorded_in_clear_replays_once_there_are_keys(file: Path) -> None:
    await replay(WorkflowHistory.from_json(f"case:{file.stem}", file.read_text(encoding="utf-8")), NEW)


@ON_EACH
async def test_encrypted_history_replays_after_the_key_was_rotated(file: Path) -> None:
    await replay(await encrypted(file, OLD), OLD | NEW, "new")


async def test_encrypted_history_does_not_replay_without_its_key(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Exception, match=r"UnknownPayloadKey|Encoded failure"):
        await replay(await encrypted(KEPT[0], OLD), NEW)

    assert "The payload key old is missing" in caplog.text
