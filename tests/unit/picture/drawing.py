"""A picture for tests: a small bundle in March 2026, whole until a test says what is different about it."""

from __future__ import annotations

from datetime import date
from typing import Any

from cli.picture.model import Picture, Row, Span
from domain.limits import Limit, Unit
from domain.record import PartState
from tests.builders import the_calendar


def march(day: int) -> date:
    """A day of March 2026; the 2nd, 9th and 16th are Mondays."""
    return date(2026, 3, day)


def span(first: int, last: int) -> Span:
    """Days of March 2026."""
    return Span(march(first), march(last))


def days(number: float, unit: Unit = Unit.WORKING) -> Limit:
    """A limit."""
    return Limit(days=number, unit=unit)


def a_row(id_: str = "food", **changes: Any) -> Row:
    """An item of five working days from the 2nd to the 9th, decided on the 5th and not handed over yet."""
    row: dict[str, Any] = {
        "id": id_,
        "name": "食品经营许可",
        "state": PartState.RESULT,
        "planned": span(2, 9),
        "begun": march(2),
        "limit": days(5),
        "due": (march(9),),
        "decided": march(5),
    }
    return Row(**row | changes)


def running(id_: str = "food", **changes: Any) -> Row:
    """The same, not decided yet."""
    return a_row(id_, **{"state": PartState.RUNNING, "decided": None} | changes)


def a_picture(*items: Row, today: int = 10, **changes: Any) -> Picture:
    """A bundle of these items, received and accepted on the 2nd and due on the 12th."""
    whole = Row("", "开店", PartState.RUNNING, begun=march(2), limit=days(8), due=(march(12),))
    picture: dict[str, Any] = {
        "number": "TEST-1",
        "received": march(2),
        "today": march(today),
        "calendar": the_calendar(),
        "whole": whole,
        "items": items or (a_row(),),
    }
    return Picture(**picture | changes)
