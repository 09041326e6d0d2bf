"""A folder in the place of a mail server: what the embedded stack does with mail."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

from activities.channels.letter import Letter
from activities.channels.mail import message_of

UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


class Folder:
    """Writes each message to a file named by its delivery: a repeated delivery writes the same file again."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder, self._sender = folder, sender

    async def send(self, letter: Letter) -> None:
        """Put the message into the folder, whole or not at all."""
        message = await message_of(letter, self._sender)
        await asyncio.to_thread(self._put, UNSAFE.sub(".", letter.id), bytes(message))

    def _put(self, name: str, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._folder / f".{name}.{os.getpid()}"
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._folder / f"{name}.eml")
