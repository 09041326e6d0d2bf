"""The connections to PostgreSQL that a process keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from observability import metrics


class PoolState(Protocol):
    """What a pool tells of itself."""

    @property
    def size(self) -> int: ...
    @property
    def in_use(self) -> int: ...
    @property
    def idle(self) -> int: ...
    @property
    def waiting(self) -> int: ...


def show_pool(state: Callable[[], PoolState]) -> None:
    """Let out how the connections of this process stand."""

    def connections() -> metrics.Values:
        now = state()
        return [({"state": "in_use"}, now.in_use), ({"state": "idle"}, now.idle)]

    says = "Connections to PostgreSQL that this process has open."
    metrics.gauge("bancheng_database_connections", says, connections)
    metrics.gauge("bancheng_database_connections_most", "Connections it may have.", lambda: [({}, state().size)])
    says = "Who waits in this process for a connection to PostgreSQL."
    metrics.gauge("bancheng_database_waiting", says, lambda: [({}, state().waiting)])
