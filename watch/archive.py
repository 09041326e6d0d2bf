"""Whether histories go into the archive in time; once the engine lets go of one, nobody can bring it back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from temporalio.client import Client

from domain.archiving import kept_since, overdue_after
from domain.troubles import NOT_FOUND_TO_ARCHIVE, WAITING_TO_BE_ARCHIVED, Trouble, TroubleKind
from storage import archive
from storage.archive import Backlog
from storage.database import Database
from storage.troubles import Seen
from workflows.histories import retention_of

KIND = TroubleKind.NOT_ARCHIVED


class Unarchived:
    """Looks at what should have been archived by now, and at what was not there to be archived although it should be."""

    def __init__(self, client: Client, database: Database, after: timedelta) -> None:
        self._client, self._database, self._after = client, database, after

    async def see(self) -> list[Seen]:
        """One trouble for all that waits, one for all that is missing; what the engine has let go of in time is over."""
        retention, now = await retention_of(self._client), datetime.now(UTC)
        async with self._database.begin() as session:
            waiting = await archive.overdue(session, now - overdue_after(self._after, retention))
            missing = await archive.missing(session, kept_since(now, retention))
        both = ((WAITING_TO_BE_ARCHIVED, waiting), (NOT_FOUND_TO_ARCHIVE, missing))
        found = (_trouble(subject, backlog, retention, now) for subject, backlog in both)
        return [Seen(frozenset({KIND}), tuple(one for one in found if one))]


def _trouble(subject: str, backlog: Backlog, retention: timedelta, now: datetime) -> Trouble | None:
    if backlog.oldest is None:
        return None
    goes_at = (backlog.oldest + retention).isoformat() if retention else None
    facts = {"files": backlog.files, "days": (now - backlog.oldest).days, "goes_at": goes_at}
    return Trouble(kind=KIND, subject=subject, since=backlog.oldest, facts=facts)
