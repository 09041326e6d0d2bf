"""Papers are given: numbered, kept as the text that was sent, and laid out for every channel of the unit."""

from __future__ import annotations

from collections import Counter
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from activities.papers.addressing import acknowledgment_days, addressee_of, deliveries_of
from activities.papers.facts import Reference
from activities.papers.gathering import facts_of, standing_of, texts_named_by
from activities.papers.onfile import keep, read_and_number
from activities.papers.terms import limits_of, term_of
from activities.papers.writing import document_number, write
from domain.definition import ItemDefinition
from domain.record import Batch, Event
from domain.values import SHANGHAI
from registry.units import Units
from storage import duty
from storage import notices as shelf
from storage.tables import ApplicantRow, CaseRow, NoticeRow


def given_on(event: Event) -> date:
    """The day on which the papers of the event are given."""
    return event.at.astimezone(SHANGHAI).date()


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
    """The papers that the batch gives, on file with their deliveries; those already given are left out. What goes to an
    overseeing department or to the unit itself is given in the same transaction as what the applicant gets.

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
    addressees = {(event.seq, paper): addressee_of(paper, unit, event.data.get("addressee")) for event, paper in asked}
    days = await acknowledgment_days(session, batch.number) if any(addressees.values()) else None
    on_duty = await duty.attention_of(session, addressees.values(), (given_on(event) for event, _ in asked))
    orders = await shelf.orders_named(session, [event.data.get("source") for event, _ in asked])
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
        addressee = addressees[event.seq, paper]
        acknowledge_by = days.of(event.at) if days and addressee else None
        facts = facts_of(
            event,
            standing,
            accepted_on=batch.accepted_on or case.accepted_on,
            texts={**file.texts, **orders},
            clocks=clocks,
            papers=papers,
            units=units,
            acknowledge_by=acknowledge_by,
        )
        written = write(paper, facts)
        left[kind] -= 1
        named = document_number(unit.mark, written.document_mark, kind[1], file.last[kind] - left[kind])
        papers[kind[0]] = Reference(written.title, named, facts.given_on)
        notice = NoticeRow.model_construct(
            number=batch.number,
            seq=event.seq,
            paper=kind[0],
            document_number=named,
            unit=unit.code,
            title=written.title,
            body=written.body(),
            given_on=facts.given_on,
            given_at=event.at,
            addressee=addressee,
            attention=on_duty.attention(addressee, facts.given_on) if addressee else None,
            acknowledge_by=acknowledge_by,
        )
        notices.append(notice)
    if notices:
        await keep(session, notices, [d for notice in notices for d in deliveries_of(notice, applicant, unit, units)])
    return notices
