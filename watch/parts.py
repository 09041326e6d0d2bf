"""PostgreSQL and Temporal themselves: whether they answer, and what is to be told once there is somewhere to write it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from sqlalchemy import text
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

from domain.troubles import Trouble, TroubleKind
from storage.database import Database
from watch.looking import ASKED, type_of

SUBJECTS = {TroubleKind.DATABASE_DOWN: "postgresql", TroubleKind.ENGINE_DOWN: "temporal"}


class Parts:
    """Asks each part the smallest thing that it can answer; remembers since when it does not."""

    def __init__(self, client: Client, database: Database) -> None:
        self._client, self._database = client, database
        self._since: dict[TroubleKind, datetime] = {}

    async def down(self) -> dict[TroubleKind, Trouble | None]:
        """For each part the trouble that it is in, or None."""
        asked = {TroubleKind.DATABASE_DOWN: self._ask_database, TroubleKind.ENGINE_DOWN: self._ask_engine}
        said = await asyncio.gather(*(self._error(ask) for ask in asked.values()))
        return {kind: self._trouble(kind, error) for kind, error in zip(asked, said, strict=True)}

    async def _error(self, ask: Callable[[], Awaitable[None]]) -> str | None:
        try:
            async with asyncio.timeout(ASKED.total_seconds() + 1):
                await ask()
        except Exception as error:
            return type_of(error)
        return None

    def _trouble(self, kind: TroubleKind, error: str | None) -> Trouble | None:
        if error is None:
            self._since.pop(kind, None)
            return None
        since = self._since.setdefault(kind, datetime.now(UTC))
        return Trouble(kind=kind, subject=SUBJECTS[kind], since=since, facts={"error": error})

    async def _ask_database(self) -> None:
        async with self._database.begin() as session:
            await session.execute(text("SELECT 1"))

    async def _ask_engine(self) -> None:
        request = DescribeNamespaceRequest(namespace=self._client.namespace)
        await self._client.workflow_service.describe_namespace(request, timeout=ASKED)
