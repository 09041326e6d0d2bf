"""Which cards a batch gives, by rules that are data: one at most for an event, none while the case is paused (gz:19)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from domain.calendar import ONE_DAY, Calendar
from domain.deadline import Stretch
from domain.law import carries_out
from domain.record import Batch, Event, EventKind
from domain.supervision.desks import Desks, owing
from domain.supervision.rules import CardRule, Colour, Supervision
from domain.values import SHANGHAI, Message, Value

LATE = (EventKind.LIMIT_PASSED, EventKind.STILL_LATE)
"""The events whose cards fall where a corrected calendar shows that nothing was late."""
REASONS = ("text", "ground", "demands")
"""The facts of an event that say why."""


class CardStanding(Message):
    """What a card has to know of its case besides the batch."""

    unit: str
    paused: tuple[str, ...] = ()
    """The special procedures that ran when the batch began."""
    desks: Desks = ()


class Card(Value):
    """A card that a unit gets for an event."""

    seq: int
    colour: Colour
    rule: str
    name: str
    unit: str
    clock: str | None
    article: str
    given_at: datetime
    paper: bool


class Fallen(Value):
    """A lateness that was none: the cards of this run of the limit fall."""

    seq: int
    clock: str
    started_at: datetime | None
    at: datetime


@carries_out("gz:19")
def cards_in(batch: Batch, standing: CardStanding, rules: Supervision) -> tuple[Card, ...]:
    """The cards of a batch, in its order: the first rule that an event meets decides."""
    return tuple(_cards(batch, standing, rules))


def _cards(batch: Batch, standing: CardStanding, rules: Supervision) -> Iterator[Card]:
    paused = dict.fromkeys(standing.paused)
    for event in batch.events:
        if event.kind is EventKind.PAUSED:
            paused[event.data["procedure"]] = None
        elif event.kind is EventKind.RESUMED:
            paused.pop(event.data["procedure"], None)
        if not paused and (rule := first_met(event, rules.cards)):
            yield _card(event, rule, standing)


def first_met(event: Event, rules: Iterable[CardRule]) -> CardRule | None:
    """The first of the rules that the event meets; None where it meets none."""
    return next((rule for rule in rules if meets(event, rule)), None)


def meets(event: Event, rule: CardRule) -> bool:
    """Whether the event is one that the rule gives a card for."""
    if event.kind not in rule.events:
        return False
    if rule.clocks and not any(_covers(pattern, event.data.get("clock") or "") for pattern in rule.clocks):
        return False
    if rule.without_reasons and any(event.data.get(name) for name in REASONS):
        return False
    return rule.longer_than is None or event.data.get("held", 0) > rule.longer_than


@carries_out("gz:19")
def fallen_in(batch: Batch) -> tuple[Fallen, ...]:
    """The latenesses that a corrected calendar takes back; their cards fall with them."""
    return tuple(
        Fallen(
            seq=event.seq,
            clock=event.data["clock"],
            started_at=max((one.started_at for one in batch.clocks if one.key == event.data["clock"]), default=None),
            at=event.at,
        )
        for event in batch.events
        if event.kind is EventKind.LATENESS_WITHDRAWN
    )


@carries_out("gz:8.3")
def held_days(since: datetime, until: datetime, calendar: Calendar, pauses: Sequence[Stretch] = ()) -> int:
    """The working days after the first on which a unit had a task and did not pass it on; those of special procedures are
    left out."""
    first, last = since.astimezone(SHANGHAI).date(), until.astimezone(SHANGHAI).date()
    return sum(
        calendar.is_worked(day) and not any(pause.first <= day <= pause.last for pause in pauses)
        for day in _days(first, last)
    )


def _days(after: date, last: date) -> Iterator[date]:
    while after < last:
        after += ONE_DAY
        yield after


def _covers(pattern: str, clock: str) -> bool:
    return clock == pattern or (pattern.endswith(":*") and clock.startswith(pattern[:-1]))


def _card(event: Event, rule: CardRule, standing: CardStanding) -> Card:
    return Card(
        seq=event.seq,
        colour=rule.card,
        rule=rule.id,
        name=rule.name,
        unit=_owing(event, standing),
        clock=event.data.get("clock"),
        article=rule.basis,
        given_at=event.at,
        paper=rule.paper,
    )


def _owing(event: Event, standing: CardStanding) -> str:
    """Who answers for it: of a transfer the unit that had the task, of a step the one on whose desk it lies."""
    if held_by := event.data.get("held_by"):
        return str(held_by)
    return owing(str(event.data.get("clock") or ""), standing.unit, standing.desks)
