"""`bancheng keys`: keys that payloads in Temporal are encrypted with (docs/security.md)."""

from __future__ import annotations

import base64
import json
import secrets
from datetime import UTC, datetime

import typer

keys = typer.Typer(
    help="加密密钥：Temporal 中的内容用其加密。Keys that payloads in Temporal are encrypted with.", no_args_is_help=True
)


@keys.callback()
def _keys() -> None:
    """Keeps the name of the command, also while there is only one."""


@keys.command(help="生成一个新密钥，以 JSON 输出，不保存。Make a new key and print it as JSON; it is kept nowhere.")
def new() -> None:
    """An entry for BANCHENG_PAYLOAD_KEYS or the file of keys; its id says the day on which it was made."""
    from workflows.payload_keys import KEY_BYTES

    id_ = f"{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(2)}"
    typer.echo(json.dumps({id_: base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}))
