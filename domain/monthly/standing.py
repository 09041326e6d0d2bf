"""The facts of a place as they stood at the cut of a month, whole or in groups."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from domain.law import carries_out
from domain.monthly.facts import CardFact, CaseFacts, Facts, FilingFact, FindingFact, VisitFact
from domain.monthly.life import Life, lives
from domain.monthly.month import Month


class Standing(NamedTuple):
    """The facts of a place as they stood at the cut of a month."""

    month: Month
    lives: tuple[Life, ...] = ()
    findings: tuple[FindingFact, ...] = ()
    cards: tuple[CardFact, ...] = ()
    visits: tuple[VisitFact, ...] = ()
    filings: tuple[FilingFact, ...] = ()

    @property
    def has_anything(self) -> bool:
        """Whether there was anything to handle in the month."""
        begins = self.month.begins
        return (
            any(life.month or life.is_open for life in self.lives)
            or any(one.found_at >= begins for one in self.findings)
            or any(one.came_at >= begins for one in self.visits)
            or any(one.given_at >= begins for one in self.cards)
        )

    def by(self, key: Callable[[str, str | None], Hashable]) -> dict[Any, Standing]:
        """The same in groups, each with what belongs to it."""
        parts: dict[Any, tuple[list[Any], ...]] = {}

        def put(n: int, unit: str, item: str | None, one: Any) -> None:
            parts.setdefault(key(unit, item), ([], [], [], [], []))[n].append(one)

        for life in self.lives:
            put(0, life.case.unit, life.case.item, life)
        for found in self.findings:
            put(1, found.unit, found.item, found)
        for card in self.cards:
            put(2, card.unit, card.item, card)
        for visit in self.visits:
            put(3, visit.unit, visit.item, visit)
        for filing in self.filings:
            put(4, filing.unit, filing.item, filing)
        return {name: Standing(self.month, *map(tuple, some)) for name, some in parts.items()}


@carries_out("gz:19")
def standing_at(facts: Facts, month: Month) -> Standing:
    """What was on file at the end of the month; whatever came after it is left out."""
    ends = month.ends
    return Standing(
        month=month,
        lives=lives(facts.cases, month.begins, ends),
        findings=tuple(one for one in facts.findings if one.found_at < ends),
        cards=tuple(one for one in facts.cards if one.given_at < ends),
        visits=tuple(one for one in facts.visits if one.came_at < ends),
        filings=tuple(one for one in facts.filings if one.given_at < ends),
    )


def before(at: datetime | None, month: Month) -> bool:
    """Whether it was so before the cut."""
    return at is not None and at < month.ends


def within(at: datetime | None, month: Month) -> bool:
    """Whether it was in the month."""
    return at is not None and month.begins <= at < month.ends


def names_of(cases: Iterable[CaseFacts]) -> dict[str, str]:
    """What each item is called; the name of the case that came last."""
    named: dict[str, tuple[datetime, str, str]] = {}
    for case in cases:
        named[case.item] = max(
            named.get(case.item, (case.received_at, "", "")), (case.received_at, case.number, case.item_name)
        )
    return {item: name for item, (_, _, name) in sorted(named.items())}
