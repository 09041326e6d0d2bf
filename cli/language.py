"""The language of the person at the terminal: Chinese, or English where LC_ALL or LANG says so."""

from __future__ import annotations

import os


def speaks_english() -> bool:
    """Whether the first of LC_ALL, LC_MESSAGES and LANG that is set names English; `C` is not English but no choice."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return value.lower().startswith("en")
    return False


def say(zh: str, en: str) -> str:
    """The one of two sentences that the person reads."""
    return en if speaks_english() else zh
