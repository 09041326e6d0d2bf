"""The cards of a simulated case: what the counter would put on file of its batches."""

from __future__ import annotations

from cli.simulation.record import CaseOnRecord
from cli.simulation.rules import rules_of
from domain.record import EventKind
from domain.supervision.cards import LATE, Card, CardStanding, cards_in, fallen_in


def cards_of(found: CaseOnRecord, unit: str) -> list[str]:
    """The rules by which cards were given that still stand, in order."""
    given: list[Card] = []
    paused: dict[str, None] = {}
    kinds = {event.seq: event.kind for event in found.events}
    for batch, desks in found.with_desks():
        given += cards_in(batch, CardStanding(unit=unit, paused=tuple(paused), desks=desks), rules_of(unit))
        for fallen in fallen_in(batch):
            given = [
                card
                for card in given
                if not (card.clock == fallen.clock and card.seq < fallen.seq and kinds[card.seq] in LATE)
                or (fallen.started_at is not None and card.given_at < fallen.started_at)
            ]
        for event in batch.events:
            if event.kind is EventKind.PAUSED:
                paused[event.data["procedure"]] = None
            elif event.kind is EventKind.RESUMED:
                paused.pop(event.data["procedure"], None)
    return [card.rule for card in given]
