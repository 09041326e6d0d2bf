"""The codec server: what Temporal UI and CLI ask for, who is answered, and what stays on record of it."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from google.protobuf.json_format import MessageToDict
from temporalio.api.common.v1 import Payload, Payloads

from api.app import create_app
from settings import Settings
from tests.counter import Counter, speaking_to
from workflows.encryption import EncryptionCodec, is_encrypted
from workflows.payload_keys import keyring_of

KEYS = {"k1": base64.b64encode(bytes(range(32))).decode()}
UI = "https://temporal.office.example"
ASKED_BY_THE_UI = "authorization,authorization-extras,content-type,x-namespace"
CLEAR = Payload(metadata={"encoding": b"json/plain"}, data=b'"GZ20261124-000001-1"')


@pytest.fixture(scope="module")
async def office(files_settings: Settings) -> AsyncIterator[Counter]:
    """A counter with a key, and Temporal UI at another origin; it is so busy that it takes nothing in."""
    changes = {"payload_keys": KEYS, "temporal_ui_url": "https://Temporal.office.example:443/ui", "writes_at_once": 0}
    own = files_settings.model_copy(update=changes)
    app = create_app(own)
    async with app.router.lifespan_context(app), speaking_to(app, own.home) as opened:
        yield opened


async def ask(office: Counter, verb: str, body: Any, who: str = "supervisor", **headers: str) -> httpx2.Response:
    headers = {**office.headers(who), "X-Namespace": "of-nobody", "Origin": UI, **headers}
    return await office.client.post(f"/v1/codec/{verb}?preserveStorageRefs=true", headers=headers, json=body)


async def encrypted(keys: dict[str, str] = KEYS) -> dict[str, Any]:
    codec = EncryptionCodec(keyring_of(Settings(payload_keys=keys)))
    return MessageToDict(Payloads(payloads=await codec.encode([CLEAR])))


async def test_supervisor_reads_what_is_encrypted_and_what_was_in_clear(office: Counter) -> None:
    body = await encrypted()
    body["payloads"].append(MessageToDict(CLEAR))

    response = await ask(office, "decode", body)

    assert response.status_code == 200, response.text
    assert response.json() == MessageToDict(Payloads(payloads=[CLEAR, CLEAR]))
    assert response.headers["access-control-allow-origin"] == UI


async def test_what_the_ui_sends_is_encrypted_and_can_be_read_again(office: Counter) -> None:
    sealed = (await ask(office, "encode", MessageToDict(Payloads(payloads=[CLEAR])))).json()

    opened = (await ask(office, "decode", sealed)).json()

    assert base64.b64decode(sealed["payloads"][0]["metadata"]["encoding"]) == b"binary/encrypted"
    assert opened == MessageToDict(Payloads(payloads=[CLEAR]))


async def test_who_decrypts_and_how_much_stays_on_record_and_nothing_of_it(
    office: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    await ask(office, "decode", await encrypted(), "supervisor-7")

    (record,) = [record for record in caplog.records if record.name == "api.codec"]
    assert (record.by, record.payloads) == ("supervisor-7", 1)  # type: ignore[attr-defined]
    assert "GZ20261124-000001-1" not in json.dumps(vars(record), default=str)


@pytest.mark.parametrize("who", ["applicant", "window", "examiner", "registrar", "agency_head"])
@pytest.mark.parametrize("verb", ["decode", "encode"])
async def test_nobody_else_is_answered(office: Counter, who: str, verb: str) -> None:
    response = await ask(office, verb, await encrypted(), who)

    assert (response.status_code, response.json()["code"]) == (403, "role_missing")


@pytest.mark.parametrize("token", ["", "Bearer ", "Bearer x.y.z", "Basic c3VwZXJ2aXNvcjo="])
async def test_without_a_token_that_holds_nobody_is_answered(office: Counter, token: str) -> None:
    response = await ask(office, "decode", await encrypted(), Authorization=token)

    assert (response.status_code, response.json()["code"]) == (401, "unauthenticated")


async def test_another_namespace_is_refused(office: Counter) -> None:
    response = await ask(office, "decode", await encrypted(), **{"X-Namespace": "default"})

    assert (response.status_code, response.json()["code"]) == (403, "another_namespace")


async def test_payload_of_a_missing_key_is_refused_with_the_name_of_the_key(office: Counter) -> None:
    response = await ask(office, "decode", await encrypted({"k0": KEYS["k1"]}), **{"Accept-Language": "en"})

    assert (response.status_code, response.json()["code"]) == (422, "payload_unreadable")
    assert "k0" in response.json()["detail"]


@pytest.mark.parametrize(
    "body", [{"payloads": [{"metadata": {"encoding": "AAAAA"}}]}, {"payloads": 1}, [], {"payloads": [{"data": 5}]}]
)
async def test_what_are_no_payloads_is_refused(office: Counter, body: Any) -> None:
    response = await ask(office, "decode", body)

    assert (response.status_code, response.json()["code"]) == (422, "malformed")


async def test_too_much_at_once_is_refused(office: Counter) -> None:
    response = await ask(office, "decode", {"payloads": [{"data": "A" * 1_100_000}]})

    assert response.status_code == 413


async def preflight(office: Counter, origin: str, verb: str = "decode") -> httpx2.Response:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": ASKED_BY_THE_UI,
    }
    return await office.client.options(f"/v1/codec/{verb}", headers=headers)


@pytest.mark.parametrize("verb", ["decode", "encode"])
async def test_browser_that_shows_temporal_ui_may_ask(office: Counter, verb: str) -> None:
    response = await preflight(office, UI, verb)

    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == UI
    assert set(ASKED_BY_THE_UI.split(",")) <= set(response.headers["access-control-allow-headers"].lower().split(", "))


@pytest.mark.parametrize("origin", ["https://temporal.office.example:8443", "http://temporal.office.example", "null"])
async def test_no_other_page_may_ask(office: Counter, origin: str) -> None:
    refused = await preflight(office, origin)
    answered = await ask(office, "decode", await encrypted(), Origin=origin)

    assert refused.status_code == 400
    for response in (refused, answered):
        assert "access-control-allow-origin" not in response.headers


async def test_busy_counter_still_answers_temporal_ui(office: Counter) -> None:
    turned_away = await office.post("applicant", "/v1/cases", {})

    assert turned_away.status_code == 429
    assert (await ask(office, "decode", await encrypted())).status_code == 200


async def test_rest_of_the_counter_is_open_to_no_other_page(office: Counter) -> None:
    response = await office.client.get("/v1/guides", headers={"Origin": UI})

    assert "access-control-allow-origin" not in response.headers


async def test_counter_without_keys_leaves_payloads_as_they_are(desk: Counter) -> None:
    body = MessageToDict(Payloads(payloads=[CLEAR]))

    same = [(await ask(desk, verb, body)).json() for verb in ("encode", "decode")]
    unreadable = await ask(desk, "decode", await encrypted())

    assert same == [body, body]
    assert not is_encrypted(CLEAR)
    assert (unreadable.status_code, unreadable.json()["code"]) == (422, "payload_unreadable")
