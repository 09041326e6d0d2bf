"""Whose cases a supervisor or a chief representative oversees; what is about an application of their own never is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple


class Scope(NamedTuple):
    """Units by their codes, and places with all units whose codes begin with theirs; `everything` is the whole city."""

    person: str
    everything: bool = False
    units: frozenset[str] = frozenset()
    places: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Each with the places inside it, which are overseen by departments of their own."""

    def covers(self, unit: str) -> bool:
        """Whether the unit is overseen."""
        if self.everything or unit in self.units:
            return True
        return any(_inside(unit, place) and not any(_inside(unit, one) for one in own) for place, own in self.places)

    def holds_for(self, column: str) -> str:
        """The SQL condition that holds for rows whose unit is overseen; its values are those of `values`."""
        if self.everything:
            return "TRUE"
        holds = [f"{column} = ANY(:scope_units)"]
        for n, (_, own) in enumerate(self.places):
            others = [f"AND NOT {_like(column, f'scope_{n}_{m}')}" for m in range(len(own))]
            holds.append(" ".join([_like(column, f"scope_{n}"), *others]))
        return f"({' OR '.join(f'({one})' for one in holds)})"

    @property
    def values(self) -> dict[str, Any]:
        """What the conditions name."""
        named: dict[str, Any] = {"person": self.person}
        if not self.everything:
            named["scope_units"] = sorted(self.units)
            for n, (place, own) in enumerate(self.places):
                named[f"scope_{n}"] = place
                named |= {f"scope_{n}_{m}": one for m, one in enumerate(own)}
        return named


def places_of(codes: Iterable[str], known: Iterable[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The places with those inside them."""
    known = sorted(known)
    return tuple((code, tuple(one for one in known if one != code and _inside(one, code))) for code in sorted(codes))


def _inside(unit: str, place: str) -> bool:
    return unit == place or unit.startswith(f"{place}-")


def _like(column: str, name: str) -> str:
    """Codes hold no `%` and no `_`, so nothing in them is read as a pattern."""
    return f"({column} = :{name} OR {column} LIKE :{name} || '-%')"


NOT_MY_OWN = "NOT (c.applied_by = :person AND c.channel <> 'window')"
"""What a window took in is not the clerk's own."""
