"""The longest way through steps or items that wait for one another: when each ends if all use up their limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from domain.checks.almanac import Almanac, End
from domain.graph import Node
from domain.limits import Limit


class Limited(Node, Protocol):
    """A step, or an item of a bundle, with the limit that it is reckoned with."""

    @property
    def limit(self) -> Limit:
        """How long it may take."""


AnyLimited = TypeVar("AnyLimited", bound=Limited)


def ends_of(ordered: Sequence[Limited], start: datetime, almanac: Almanac) -> dict[str, End]:
    """When each is over, if each begins as soon as what it waits for is; they are in order."""
    ends: dict[str, End] = {}
    for one in ordered:
        begins = max((ends[before].goes_on for before in one.after), default=start)
        ends[one.id] = almanac.end(max(begins, start), one.limit)
    return ends


def way_to(last: str, ordered: Sequence[AnyLimited], ends: Mapping[str, End]) -> tuple[AnyLimited, ...]:
    """Back from the one that ends last, each time to what it waited for the longest."""
    named = {one.id: one for one in ordered}
    way = [named[last]]
    while way[0].after:
        way.insert(0, named[max(way[0].after, key=lambda before: ends[before].goes_on)])
    return tuple(way)
