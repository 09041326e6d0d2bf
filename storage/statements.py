"""Statements in SQL, and what comes back of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import CursorResult, Result, TextClause, text


@lru_cache(maxsize=512)
def statement(query: str) -> TextClause:
    """The query, read once for as long as it is asked again: a list has as many forms as there are ways to narrow it."""
    return text(query)


def as_dicts(result: Result[Any] | CursorResult[Any]) -> list[dict[str, Any]]:
    """Its rows by the names of their columns."""
    names = tuple(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result]
