"""Whose tokens are trusted: those of the keys that are named, as long as they are named, and nobody else's."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI
from jwt.algorithms import OKPAlgorithm

from api import keys
from api.app import create_app
from api.identity import Keys
from api.keys import KeyFile, KeyServer, KeysUnavailable, NoKeySet, key_source
from cli.token import issue, prepare_issuer
from settings import PREFIX, Settings
from tests.api.evidence import ENGLISH, the_english_problem
from tests.counter import Counter
from tests.papers.servers import a_closed_port


def a_key_set(*names: str) -> str:
    """A JWKS with a fresh key of each name."""
    keys = [OKPAlgorithm.to_jwk(Ed25519PrivateKey.generate().public_key(), as_dict=True) for _ in names]
    return json.dumps({"keys": [{**key, "kid": name, "alg": "EdDSA"} for key, name in zip(keys, names, strict=True)]})


class KeyHolder(HTTPServer):
    """A key server on loopback that answers as it is told, and counts."""

    said, asked = "", 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/jwks.json"


class _Answering(BaseHTTPRequestHandler):
    server: KeyHolder

    def do_GET(self) -> None:
        self.server.asked += 1
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.server.said.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def holder() -> Iterator[KeyHolder]:
    with KeyHolder(("127.0.0.1", 0), _Answering) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


async def test_without_a_key_set_the_counter_does_not_open_beside_a_development_issuer(tmp_path: Path) -> None:
    prepare_issuer(tmp_path)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    command = [sys.executable, "-m", "api"]

    started = subprocess.run(
        command, env=environment | {"BANCHENG_HOME": str(tmp_path)}, capture_output=True, text=True, check=False
    )

    assert (started.returncode, started.stdout) == (1, "")
    assert started.stderr.startswith("✗ 没有设置 BANCHENG_JWKS")
    assert started.stderr.count("\n") == 1
    with pytest.raises(NoKeySet, match="BANCHENG_JWKS is not set"):
        Keys(Settings(home=tmp_path))


async def test_application_of_such_settings_does_not_start_either(files_settings: Settings) -> None:
    app = create_app(files_settings.model_copy(update={"embedded": False}))

    with pytest.raises(NoKeySet):
        async with app.router.lifespan_context(app):
            pass


@pytest.mark.parametrize("jwks", ["http://identity.example/jwks.json", "ftp://identity.example/jwks.json"])
def test_keys_are_not_fetched_where_anybody_could_change_them_on_the_way(jwks: str) -> None:
    with pytest.raises(NoKeySet, match="https"):
        key_source(Settings(embedded=True, jwks=jwks))


async def test_embedded_stack_trusts_its_own_issuer_unless_another_is_named(tmp_path: Path) -> None:
    prepare_issuer(tmp_path)
    (tmp_path / "named.json").write_text(a_key_set("named"))
    token = issue(tmp_path, "window-1", ["window"])

    own = await Keys(Settings(home=tmp_path, embedded=True)).identity(token)

    assert own.id == "window-1"
    with pytest.raises(jwt.InvalidKeyError):
        await Keys(Settings(home=tmp_path, embedded=True, jwks=str(tmp_path / "named.json"))).identity(token)


async def test_key_that_was_taken_out_of_the_file_is_trusted_no_longer(tmp_path: Path) -> None:
    file = tmp_path / "jwks.json"
    file.write_text(a_key_set("old", "new"))
    keys = KeyFile(file)
    before = await keys.key("old")

    file.write_text(a_key_set("new"))

    assert before.key_id == "old"
    assert (await keys.key("new")).key_id == "new"
    with pytest.raises(jwt.InvalidKeyError):
        await keys.key("old")


async def test_token_that_was_checked_before_falls_with_its_key(tmp_path: Path) -> None:
    prepare_issuer(tmp_path)
    keys, token = Keys(Settings(home=tmp_path, embedded=True)), issue(tmp_path, "window-1", ["window"])
    file = tmp_path / "dev-issuer" / "jwks.json"
    (trusted,) = json.loads(file.read_text())["keys"]
    first, again = await keys.identity(token), await keys.identity(token)

    file.write_text(a_key_set(trusted["kid"]))  # another key of the same name
    with pytest.raises(jwt.InvalidSignatureError):
        await keys.identity(token)
    file.write_text(a_key_set("another"))
    with pytest.raises(jwt.InvalidKeyError):
        await keys.identity(token)

    assert first == again
    assert first.id == "window-1"


@pytest.mark.parametrize(("late", "holds"), [(9, True), (10, False)], ids=["within the leeway", "after it"])
async def test_token_that_was_checked_before_ends_in_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, late: int, holds: bool
) -> None:
    prepare_issuer(tmp_path)
    keys, token = Keys(Settings(home=tmp_path, embedded=True)), issue(tmp_path, "window-1", ["window"])
    await keys.identity(token)
    end = jwt.decode(token, options={"verify_signature": False})["exp"]

    monkeypatch.setattr("api.identity.time.time", lambda: float(end + late))

    if holds:
        assert (await keys.identity(token)).id == "window-1"
    else:
        with pytest.raises(jwt.ExpiredSignatureError):
            await keys.identity(token)


async def test_no_more_tokens_are_remembered_than_there_is_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.identity.REMEMBERED", 2)
    prepare_issuer(tmp_path)
    keys = Keys(Settings(home=tmp_path, embedded=True))

    found = [(await keys.identity(issue(tmp_path, f"window-{n}", ["window"]))).id for n in (1, 2, 3, 1)]

    assert found == ["window-1", "window-2", "window-3", "window-1"]
    assert len(keys._checked) <= 2


@pytest.mark.parametrize("content", [None, "", "[]", '{"keys": []}', "<html>"])
async def test_file_without_keys_leaves_nobody_trusted_and_everybody_to_try_again(
    tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "jwks.json"
    file.write_text(a_key_set("one"))
    keys = KeyFile(file)
    await keys.key("one")

    file.unlink()
    if content is not None:
        file.write_text(content)

    with pytest.raises(KeysUnavailable):
        await keys.key("one")


async def test_key_server_that_is_down_is_no_fault_of_the_token(
    desk: Counter, files_app: FastAPI, files_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = files_settings.model_copy(update={"jwks": f"https://127.0.0.1:{a_closed_port()}/jwks.json"})
    monkeypatch.setattr(files_app.state.services, "keys", Keys(gone))

    response = await desk.client.get("/v1/cases", headers=desk.headers("window", **ENGLISH))

    the_english_problem(response, 503, "identity_unavailable")
    assert int(response.headers["retry-after"]) >= 1
    assert "www-authenticate" not in response.headers


@pytest.mark.parametrize("said", ["", "busy", "[]", '{"keys": []}'])
async def test_key_server_that_fails_is_left_alone_for_a_while(
    holder: KeyHolder, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder.said, server = said, KeyServer(holder.address)

    for _ in range(3):
        with pytest.raises(KeysUnavailable):
            await server.key("one")
    asked = holder.asked
    holder.said = a_key_set("one")
    later = keys.time.monotonic() + keys.PAUSE_SECONDS + 1
    monkeypatch.setattr(keys.time, "monotonic", lambda: later)

    assert asked == 1
    assert (await server.key("one")).key_id == "one"


async def test_key_that_its_server_does_not_know_is_no_key(holder: KeyHolder) -> None:
    holder.said, server = a_key_set("one"), KeyServer(holder.address)

    with pytest.raises(jwt.PyJWTError):
        await server.key("another")

    assert (await server.key("one")).key_id == "one"


async def test_known_key_waits_for_nobody_while_the_server_is_asked_about_another(
    holder: KeyHolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder.said, server, answered = a_key_set("one"), KeyServer(holder.address), threading.Event()
    server.cooldown_duration = 0
    await server.key("one")
    begun = threading.Event()

    def slowly() -> object:
        begun.set()
        answered.wait(10)
        return json.loads(holder.said)

    monkeypatch.setattr(server, "fetch_data", slowly)
    asking = asyncio.create_task(server.key("another"))
    await asyncio.to_thread(begun.wait)
    async with asyncio.timeout(5):
        known = await server.key("one")
    answered.set()
    with pytest.raises(jwt.PyJWTError):
        await asking

    assert known.key_id == "one"
