"""Signed JSON over HTTP: gateways of text messages, chat robots, a unit's own system."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx2

from activities.channels.letter import Letter, TryAgain, Undeliverable, short_text
from registry.units import PLACEHOLDER, Units, WebhookChannel

TIMEOUT_SECONDS = 10.0
GONE = 410
STANDARD_BODY = {
    name: f"{{{name}}}" for name in ("delivery", "case", "paper", "title", "document_number", "unit", "address", "text")
}


class Webhook:
    """Posts each delivery with an Idempotency-Key, so that a receiver can drop what it has already."""

    def __init__(
        self, secret: str, units: Units, timeout: float = TIMEOUT_SECONDS, now: Callable[[], float] = time.time
    ) -> None:
        self._secret, self._units, self._now = secret.encode(), units, now
        self._client = httpx2.AsyncClient(timeout=timeout, follow_redirects=False)

    async def send(self, letter: Letter) -> None:
        """Post the body. 2xx: taken; 410: gone, so refused for good; all else is tried again.

        The other refusals (400, 401, 404, 422, …) may pass: a gateway that is moved or set up anew gives them for a while,
        and a paper that was given up then would never arrive.
        """
        if not isinstance(letter.channel, WebhookChannel):
            raise TypeError(f"{letter.id} is no webhook's")
        if not self._secret:
            raise TryAgain("webhooks are signed, and no key is set (BANCHENG_WEBHOOK_SECRET)")
        content = json.dumps(self._body(letter, letter.channel), ensure_ascii=False).encode()
        stamp = str(int(self._now()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": letter.id,
            "X-Bancheng-Timestamp": stamp,
            "X-Bancheng-Signature": f"sha256={signature(self._secret, stamp, content)}",
        }
        try:
            async with self._client.stream("POST", letter.channel.url, content=content, headers=headers) as answer:
                status = answer.status_code
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise TryAgain(type(error).__name__) from error
        if status == GONE:
            raise Undeliverable(f"HTTP {status}")
        if not 200 <= status < 300:
            raise TryAgain(f"HTTP {status}")

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    def _body(self, letter: Letter, channel: WebhookChannel) -> Any:
        notice = letter.notice
        unit = self._units.unit(notice.unit).name
        said = {
            "delivery": letter.id,
            "case": notice.number,
            "paper": str(notice.paper),
            "title": notice.title,
            "document_number": notice.document_number,
            "unit": unit,
            "address": letter.address,
            "text": short_text(notice, unit),
        }
        return filled(channel.body or STANDARD_BODY, said)


def signature(secret: bytes, stamp: str, content: bytes) -> str:
    """HMAC-SHA256, in hex, over `timestamp.body`; the receiver computes it anew and refuses old timestamps."""
    return hmac.new(secret, stamp.encode() + b"." + content, hashlib.sha256).hexdigest()


def filled(template: Any, said: Mapping[str, str]) -> Any:
    """The template with each `{name}` in its texts replaced, however deep they lie."""
    if isinstance(template, str):
        return PLACEHOLDER.sub(lambda found: said[found[1]], template)
    if isinstance(template, Mapping):
        return {key: filled(part, said) for key, part in template.items()}
    return [filled(part, said) for part in template] if isinstance(template, list) else template
