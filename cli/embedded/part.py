"""What the parts of the stack have in common, and how several of them are started and stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from cli.embedded import diagnosis
from cli.embedded.child import Child
from cli.embedded.progress import Progress

_START_LIMIT = 120.0
_STOP_LIMIT = 10.0


class Part(Protocol):
    """One process of the stack."""

    name: str
    child: Child

    @property
    def title(self) -> str:
        """What people call it."""

    def prepare(self, pause: Callable[[float], None]) -> None:
        """What is to be done once, before the first start."""

    def start(self, pause: Callable[[float], None]) -> None:
        """Start the process, for the first time or again."""

    def ready(self) -> bool:
        """Whether it answers."""


def start_parts(parts: Sequence[Part], progress: Progress, pause: Callable[[float], None]) -> None:
    """Start these parts and wait until all of them answer. Raises Trouble if one ends or does not get ready."""
    progress.starting(*(part.title for part in parts))
    began = time.monotonic()
    for part in parts:
        part.prepare(pause)
        part.start(pause)
    ready: set[str] = set()
    while len(ready) < len(parts):
        pause(0.03)
        for part in parts:
            status = part.child.ended()  # asked of those that were ready, too: a worker is as soon as it runs
            if status is not None or time.monotonic() - began > _START_LIMIT:
                raise diagnosis.why(part.title, status, part.child.output(), part.child.log)
            if part.name not in ready and part.ready():
                progress.started(part.title, time.monotonic() - began)
                ready.add(part.name)


def stop_parts(parts: Sequence[Part]) -> None:
    """Ask these parts to end, all at once, and enforce it when their time is up."""
    for part in parts:
        part.child.ask_to_stop()
    end = time.monotonic() + _STOP_LIMIT
    for part in parts:
        part.child.stop(end - time.monotonic())
