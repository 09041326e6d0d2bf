"""What papers need from the case file: texts, limits and earlier papers, in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from activities.papers.facts import Reference
from domain.record import ClockRecord

ON_FILE = text(
    """
    SELECT
      (SELECT jsonb_object_agg(id, body) FROM text WHERE number = :number AND id = ANY(CAST(:texts AS text[]))),
      (SELECT jsonb_agg(to_jsonb(clock)) FROM clock WHERE number = :number),
      (SELECT jsonb_agg(jsonb_build_array(seq, paper, title, document_number, given_on) ORDER BY seq)
         FROM notice WHERE number = :number)
    """
)


@dataclass(frozen=True, slots=True)
class OnFile:
    """What is on file of one case before the batch."""

    texts: Mapping[str, str]
    clocks: tuple[ClockRecord, ...]
    papers: Mapping[str, Reference]
    """The latest of each kind of paper."""
    given: frozenset[tuple[int, str]]
    """Event and kind of every paper already given."""


async def on_file(session: AsyncSession, number: str, texts: set[str]) -> OnFile:
    """The texts with these ids, the limits and the papers of the case."""
    row = (await session.execute(ON_FILE, {"number": number, "texts": sorted(texts)})).one()
    notices = row[2] or []
    return OnFile(
        texts=row[0] or {},
        clocks=tuple(ClockRecord.model_validate(clock) for clock in row[1] or ()),
        papers={paper: Reference(title, named, date.fromisoformat(day)) for _, paper, title, named, day in notices},
        given=frozenset((seq, paper) for seq, paper, *_ in notices),
    )
