"""Our own processes in the embedded stack: the worker, the API, and the probe that watches over both."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from cli.embedded.child import Child
from cli.embedded.lifeline import Watchdog
from cli.language import say

_DIRECT = build_opener(ProxyHandler({}))


class Service:
    """A program of ours; ready when this address answers 200, or at once if it has none."""

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        log: Path,
        environment: Mapping[str, str],
        watchdog: Watchdog,
        health: str = "",
    ) -> None:
        self.name = name
        self._health = health
        self.child = Child(argv, log, watchdog, dict(environment))

    @property
    def title(self) -> str:
        """What people call it."""
        chinese = {"worker": "办件执行器 worker", "api": "API 接口", "watch": "探测 watch", "migrate": "数据库迁移"}
        return say(chinese[self.name], self.name)

    def prepare(self, pause: Callable[[float], None]) -> None:
        """Nothing to prepare."""

    def start(self, pause: Callable[[float], None]) -> None:
        """Start the program."""
        self.child.start()

    def ready(self) -> bool:
        """Whether it answers."""
        if not self._health:
            return self.child.ended() is None
        with suppress(OSError, HTTPException), _DIRECT.open(self._health, timeout=2) as answer:
            return bool(answer.status == 200)
        return False


def environment_of_children(variables: Mapping[str, str], root: Path) -> dict[str, str]:
    """The environment of our programs: ours, without what would lead their clients elsewhere, and the code's folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "TEMPORAL_"))}
    path = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])
    return kept | dict(variables) | {"PYTHONPATH": path, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
