"""What supervision did about a case, in a sentence each: urgings, orders, lateness that goes on, and, for the office, cards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from domain.law import carries_out
from domain.record import Event, EventKind
from domain.summary import in_chinese
from domain.supervision.rules import Colour
from domain.telling import told
from domain.values import SHANGHAI, Message
from domain.words import Language, Text

COLOURS: dict[str, Text] = {
    Colour.WARNING: Text("预警", "warning"),
    Colour.YELLOW: Text("黄牌", "yellow card"),
    Colour.RED: Text("红牌", "red card"),
}
WITHDRAWN = Text("（已撤销）", " (withdrawn)")
SHOWN = (EventKind.URGED, EventKind.ORDERED, EventKind.ORDER_ANSWERED, EventKind.STILL_LATE)


class GivenCard(Message):
    """A card as the certificate needs it."""

    seq: int
    colour: Colour
    name: str
    given_at: datetime
    withdrawn: bool


class Overseen(Message):
    """One thing that supervision did about the case."""

    seq: int
    kind: Literal["urged", "ordered", "order_answered", "still_late", "card"]
    at: datetime
    says: str


@carries_out("gz:13.4", "gz:19")
def overseen(events: Iterable[Event], cards: Iterable[GivenCard], language: Language) -> tuple[Overseen, ...]:
    """All of it in order. Give no cards where the one who reads is not of the office."""
    found = [
        Overseen(
            seq=event.seq,
            kind=event.kind.value,
            at=event.at,
            says=_said(event.at, told(event.kind, event.data), language),
        )
        for event in events
        if event.kind in SHOWN
    ]
    found += [
        Overseen(seq=card.seq, kind="card", at=card.given_at, says=_said(card.given_at, _card(card), language))
        for card in cards
    ]
    return tuple(sorted(found, key=lambda one: (one.seq, one.kind == "card")))


def _card(card: GivenCard) -> Text:
    colour, over = COLOURS[card.colour], WITHDRAWN if card.withdrawn else Text("", "")
    return Text(f"{colour.zh}：{card.name}{over.zh}", f"{colour.en}: {card.name}{over.en}")


def _said(at: datetime, what: Text, language: Language) -> str:
    day = at.astimezone(SHANGHAI).date()
    return Text(f"{in_chinese(day)}，{what.zh}", f"{day}: {what.en}").said_in(language)
