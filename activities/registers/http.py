"""A register that answers over HTTP with JSON; 404 means it holds nothing, all else that is no answer is tried again."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Literal

import httpx2

from activities.registers.connector import Found, NotFound, SourceDown


class Http:
    """Asks one address for `{register, type, document_number, reference}`, with the key in a header.

    Answers with the document itself (`file`), or with `{"media_type": …, "content": …}` where content is in Base64.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str,
        key_header: str = "X-API-Key",
        method: Literal["POST", "GET"] = "POST",
        answer: Literal["file", "base64"] = "file",
        timeout: float = 10.0,
        max_bytes: int = 20 * 1024 * 1024,
    ) -> None:
        self._url, self._method, self._answer = url, method, answer
        self._key, self._key_header = key, key_header
        self._max_bytes = max_bytes if answer == "file" else max_bytes * 4 // 3 + 1024
        # A redirect is no answer: it would carry the key and the person's number to another place.
        self._client = httpx2.AsyncClient(timeout=timeout, follow_redirects=False)

    async def fetch(self, register: str, type: str, applicant_document_number: str, reference: str) -> Found | NotFound:
        """The document. Raises `SourceDown` with the kind of fault alone, for errors may repeat the address."""
        if not self._key:
            raise SourceDown("no key set (BANCHENG_REGISTER_KEYS)")
        asked = {
            "register": register,
            "type": type,
            "document_number": applicant_document_number,
            "reference": reference,
        }
        try:
            return await self._ask(asked)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise SourceDown(error.__class__.__name__) from None

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def _ask(self, asked: dict[str, str]) -> Found | NotFound:
        headers = {self._key_header: self._key}
        in_address = self._method == "GET"
        async with self._client.stream(
            self._method,
            self._url,
            headers=headers,
            params=asked if in_address else None,
            json=None if in_address else asked,
        ) as answer:
            if answer.status_code == 404:
                return NotFound()
            if answer.status_code != 200:
                raise SourceDown(f"HTTP {answer.status_code}")
            content = bytearray()
            async for chunk in answer.aiter_bytes():
                content += chunk
                if len(content) > self._max_bytes:
                    raise SourceDown("the answer is too large")
            media_type = answer.headers.get("content-type", "").partition(";")[0].strip()
        return _unwrapped(bytes(content)) if self._answer == "base64" else Found(bytes(content), media_type)


def _unwrapped(content: bytes) -> Found:
    try:
        envelope = json.loads(content)
        return Found(base64.b64decode(envelope["content"], validate=True), str(envelope["media_type"]))
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as error:
        raise SourceDown("the answer cannot be read") from error
