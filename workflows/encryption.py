"""Payloads encrypted before they leave for the engine (AES-256-GCM); those that are in clear are read as ever."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.protobuf.message import DecodeError
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes, PayloadCodec

from domain.words import Text
from workflows.payload_keys import NO_KEYS, Keyring, UnreadablePayload

ENCODING = b"binary/encrypted"
KEY_ID = "encryption-key-id"
FORM = b"\x01"
"""The first byte of what is encrypted: another form, should there ever be one, can be told from this."""
NONCE_BYTES = 12
_SEAL = b"bancheng payload\x00"


class AlteredPayload(UnreadablePayload):
    """It was changed after it was encrypted, or its key is another one under the same id."""

    def __init__(self, id_: str) -> None:
        super().__init__(
            Text(
                f"用密钥 {id_} 加密的内容无法解密；内容被改动，或者密钥不是原来的",
                f"What was encrypted with the key {id_} cannot be decrypted; it was changed, or the key is not the one it was",
            )
        )


class EncryptionCodec(PayloadCodec):
    """Encrypts whole payloads, their metadata included, under the current key; decrypts under the key that they name."""

    def __init__(self, keys: Keyring) -> None:
        self._keys = keys

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """The payloads encrypted; as they are where no key is set for it."""
        current = self._keys.current
        if current is None:
            return list(payloads)
        return [_sealed(payload, *current) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """The payloads in clear. Raises `UnknownPayloadKey`, `AlteredPayload`."""
        return [self._opened(payload) if is_encrypted(payload) else payload for payload in payloads]

    def _opened(self, payload: Payload) -> Payload:
        id_ = payload.metadata.get(KEY_ID, b"").decode("utf-8", "replace")
        key = self._keys.key(id_)
        form, nonce, content = payload.data[:1], payload.data[1 : 1 + NONCE_BYTES], payload.data[1 + NONCE_BYTES :]
        try:
            if form != FORM:
                raise AlteredPayload(id_)
            return Payload.FromString(key.decrypt(nonce, content, _bound(id_)))
        except (InvalidTag, ValueError, DecodeError):
            raise AlteredPayload(id_) from None


def is_encrypted(payload: Payload) -> bool:
    """Whether the payload can be read with its key alone."""
    return payload.metadata.get("encoding") == ENCODING


def converter_of(keys: Keyring) -> DataConverter:
    """How values travel: as pydantic writes them, and encrypted where there is a key for it, what errors say included."""
    if keys is NO_KEYS:
        return pydantic_data_converter
    readable = replace(pydantic_data_converter, payload_codec=EncryptionCodec(keys))
    if keys.current is None:
        return readable
    return replace(readable, failure_converter_class=DefaultFailureConverterWithEncodedAttributes)


def _sealed(payload: Payload, id_: str, key: AESGCM) -> Payload:
    nonce = os.urandom(NONCE_BYTES)
    content = key.encrypt(nonce, payload.SerializeToString(), _bound(id_))
    return Payload(metadata={"encoding": ENCODING, KEY_ID: id_.encode()}, data=FORM + nonce + content)


def _bound(id_: str) -> bytes:
    """What is not secret and may not be changed: the form and the id of the key."""
    return _SEAL + FORM + id_.encode()
