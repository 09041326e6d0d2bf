"""Cases that did not hear that their filings are acknowledged, as Temporal was away at that moment."""

from __future__ import annotations

import json

from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionResponse
from temporalio.client import Client

from domain.glance import Flag
from domain.troubles import number_of
from storage import notices
from storage.database import Database
from workflows.search_attributes import FLAGS
from workflows.telling import tell_acknowledged


class Filings:
    """Tells such a case again, once: it may be that it cannot hear now."""

    def __init__(self, client: Client, database: Database) -> None:
        self._client, self._database = client, database
        self._told: set[str] = set()

    async def look_at(self, subject: str, described: DescribeWorkflowExecutionResponse) -> None:
        """Tell the case, where it says that a filing waits and none does."""
        if not says_that_one_waits(described):
            self._told.discard(subject)
            return
        number = number_of(subject)
        if number is None or subject in self._told:
            return
        async with self._database.begin() as session:
            acknowledged = await notices.filings_all_acknowledged(session, number)
        for seq in acknowledged:
            self._told.add(subject)
            await tell_acknowledged(self._client, number, seq)


def says_that_one_waits(described: DescribeWorkflowExecutionResponse) -> bool:
    """Whether the workflow shows in Temporal UI that a filing is not acknowledged."""
    shown = described.workflow_execution_info.search_attributes.indexed_fields
    return FLAGS.name in shown and Flag.FILING_UNACKNOWLEDGED in json.loads(shown[FLAGS.name].data)
