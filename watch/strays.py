"""Workflows that run and of which the database has no file, as after a restore of an older backup."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from temporalio.client import Client, WorkflowExecutionStatus

from domain.troubles import Trouble, TroubleKind, number_of
from storage import troubles, watched
from storage.database import Database
from storage.troubles import Seen
from watch.looking import ASKED, described
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
        """Those of this page that have no file, and of those found before some that still have none."""
        begun = await self._next_page()
        async with self._database.begin() as session:
            before = await troubles.open_subjects(session, KINDS)
        for subject in before:
            if subject not in begun and (since := await self._running_since(subject)):
                begun[subject] = since
        numbers = {number: subject for subject in begun if (number := number_of(subject))}
        async with self._database.begin() as session:
            on_file = await watched.on_file(session, list(numbers))
        found = tuple(
            Trouble(kind=TroubleKind.WORKFLOW_WITHOUT_FILE, subject=subject, since=begun[subject])
            for number, subject in numbers.items()
            if number not in on_file and datetime.now(UTC) - begun[subject] > self._young
        )
        return [Seen(KINDS, found, frozenset({*begun, *before}))]

    async def _next_page(self) -> dict[str, datetime]:
        """The workflows of the next page, and when each began."""
        listed = self._client.list_workflows(
            self._query, page_size=self._page, next_page_token=self._token, rpc_timeout=ASKED
        )
        await listed.fetch_next_page()
        self._token = listed.next_page_token
        return {one.id: one.start_time for one in listed.current_page or ()}

    async def _running_since(self, subject: str) -> datetime | None:
        """When the workflow began, where it still runs."""
        if (now := await described(self._client, subject)) is None:
            return None
        info = now.workflow_execution_info
        running = status_of(WorkflowExecutionStatus(info.status)) == "running"
        return info.start_time.ToDatetime(UTC) if running else None
