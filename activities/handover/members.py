"""What lies in a package: rows as JSON, papers as PDF, files and histories as they are kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import SQLModel

from activities.papers.pdf import printed
from domain.media import EXTENSIONS, MediaType
from storage.files import FileStore
from storage.materials import OnFile
from storage.tables import HistoryRow, NoticeRow

Members = dict[str, bytes]
"""The content of each file by its path in the package."""


class Damaged(Exception):
    """Files of the case are missing in the folder, or are not what was put there; has their digests."""

    def __init__(self, digests: Sequence[str]) -> None:
        super().__init__(", ".join(digests))
        self.digests = tuple(digests)


def as_json(said: Any) -> bytes:
    """The same bytes for the same facts."""
    return (json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def rows(found: Iterable[SQLModel], **leaving_out: Any) -> list[dict[str, Any]]:
    """Rows as they are on file."""
    return [row.model_dump(mode="json", **leaving_out) for row in found]


async def papers(notices: Sequence[NoticeRow]) -> Members:
    """Every paper as it was given: what it says, and its PDF."""
    members: Members = {}
    listed = []
    for notice in notices:
        path = f"papers/{notice.seq:04d}-{notice.paper}.pdf"
        members[path] = await printed(notice)
        listed.append({**notice.model_dump(mode="json"), "path": path})
    return {**members, "papers.json": as_json(listed)}


def material_path(place: int, one: OnFile) -> str | None:
    """Where the material lies in the package; None where it was shown on paper or never came."""
    if one.file is None:
        return None
    return f"materials/{place:03d}-{one.material.material}{EXTENSIONS[MediaType(one.file.media_type)][0]}"


async def stored(store: FileStore, wanted: dict[str, str]) -> Members:
    """The files of these digests by their paths, each compared with its digest. Raises `Damaged`, `StoreUnavailable`."""
    members: Members = {}
    damaged = []
    for path, digest in wanted.items():
        content = await store.content(digest)
        if content is None:
            damaged.append(digest)
        else:
            members[path] = content
    if damaged:
        raise Damaged(damaged)
    return members


def histories(found: Sequence[HistoryRow]) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """The digests of the archived runs by their paths, and what is known of every run."""
    paths = {f"histories/{row.place:02d}.json.gz": row.digest for row in found if row.digest}
    by_digest = {digest: path for path, digest in paths.items()}
    known = [{**row.model_dump(mode="json"), "path": by_digest.get(row.digest or "")} for row in found]
    return paths, known
