"""The code that is printed on a receipt and opens the public progress page."""

from __future__ import annotations

import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def query_code() -> str:
    """Eight characters that are easy to read aloud and hard to guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(8))
