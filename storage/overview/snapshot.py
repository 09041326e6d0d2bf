"""One look at everything: all that is read in it is as it was at one moment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.statements import as_dicts, statement


@asynccontextmanager
async def snapshot(database: Database) -> AsyncIterator[AsyncSession]:
    """A session whose statements all see the same rows, whatever is filed meanwhile; counts and lists agree in it."""
    async with database.begin() as session:
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session


PLANNED = statement(
    """
    SELECT set_config('enable_nestloop', :as_usual, TRUE), set_config('jit', 'off', TRUE), set_config('work_mem', '64MB', TRUE),
           set_config('max_parallel_workers_per_gather', '0', TRUE)
    """
)


async def ask(session: AsyncSession, query: str, named: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a query over all open cases, planned for all of them: what stands beside the cases has no statistics, so a
    plan for the first page would go through it once for every case, in seconds instead of milliseconds. One process for it:
    the acts of the day have the others."""
    await session.execute(PLANNED, {"as_usual": "off"})
    rows = as_dicts(await session.execute(statement(query), named))
    await session.execute(PLANNED, {"as_usual": "on"})
    return rows
