"""A folder in the place of a register: `{folder}/{register}/{type}/{document number}.pdf` (or .ofd, .jpg, .png, .json)."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from activities.registers.connector import Found, NotFound, SourceDown
from activities.registers.sample import sample
from domain.media import EXTENSIONS, MediaType

ENDINGS = [(ending, media_type) for media_type, endings in EXTENSIONS.items() for ending in endings]
NAME = re.compile(r"[\w（）()、·-][\w（）()、·. -]*")
"""One name of a folder or file, which leads nowhere else."""


class Folder:
    """Files that somebody put there; with `samples`, a sheet marked 样本 stands in for what is missing."""

    def __init__(self, folder: Path, *, samples: bool = False) -> None:
        self._folder, self._samples = folder, samples

    async def fetch(self, register: str, type: str, applicant_document_number: str, reference: str) -> Found | NotFound:
        """The first file of the applicant. Raises `SourceDown` where the folder itself is missing or unreadable."""
        names = (register, type, applicant_document_number)
        if not all(NAME.fullmatch(name) for name in names):
            return NotFound()
        try:
            found = await asyncio.to_thread(self._read, *names)
        except OSError as error:
            raise SourceDown(error.__class__.__name__) from error
        if isinstance(found, NotFound) and self._samples:
            return Found(await asyncio.to_thread(sample, register, type), MediaType.PDF)
        return found

    async def close(self) -> None:
        """Nothing is held open."""

    def _read(self, register: str, type: str, document_number: str) -> Found | NotFound:
        if not self._samples and not self._folder.is_dir():
            raise FileNotFoundError
        folder = self._folder / register / type
        for ending, media_type in ENDINGS:
            if (path := folder / f"{document_number}{ending}").is_file():
                return Found(path.read_bytes(), media_type)
        return NotFound()
