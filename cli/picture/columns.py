"""How wide a text is in a terminal, where Chinese characters take two columns."""

from __future__ import annotations

from unicodedata import combining, east_asian_width


def columns(text: str) -> int:
    """The width in columns. What may be narrow or wide is narrow, as terminals of today show it."""
    return sum(0 if combining(one) else 2 if east_asian_width(one) in "WF" else 1 for one in text)


def padded(text: str, width: int) -> str:
    """The text with blanks up to the width."""
    return text + " " * (width - columns(text))


def cut(text: str, width: int) -> str:
    """The text, or as much of it as there is room for, with a mark that there is more."""
    if columns(text) <= width:
        return text
    kept = ""
    for one in text:
        if columns(kept + one) > width - 1:
            break
        kept += one
    return f"{kept}…"
