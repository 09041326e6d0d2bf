"""When a bundle ends, as somebody finds it who lists every way through it and walks each of them day by day.

It knows nothing of `domain`: the days off are those of `chinese_calendar`, and nothing is reckoned but along one way after
the other. It is slow, and made for bundles of ten items.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache

import chinese_calendar  # type: ignore[import-untyped]

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
OPENS, BREAKS, RESUMES, CLOSES = time(9), time(12), time(13), time(17)
MINUTES_OF_A_DAY = 7 * 60
Days = tuple[float, str]
"""How many days of which unit."""


@dataclass(frozen=True)
class Sheet:
    """The days that an office works: those of the city, without some and with some others; and when its day is over."""

    closed: frozenset[date] = frozenset()
    made_up: frozenset[date] = frozenset()
    closing: time | None = None

    def works(self, day: date) -> bool:
        return (city_works(day) and day not in self.closed) or day in self.made_up

    def over(self, day: date) -> datetime:
        return datetime.combine(day, self.closing) if self.closing else datetime.combine(day + DAY, time())


@cache
def city_works(day: date) -> bool:
    """Whether the city works on the day; years without a notice go by the week."""
    return chinese_calendar.is_workday(day) if 2024 <= day.year <= 2026 else day.weekday() < 5


@dataclass(frozen=True)
class Node:
    """An item: how long it takes, what it comes after, by whose days, and by how much it takes longer."""

    id: str
    days: Days
    after: tuple[str, ...] = ()
    sheet: Sheet = field(default_factory=Sheet)
    more: tuple[Days, ...] = ()


@dataclass(frozen=True)
class End:
    """The day on which something is over, the moment, and when the next may begin."""

    day: date
    at: datetime
    goes_on: datetime


@cache
def end_of(start: datetime, days: Days, sheet: Sheet, more: tuple[Days, ...] = ()) -> End:
    """The end of so many days from a moment on, and of those that are added to them."""
    if 0 < days[0] < 1:
        at = _after_minutes(start, int(MINUTES_OF_A_DAY * days[0]), sheet)
        return _end_of_days(at, more, sheet) if more else End(at.date(), at, at)
    return _end_of_days(start, (days, *more), sheet)


def _end_of_days(start: datetime, limits: Sequence[Days], sheet: Sheet) -> End:
    day = start.date()
    for count, unit in limits:
        left = int(count)
        while left:
            day += DAY
            left -= unit == "natural" or sheet.works(day)
    while not sheet.works(day) or sheet.over(day) <= start:
        day += DAY
    return End(day, sheet.over(day), datetime.combine(day, CLOSES))


def _after_minutes(start: datetime, minutes: int, sheet: Sheet) -> datetime:
    moment = start
    while minutes:
        clock = moment.time()
        if not sheet.works(moment.date()) or clock >= CLOSES:
            moment = datetime.combine(moment.date() + DAY, OPENS)
        elif clock < OPENS:
            moment = datetime.combine(moment.date(), OPENS)
        else:
            minutes -= not BREAKS <= clock < RESUMES
            moment += MINUTE
    return moment


def ways(nodes: Sequence[Node]) -> Iterator[tuple[Node, ...]]:
    """Every way from an item that waits for nothing to any item."""
    there = {node.id for node in nodes}
    beginning: list[tuple[Node, ...]] = [(node,) for node in nodes if not there & set(node.after)]
    while beginning:
        way = beginning.pop()
        yield way
        beginning += [(*way, node) for node in nodes if way[-1].id in node.after]


def end_of_way(way: Sequence[Node], begun: datetime) -> End:
    """The end of the items of a way, one after the other."""
    end = end_of(begun, way[0].days, way[0].sheet, way[0].more)
    for node in way[1:]:
        end = end_of(max(begun, end.goes_on), node.days, node.sheet, node.more)
    return end


def ends(nodes: Sequence[Node], begun: datetime) -> dict[str, End]:
    """The end of each item: of the longest of the ways that lead to it."""
    found: dict[str, list[End]] = {}
    for way in ways(nodes):
        found.setdefault(way[-1].id, []).append(end_of_way(way, begun))
    return {id_: max(every, key=lambda end: end.at) for id_, every in found.items()}


def worked(sheet: Sheet, first: date, last: date) -> list[date]:
    """The days worked after the first one, up to the last one."""
    return [day for n in range(1, (last - first).days + 1) if sheet.works(day := first + DAY * n)]


def finished_by(nodes: Sequence[Node], node: str, day: date) -> date:
    """When the last of all that waits for the item is over, if the item is finished on the day."""
    found = [day]
    for way in ways(nodes):
        ids = [one.id for one in way]
        if node in ids and ids[-1] != node:
            found.append(end_of_way(way[ids.index(node) + 1 :], datetime.combine(day, CLOSES)).day)
    return max(found)


def without(way: Sequence[Node], left_out: Mapping[str, bool]) -> tuple[Node, ...]:
    """The way past the items that are left out."""
    return tuple(node for node in way if not left_out[node.id])
