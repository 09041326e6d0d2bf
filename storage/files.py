"""Files by their content: the bytes in a folder under their SHA-256, the row once the bytes are safe."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import mmap
import os
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.media import advice_for, handed_in_as, held_as
from domain.words import Text
from storage.case_file import table
from storage.tables import FileUploadRow

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
LEFT_OVER_AFTER_SECONDS = 24 * 3600.0
BUFFER = 256 * 1024


class FileTooLarge(Exception):
    """More bytes than may be handed in."""


class FileEmpty(Exception):
    """No bytes at all."""


class NotAcceptable(Exception):
    """None of the types that are kept; says what would be right."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class StoreUnavailable(Exception):
    """The folder of files cannot take or give a file; `full` where the disk is."""

    def __init__(self, error: OSError) -> None:
        super().__init__(errno.errorcode.get(error.errno or 0, type(error).__name__))
        self.full = error.errno in FULL


class Stored(NamedTuple):
    """A file that is safe on the disk."""

    digest: str
    media_type: str
    size: int


class FileStore:
    """A folder of files, shared by every process of one installation; writing the same content twice is harmless."""

    def __init__(self, home: Path, max_bytes: int) -> None:
        self._folder, self.max_bytes = home / "files", max_bytes

    def path_of(self, digest: str) -> Path:
        """Where the bytes are."""
        return self._folder / digest[:2] / digest[2:]

    @asynccontextmanager
    async def draft(self) -> AsyncIterator[Draft]:
        """A file on its way in; unless it is kept, nothing of it remains."""
        with _as_unavailable():
            draft = await asyncio.to_thread(Draft, self)
        try:
            yield draft
        finally:
            await asyncio.to_thread(draft.discard)

    async def keep(self, content: bytes, made: str | None = None) -> Stored:
        """Keep what a register gave, or what we made ourselves, of the media type `made`.

        Raises `FileTooLarge`, `FileEmpty`, `NotAcceptable`, `StoreUnavailable`.
        """
        async with self.draft() as draft:
            await draft.write(content)
            return await draft.keep(from_register=True, made=made)

    async def open(self, digest: str) -> BinaryIO:
        """The bytes, for reading. Raises `StoreUnavailable`."""
        with _as_unavailable():
            return await asyncio.to_thread(self.path_of(digest).open, "rb")

    async def content(self, digest: str) -> bytes | None:
        """All the bytes; None where they are missing or are not those that were put there. Raises `StoreUnavailable`."""
        with _as_unavailable():
            found = await asyncio.to_thread(_content_of, self.path_of(digest))
        return found if found is not None and hashlib.sha256(found).hexdigest() == digest else None

    async def digest_now(self, digest: str) -> str | None:
        """The digest of what lies under this one now; None where nothing does. Raises `StoreUnavailable`."""
        with _as_unavailable():
            return await asyncio.to_thread(_digest_of, self.path_of(digest))

    def sweep(self) -> int:
        """Remove drafts that a killed process left behind a day ago or earlier; how many there were."""
        old = time.time() - LEFT_OVER_AFTER_SECONDS
        left = [path for path in self.drafts.glob("*") if _age(path) < old]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    @property
    def drafts(self) -> Path:
        """The folder of files on their way in; on the same disk, so that a file appears whole or not at all."""
        return self._folder / "drafts"


class Draft:
    """Takes bytes in until it is kept."""

    def __init__(self, store: FileStore) -> None:
        self._store, self._hash, self._size = store, hashlib.sha256(), 0
        self._buffer = bytearray()
        self._busy = threading.Lock()  # a cancelled request leaves its thread at work; the file is closed after it
        _make(store.drafts)
        handle, name = tempfile.mkstemp(dir=store.drafts)
        self._path, self._file = Path(name), os.fdopen(handle, "w+b", buffering=0)

    async def write(self, chunk: bytes) -> None:
        """Take in some bytes. Raises `FileTooLarge` at the first one too many, `StoreUnavailable`."""
        self._size += len(chunk)
        if self._size > self._store.max_bytes:
            raise FileTooLarge
        self._buffer += chunk
        if len(self._buffer) >= BUFFER:
            await self._flush()

    async def keep(self, *, from_register: bool = False, made: str | None = None) -> Stored:
        """Make the file safe under its digest; what we made is taken as it is. Raises `FileEmpty`, `NotAcceptable`,
        `StoreUnavailable`."""
        if not self._size:
            raise FileEmpty
        await self._flush()
        with _as_unavailable():
            return await asyncio.to_thread(self._keep, from_register, made)

    def discard(self) -> None:
        """Leave nothing behind, unless the file was kept."""
        with self._busy, contextlib.suppress(OSError):
            self._file.close()
            self._path.unlink(missing_ok=True)

    async def _flush(self) -> None:
        content, self._buffer = bytes(self._buffer), bytearray()
        with _as_unavailable():
            await asyncio.to_thread(self._write, content)

    def _write(self, content: bytes) -> None:
        rest = memoryview(content)
        with self._busy:
            self._hash.update(content)
            while rest:
                rest = rest[self._file.write(rest) :]

    def _keep(self, from_register: bool, made: str | None) -> Stored:
        with self._busy, mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            media_type = made or (held_as(content) if from_register else handed_in_as(content))
            if media_type is None:
                raise NotAcceptable(advice_for(content))
            digest = self._hash.hexdigest()
            path = self._store.path_of(digest)
            os.fsync(self._file.fileno())
            _make(path.parent)
            self._path.replace(path)  # over the same content, if it is there: that also mends a damaged file
            _sync(path.parent)
        return Stored(digest, media_type, self._size)


@contextlib.contextmanager
def _as_unavailable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(error) from error


def _make(folder: Path) -> None:
    """Make the folder and have its name on the disk before anything is put into it."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync(folder.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _digest_of(path: Path) -> str | None:
    try:
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def _content_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()


ENTER = text(
    "INSERT INTO file (digest, media_type, size, stored_at) VALUES (:digest, :media_type, :size, :stored_at)"
    " ON CONFLICT DO NOTHING"
)


async def enter(session: AsyncSession, stored: Stored, at: datetime) -> None:
    """Enter a file whose bytes are safe; entering it again changes nothing."""
    row = {"digest": stored.digest, "media_type": stored.media_type, "size": stored.size, "stored_at": at}
    await session.execute(ENTER, row)


async def enter_upload(session: AsyncSession, stored: Stored, by: str, at: datetime) -> None:
    """Enter a file with the one who uploaded it."""
    await enter(session, stored, at)
    row = FileUploadRow(digest=stored.digest, by=by, uploaded_at=at)
    await session.execute(insert(table(FileUploadRow)).values(row.model_dump()).on_conflict_do_nothing())


async def not_uploaded_by(session: AsyncSession, person: str, digests: Collection[str]) -> list[str]:
    """Which of the files the person did not upload, sorted; whoever only knows a digest has no file."""
    mine = (col(FileUploadRow.by) == person, col(FileUploadRow.digest).in_(digests))
    rows = await session.execute(select(col(FileUploadRow.digest)).where(*mine))
    return sorted(set(digests) - set(rows.scalars()))
