"""A package on the disk: a folder or a ZIP, there as a whole or not at all, readable by its owner alone."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

from activities.handover.members import Members

NO_TIME = (1980, 1, 1, 0, 0, 0)
"""Times are in the manifest; the ZIP has none of its own, so that it is the same whenever it is made."""


def write(members: Members, target: Path) -> None:
    """Write the package; into a ZIP where the name ends so, else into a new folder. Raises `FileExistsError`, `OSError`."""
    if target.exists():
        raise FileExistsError(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.part")
    try:
        if target.suffix.lower() == ".zip":
            _zip(members, draft)
        else:
            _folder(members, draft)
        draft.rename(target)
    finally:
        if draft.is_dir():
            shutil.rmtree(draft)
        draft.unlink(missing_ok=True)


def _zip(members: Members, draft: Path) -> None:
    with os.fdopen(_new(draft), "wb") as opened:
        with zipfile.ZipFile(opened, "w", zipfile.ZIP_STORED) as packed:
            for path, content in sorted(members.items()):
                entry = zipfile.ZipInfo(path, NO_TIME)
                entry.create_system, entry.external_attr = 3, 0o600 << 16
                packed.writestr(entry, content)
        opened.flush()
        os.fsync(opened.fileno())


def _folder(members: Members, draft: Path) -> None:
    draft.mkdir(mode=0o700)
    for path, content in sorted(members.items()):
        file = draft / path
        file.parent.mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(_new(file), "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())


def _new(file: Path) -> int:
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
