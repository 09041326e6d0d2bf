"""What the settings of the connection to Temporal may look like, and what is said where they cannot be used."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from temporalio.service import TLSConfig

from settings import Settings, WrongSetting
from workflows.transport import transport_of

HERE = Path(__file__)
GONE = Path("nowhere.pem")


def test_connection_is_in_clear_unless_asked_otherwise() -> None:
    assert transport_of(Settings()) == (False, None)


def test_tls_takes_what_the_files_hold(tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("ca", "cert", "key")}
    for name, file in files.items():
        file.write_bytes(name.encode())
    given = {f"temporal_tls_{name}": file for name, file in files.items()}

    tls = transport_of(Settings(temporal_tls=True, temporal_tls_server_name="temporal.internal", **given)).tls

    assert tls == TLSConfig(
        server_root_ca_cert=b"ca", domain="temporal.internal", client_cert=b"cert", client_private_key=b"key"
    )


def test_api_key_comes_from_a_file_without_its_line_end(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("s3cret\n", encoding="utf-8")

    assert transport_of(Settings(temporal_tls=True, temporal_api_key_file=file)).api_key == "s3cret"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"temporal_tls": True, "temporal_tls_cert": HERE}, "BANCHENG_TEMPORAL_TLS_KEY"),
        ({"temporal_tls": True, "temporal_tls_key": HERE}, "BANCHENG_TEMPORAL_TLS_CERT"),
        ({"temporal_tls": True, "temporal_tls_ca": GONE}, "BANCHENG_TEMPORAL_TLS_CA"),
        ({"temporal_tls": True, "temporal_tls_cert": GONE, "temporal_tls_key": HERE}, "nowhere.pem"),
        ({"temporal_tls_ca": HERE}, "BANCHENG_TEMPORAL_TLS=true"),
        ({"temporal_tls_server_name": "temporal.internal"}, "BANCHENG_TEMPORAL_TLS=true"),
        ({"temporal_api_key": "s3cret"}, "BANCHENG_TEMPORAL_TLS=true"),
        ({"temporal_tls": True, "temporal_api_key": "s3cret", "temporal_api_key_file": HERE}, "_API_KEY_FILE"),
        ({"temporal_tls": True, "temporal_api_key_file": GONE}, "BANCHENG_TEMPORAL_API_KEY_FILE"),
        ({"temporal_tls": True, "temporal_api_key_file": Path(os.devnull)}, "BANCHENG_TEMPORAL_API_KEY_FILE"),
    ],
)
def test_settings_that_cannot_be_used_are_refused_with_a_sentence(given: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongSetting) as error:
        transport_of(Settings(**given))

    assert said in str(error.value)
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize("program", ["worker.__main__", "api.__main__"])
def test_program_that_could_never_connect_ends_with_the_sentence(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    main = import_module(program)
    monkeypatch.setattr(main, "settings", lambda: Settings(embedded=True, temporal_api_key="s3cret"))

    with pytest.raises(SystemExit, match="BANCHENG_TEMPORAL_TLS=true") as ended:
        main.main()

    assert "s3cret" not in str(ended.value)
