"""The development issuer of tokens."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jwt
import pytest

from cli.embedded import Trouble
from cli.token import issue, key_set, prepare_issuer


def verified(home: Path, token: str) -> dict[str, Any]:
    """The claims, checked as the API checks them: by the public key set alone."""
    keys = jwt.PyJWKSet.from_dict(json.loads(key_set(home).read_text()))
    key = keys[jwt.get_unverified_header(token)["kid"]]
    required: Any = {"require": ["exp", "iat", "sub", "jti"]}
    claims: dict[str, Any] = jwt.decode(
        token, key, algorithms=["EdDSA"], audience="bancheng", issuer="bancheng-dev", options=required
    )
    return claims


def bancheng(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"LANG": "C.UTF-8"},
    )


def test_a_token_names_person_roles_and_units_and_ends_in_time(tmp_path: Path) -> None:
    prepare_issuer(tmp_path)

    claims = verified(tmp_path, issue(tmp_path, "wang", ["window", "examiner"], ["gz-thr-samr"], hours=2))

    assert claims["sub"] == "wang"
    assert claims["roles"] == ["window", "examiner"]
    assert claims["units"] == ["gz-thr-samr"]
    assert claims["exp"] - claims["iat"] == 7200
    assert abs(claims["iat"] - time.time()) < 60


def test_the_key_is_kept_and_for_its_owner_only(tmp_path: Path) -> None:
    prepare_issuer(tmp_path)
    first = issue(tmp_path, "wang", ["window"])

    prepare_issuer(tmp_path)

    assert verified(tmp_path, first)["jti"] != verified(tmp_path, issue(tmp_path, "wang", ["window"]))["jti"]
    assert (tmp_path / "dev-issuer" / "private.pem").stat().st_mode & 0o777 == 0o600
    assert "d" not in json.loads(key_set(tmp_path).read_text())["keys"][0], "The set holds the public part only."


def test_a_lost_private_key_is_replaced_together_with_its_public_part(tmp_path: Path) -> None:
    prepare_issuer(tmp_path)
    (tmp_path / "dev-issuer" / "private.pem").unlink()

    prepare_issuer(tmp_path)

    assert verified(tmp_path, issue(tmp_path, "wang", ["window"]))


def test_without_an_embedded_stack_it_issues_nothing(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="没有内置环境"):
        issue(tmp_path, "wang", ["window"])

    assert list(tmp_path.iterdir()) == []


def test_the_command_prints_a_token_or_one_sentence(tmp_path: Path) -> None:
    options = ("--role", "window", "--role", "examiner", "--unit", "gz-thr-samr", "--home", str(tmp_path))

    refused = bancheng("token", *options)
    prepare_issuer(tmp_path)
    issued = bancheng("token", *options)

    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr.startswith("✗ ")
    assert refused.stderr.count("\n") == 1
    assert verified(tmp_path, issued.stdout.strip())["sub"] == "dev-window"
