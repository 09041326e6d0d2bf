"""The file whose age says whether a process still turns."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path

from observability.alive import keep_alive


async def test_file_is_touched_as_long_as_the_loop_turns(tmp_path: Path) -> None:
    file = tmp_path / "alive"
    beating = asyncio.create_task(keep_alive(file, every_seconds=0.01))
    async with asyncio.timeout(30):
        while not file.exists():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        os.utime(file, (0, 0))
        while file.stat().st_mtime == 0:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    beating.cancel()
    with suppress(asyncio.CancelledError):
        await beating
    os.utime(file, (0, 0))
    await asyncio.sleep(0.05)
    assert file.stat().st_mtime == 0


async def test_without_a_file_nothing_is_kept() -> None:
    async with asyncio.timeout(30):
        await keep_alive(None)
