"""How much processor time the parts of a stack take."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from cli.embedded import Running

PARTS = ("api", "worker", "watch", "temporal", "postgres")
TICKS = os.sysconf("SC_CLK_TCK")


def used(stack: Running) -> dict[str, float]:
    """Seconds of processor time of each part until now, its child processes included."""
    ticks: dict[int, int] = {}
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            pid = int(stat.parent.name)
            parents[pid], ticks[pid] = _of(stat.read_text())
    found = dict.fromkeys(PARTS, 0.0)
    parts = {stack.pid(part): part for part in PARTS}
    for pid in ticks:
        above: int | None = pid
        while above and above not in parts:
            above = parents.get(above)
        if above:
            found[parts[above]] += ticks[pid] / TICKS
    return found


def _of(stat: str) -> tuple[int, int]:
    """The parent of a process, and the ticks that it and those of its children that ended took (proc(5))."""
    fields = stat.rpartition(")")[2].split()
    return int(fields[1]), sum(map(int, fields[11:15]))


def each(before: Mapping[str, float], after: Mapping[str, float], times: int) -> dict[str, float]:
    """Milliseconds that each part took between two readings, for each of so many."""
    return {part: round(1000 * (after[part] - before[part]) / times, 1) for part in PARTS}
