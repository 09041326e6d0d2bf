"""Open cases and grievances, one after the other: whether each still runs, what it retries, and whether its file keeps up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest, DescribeWorkflowExecutionResponse
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from domain.troubles import Trouble, TroubleKind, number_of
from storage import troubles, watched
from storage.database import Database
from storage.troubles import Seen
from storage.watched import OnFile
from watch.looking import ASKED
from watch.retries import retrying
from workflows.reconciling import Agreement, Compared, Reconciler, status_of

KINDS = frozenset(
    {TroubleKind.ACTIVITY_RETRYING, TroubleKind.BEHIND, TroubleKind.FILE_AHEAD, TroubleKind.WORKFLOW_GONE}
)
REMEMBERED = 300_000


class Pace(NamedTuple):
    """How many cases are looked at in a turn, and how many at once."""

    sweep: int = 100
    """Of all open ones, the next so many."""
    suspects: int = 200
    at_once: int = 8
    patience_seconds: float = 15.0
    """How long a batch may be on its way from the history to the file."""


class Cases:
    """Looks first at those that something speaks against, then at the next ones of all, so that each gets its turn.

    A history is read only where it has grown since it was last compared; else one description of the workflow is enough.
    """

    def __init__(self, client: Client, database: Database, reconciler: Reconciler, pace: Pace = Pace()) -> None:  # noqa: B008
        self._client, self._database, self._reconciler, self._pace = client, database, reconciler, pace
        self._places = asyncio.Semaphore(pace.at_once)
        self._after = {"case": "", "grievance": ""}
        self._agreed: dict[str, tuple[int, int]] = {}
        self._lagging: dict[str, tuple[int, float]] = {}

    async def see(self) -> list[Seen]:
        """What is wrong with those whose turn it is; all that had a trouble before are among them."""
        files, before = await self._whose_turn()
        answers = await asyncio.gather(*(self._look_at(file) for file in files), return_exceptions=True)
        unseen = {
            file.subject: said for file, said in zip(files, answers, strict=True) if isinstance(said, BaseException)
        }
        if len(unseen) == len(files) > 0:
            raise next(iter(unseen.values()))
        found = [trouble for some in answers if not isinstance(some, BaseException) for trouble in some]
        looked_at = {*(file.subject for file in files), *before} - set(unseen)
        return [Seen(KINDS, tuple(found), frozenset(looked_at))]

    async def _whose_turn(self) -> tuple[Sequence[OnFile], list[str]]:
        async with self._database.begin() as session:
            before = await troubles.open_subjects(session, KINDS)
            numbers = await watched.suspects(session, self._pace.suspects)
            numbers += [number for subject in (*before, *self._lagging) if (number := number_of(subject))]
            files = await watched.these(session, list(dict.fromkeys(numbers)))
            for what, after in self._after.items():
                swept = await watched.next_open(session, what, after, self._pace.sweep)
                whole = len(swept) < self._pace.sweep
                self._after[what] = "" if whole else swept[-1].subject.partition(":")[2]
                files += swept
            files += [OnFile(subject, 0) for subject in before if number_of(subject) is None]
        return list({file.subject: file for file in files}.values()), before

    async def _look_at(self, file: OnFile) -> Iterable[Trouble]:
        async with self._places:
            execution = WorkflowExecution(workflow_id=file.subject)
            try:
                described = await self._client.workflow_service.describe_workflow_execution(
                    DescribeWorkflowExecutionRequest(namespace=self._client.namespace, execution=execution),
                    timeout=ASKED,
                )
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
                return await self._not_running(file, "missing", datetime.now(UTC))
            info = described.workflow_execution_info
            status = status_of(WorkflowExecutionStatus(info.status))
            if status != "running":
                return await self._not_running(file, status, info.close_time.ToDatetime(UTC))
            worse = await retrying(self._client, file.subject, described)
            return [*([worse] if worse else []), *await self._compare(file, described)]

    async def _not_running(self, file: OnFile, status: str, since: datetime) -> Iterable[Trouble]:
        """Its file is open: what the history still has is put there, and if it stays open then nobody carries it on."""
        number = number_of(file.subject)
        if number is None or not file.subject.startswith("case:"):
            return [await self._gone(file, status, since)] if await self._is_open(file) else []
        compared = await self._reconciler.of(number)
        if compared is None or compared.agreement is Agreement.SAME:
            return []
        if compared.agreement is Agreement.NO_HISTORY:
            return [await self._gone(file, status, since)]
        return _troubles_of(file.subject, compared)

    async def _is_open(self, file: OnFile) -> bool:
        async with self._database.begin() as session:
            return bool(await watched.these(session, [number_of(file.subject) or ""]))

    async def _gone(self, file: OnFile, status: str, since: datetime) -> Trouble:
        self._agreed.pop(file.subject, None)
        return Trouble(kind=TroubleKind.WORKFLOW_GONE, subject=file.subject, since=since, facts={"status": status})

    async def _compare(self, file: OnFile, described: DescribeWorkflowExecutionResponse) -> Iterable[Trouble]:
        """The file beside the history, where one of them moved since they agreed."""
        number, length = number_of(file.subject), described.workflow_execution_info.history_length
        if number is None or not file.subject.startswith("case:"):
            return []  # a grievance puts every act on file before it answers
        if self._agreed.get(file.subject) == (length, file.seq):
            return []
        compared = await self._reconciler.of(number, repair=self._has_lagged(file))
        if compared is None or compared.agreement in (Agreement.SAME, Agreement.NO_HISTORY):
            self._agree(file, length, compared)
            return []
        if (
            compared.agreement is Agreement.BEHIND and compared.error is None
        ):  # it may be on its way; looked at again soon
            self._lagging.setdefault(file.subject, (compared.file, time.monotonic()))
            return []
        return _troubles_of(file.subject, compared)

    def _has_lagged(self, file: OnFile) -> bool:
        """Whether the file has been behind at the same event for longer than a batch is on its way."""
        if (lagging := self._lagging.get(file.subject)) is None:
            return False
        seq, since = lagging
        if seq == file.seq:
            return time.monotonic() - since >= self._pace.patience_seconds
        del self._lagging[file.subject]
        return False

    def _agree(self, file: OnFile, length: int, compared: Compared | None) -> None:
        self._lagging.pop(file.subject, None)
        if len(self._agreed) >= REMEMBERED:
            self._agreed.clear()
        if compared is not None:
            self._agreed[file.subject] = (length, compared.file)


def _troubles_of(subject: str, compared: Compared) -> list[Trouble]:
    kind = TroubleKind.FILE_AHEAD if compared.agreement is Agreement.AHEAD else TroubleKind.BEHIND
    facts: dict[str, Any] = {"file": compared.file, "history": compared.history}
    if kind is TroubleKind.BEHIND:
        facts |= {"repaired": compared.agreement is Agreement.REPAIRED, "error": compared.error}
    return [Trouble(kind=kind, subject=subject, since=datetime.now(UTC), facts=facts)]
