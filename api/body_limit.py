"""Refuses bodies over the limit while they come in, whatever their Content-Length says."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import answer


class _TooLarge(Exception):
    pass


class BodyLimit:
    """Counts the bytes of each request; files have a limit of their own."""

    def __init__(self, app: ASGIApp, body: int, file: int) -> None:
        self.app, self.body, self.file = app, body, file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.file + 65536 if scope["path"].startswith("/v1/files") else self.body
        taken, started = 0, False

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise _TooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            if taken > limit and not started:
                return  # whatever the application makes of a body that was cut off
            started = True
            await send(message)

        try:
            await self.app(scope, counted, noted)
        except _TooLarge:
            if started:
                raise
        if taken > limit and not started:
            zh = f"内容过大，最多 {limit // 1024} KB"
            en = f"The body is too large; at most {limit // 1024} KB"
            await answer(Request(scope), 413, "too_large", zh, en)(scope, receive, send)
