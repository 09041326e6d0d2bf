"""Papers are given: numbered, kept as the text that was sent, and laid out for every channel of the unit."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from activities.papers.facts import Reference
from activities.papers.gathering import facts_of, standing_of, texts_named_by
from activities.papers.onfile import keep, read_and_number
from activities.papers.terms import limits_of, term_of
from activities.papers.writing import document_number, write
from domain.definition import ItemDefinition
from domain.record import Batch
from domain.values import SHANGHAI
from registry.units import Unit, Units
from storage.tables import ApplicantRow, CaseRow, DeliveryRow, NoticeRow
from storage.tables.notice import DeliveryState


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
    asked = [(event, paper) for event in batch.events for paper in event.papers]
    if not asked:
        return []
    unit = units.unit(case.unit, definition.department.name)
    kinds = [(str(paper), event.at.astimezone(SHANGHAI).year) for event, paper in asked]
    wanted = [(event.seq, paper, year) for (event, _), (paper, year) in zip(asked, kinds, strict=True)]
    texts = {id_ for event in batch.events if event.papers for id_ in texts_named_by(event)}
    file = await read_and_number(session, batch.number, unit.code, wanted, texts)

    standing = standing_of(case, applicant, definition, unit, public_url)
    limits = limits_of(definition)
    clocks = {clock.key: term_of(clock, limits.get(clock.key)) for clock in (*file.clocks, *batch.clocks)}
    papers = dict(file.papers)
    left = Counter(kind for (seq, *_), kind in zip(wanted, kinds, strict=True) if (seq, kind[0]) not in file.given)
    notices: list[NoticeRow] = []
    for (event, paper), kind in zip(asked, kinds, strict=True):
        if (event.seq, kind[0]) in file.given:
            continue
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
        left[kind] -= 1
        named = document_number(unit.mark, written.document_mark, kind[1], file.last[kind] - left[kind])
        papers[kind[0]] = Reference(written.title, named, facts.given_on)
        notices.append(
            NoticeRow.model_construct(
                number=batch.number,
                seq=event.seq,
                paper=kind[0],
                document_number=named,
                unit=unit.code,
                title=written.title,
                body=written.body(),
                given_on=facts.given_on,
                given_at=event.at,
            )
        )
    if notices:
        await keep(session, notices, [d for notice in notices for d in _deliveries(notice, applicant, unit, units)])
    return notices


def _deliveries(notice: NoticeRow, applicant: ApplicantRow, unit: Unit, units: Units) -> list[DeliveryRow]:
    """One delivery on each channel of the unit on which the applicant can be reached."""
    addresses = {"email": applicant.email, "mobile": applicant.mobile, "nobody": "-"}
    return [
        DeliveryRow.model_construct(
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
