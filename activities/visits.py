"""What comes of a visit: the written answer, or the finding with its papers; each once, in the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from activities.finding import note
from activities.papers.addressing import AcknowledgmentDays
from activities.papers.letters import ToPerson, ToUnit, give_letter
from activities.papers.words import GROUNDS
from domain.commands import Ground
from domain.deadline import Office
from domain.record import Paper
from domain.supervision.rules import Supervision
from domain.supervision.shortcomings import Shortcoming
from domain.supervision.visits import GROUND, WhyFound, evidence_of
from domain.values import SHANGHAI
from registry.units import Unit, Units
from storage import findings
from storage.tables import FindingRow, VisitRow
from storage.visits import as_visit

SOMEBODY = "到访人"
ANSWER, FOUND = 1, 2
"""The events of a visit that give papers."""


@dataclass(frozen=True)
class Desk:
    """What the papers of a visit need besides it."""

    units: Units
    rules: Supervision
    office: Office
    public_url: str
    filing_days: int


async def answer_in_writing(
    session: AsyncSession, desk: Desk, visit: VisitRow, *, ground: Ground, text: str, authority: str, at: datetime
) -> None:
    """The visitor gets the reasons, and the remedies there are (gz:13.1, apl:32.2)."""
    facts = {"ground": GROUNDS[ground], "text": text, "authority": authority}
    await _to_visitor(session, desk, visit, Paper.VISIT_ANSWER, ANSWER, facts, at)


async def find(
    session: AsyncSession, desk: Desk, visit: VisitRow, why: WhyFound, at: datetime, text: str | None = None
) -> FindingRow | None:
    """The finding that nothing was taken, told to the visitor and to the unit; None where it was found before."""
    row = FindingRow(
        id=findings.key_of_visit(visit.id),
        shortcoming=Shortcoming.NOT_TAKEN,
        visit=visit.id,
        unit=visit.unit,
        item_code=visit.item_code,
        district=visit.district,
        article=GROUND,
        found_at=at,
        evidence=evidence_of(as_visit(visit), visit.channel, why, desk.office, text),
    )
    if not await note(session, row, case=None, units=desk.units, rules=desk.rules, reporter=visit.contact):
        return None
    facts = {"answer_by": visit.answer_by or at.astimezone(SHANGHAI).date(), "objected": why is WhyFound.OBJECTION}
    await _to_visitor(session, desk, visit, Paper.NOT_TAKEN, FOUND, facts, at)
    signer = _signer(desk, visit)
    await give_letter(
        session,
        desk.units,
        file=visit.id,
        seq=FOUND,
        paper=Paper.UNANSWERED_VISIT,
        signer=signer,
        to=ToUnit(visit.unit, AcknowledgmentDays(desk.office, desk.filing_days).of(at)),
        facts={**_facts(desk, visit), **facts},
        given_at=at,
    )
    return row


async def _to_visitor(
    session: AsyncSession, desk: Desk, visit: VisitRow, paper: Paper, seq: int, facts: dict[str, Any], at: datetime
) -> None:
    """On file in any case, where the visitor reads it with the query code; sent where they said how."""
    contact = visit.contact or {}
    await give_letter(
        session,
        desk.units,
        file=visit.id,
        seq=seq,
        paper=paper,
        signer=_signer(desk, visit),
        to=ToPerson(email=contact.get("email"), mobile=contact.get("mobile")),
        facts={**_facts(desk, visit), **facts},
        given_at=at,
    )


def _signer(desk: Desk, visit: VisitRow) -> Unit:
    return desk.units.unit(visit.unit)


def _facts(desk: Desk, visit: VisitRow) -> dict[str, Any]:
    return {
        "visit": {"id": visit.id},
        "visitor": (visit.contact or {}).get("name") or SOMEBODY,
        "came_on": visit.came_at.astimezone(SHANGHAI).date(),
        "item": visit.item_name or "",
        "grievances": f"{desk.public_url.rstrip('/')}/v1/grievances",
    }
