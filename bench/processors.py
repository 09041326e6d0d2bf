"""How much processor time the parts of a stack take."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from cli.embedded import Running

PARTS = ("api", "worker", "watch", "temporal", "postgres")
TICKS = os.sysconf("SC_CLK_TCK")


def used(stack: Running) -> dict[str, float]:
    """Seconds of processor time of each part until now, its child processes included."""
    groups = {os.getpgid(stack.pid(part)): part for part in PARTS}
    found = dict.fromkeys(PARTS, 0.0)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            group, ticks = _of(stat.read_text())
        except (OSError, IndexError):  # it has ended meanwhile
            continue
        if group in groups:
            found[groups[group]] += ticks / TICKS
    return found


def _of(stat: str) -> tuple[int, int]:
    """The group of a process, and the ticks that it and those of its children that ended took (proc(5))."""
    fields = stat.rpartition(")")[2].split()
    return int(fields[2]), sum(map(int, fields[11:15]))


def each(before: Mapping[str, float], after: Mapping[str, float], times: int) -> dict[str, float]:
    """Milliseconds that each part took between two readings, for each of so many."""
    return {part: round(1000 * (after[part] - before[part]) / times, 1) for part in PARTS}
