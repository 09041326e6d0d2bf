"""The codec server of Temporal UI and CLI: payloads encrypted in the engine, readable for whoever supervises.

Its protocol is Temporal's: `POST …/decode` and `…/encode` with `Payloads` as proto JSON, the namespace in `X-Namespace`, the
bearer token of whoever looks. The browser asks here itself, from the origin of Temporal UI.
"""

from __future__ import annotations

import logging
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Header
from google.protobuf.json_format import MessageToDict, ParseDict, ParseError
from pydantic import BaseModel, ConfigDict, Field
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send
from temporalio.api.common.v1 import Payloads
from temporalio.converter import PayloadCodec

from api.identity import Identity, holding
from api.problems import Trouble
from api.services import Here, Services
from workflows.encryption import EncryptionCodec, is_encrypted
from workflows.payload_keys import NO_KEYS, UnreadablePayload

log = logging.getLogger(__name__)

PREFIX = "/v1/codec"
HEADERS = ("authorization", "authorization-extras", "content-type", "x-namespace")
"""What Temporal UI sends along; a browser asks for each by name before."""
PORTS = {"https": ":443", "http": ":80"}
"""What browsers leave out of an origin."""

router = APIRouter(prefix=PREFIX, tags=["codec"])

Namespace = Annotated[str, Header(alias="X-Namespace", description="Temporal 命名空间，须为本系统所用的")]
Supervisor = Annotated[Identity, Depends(holding("supervisor"))]


class PayloadBody(BaseModel):
    """One payload: base64 throughout, as proto JSON has bytes."""

    model_config = ConfigDict(extra="allow")

    metadata: dict[str, str] = Field(default_factory=dict, examples=[{"encoding": "YmluYXJ5L2VuY3J5cHRlZA=="}])
    data: str | None = None


class PayloadsBody(BaseModel):
    """Payloads in their order."""

    payloads: list[PayloadBody] = Field(default_factory=list)


@router.post("/decode", summary="解密 Temporal 中的内容（供 Temporal UI 和 CLI 调用，每次留痕）")
async def decode(body: PayloadsBody, namespace: Namespace, me: Supervisor, here: Here) -> PayloadsBody:
    """The payloads in clear; who asked for how many goes into the log."""
    sent = _checked(body, namespace, here)
    encrypted = sum(map(is_encrypted, sent.payloads))
    try:
        opened = await _codec(here).decode(sent.payloads)
    except UnreadablePayload as error:
        log.warning("payloads could not be decrypted: %s", error, extra={"by": me.id, "payloads": encrypted})
        raise Trouble(422, "payload_unreadable", error.why.zh, error.why.en) from error
    log.info("payloads were decrypted", extra={"by": me.id, "payloads": encrypted, "namespace": namespace})
    return _answer(Payloads(payloads=opened))


@router.post("/encode", summary="加密要发往 Temporal 的内容（供 Temporal UI 和 CLI 调用，每次留痕）")
async def encode(body: PayloadsBody, namespace: Namespace, me: Supervisor, here: Here) -> PayloadsBody:
    """The payloads under the current key; as they are where there are no keys."""
    sent = _checked(body, namespace, here)
    sealed = await _codec(here).encode(sent.payloads)
    log.info("payloads were encrypted", extra={"by": me.id, "payloads": len(sealed), "namespace": namespace})
    return _answer(Payloads(payloads=sealed))


class FromTemporalUi:
    """Lets a browser that shows Temporal UI, and no other page, speak to the codec server."""

    def __init__(self, app: ASGIApp, ui: str) -> None:
        address = urlsplit(ui.lower())
        origin = f"{address.scheme}://{address.netloc.removesuffix(PORTS.get(address.scheme, ''))}"
        self._app = app
        self._opened = CORSMiddleware(app, allow_origins=[origin], allow_methods=["POST"], allow_headers=HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the browser's question whether it may, and says so with what is answered."""
        concerned = scope["type"] == "http" and scope["path"].startswith(f"{PREFIX}/")
        await (self._opened if concerned else self._app)(scope, receive, send)


def _codec(here: Services) -> PayloadCodec:
    return here.temporal.data_converter.payload_codec or EncryptionCodec(NO_KEYS)


def _checked(body: PayloadsBody, namespace: str, here: Services) -> Payloads:
    ours = here.settings.temporal_namespace
    if namespace != ours:
        zh, en = f"只处理命名空间 {ours} 的内容", f"Only payloads of the namespace {ours} are handled here"
        raise Trouble(403, "another_namespace", zh, en)
    try:
        return ParseDict(body.model_dump(exclude_none=True), Payloads(), ignore_unknown_fields=True)
    except (ParseError, ValueError) as error:
        zh, en = "内容不是 Temporal 的 Payloads（proto JSON）", "The body is no Payloads of Temporal (proto JSON)"
        raise Trouble(422, "malformed", zh, en) from error


def _answer(payloads: Payloads) -> PayloadsBody:
    return PayloadsBody.model_validate(MessageToDict(payloads))
