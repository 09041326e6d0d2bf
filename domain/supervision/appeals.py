"""An appeal of a unit against a card: by when, by whom it is decided, and when it is too late for either (gz:19)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from domain.law import Refused, carries_out


class CardState(StrEnum):
    """Where a card stands."""

    STANDING = "standing"
    APPEALED = "appealed"
    UPHELD = "upheld"
    WITHDRAWN = "withdrawn"


class AppealNotAllowed(Refused):
    """There is nothing to appeal against or to decide, or not any more."""


def state_of(appealed_at: datetime | None, decided_at: datetime | None, withdrawn_at: datetime | None) -> CardState:
    """Where the card stands by what happened to it."""
    if withdrawn_at is not None:
        return CardState.WITHDRAWN
    if decided_at is not None:
        return CardState.UPHELD
    return CardState.STANDING if appealed_at is None else CardState.APPEALED


def is_overdue(state: CardState, decide_by: date | None, today: date) -> bool:
    """Whether an appeal should have been decided before today."""
    return state is CardState.APPEALED and decide_by is not None and decide_by < today


@carries_out("gz:19")
def check_appeal(state: CardState, until: date | None, today: date) -> None:
    """Raise `AppealNotAllowed` unless the unit may appeal today."""
    if state is CardState.WITHDRAWN:
        raise AppealNotAllowed(
            "card_withdrawn", "该牌已经撤销，无需申诉", "The card is withdrawn; there is nothing to appeal against"
        )
    if state is not CardState.STANDING:
        raise AppealNotAllowed(
            "appealed_already",
            "对该牌已经申诉，每张牌申诉一次；请在牌的记录中查看决定",
            "This card was appealed against already, which is possible once; its record has the decision",
            article="gz:19",
        )
    if until is not None and today > until:
        raise AppealNotAllowed(
            "appeal_too_late",
            f"申诉期限已于{until:%Y-%m-%d}届满，该日（含当日）以前可以申诉",
            f"An appeal was possible until {until}, that day included",
            article="gz:19",
        )


@carries_out("gz:19")
def check_decision(state: CardState) -> None:
    """Raise `AppealNotAllowed` unless an appeal waits for its decision."""
    if state is CardState.STANDING:
        raise AppealNotAllowed(
            "not_appealed", "对该牌没有申诉，没有需要决定的事项", "Nobody appealed against this card", article="gz:19"
        )
    if state is CardState.UPHELD:
        raise AppealNotAllowed(
            "decided_already", "申诉已经决定，不再重复决定", "The appeal is decided already", article="gz:19"
        )
    if state is CardState.WITHDRAWN:
        raise AppealNotAllowed(
            "card_withdrawn", "该牌已经撤销，无需再作决定", "The card is withdrawn; nothing is left to decide"
        )
