"""What time it is, for loops that are given another clock in tests."""

from __future__ import annotations

from datetime import datetime

from domain.values import SHANGHAI


def in_shanghai() -> datetime:
    """This moment."""
    return datetime.now(SHANGHAI)
