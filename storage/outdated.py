"""Rows that nobody needs any more: keys of requests long answered, and troubles long over. Nothing of a case is among them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

REQUESTS = text(
    """
    WITH old AS (SELECT id FROM request WHERE received_at < :before ORDER BY received_at LIMIT :limit),
    dropped AS (DELETE FROM request USING old WHERE request.id = old.id RETURNING 1)
    SELECT count(*) FROM dropped
    """
)
TROUBLES = text(
    """
    WITH old AS (SELECT id FROM trouble WHERE found_at < :before AND cleared_at < :before ORDER BY found_at LIMIT :limit),
    dropped AS (DELETE FROM trouble USING old WHERE trouble.id = old.id RETURNING 1)
    SELECT count(*) FROM dropped
    """
)
EACH: dict[str, TextClause] = {"requests": REQUESTS, "troubles": TROUBLES}


async def drop(session: AsyncSession, what: str, before: datetime, limit: int) -> int:
    """How many were dropped of those that were over before that moment, the oldest first."""
    return int((await session.execute(EACH[what], {"before": before, "limit": limit})).scalar_one())
