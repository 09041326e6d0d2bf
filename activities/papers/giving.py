"""Papers are given: numbered, kept as the text that was sent, and laid out for every channel of the unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from activities.papers.facts import Reference
from activities.papers.gathering import facts_of, standing_of, texts_named_by
from activities.papers.onfile import on_file
from activities.papers.terms import limits_of, term_of
from activities.papers.writing import document_number, write
from domain.definition import ItemDefinition
from domain.record import Batch, Event, Paper
from domain.values import SHANGHAI
from registry.units import Unit, Units
from storage.case_file import table
from storage.tables import ApplicantRow, CaseRow, DeliveryRow, NoticeRow
from storage.tables.notice import DeliveryState

# The order is that in which the rows are locked; without one, two cases could wait for each other.
NEXT_NUMBERS = text(
    """
    INSERT INTO numbering (unit, paper, year, last)
    SELECT :unit, paper, year, count
      FROM unnest(CAST(:papers AS text[]), CAST(:years AS int[]), CAST(:counts AS int[])) AS wanted (paper, year, count)
     ORDER BY paper, year
    ON CONFLICT (unit, paper, year) DO UPDATE SET last = numbering.last + excluded.last
    RETURNING paper, year, last
    """
)


async def give(
    session: AsyncSession,
    *,
    batch: Batch,
    case: CaseRow,
    applicant: ApplicantRow,
    definition: ItemDefinition,
    units: Units,
    public_url: str,
) -> list[NoticeRow]:
    """The papers that the batch gives, on file with their deliveries; those already given are left out.

    Numbers have no gaps: a number is taken in the caller's transaction, and given back if that is rolled back. Their
    rows stay locked until its end, so call this as late in the transaction as possible.
    """
    if not any(event.papers for event in batch.events):
        return []
    file = await on_file(session, batch.number, {id_ for e in batch.events if e.papers for id_ in texts_named_by(e)})
    wanted = [(e, paper) for e in batch.events for paper in e.papers if (e.seq, str(paper)) not in file.given]
    if not wanted:
        return []
    unit = units.unit(case.unit, definition.department.name)
    standing = standing_of(case, applicant, definition, unit, public_url)
    limits = limits_of(definition)
    clocks = {clock.key: term_of(clock, limits.get(clock.key)) for clock in (*file.clocks, *batch.clocks)}
    papers = dict(file.papers)
    numbers = await _numbers(session, unit.code, wanted)
    notices: list[NoticeRow] = []
    for (event, paper), number in zip(wanted, numbers, strict=True):
        facts = facts_of(
            event,
            standing,
            accepted_on=batch.accepted_on or case.accepted_on,
            texts=file.texts,
            clocks=clocks,
            papers=papers,
            units=units,
        )
        written = write(paper, facts)
        named = document_number(unit.mark, written.document_mark, facts.given_on.year, number)
        papers[paper] = Reference(written.title, named, facts.given_on)
        notices.append(
            NoticeRow(
                number=batch.number,
                seq=event.seq,
                paper=paper,
                document_number=named,
                unit=unit.code,
                title=written.title,
                body=written.body(),
                given_on=facts.given_on,
                given_at=event.at,
            )
        )
    await session.execute(insert(table(NoticeRow)), [notice.model_dump() for notice in notices])
    if deliveries := [row for notice in notices for row in _deliveries(notice, applicant, unit, units)]:
        await session.execute(insert(table(DeliveryRow)), [row.model_dump() for row in deliveries])
    return notices


async def _numbers(session: AsyncSession, unit: str, wanted: Sequence[tuple[Event, Paper]]) -> list[int]:
    """The next number for each paper, in their order."""
    kinds = [(str(paper), event.at.astimezone(SHANGHAI).year) for event, paper in wanted]
    counts = Counter(kinds)
    asked = {
        "unit": unit,
        "papers": [paper for paper, _ in counts],
        "years": [year for _, year in counts],
        "counts": list(counts.values()),
    }
    last = {(paper, year): last for paper, year, last in await session.execute(NEXT_NUMBERS, asked)}
    upcoming = {kind: last[kind] - count for kind, count in counts.items()}
    numbers = []
    for kind in kinds:
        upcoming[kind] += 1
        numbers.append(upcoming[kind])
    return numbers


def _deliveries(notice: NoticeRow, applicant: ApplicantRow, unit: Unit, units: Units) -> list[DeliveryRow]:
    """One delivery on each channel of the unit on which the applicant can be reached."""
    addresses = {"email": applicant.email, "mobile": applicant.mobile, "nobody": "-"}
    return [
        DeliveryRow(
            id=f"{notice.number}:{notice.seq}:{notice.paper}:{name}",
            number=notice.number,
            seq=notice.seq,
            paper=notice.paper,
            channel=name,
            address=address,
            state=DeliveryState.WAITING,
            next_attempt_at=datetime.now(SHANGHAI),
        )
        for name in unit.channels
        if (address := addresses[units.channels[name].to])
    ]
