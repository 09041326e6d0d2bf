"""What a report is made of: moments and words of the file, and nothing of persons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple


class Fact(NamedTuple):
    """One event: what happened, since when it was on file, and what else a figure needs of it."""

    kind: str
    at: datetime
    data: Mapping[str, Any] = {}


class CaseFacts(NamedTuple):
    """One case file: that of an application, of a bundle, or of an item of a bundle."""

    number: str
    unit: str
    item: str
    item_name: str
    received_at: datetime
    events: tuple[Fact, ...]
    bundle: str | None = None
    """The bundle that it is an item of."""
    is_bundle: bool = False
    promised: float | None = None
    """Working days that it promises; None where it promises natural days."""


class GrievanceFacts(NamedTuple):
    """One grievance at the window of the place."""

    number: str
    channel: str
    item: str | None
    events: tuple[Fact, ...]
    case: str | None = None
    """The case file that it is about."""
    attempts: int = 3
    """After so many visits in vain the review begins (its rules, pinned when it was opened)."""


class FindingFact(NamedTuple):
    """A ground of gz:13.5 found from facts."""

    shortcoming: str
    unit: str
    item: str | None
    number: str | None
    found_at: datetime
    withdrawn_at: datetime | None = None


class CardFact(NamedTuple):
    """A card, and what became of it."""

    colour: str
    unit: str
    item: str
    number: str
    given_at: datetime
    withdrawn_at: datetime | None = None
    appealed_at: datetime | None = None
    decided_at: datetime | None = None
    upheld: bool | None = None


class VisitFact(NamedTuple):
    """A visit to hand something in."""

    unit: str
    item: str | None
    came_at: datetime
    answer_by: date | None = None
    ended_at: datetime | None = None
    outcome: str | None = None


class FilingFact(NamedTuple):
    """A filing of an extension or a delay that went to the overseeing department (gz:13.4)."""

    unit: str
    item: str
    given_at: datetime
    acknowledge_by: date | None = None
    acknowledged_at: datetime | None = None


class Facts(NamedTuple):
    """All that is on file about the units of a place, up to the cut or beyond; figures leave out what came after it."""

    cases: tuple[CaseFacts, ...] = ()
    grievances: tuple[GrievanceFacts, ...] = ()
    findings: tuple[FindingFact, ...] = ()
    cards: tuple[CardFact, ...] = ()
    visits: tuple[VisitFact, ...] = ()
    filings: tuple[FilingFact, ...] = ()
