"""The development issuer: an Ed25519 key of the embedded stack, and the tokens it signs.

Production takes its tokens from the city's identity provider (`BANCHENG_JWKS`); this issuer exists only beside an
embedded stack.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cli.embedded.trouble import Trouble

ALGORITHM = "EdDSA"


def key_set(home: Path) -> Path:
    """The file with the public part of the issuer's key, as a JWKS."""
    return home / "dev-issuer" / "jwks.json"


def prepare_issuer(home: Path) -> None:
    """Make the issuer's key, if there is none yet. Called by `bancheng up`; its folder marks an embedded stack."""
    private = _private_key(home)
    if private.exists() and key_set(home).exists():
        return
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        load_pem_private_key,
    )
    from jwt.algorithms import OKPAlgorithm

    private.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not private.exists():
        key_set(home).unlink(missing_ok=True)  # it belonged to a key that is gone
        made = Ed25519PrivateKey.generate()
        _write(private, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), mode=0o600)
    key = load_pem_private_key(private.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise Trouble(
            f"{private} 不是 Ed25519 私钥；请移走该文件后重试。",
            f"{private} is no Ed25519 key; move it away and try again.",
        )
    public = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
    name = hashlib.sha256(str(public["x"]).encode()).hexdigest()[:16]  # of the key, so that a new key is asked for anew
    keys = {"keys": [{**public, "kid": name, "alg": ALGORITHM, "use": "sig"}]}
    _write(key_set(home), json.dumps(keys, indent=1).encode(), mode=0o644)


def issue(home: Path, subject: str, roles: Sequence[str], units: Sequence[str] = (), hours: float = 8) -> str:
    """A signed token of the embedded stack in this folder, valid from now for so many hours.

    Raises Trouble where no embedded stack has run: there the development issuer does not work.
    """
    import jwt

    from settings import Settings

    settings = Settings(home=home)
    if settings.embedded or _private_key(home).exists():
        prepare_issuer(home)
    else:
        raise Trouble(
            f"{home.resolve()} 中没有内置环境，而开发令牌只能在内置环境中使用。"
            "请先运行 bancheng up（或用 --home 指明其文件夹）。",
            f"No embedded stack in {home.resolve()}, and development tokens work nowhere else. "
            "Run `bancheng up` first (or name its folder by --home).",
        )
    now = int(time.time())
    claims = {
        "iss": settings.jwt_issuer,
        "aud": settings.jwt_audience,
        "sub": subject,
        "roles": list(roles),
        "units": list(units),
        "iat": now,
        "exp": now + round(hours * 3600),
        "jti": str(uuid.uuid4()),
    }
    key_id = json.loads(key_set(home).read_text())["keys"][0]["kid"]
    return jwt.encode(claims, _private_key(home).read_bytes(), algorithm=ALGORITHM, headers={"kid": key_id})


def token(
    role: Annotated[list[str], typer.Option(help="角色，可重复。Role; may be repeated.")],
    unit: Annotated[list[str] | None, typer.Option(help="单位编码，可重复。Code of a unit; may be repeated.")] = None,
    subject: Annotated[
        str | None, typer.Option(help="人员标识，默认 dev-角色。Who it is, dev-ROLE by default.")
    ] = None,
    hours: Annotated[float, typer.Option(min=0.01, help="有效小时数。Hours it is valid.")] = 8,
    home: Annotated[Path | None, typer.Option(help="数据文件夹，默认 .bancheng。Folder of the data.")] = None,
) -> None:
    """Print a token."""
    from settings import Settings

    typer.echo(issue(home or Settings().home, subject or f"dev-{role[0]}", role, unit or (), hours))


def _private_key(home: Path) -> Path:
    return home / "dev-issuer" / "private.pem"


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write the file whole or not at all; of two that write at once the first one wins."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
