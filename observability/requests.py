"""Requests to the counter: how many, how long, with which answer, by the template of the address and never the address."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from observability import metrics
from observability.subject import number_in, within

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

UNKNOWN = "none"
"""An address that is no endpoint's; where nobody waited for the answer, also its class."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


class Requests:
    """Outermost layer of the application: what is logged inside names the case that the address names."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._took = metrics.seconds("bancheng_api_request_duration", "How long requests took.")
        self._under_way = metrics.level("bancheng_api_requests_under_way", "Requests that are not answered yet.")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, answered = time.perf_counter(), UNKNOWN

        async def noting(message: MutableMapping[str, Any]) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = f"{message['status'] // 100}xx"
            await send(message)

        self._under_way.add(1)
        try:
            with within(number_in(scope["path"])):
                await self._app(scope, receive, noting)
        finally:
            self._under_way.add(-1)
            labels = {"route": _route(scope), "method": _method(scope), "status": answered}
            self._took.record(time.perf_counter() - began, labels)


def _route(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", UNKNOWN))


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in METHODS else UNKNOWN
