"""What supervision makes of a batch, in the transaction that puts the batch on file; so it can neither be missed nor doubled."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from activities.carding import may_give, note_cards
from activities.finding import may_show, note_findings
from domain.record import Batch, Event
from registry.supervision import read_supervision
from registry.units import Units
from settings import settings
from storage.calendars import Calendars
from storage.tables import CaseRow


def concerns(batch: Batch) -> bool:
    """Whether supervision has anything to note in the batch; what it has not is put on file the short way."""
    return may_show(batch) or may_give(batch)


async def note(
    session: AsyncSession, batch: Batch, case: CaseRow, units: Units, calendars: Calendars
) -> tuple[Event, ...]:
    """Note what the batch shows; `case` is as the batch left it. What comes back are cards to be given, as the events that they
    are given for with nothing but the card."""
    rules = read_supervision(settings().definitions).of(units.place_of(case.unit))
    await note_findings(session, batch, case, units=units, rules=rules)
    return await note_cards(session, batch, case, units=units, rules=rules, calendars=calendars)
