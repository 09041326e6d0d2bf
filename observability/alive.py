"""A file whose age says whether the loop of a process still turns, for whoever restarts processes that hang."""

from __future__ import annotations

import asyncio
from pathlib import Path

EVERY_SECONDS = 5.0


async def keep_alive(file: Path | None, every_seconds: float = EVERY_SECONDS) -> None:
    """Touch the file for as long as the loop turns; None: there is nobody who looks."""
    while file is not None:
        _touch(file)
        await asyncio.sleep(every_seconds)


def _touch(file: Path) -> None:
    file.touch()
