"""Papers of other files than cases: of a grievance, a visit, an alarm, a month. They are numbered, kept and delivered as
those of cases are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from activities.papers.addressing import deliveries_of
from activities.papers.onfile import keep, read_and_number
from activities.papers.writing import document_number, filled_in
from domain.record import Paper
from domain.values import SHANGHAI
from registry.units import Unit, Units
from storage import duty
from storage.tables import NoticeRow


class ToUnit(NamedTuple):
    """A unit or department gets the paper and acknowledges it."""

    code: str
    acknowledge_by: date | None = None
    attention: str | None = None
    """The account of the one who is to see to it there, where the caller knows; else it is looked up."""


class ToPerson(NamedTuple):
    """A person gets the paper, who may have told how to be reached."""

    email: str | None = None
    mobile: str | None = None


async def give_letter(
    session: AsyncSession,
    units: Units,
    *,
    file: str,
    seq: int,
    paper: Paper,
    signer: Unit,
    to: ToUnit | ToPerson,
    facts: Mapping[str, Any],
    given_at: datetime,
    progress_url: str = "",
) -> NoticeRow | None:
    """The paper, on file with its deliveries; None where this file gave it with this event before.

    `facts` are what its form names, besides `unit` (the signer), `given_on` and `acknowledge_by`. Numbers have no gaps: see
    `activities.papers.giving.give`. Raises jinja2's UndefinedError where a fact is missing.
    """
    given_at = given_at.astimezone(SHANGHAI)
    wanted = [(seq, paper.value, given_at.year)]
    there = await read_and_number(session, file, signer.code, wanted, set())
    if (seq, paper.value) in there.given:
        return None
    if isinstance(to, ToUnit) and to.attention is None:
        on_duty = await duty.attention_of(session, [to.code], [given_at.date()])
        to = to._replace(attention=on_duty.attention(to.code, given_at.date()))
    acknowledge_by = to.acknowledge_by if isinstance(to, ToUnit) else None
    known = {"unit": signer, "acknowledge_by": acknowledge_by, **facts}
    written = filled_in(paper, known, given_at.date(), signed_by=signer.name, progress_url=progress_url)
    last = there.last[paper.value, given_at.year]
    notice = NoticeRow.model_construct(
        number=file,
        seq=seq,
        paper=paper.value,
        document_number=document_number(signer.mark, written.document_mark, given_at.year, last),
        unit=signer.code,
        title=written.title,
        body=written.body(),
        given_on=given_at.date(),
        given_at=given_at,
        addressee=to.code if isinstance(to, ToUnit) else None,
        attention=to.attention if isinstance(to, ToUnit) else None,
        acknowledge_by=acknowledge_by,
    )
    reached = {} if isinstance(to, ToUnit) else to._asdict()
    await keep(session, [notice], list(deliveries_of(notice, reached, signer, units)))
    return notice
