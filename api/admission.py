"""Turns away what comes faster than it can be done, before anything is done for it: what is let in is finished."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import answer

READING = frozenset({"GET", "HEAD", "OPTIONS"})
CHANGES_NOTHING = "/v1/codec/"
"""Temporal UI asks there many times for a page, and each is answered out of memory."""
RETRY_AFTER_SECONDS = 2
FROM_THE_PUBLIC = re.compile(r"/v1/(cases|bundles/[^/]+/cases|grievances|files)/?")
"""What is new to the counter and may come in floods; everything else is done by those whose work it is."""
KEPT = 8
"""One place in so many is kept from what is new, so that people at work get through while the public floods the counter."""


class Admission:
    """Counts the requests under way that change something, and lets so many in at once; the rest gets 429."""

    def __init__(self, app: ASGIApp, at_once: int) -> None:
        self.app, self.at_once, self.new_at_once = app, at_once, at_once - at_once // KEPT
        self.under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in READING or scope["path"].startswith(CHANGES_NOTHING):
            await self.app(scope, receive, send)
            return
        if self.under_way >= (self.new_at_once if FROM_THE_PUBLIC.fullmatch(scope["path"]) else self.at_once):
            zh = "同时办理的请求过多，没有收下这一请求；请稍候用相同的 Idempotency-Key 重试"
            en = "Too many requests at once; this one was not taken in. Try again with the same Idempotency-Key"
            headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
            await answer(Request(scope), 429, "too_many_at_once", zh, en, headers=headers)(scope, receive, send)
            return
        self.under_way += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.under_way -= 1
