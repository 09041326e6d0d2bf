"""The counter as commands use it: by HTTP, with a token of the development issuer or one of your own."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import httpx2

from cli.embedded.trouble import Trouble
from cli.token import issue
from settings import settings


class Refusal(Exception):
    """The counter refused; its problem says why and what would be right."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('code')}：{problem.get('detail')}")
        self.status, self.problem = status, problem


@contextmanager
def said_in_words() -> Iterator[None]:
    """What the counter refuses in here ends the command with the reason."""
    try:
        yield
    except Refusal as refusal:
        detail = str(refusal.problem.get("detail"))
        raise Trouble(detail, detail) from refusal


class Counter:
    """Speaks to the API at an address, in the name of people with roles."""

    def __init__(self, url: str, home: Path | None, language: str = "zh-CN") -> None:
        """With a home, tokens come from its development issuer; without, from `BANCHENG_TOKEN`."""
        self._home = home
        self._tokens: dict[tuple[str, str], str] = {}
        self._http = httpx2.Client(base_url=url, timeout=60, headers={"Accept-Language": language})

    @classmethod
    def at(cls, url: str | None) -> Self:
        """The one at the address; None: the one of the settings, and where it is embedded with its development issuer."""
        own = settings()
        home = own.home if (own.home / "dev-issuer").is_dir() and url is None else None
        return cls(url or own.public_url, home)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._http.close()

    def _token(self, who: str, unit: str) -> str:
        if self._home is None:
            token = os.environ.get("BANCHENG_TOKEN", "")
            if not token:
                raise Trouble("请用环境变量 BANCHENG_TOKEN 给出登录凭证。", "Give your token in BANCHENG_TOKEN.")
            return token
        if (who, unit) not in self._tokens:
            role = who.split("-")[0]
            self._tokens[who, unit] = issue(self._home, who, [role], [unit] if unit else [])
        return self._tokens[who, unit]

    def get(self, who: str, path: str, unit: str = "", **params: Any) -> Any:
        """What the person is shown there."""
        return self._send("GET", who, path, unit, params=params)

    def get_file(self, who: str, path: str, unit: str = "", **params: Any) -> bytes:
        """The file that the person downloads there."""
        headers = {"Authorization": f"Bearer {self._token(who, unit)}"}
        response = self._http.get(path, headers=headers, params=params)
        if response.status_code >= 400:
            raise Refusal(response.status_code, response.json())
        return response.content

    def post(self, who: str, path: str, unit: str = "", /, *, key: str | None = None, **body: Any) -> Any:
        """What the person is answered."""
        return self._send("POST", who, path, unit, key=key, json=body)

    def post_yaml(self, who: str, path: str, content: bytes, name: str) -> Any:
        """What the person is answered to a document."""
        headers = {"Content-Type": "application/yaml"}
        return self._send("POST", who, path, "*", content=content, headers=headers, params={"name": name})

    def _send(
        self, method: str, who: str, path: str, unit: str, *, key: str | None = None, headers: Any = None, **more: Any
    ) -> Any:
        sent = {"Authorization": f"Bearer {self._token(who, unit)}", **(headers or {})}
        if method == "POST":
            sent["Idempotency-Key"] = key or uuid.uuid4().hex
        try:
            response = self._http.request(method, path, headers=sent, **more)
        except httpx2.TransportError as error:
            url = self._http.base_url
            raise Trouble(
                f"{url} 没有响应；请先用 make up 启动，或者用 --url 指定接口地址。",
                f"{url} does not answer; start it with make up, or name it with --url.",
            ) from error
        try:
            answered = response.json()
        except ValueError as error:
            url = self._http.base_url
            raise Trouble(
                f"{url} 上的不是本系统的接口；请用 --url 或者 BANCHENG_PUBLIC_URL 指定接口地址。",
                f"What answers at {url} is not this API; name its address with --url or BANCHENG_PUBLIC_URL.",
            ) from error
        if response.status_code >= 400:
            raise Refusal(response.status_code, answered)
        return answered
