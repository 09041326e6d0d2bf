"""Workflows that run and of which the database has no file, as after a restore of an older backup."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from temporalio.client import Client, WorkflowExecution

from domain.troubles import Trouble, TroubleKind, number_of
from storage import troubles, watched
from storage.database import Database
from storage.troubles import Seen
from watch.looking import ASKED
from workflows.reconciling import status_of

RUNNING = (
    'WorkflowType IN ("Case", "BundleCase", "Grievance") AND ExecutionStatus = "Running" AND TaskQueue = "{queue}"'
)
KINDS = frozenset({TroubleKind.WORKFLOW_WITHOUT_FILE})


class Strays:
    """Goes through the running workflows page by page, a page in a turn."""

    def __init__(
        self,
        client: Client,
        database: Database,
        queue: str,
        page: int = 500,
        young: timedelta = timedelta(minutes=1),
    ) -> None:
        self._client, self._database, self._page, self._young = client, database, page, young
        self._query = RUNNING.format(queue=queue)
        self._token: bytes | None = None

    async def see(self) -> list[Seen]:
        """Those of this page that have no file, and those found before that still have none."""
        listed = {one.id: one for one in await self._next_page()}
        async with self._database.begin() as session:
            before = await troubles.open_subjects(session, KINDS)
        for subject in before:
            if subject not in listed and (one := await self._running(subject)):
                listed[subject] = one
        numbers = {number: one for one in listed.values() if (number := number_of(one.id))}
        async with self._database.begin() as session:
            on_file = await watched.on_file(session, list(numbers))
        found = tuple(
            Trouble(kind=TroubleKind.WORKFLOW_WITHOUT_FILE, subject=one.id, since=one.start_time)
            for number, one in numbers.items()
            if number not in on_file and datetime.now(UTC) - one.start_time > self._young
        )
        return [Seen(KINDS, found, frozenset({*listed, *before}))]

    async def _next_page(self) -> list[WorkflowExecution]:
        listed = self._client.list_workflows(
            self._query, page_size=self._page, next_page_token=self._token, rpc_timeout=ASKED
        )
        await listed.fetch_next_page()
        self._token = listed.next_page_token
        return list(listed.current_page or ())

    async def _running(self, subject: str) -> WorkflowExecution | None:
        described = await self._client.get_workflow_handle(subject).describe(rpc_timeout=ASKED)
        return described if status_of(described.status) == "running" else None
