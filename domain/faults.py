"""A fault of a definition: where it is, what is wrong, what would be right, and which article says so."""

from __future__ import annotations

from typing import NamedTuple

from domain.words import Text

Path = tuple[str | int, ...]
"""Field names, and places counted from 0 inside a list."""


class Fault(NamedTuple):
    """One fault; `code` is stable, the texts are for people."""

    path: Path
    code: str
    wrong: Text
    right: Text
    article: str | None = None
