"""Cursors of lists in the order of a moment and a key."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from storage.lists import BadCursor


def written_cursor(values: Sequence[Any]) -> str:
    """The cursor that continues after a moment and a key."""
    return base64.urlsafe_b64encode(json.dumps([values[0].isoformat(), values[1]]).encode()).decode()


def moment_and_key(cursor: str) -> tuple[datetime, str]:
    """What the cursor continues after; raises `BadCursor` where it is none of ours."""
    try:
        moment, key = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        read = datetime.fromisoformat(moment), str(key)
    except (ValueError, TypeError, RecursionError) as error:
        raise BadCursor(cursor) from error
    if read[0].tzinfo is None or not read[1].isprintable():
        raise BadCursor(cursor)
    return read
