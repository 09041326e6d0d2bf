"""The cards of a batch go on file in the batch's own transaction, or fall with a lateness that was none (gz:19)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from domain.deadline import Office, due
from domain.limits import Limit
from domain.record import Batch, Event, EventKind, Paper
from domain.supervision.cards import Card, cards_in, fallen_in, first_met
from domain.supervision.rules import CardRule, Supervision
from registry.supervision import read_supervision
from registry.units import Units
from settings import settings
from storage import cards
from storage.calendars import Calendars
from storage.tables import CardRow, CaseRow


@cache
def _rules(definitions: Path) -> tuple[tuple[CardRule, ...], frozenset[str]]:
    """The rules of every place, and the events that they are about."""
    file = read_supervision(definitions)
    rules = tuple(rule for one in (file.city, *file.places.values()) for rule in one.cards)
    return rules, frozenset(event for rule in rules for event in rule.events)


def may_give(batch: Batch) -> bool:
    """Whether there may be a card in the batch, by the rules of any place, or one may fall with it."""
    rules, about = _rules(settings().definitions)
    return any(
        event.kind is EventKind.LATENESS_WITHDRAWN or (event.kind in about and first_met(event, rules) is not None)
        for event in batch.events
    )


async def note_cards(
    session: AsyncSession, batch: Batch, case: CaseRow, *, units: Units, rules: Supervision, calendars: Calendars
) -> tuple[Event, ...]:
    """The cards are on file; those to be given as papers come back as the events that they are for."""
    if not may_give(batch):
        return ()
    given = cards_in(batch, await cards.standing_of(session, batch, case), rules)
    papers: tuple[Event, ...] = ()
    if given:  # the days of an appeal are those of the department that oversees the place
        office = Office(calendar=(await calendars.in_force(session)).calendar(units.management_of(case.unit)))
        papers = await _keep(session, given, batch, case, office, rules)
    for fallen in fallen_in(batch):
        await cards.withdraw(session, batch.number, fallen)
    return papers


async def _keep(
    session: AsyncSession, given: Sequence[Card], batch: Batch, case: CaseRow, office: Office, rules: Supervision
) -> tuple[Event, ...]:
    until = due(given[-1].given_at, Limit(days=rules.appeals.within), office).day
    await cards.keep(session, [_row(card, case, rules, until) for card in given])
    by_seq = {event.seq: event for event in batch.events}
    return tuple(_given(card, by_seq[card.seq], until) for card in given if card.paper)


def _row(card: Card, case: CaseRow, rules: Supervision, appeal_until: date) -> CardRow:
    return CardRow(
        id=cards.key_of(case.number, card.seq),
        number=case.number,
        item_code=case.item_code,
        district=case.district,
        rules_version=rules.version,
        appeal_until=appeal_until,
        **card.model_dump(exclude={"paper"}),
    )


def _given(card: Card, event: Event, appeal_until: date) -> Event:
    """The event with nothing but the card, and to whom it goes."""
    facts: dict[str, Any] = {
        "card": {"colour": card.colour, "name": card.name, "appeal_until": appeal_until.isoformat()},
        "addressee": card.unit,
        "of": event.kind,
        **{name: event.data[name] for name in ("clock", "due_day", "held") if name in event.data},
    }
    return event.model_copy(update={"papers": (Paper.CARD,), "article": card.article, "data": facts})
