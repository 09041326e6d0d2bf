"""Open cases and grievances, one after the other: whether each still runs, what it retries, and whether its file keeps up."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from temporalio.client import Client, WorkflowExecutionStatus

from domain.troubles import Trouble, TroubleKind, number_of
from storage import troubles, watched
from storage.database import Database
from storage.troubles import Seen
from storage.watched import OnFile
from watch.filings import Filings
from watch.looking import ASKED, described, type_of
from watch.retries import retrying
from workflows.reconciling import Agreement, Compared, Reconciler, status_of

log = logging.getLogger(__name__)

KINDS = frozenset(
    {TroubleKind.ACTIVITY_RETRYING, TroubleKind.BEHIND, TroubleKind.FILE_AHEAD, TroubleKind.WORKFLOW_GONE}
)
REMEMBERED = 300_000
ENDED = (
    'TaskQueue = "{queue}" AND WorkflowType IN ("Case", "BundleCase", "Grievance")'
    ' AND ExecutionStatus IN ("Terminated", "Failed", "TimedOut", "Canceled") AND CloseTime > "{since}"'
)
LATELY = timedelta(minutes=10)


class Pace(NamedTuple):
    """How many cases are looked at in a turn, and how many at once."""

    sweep: int = 100
    """Of all open ones, the next so many."""
    suspects: int = 200
    """Of those that something speaks against so many, and of those that were in trouble before."""
    at_once: int = 8
    patience_seconds: float = 15.0
    """How long a batch may be on its way from the history to the file."""


class Cases:
    """Looks first at those that something speaks against, then at the next ones of all, so that each gets its turn.

    A history is read only where it has grown since it was last compared; else one description of the workflow is enough.
    """

    def __init__(
        self,
        client: Client,
        database: Database,
        reconciler: Reconciler,
        queue: str,
        pace: Pace = Pace(),  # noqa: B008
    ) -> None:
        self._client, self._database, self._reconciler, self._pace = client, database, reconciler, pace
        self._queue, self._filings = queue, Filings(client, database)
        self._places = asyncio.Semaphore(pace.at_once)
        self._after = {"case": "", "grievance": ""}
        self._agreed: dict[str, tuple[int, int]] = {}
        self._lagging: dict[str, tuple[int, float]] = {}

    async def see(self) -> list[Seen]:
        """What is wrong with those whose turn it is; of all that had a trouble before, those not seen for longest are among
        them."""
        files, before = await self._whose_turn(await self._ended_lately())
        answers = await asyncio.gather(*(self._look_at(file) for file in files), return_exceptions=True)
        unseen = {
            file.subject: said for file, said in zip(files, answers, strict=True) if isinstance(said, BaseException)
        }
        if unseen:
            why = next(iter(unseen.values()))
            if len(unseen) == len(files):
                raise why
            log.warning("some could not be looked at: %s", type_of(why), extra={"workflows": len(unseen)})
        found = [trouble for some in answers if not isinstance(some, BaseException) for trouble in some]
        looked_at = {*(file.subject for file in files), *before} - set(unseen)
        return [Seen(KINDS, tuple(found), frozenset(looked_at))]

    async def _ended_lately(self) -> list[str]:
        """The numbers of those that somebody or something ended before their time."""
        since = f"{datetime.now(UTC) - LATELY:%Y-%m-%dT%H:%M:%SZ}"
        ended = self._client.list_workflows(
            ENDED.format(queue=self._queue, since=since), limit=self._pace.suspects, rpc_timeout=ASKED
        )
        return [number async for one in ended if (number := number_of(one.id))]

    async def _whose_turn(self, ended: Sequence[str]) -> tuple[Sequence[OnFile], list[str]]:
        async with self._database.begin() as session:
            before = await troubles.open_subjects(session, KINDS, self._pace.suspects)
            numbers = [*ended, *await watched.suspects(session, self._pace.suspects)]
            numbers += [number for subject in (*before, *self._lagging) if (number := number_of(subject))]
            files = await watched.these(session, list(dict.fromkeys(numbers)))
            for what, after in self._after.items():
                swept = await watched.next_open(session, what, after, self._pace.sweep)
                more = swept[self._pace.sweep - 1 :]
                self._after[what] = more[-1].subject.partition(":")[2] if more else ""
                files += swept
            files += [OnFile(subject, 0) for subject in before if number_of(subject) is None]
        by_subject = {file.subject: file for file in files}
        self._lagging = {subject: seen for subject, seen in self._lagging.items() if subject in by_subject}
        return list(by_subject.values()), before

    async def _look_at(self, file: OnFile) -> Iterable[Trouble]:
        async with self._places:
            now = await described(self._client, file.subject)
            if now is None:
                return await self._compare(file, datetime.now(UTC), 0)
            info = now.workflow_execution_info
            if status_of(WorkflowExecutionStatus(info.status)) != "running":
                return await self._compare(file, info.close_time.ToDatetime(UTC), info.history_length)
            await self._filings.look_at(file.subject, now)
            worse = await retrying(self._client, file.subject, now)
            different = await self._compare(file, datetime.now(UTC), info.history_length)
            return [*([worse] if worse else []), *different]

    async def _compare(self, file: OnFile, since: datetime, length: int) -> Iterable[Trouble]:
        """The file beside the history, where one of them moved since they agreed. Where its workflow has ended, what the history
        still has is put there; if the file stays open then, nobody carries it on."""
        number = number_of(file.subject)
        if number is None or self._agreed.get(file.subject) == (length, file.seq):
            return []
        compared = await self._reconciler.of(number, repair=self._has_lagged(file))
        if compared is None or compared.agreement is Agreement.SAME:
            self._agree(file, length, compared)
            return []
        if compared.agreement is Agreement.BEHIND and compared.error is None:
            # it may be on its way; looked at again soon
            self._lagging.setdefault(file.subject, (compared.file, time.monotonic()))
            return []
        return [_trouble_of(file.subject, compared, since)]

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


def _trouble_of(subject: str, compared: Compared, since: datetime) -> Trouble:
    if compared.agreement is Agreement.NO_HISTORY:
        facts: dict[str, Any] = {"status": compared.status}
        return Trouble(kind=TroubleKind.WORKFLOW_GONE, subject=subject, since=since, facts=facts)
    facts = {"file": compared.file, "history": compared.history}
    if compared.agreement is Agreement.AHEAD:
        return Trouble(kind=TroubleKind.FILE_AHEAD, subject=subject, since=datetime.now(UTC), facts=facts)
    facts |= {"repaired": compared.agreement is Agreement.REPAIRED, "error": compared.error}
    return Trouble(kind=TroubleKind.BEHIND, subject=subject, since=datetime.now(UTC), facts=facts)
