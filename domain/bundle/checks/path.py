"""The limit of the whole against the longest way through the items (gz:13.3): a chain takes no longer than its sum, parallel
items no longer than the longest of them, and whatever is mixed is compared as dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.bundle.checks.draft import Draft
from domain.bundle.checks.situations import combinations_of, whens_are_declared
from domain.checks.almanac import Almanac, Excess
from domain.checks.longest import ends_of, way_to
from domain.checks.rule import looks_at
from domain.checks.saying import answers_said, excess_said, limit_said
from domain.faults import Fault
from domain.graph import bridged, circles, in_order
from domain.law import carries_out
from domain.limits import Limit, Unit
from domain.situations import Answers, applies
from domain.words import Text

PARTS_OF_A_DAY = (0.75, 0.5, 0.25)


class Leg(NamedTuple):
    """An item with the limit that it promises. One that counts from receipt is reckoned from the same moment: it is
    received and accepted as soon as what it comes after has its result."""

    id: str
    name: str
    after: tuple[str, ...]
    limit: Limit


class Way(NamedTuple):
    """The items that run in one combination of situations, in order, and when the last of them ends for each start."""

    legs: tuple[Leg, ...]
    answers: Answers
    ends: tuple[tuple[datetime, datetime], ...]


class Passed(NamedTuple):
    """By how much the limit of the whole ends after a way, and the longest path of that day."""

    path: tuple[Leg, ...]
    answers: Answers
    excess: Excess
    allowed: Limit | None
    """The longest limit that would be right."""


@looks_at("items", "version", "situations", "limit")
@carries_out("gz:13.3")
def limit_within_the_longest_way(draft: Draft) -> Iterator[Fault]:
    """There is a combination of situations whose items may together take as long as the whole, on whatever day they start.
    Where fewer of them run, the case has a shorter limit."""
    passed = passed_by_the_least(draft)
    if passed is None:
        return
    limit, when, said = draft.definition.limit, answers_said(passed.answers), excess_said(passed.excess)
    zh = " → ".join(f"{leg.name}{limit_said(leg.limit).zh}" for leg in passed.path)
    en = " → ".join(f"{leg.id} {limit_said(leg.limit).en}" for leg in passed.path)
    right = _written(passed.allowed)
    yield Fault(
        ("limit",),
        "bundle_over_path",
        Text(
            f"整件事的时限{limit_said(limit).zh}超过各事项最长的路径{when.zh}：{zh}；{said.zh}",
            f"the {limit_said(limit).en} of the whole are over the longest way{when.en}: {en}; {said.en}",
        ),
        Text(
            f"前后置的不超过各事项时限之和，并行的不超过最长的一项，逐日按日期比较{right.zh}",
            "a chain takes at most its sum, parallel items the longest of them, whatever day they start on" + right.en,
        ),
        "gz:13.3",
    )


def passed_by_the_least(draft: Draft) -> Passed | None:
    """The way that the limit passes, in the combination where that is the least; None where it passes none of one."""
    almanac, limit = Almanac(draft.office), draft.definition.limit
    nearest: tuple[Way, Excess] | None = None
    for way in _ways(draft, almanac):
        excess = _worst(way, limit, almanac)
        if excess is None:
            return None
        if nearest is None or excess.by < nearest[1].by:
            nearest = way, excess
    return None if nearest is None else _passed(*nearest, limit, almanac)


def _passed(way: Way, excess: Excess, limit: Limit, almanac: Almanac) -> Passed:
    ends = ends_of(way.legs, excess.start, almanac)
    last = max(ends, key=lambda leg: ends[leg].at)
    path = way_to(last, way.legs, ends)
    return Passed(path, way.answers, almanac.counted(excess), _allowed(way, limit, almanac))


def _ways(draft: Draft, almanac: Almanac) -> Iterator[Way]:
    """The items that run, for every combination of situations; those that run most of them come first, for there the
    longest way is found soonest. Nothing of a broken graph."""
    if not draft.is_complete or _is_broken(draft):
        return
    items = draft.definition.items
    by_the_hour = combinations_of(draft).by_the_hour
    running: dict[tuple[str, ...], Answers] = {}
    for answers, matter in combinations_of(draft).each():
        running.setdefault(tuple(one.id for one in items if applies(one.when, answers)), matter)
    for ids in sorted(running, key=len, reverse=True):
        afters = bridged(items, [one.id for one in items if one.id not in ids])
        chosen = {id_: draft.chosen[id_] for id_ in ids}
        legs = in_order([Leg(id_, chosen[id_].name, afters[id_], chosen[id_].limits.promised) for id_ in ids])
        if legs:
            starts = almanac.starts(by_the_hour=by_the_hour)
            yield Way(legs, running[ids], tuple((start, _end(legs, start, almanac)) for start in starts))


def _is_broken(draft: Draft) -> bool:
    items = draft.definition.items
    ids = [one.id for one in items]
    dangling = any(one not in ids for item in items for one in item.after)
    return dangling or bool(circles(items)) or any(whens_are_declared(draft))


def _end(legs: tuple[Leg, ...], start: datetime, almanac: Almanac) -> datetime:
    return max(end.at for end in ends_of(legs, start, almanac).values())


def _worst(way: Way, limit: Limit, almanac: Almanac) -> Excess | None:
    """Where the limit ends the longest after the way; None where it never does."""
    excesses = (Excess(start, almanac.end(start, limit).at, end) for start, end in way.ends)
    worst = max(excesses, key=lambda excess: excess.by, default=None)
    return worst if worst and worst.by > timedelta() else None


def _allowed(way: Way, limit: Limit, almanac: Almanac) -> Limit | None:
    """The longest limit in the same days that never ends after the way; None where there is none."""
    fits, too_long = 0, max(int(limit.days), 1)
    while too_long - fits > 1:
        days = (fits + too_long) // 2
        if _worst(way, Limit(days=days, unit=limit.unit), almanac):
            too_long = days
        else:
            fits = days
    parts = PARTS_OF_A_DAY if limit.unit is Unit.WORKING else ()
    shorter = (Limit(days=days, unit=limit.unit) for days in (fits, *parts))
    return next((one for one in shorter if not _worst(way, one, almanac)), None)


def _written(limit: Limit | None) -> Text:
    if limit is None:
        return Text("", "")
    written = f"{{days: {limit.days:g}, unit: {limit.unit}}}"
    return Text(f"；请缩短，如 limit: {written}", f"; shorten it, as in `limit: {written}`")
