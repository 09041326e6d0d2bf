"""Troubles on file: noted when they are seen, cleared when they are not seen any more, listed for those who oversee."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import func, or_, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.troubles import CANNOT_HEAR, TOLD_TO_ITS_WORKFLOW, Trouble, TroubleKind
from storage.overview.scope import Scope
from storage.pages import Page, page_of
from storage.tables import TroubleRow

NOTING = 7131310
"""The lock under which troubles are noted and cleared, so that two probes that look at once tell of each of them once."""


class Seen(NamedTuple):
    """What one look saw: all there is of these kinds, or all there is of them among these subjects."""

    kinds: frozenset[TroubleKind]
    found: tuple[Trouble, ...] = ()
    among: frozenset[str] | None = None


class Changed(NamedTuple):
    """What is new on file, and what is over."""

    opened: Sequence[Trouble]
    cleared: Sequence[tuple[str, str]]
    """Kind and subject of each."""


NOTE = text(
    """
    INSERT INTO trouble (id, kind, subject, number, unit, since, found_at, seen_at, facts, told)
    SELECT :id, :kind, :subject, CAST(:number AS text), coalesce(CAST(:unit AS text),
               (SELECT unit FROM case_file WHERE case_file.number = CAST(:number AS text)),
               (SELECT coalesce(unit, window_unit) FROM grievance WHERE grievance.number = CAST(:number AS text))),
           :since, now(), now(), CAST(:facts AS jsonb), FALSE
    ON CONFLICT (kind, subject) WHERE cleared_at IS NULL DO UPDATE SET seen_at = now(), facts = excluded.facts
    RETURNING id
    """
)

# A workflow has to be told of the end also where nobody knows whether it was told of the trouble: a signal may have arrived
# that was never answered. What somebody else saw after this look had begun is not over.
CLEAR = """
    UPDATE trouble SET cleared_at = now(), told = NOT kind = ANY(:told_of)
     WHERE cleared_at IS NULL AND kind = ANY(:kinds) AND seen_at < :began {among}
       AND NOT EXISTS (SELECT FROM unnest(CAST(:found_kinds AS text[]), CAST(:found_subjects AS text[])) AS f (kind, subject)
                        WHERE f.kind = trouble.kind AND f.subject = trouble.subject)
    RETURNING kind, subject
"""


async def moment(session: AsyncSession) -> datetime:
    """This moment by the clock that troubles are noted by."""
    return (await session.execute(select(func.now()))).scalar_one()


async def note(session: AsyncSession, seen: Seen, began: datetime) -> Changed:
    """Put on file what was seen, and clear what was looked at and not seen; `began` is the `moment` before the look."""
    await session.execute(select(func.pg_advisory_xact_lock(NOTING)))
    opened = [trouble for trouble in seen.found if await open_one(session, trouble)]
    among = "" if seen.among is None else "AND subject = ANY(:among)"
    asked: dict[str, Any] = {
        "began": began,
        "told_of": [kind.value for kind in TOLD_TO_ITS_WORKFLOW],
        "kinds": [kind.value for kind in seen.kinds],
        "found_kinds": [trouble.kind.value for trouble in seen.found],
        "found_subjects": [trouble.subject for trouble in seen.found],
    }
    if seen.among is not None:
        asked["among"] = list(seen.among)
    cleared = await session.execute(text(CLEAR.format(among=among)), asked)
    return Changed(opened, [(row.kind, row.subject) for row in cleared])


async def open_one(session: AsyncSession, trouble: Trouble) -> bool:
    """Whether the trouble is new on file; one that is open already is only seen again."""
    asked = {**trouble.model_dump(include={"subject", "number", "unit", "since"}), "number": trouble.number}
    id_, facts = uuid4().hex, json.dumps(trouble.facts)
    row = await session.execute(NOTE, {**asked, "id": id_, "kind": trouble.kind.value, "facts": facts})
    return bool(row.scalar_one() == id_)


async def put_over(session: AsyncSession, trouble: Trouble) -> None:
    """File a trouble that could not be filed while it lasted, as over now."""
    if await open_one(session, trouble):
        this = "kind = :kind AND subject = :subject AND cleared_at IS NULL"
        query = text(f"UPDATE trouble SET cleared_at = now(), told = TRUE WHERE {this}")
        await session.execute(query, {"kind": trouble.kind.value, "subject": trouble.subject})


async def open_subjects(session: AsyncSession, kinds: Collection[TroubleKind], limit: int = 200) -> list[str]:
    """The subjects that have an open trouble of these kinds, so many at most: the longest not seen first."""
    this = (col(TroubleRow.kind).in_(kinds), col(TroubleRow.cleared_at).is_(None))
    query = select(col(TroubleRow.subject)).where(*this).group_by(col(TroubleRow.subject))
    rows = await session.execute(query.order_by(func.min(col(TroubleRow.seen_at))).limit(limit))
    return list(rows.scalars())


async def troubles_by_kind(session: AsyncSession) -> dict[str, int]:
    """How many troubles are open, of every kind; zero where there is none."""
    query = (
        select(col(TroubleRow.kind), func.count())
        .where(col(TroubleRow.cleared_at).is_(None))
        .group_by(col(TroubleRow.kind))
    )
    found = {TroubleKind(row[0]).value: row[1] for row in await session.execute(query)}
    return {kind.value: found.get(kind.value, 0) for kind in TroubleKind}


def _concerning(scope: Scope | None) -> Any:
    """The condition that holds for what concerns these supervisors: their units', and what is nobody's in particular."""
    if scope is None or scope.everything:
        return true()
    return or_(col(TroubleRow.unit).is_(None), text(scope.holds_for("trouble.unit")).bindparams(**_named(scope)))


def _named(scope: Scope) -> dict[str, Any]:
    return {name: value for name, value in scope.values.items() if name != "person"}


async def listed(
    session: AsyncSession,
    scope: Scope | None,
    *,
    kind: TroubleKind | None = None,
    only_open: bool = True,
    cursor: str | None = None,
    limit: int = 1000,
) -> Page:
    """The troubles that concern the scope (None: all): the open ones, the newest first, or all of them."""
    query: Any = select(TroubleRow).where(_concerning(scope))
    if kind is not None:
        query = query.where(col(TroubleRow.kind) == kind)
    if only_open:
        query = query.where(col(TroubleRow.cleared_at).is_(None))
    return await page_of(session, query, (TroubleRow, ("found_at", "id")), cursor, limit, descending=True)


async def open_count(session: AsyncSession, scope: Scope) -> int:
    """How many open troubles concern the scope."""
    query = select(func.count()).select_from(TroubleRow).where(col(TroubleRow.cleared_at).is_(None), _concerning(scope))
    return int((await session.execute(query)).scalar_one())


class Untold(NamedTuple):
    """A case whose workflow does not know yet how it stands: the kinds that are open, and the rows that say so."""

    subject: str
    open_kinds: tuple[str, ...]
    ids: tuple[str, ...]


UNTOLD = text(
    """
    SELECT t.subject, array_agg(DISTINCT t.id) AS ids,
           ARRAY(SELECT DISTINCT o.kind FROM trouble AS o
                  WHERE o.subject = t.subject AND o.cleared_at IS NULL ORDER BY o.kind) AS open_kinds
      FROM trouble AS t
     WHERE NOT t.told AND t.number IS NOT NULL AND t.kind = ANY(:kinds)
       AND NOT EXISTS (SELECT FROM trouble AS d
                        WHERE d.subject = t.subject AND d.cleared_at IS NULL AND d.kind = ANY(:deaf))
     GROUP BY t.subject ORDER BY min(t.found_at) LIMIT :limit
    """
)


async def untold(session: AsyncSession, limit: int) -> list[Untold]:
    """Those whose workflow has to be told and can hear it, the longest waiting first."""
    kinds, deaf = ([kind.value for kind in some] for some in (TOLD_TO_ITS_WORKFLOW, CANNOT_HEAR))
    rows = await session.execute(UNTOLD, {"kinds": kinds, "deaf": deaf, "limit": limit})
    return [Untold(row.subject, tuple(row.open_kinds), tuple(row.ids)) for row in rows]


TELL = text(
    """
    UPDATE trouble SET told = TRUE
      FROM unnest(CAST(:ids AS text[])) AS these (id)
     WHERE trouble.id = these.id AND (trouble.cleared_at IS NULL) = (trouble.kind = ANY(:open_kinds))
    """
)


async def told(session: AsyncSession, one: Untold) -> None:
    """The workflow knows; a row that changed meanwhile is told again."""
    await session.execute(TELL, {"ids": list(one.ids), "open_kinds": list(one.open_kinds)})


async def looked(session: AsyncSession, name: str, seconds: float) -> None:
    """A look of this name is over, and took so long."""
    query = text(
        "INSERT INTO look (name, at, seconds) VALUES (:name, now(), :seconds)"
        " ON CONFLICT (name) DO UPDATE SET at = now(), seconds = excluded.seconds"
    )
    await session.execute(query, {"name": name, "seconds": seconds})


async def last_look(session: AsyncSession) -> datetime | None:
    """When the look that was done longest ago was done; None where nobody ever looked. While Temporal does not answer, what is
    asked of it is not looked at, and that is no silence of the probe."""
    return (await session.execute(LAST_LOOK)).scalar()


LAST_LOOK = text(
    """
    SELECT min(at) FROM look
     WHERE at > (SELECT max(at) FROM look) - interval '1 day'
       AND (name IN ('parts', 'facts') OR NOT EXISTS
               (SELECT FROM trouble WHERE kind = 'engine_down' AND cleared_at IS NULL))
    """
)
