"""What papers need from the case file, and where they are kept: one statement to read and number, one to write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic_core import to_json
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from activities.papers.facts import Reference
from domain.record import ClockRecord
from storage.tables import DeliveryRow, NoticeRow

# A paper that is on file already takes no number. The order is that in which rows of `numbering` are locked; without
# one, two cases could wait for each other.
READ_AND_NUMBER = text(
    """
    WITH wanted AS (
      SELECT paper, year, count(*) AS count
        FROM unnest(CAST(:seqs AS int[]), CAST(:papers AS text[]), CAST(:years AS int[])) AS asked (seq, paper, year)
       WHERE NOT EXISTS (SELECT FROM notice
                          WHERE number = :number AND notice.seq = asked.seq AND notice.paper = asked.paper)
       GROUP BY paper, year),
    numbered AS (
      INSERT INTO numbering (unit, paper, year, last)
      SELECT :unit, paper, year, count FROM wanted ORDER BY paper, year
      ON CONFLICT (unit, paper, year) DO UPDATE SET last = numbering.last + excluded.last
      RETURNING paper, year, last)
    SELECT
      (SELECT jsonb_object_agg(id, body) FROM text WHERE number = :number AND id = ANY(CAST(:texts AS text[]))),
      (SELECT jsonb_agg(to_jsonb(clock) ORDER BY started_at, due_at, key) FROM clock WHERE number = :number),
      (SELECT jsonb_agg(jsonb_build_array(seq, paper, title, document_number, given_on) ORDER BY seq)
         FROM notice WHERE number = :number),
      (SELECT jsonb_agg(jsonb_build_array(paper, year, last)) FROM numbered)
    """
)
KEEP = text(
    """
    WITH kept AS (
      INSERT INTO notice SELECT * FROM jsonb_populate_recordset(CAST(NULL AS notice), CAST(:notices AS jsonb)))
    INSERT INTO delivery SELECT * FROM jsonb_populate_recordset(CAST(NULL AS delivery), CAST(:deliveries AS jsonb))
    """
)


@dataclass(frozen=True, slots=True)
class OnFile:
    """What is on file of one case before the batch, and the numbers taken for its papers."""

    texts: Mapping[str, str]
    clocks: tuple[ClockRecord, ...]
    """In the order in which they began: of two with one key the later one is the last."""
    papers: Mapping[str, Reference]
    """The latest of each kind of paper."""
    given: frozenset[tuple[int, str]]
    """Event and kind of every paper already given."""
    last: Mapping[tuple[str, int], int]
    """The last number taken for each kind of paper and year."""


async def read_and_number(
    session: AsyncSession, number: str, unit: str, wanted: Sequence[tuple[int, str, int]], texts: set[str]
) -> OnFile:
    """What is on file of the case; each wanted paper (event, kind, year) not yet given gets a number of the unit."""
    asked = {
        "number": number,
        "unit": unit,
        "seqs": [seq for seq, _, _ in wanted],
        "papers": [paper for _, paper, _ in wanted],
        "years": [year for _, _, year in wanted],
        "texts": sorted(texts),
    }
    said, clocks, notices, numbered = (await session.execute(READ_AND_NUMBER, asked)).one()
    notices = notices or ()
    return OnFile(
        texts=said or {},
        clocks=tuple(ClockRecord.model_validate(clock) for clock in clocks or ()),
        papers={paper: Reference(title, named, date.fromisoformat(day)) for _, paper, title, named, day in notices},
        given=frozenset((seq, paper) for seq, paper, *_ in notices),
        last={(paper, year): last for paper, year, last in numbered or ()},
    )


async def keep(session: AsyncSession, notices: Sequence[NoticeRow], deliveries: Sequence[DeliveryRow]) -> None:
    """Put papers and their deliveries on file."""
    rows = {"notices": notices, "deliveries": deliveries}
    await session.execute(
        KEEP, {name: to_json([row.model_dump() for row in kept]).decode() for name, kept in rows.items()}
    )
