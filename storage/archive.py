"""What has ended and is not archived yet, what is, and which files the archive answers for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.archiving import LONG_AGO
from storage.files import Stored, enter
from storage.tables import HistoryRow


class Ended(NamedTuple):
    """A workflow that has ended on file, and when."""

    workflow: str
    ended_at: datetime


class Kept(NamedTuple):
    """One run of a workflow: where its history lies, unless the engine had it no longer."""

    run: str | None
    events: int = 0
    size: int = 0
    stored: Stored | None = None


class Standing(NamedTuple):
    """How many files are closed, and how their histories stand."""

    closed: int
    archived: int
    waiting: int
    gone: int
    oldest: datetime | None
    """When the longest waiting one ended."""


class Backlog(NamedTuple):
    """How many, and when the first of them ended."""

    files: int
    oldest: datetime | None


_CASES = "SELECT 'case:' || number AS workflow, changed_at AS ended_at FROM case_file WHERE stage = 'closed' AND archived_at IS NULL"
_GRIEVANCES = (
    "SELECT 'grievance:' || number AS workflow, changed_at AS ended_at FROM grievance"
    " WHERE leg = 'closed' AND archived_at IS NULL"
)
_NEXT = """
    ({cases} AND changed_at <= :until AND changed_at >= :at AND (changed_at, 'case:' || number) > (:at, :workflow)
      ORDER BY changed_at, number LIMIT :limit)
    UNION ALL
    ({grievances} AND changed_at <= :until AND changed_at >= :at AND (changed_at, 'grievance:' || number) > (:at, :workflow)
      ORDER BY changed_at, number LIMIT :limit)
    ORDER BY ended_at, workflow LIMIT :limit
"""
WAITING = text(_NEXT.format(cases=_CASES, grievances=_GRIEVANCES))
FIRST = Ended("", LONG_AGO)


async def waiting(session: AsyncSession, until: datetime, after: Ended | None, limit: int) -> list[Ended]:
    """What ended until then and is not archived, the oldest first, from the one after `after` on."""
    at = after or FIRST
    asked = {"until": until, "at": at.ended_at, "workflow": at.workflow, "limit": limit}
    return [Ended(*row) for row in await session.execute(WAITING, asked)]


GONE = text(
    """
    SELECT workflow, ended_at FROM history
     WHERE run IS NULL AND ended_at > :since AND archived_at < :looked_before ORDER BY ended_at, workflow LIMIT :limit
    """
)


async def gone(session: AsyncSession, since: datetime, looked_before: datetime, limit: int) -> list[Ended]:
    """What ended after `since`, was not in the engine, and was last looked for before that moment."""
    asked = {"since": since, "looked_before": looked_before, "limit": limit}
    return [Ended(*row) for row in await session.execute(GONE, asked)]


SETTLE = {
    "case": text("UPDATE case_file SET archived_at = :at WHERE number = :number AND stage = 'closed' RETURNING TRUE"),
    "grievance": text(
        "UPDATE grievance SET archived_at = :at WHERE number = :number AND leg = 'closed' RETURNING TRUE"
    ),
}
WHOLE = text("SELECT EXISTS (SELECT FROM history WHERE workflow = :workflow AND run IS NOT NULL)")
FORGET = text("DELETE FROM history WHERE workflow = :workflow AND run IS NULL")


async def settle(session: AsyncSession, ended: Ended, runs: Sequence[Kept], at: datetime) -> bool:
    """Whether it is noted now that these runs are archived, the oldest first; without any: that the engine had none.

    False, and nothing is changed, where somebody else archived it meanwhile: its row is locked until the end of the transaction.
    """
    kind, _, number = ended.workflow.partition(":")
    if (await session.execute(WHOLE, {"workflow": ended.workflow})).scalar_one():
        return False
    if (await session.execute(SETTLE[kind], {"number": number, "at": at})).scalar() is None:
        return False
    if (await session.execute(WHOLE, {"workflow": ended.workflow})).scalar_one():  # while this one waited for the row
        return False
    await session.execute(FORGET, {"workflow": ended.workflow})
    for run in runs:
        if run.stored is not None:
            await enter(session, run.stored, at)
    for place, kept in enumerate(runs or [Kept(None)], 1):
        session.add(_row(ended, place, kept, at))
    return True


def _row(ended: Ended, place: int, kept: Kept, at: datetime) -> HistoryRow:
    return HistoryRow(
        workflow=ended.workflow,
        place=place,
        run=kept.run,
        events=kept.events,
        size=kept.size,
        digest=kept.stored.digest if kept.stored else None,
        ended_at=ended.ended_at,
        archived_at=at,
    )


async def histories_of(session: AsyncSession, workflow: str) -> list[HistoryRow]:
    """What the archive has of the workflow, the oldest run first; nothing while it waits."""
    query = select(HistoryRow).where(col(HistoryRow.workflow) == workflow).order_by(col(HistoryRow.place))
    return list((await session.execute(query)).scalars())


STANDING = text(
    f"""
    SELECT (SELECT count(*) FROM case_file WHERE stage = 'closed') + (SELECT count(*) FROM grievance WHERE leg = 'closed') AS closed,
           (SELECT count(*) FROM history WHERE place = 1 AND run IS NOT NULL) AS archived,
           w.files AS waiting, (SELECT count(*) FROM history WHERE run IS NULL) AS gone, w.oldest
      FROM (SELECT count(*) AS files, min(ended_at) AS oldest FROM ({_CASES} UNION ALL {_GRIEVANCES}) AS u) AS w
    """
)
OVERDUE = text(
    f"""
    SELECT count(*), min(ended_at)
      FROM ({_CASES} AND changed_at <= :until UNION ALL {_GRIEVANCES} AND changed_at <= :until) AS u
    """
)
MISSING = text("SELECT count(*), min(ended_at) FROM history WHERE run IS NULL AND ended_at > :since")


async def standing(session: AsyncSession) -> Standing:
    """How it stands with everything that is closed; it counts all of it and takes its time."""
    await session.execute(text("SET LOCAL statement_timeout = 0"))
    return Standing(*(await session.execute(STANDING)).one())


async def overdue(session: AsyncSession, until: datetime) -> Backlog:
    """What ended until then and still waits."""
    return Backlog(*(await session.execute(OVERDUE, {"until": until})).one())


async def missing(session: AsyncSession, since: datetime) -> Backlog:
    """What ended after `since` and was not in the engine."""
    return Backlog(*(await session.execute(MISSING, {"since": since})).one())


USERS = text(
    """
    SELECT number || ' ' || material AS used FROM material WHERE digest = :digest
     UNION SELECT workflow || ' ' || place FROM history WHERE digest = :digest ORDER BY used LIMIT 20
    """
)
ALL_FILES = text("SELECT digest FROM file WHERE digest > :after ORDER BY digest LIMIT :limit")
FILES_OF = text(
    """
    SELECT digest FROM material WHERE number = :number AND digest IS NOT NULL
     UNION SELECT digest FROM history WHERE workflow = ANY(:workflows) AND digest IS NOT NULL
     ORDER BY digest
    """
)


async def files_after(session: AsyncSession, digest: str, limit: int) -> list[str]:
    """The digests of the next files in the folder, materials and histories alike."""
    return list((await session.execute(ALL_FILES, {"after": digest, "limit": limit})).scalars())


async def files_of(session: AsyncSession, number: str) -> list[str]:
    """The digests of what was handed in to the case, and of its histories."""
    workflows = [f"{kind}:{number}" for kind in SETTLE]
    return list((await session.execute(FILES_OF, {"number": number, "workflows": workflows})).scalars())


async def users_of(session: AsyncSession, digest: str) -> list[str]:
    """Whose the file is: case and material, workflow and run; nobody's where it was uploaded and never handed in."""
    return list((await session.execute(USERS, {"digest": digest})).scalars())
