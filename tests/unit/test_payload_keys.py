"""The keys of payloads: where they come from, what is wrong with them, and a file of them that changes."""

from __future__ import annotations

import base64
import json
import logging
import os
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure

from settings import Settings, WrongSetting
from workflows.encryption import ENCODING, KEY_ID, EncryptionCodec, converter_of, is_encrypted
from workflows.payload_keys import NO_KEYS, UnknownPayloadKey, UnreadablePayload, keyring_of

CLEAR = Payload(metadata={"encoding": b"json/plain"}, data='"何处有误"'.encode())


def a_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def codec_of(keys: dict[str, str], key: str = "") -> EncryptionCodec:
    return EncryptionCodec(keyring_of(Settings(payload_keys=keys, payload_key=key)))


async def sealed(codec: EncryptionCodec) -> Payload:
    (payload,) = await codec.encode([CLEAR])
    return payload


async def test_what_was_encrypted_is_read_and_nothing_of_it_can_be_seen() -> None:
    codec = codec_of({"k1": a_key()})

    payload = await sealed(codec)

    assert (payload.metadata["encoding"], payload.metadata[KEY_ID]) == (ENCODING, b"k1")
    assert CLEAR.data not in payload.SerializeToString()
    assert b"json/plain" not in payload.SerializeToString()
    assert await codec.decode([payload]) == [CLEAR]


async def test_same_payload_is_never_encrypted_alike_twice() -> None:
    codec = codec_of({"k1": a_key()})

    nonces = {(await sealed(codec)).data[1:13] for _ in range(100)}

    assert len(nonces) == 100


async def test_payload_in_clear_is_read_as_ever() -> None:
    assert await codec_of({"k1": a_key()}).decode([CLEAR]) == [CLEAR]


async def test_old_payload_is_read_after_another_key_took_over() -> None:
    old, new = a_key(), a_key()
    payload = await sealed(codec_of({"old": old}))
    rotated = codec_of({"old": old, "new": new}, key="new")

    assert await rotated.decode([payload]) == [CLEAR]
    assert (await sealed(rotated)).metadata[KEY_ID] == b"new"


async def test_payload_whose_key_is_gone_says_which_key_and_nothing_else() -> None:
    payload = await sealed(codec_of({"old": a_key()}))

    with pytest.raises(UnknownPayloadKey, match="old") as error:
        await codec_of({"new": a_key()}).decode([payload])

    assert "何处有误" not in str(error.value)


@pytest.mark.parametrize("metadata", [{}, {KEY_ID: "何处有误\n".encode()}, {KEY_ID: b"\xff"}])
async def test_payload_that_names_no_key_is_not_read_and_its_words_are_not_repeated(metadata: dict[str, bytes]) -> None:
    with pytest.raises(UnknownPayloadKey) as error:
        await codec_of({"k1": a_key()}).decode([Payload(metadata={"encoding": ENCODING, **metadata})])

    assert "何处有误" not in str(error.value)


async def test_payload_is_not_read_with_another_key_of_the_same_name() -> None:
    payload = await sealed(codec_of({"k1": a_key()}))

    with pytest.raises(UnreadablePayload, match="k1"):
        await codec_of({"k1": a_key()}).decode([payload])


@pytest.mark.parametrize("at", [0, 1, 12, 13, -1])
async def test_payload_that_was_changed_is_not_read(at: int) -> None:
    codec = codec_of({"k1": a_key()})
    payload = await sealed(codec)
    changed = bytearray(payload.data)
    changed[at] ^= 1

    payload.data = bytes(changed)

    with pytest.raises(UnreadablePayload, match="k1"):
        await codec.decode([payload])


@pytest.mark.parametrize("length", [0, 1, 13, 20])
async def test_payload_that_was_cut_short_is_not_read(length: int) -> None:
    codec = codec_of({"k1": a_key()})
    payload = await sealed(codec)

    payload.data = payload.data[:length]

    with pytest.raises(UnreadablePayload, match="k1"):
        await codec.decode([payload])


async def test_id_of_the_key_is_part_of_what_is_sealed() -> None:
    same = a_key()
    codec = codec_of({"k1": same, "k2": same}, key="k1")
    payload = await sealed(codec)

    payload.metadata[KEY_ID] = b"k2"

    with pytest.raises(UnreadablePayload, match="k2"):
        await codec.decode([payload])


def test_without_keys_payloads_travel_as_before() -> None:
    assert keyring_of(Settings()) is NO_KEYS
    assert converter_of(NO_KEYS).payload_codec is None


async def test_encryption_is_switched_on_and_off_while_everything_stays_readable() -> None:
    keys = {"k1": a_key()}
    on, reading = (converter_of(keyring_of(Settings(payload_keys=keys, payload_key=key))) for key in ("k1", "none"))
    failure = Failure()

    encrypted, clear = await on.encode(["何处有误"]), await reading.encode(["何处有误"])
    await on.encode_failure(ValueError("何处有误"), failure)

    assert [is_encrypted(payload) for payload in (*encrypted, *clear)] == [True, False]
    assert await reading.decode([*encrypted, *clear]) == await on.decode([*clear, *encrypted]) == ["何处有误"] * 2
    assert "何处有误" in str(await reading.decode_failure(failure))


async def test_whole_values_and_errors_go_through_the_converter_encrypted() -> None:
    converter = converter_of(keyring_of(Settings(payload_keys={"k1": a_key()})))

    payloads = await converter.encode([{"why": "何处有误"}])
    failure = Failure()
    await converter.encode_failure(ValueError("何处有误"), failure)

    assert [is_encrypted(payload) for payload in payloads] == [True]
    assert await converter.decode(payloads) == [{"why": "何处有误"}]
    assert "何处有误".encode() not in failure.SerializeToString()
    assert "何处有误" in str(await converter.decode_failure(failure))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"payload_keys": {"k1": "c2hvcnQ="}}, "k1"),
        ({"payload_keys": {"k1": "不是 base64"}}, "k1"),
        ({"payload_keys": {"": base64.b64encode(bytes(32)).decode()}}, "64"),
        ({"payload_keys": {"a": a_key(), "b": a_key()}}, "BANCHENG_PAYLOAD_KEY "),
        ({"payload_keys": {"a": a_key()}, "payload_key": "b"}, "BANCHENG_PAYLOAD_KEY "),
        ({"payload_key": "b"}, "BANCHENG_PAYLOAD_KEY "),
        ({"payload_keys": {"none": a_key()}}, "none"),
        ({"payload_keys_file": Path("nowhere.json")}, "nowhere.json"),
        ({"payload_keys_file": Path("nowhere.json"), "payload_keys": {"a": a_key()}}, "BANCHENG_PAYLOAD_KEYS_FILE"),
    ],
)
def test_keys_that_cannot_be_used_are_refused_with_a_sentence_that_repeats_none(
    changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(WrongSetting) as error:
        keyring_of(Settings(**changes))

    assert said in str(error.value)
    assert not any(key in str(error.value) for key in changes.get("payload_keys", {}).values())


def test_settings_show_no_key_when_they_are_printed() -> None:
    key = a_key()

    assert key not in repr(Settings(payload_keys={"k1": key}, temporal_api_key=key))


def write(file: Path, content: str) -> None:
    """Replace the file as a mounted secret is replaced: by another one under its name."""
    draft = file.with_suffix(".draft")
    draft.write_text(content, encoding="utf-8")
    draft.replace(file)


async def test_file_of_keys_is_read_again_when_it_changes(tmp_path: Path) -> None:
    file, old, new = tmp_path / "keys.json", a_key(), a_key()
    write(file, json.dumps({"old": old}))
    codec = EncryptionCodec(keyring_of(Settings(payload_keys_file=file)))
    first = await sealed(codec)
    from_another = await sealed(codec_of({"new": new}))

    write(file, json.dumps({"old": old, "new": new}))

    assert await codec.decode([first, from_another]) == [CLEAR, CLEAR]
    assert (await sealed(codec)).metadata[KEY_ID] == b"old"


@pytest.mark.parametrize("broken", ["{", "[]", "{}", '{"new": "c2hvcnQ="}', ""])
async def test_broken_file_of_keys_stops_nothing_that_runs_and_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, broken: str
) -> None:
    file = tmp_path / "keys.json"
    write(file, json.dumps({"old": a_key()}))
    codec = EncryptionCodec(keyring_of(Settings(payload_keys_file=file)))
    first = await sealed(codec)
    caplog.set_level(logging.ERROR)

    write(file, broken)

    for _ in range(3):
        assert await codec.decode([first]) == [CLEAR]
    assert len([record for record in caplog.records if "not used" in record.message]) == 1


async def test_file_of_keys_that_goes_away_stops_nothing_that_runs(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    write(file, json.dumps({"old": a_key()}))
    codec = EncryptionCodec(keyring_of(Settings(payload_keys_file=file)))
    first = await sealed(codec)

    file.unlink()

    assert await codec.decode([first]) == [CLEAR]


def test_command_makes_a_key_that_can_be_used() -> None:
    from typer.testing import CliRunner

    from cli.main import app

    made = CliRunner().invoke(app, ["keys", "new"])

    assert made.exit_code == 0
    assert keyring_of(Settings(payload_keys=json.loads(made.stdout))) is not NO_KEYS
