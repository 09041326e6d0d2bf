"""Figures that one process of many reckons now and then, shown to whoever asks in between."""

from __future__ import annotations

import time
from collections.abc import Mapping

from observability import metrics

GONE_AFTER_SECONDS = 600.0
"""Figures that could not be reckoned anew for so long are not shown any more: an old number looks like a true one."""


class Board:
    """The last values of each figure; none from a process that reckons none."""

    def __init__(self) -> None:
        self._values: dict[str, list[tuple[Mapping[str, str], float]]] = {}
        self._at: float | None = None

    def show(self, name: str, says: str, unit: str = "", *, grows: bool = False) -> None:
        """Let a figure of this name out."""
        if grows:
            metrics.total(name, says, lambda: self._shown(name))
        else:
            metrics.gauge(name, says, lambda: self._shown(name), unit)

    def put(self, values: Mapping[str, list[tuple[Mapping[str, str], float]]]) -> None:
        """These are the figures now, all of one look."""
        self._values, self._at = dict(values), time.monotonic()

    def wipe(self) -> None:
        """Somebody else reckons now."""
        self._values, self._at = {}, None

    def age(self) -> metrics.Values:
        """Seconds since the figures were last reckoned here; nothing where they are not."""
        return [] if self._at is None else [({}, time.monotonic() - self._at)]

    def _shown(self, name: str) -> metrics.Values:
        if self._at is None or time.monotonic() - self._at > GONE_AFTER_SECONDS:
            return []
        return self._values.get(name, [])
