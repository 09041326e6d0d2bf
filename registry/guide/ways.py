"""How the limit of a bundle comes about: the longest way through its items, in each of its circumstances (gz:13.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from domain.bundle.definition import BundleDefinition
from domain.bundle.plan import limit_of_the_whole, planned
from domain.bundle.settling import Bundle, Registered, parts_of_application
from domain.calendar import ONE_DAY
from domain.checks.combinations import Combinations
from domain.deadline import Office, due
from domain.law import carries_out
from domain.limits import Limit, StatedLimit
from domain.situations import Answers, applies
from domain.values import SHANGHAI
from registry.guide.bundle_parts import GuideWay
from registry.guide.pen import BundlePen


class Way(NamedTuple):
    """The longest way in some circumstances, and the limit of the whole there."""

    path: tuple[str, ...]
    limit: Limit


@carries_out("gz:13.3")
def ways_said(pen: BundlePen, items: Mapping[str, Registered], office: Office) -> tuple[GuideWay, ...]:
    """The longest ways in words, reckoned by the calendar of the office from the first working day of the version on."""
    begun = _begun(pen.definition, office)
    ways: dict[Way, list[Answers]] = {}
    every: list[Answers] = []
    for answers, matter in _circumstances(pen.definition, items):
        every.append(matter)
        if way := _way(pen.definition, answers, items, begun, office):
            ways.setdefault(way, []).append(matter)
    return tuple(
        GuideWay(
            when=_when(_in_short(whens, every), pen),
            path=tuple(f"{items[one][0].name} {pen.length(items[one][0].limits.promised)}" for one in way.path),
            limit=pen.limit(StatedLimit(days=way.limit.days, unit=way.limit.unit)) + pen.mark("limit"),
            example=_example(begun, due(begun, way.limit, office).day.isoformat(), pen),
        )
        for way, whens in ways.items()
    )


def _way(
    definition: BundleDefinition, answers: Answers, items: Mapping[str, Registered], begun: datetime, office: Office
) -> Way | None:
    parts = parts_of_application(definition, answers, items)
    bundle = Bundle(parts=parts)
    path = planned(bundle, parts, begun, office, {}).path
    return Way(path, limit_of_the_whole(bundle, parts, definition.limit, begun, office, {})) if path else None


def _circumstances(definition: BundleDefinition, items: Mapping[str, Registered]) -> Iterator[tuple[Answers, Answers]]:
    """All answers, and those among them on which it hangs which items run."""
    by_the_hour = any(item.limits.promised.is_part_of_a_day for item, _ in items.values())
    asked = tuple(situation for one in definition.items for situation in one.when)
    return Combinations(definition.situations, asked, len(definition.items), by_the_hour).each()


def _in_short(whens: Sequence[Answers], every: Sequence[Answers]) -> Sequence[Answers]:
    """The circumstances by what they have in common, where that describes them and no others."""
    common = {situation: answer for situation, answer in whens[0].items() if all(w[situation] == answer for w in whens)}
    return [common] if all(one in whens for one in every if applies(common, one)) else whens


def _when(whens: Sequence[Answers], pen: BundlePen) -> str:
    return pen.say("；或者：", "; or: ").join(pen.when(when) for when in whens)


def _begun(definition: BundleDefinition, office: Office) -> datetime:
    day = definition.version
    while not office.calendar.is_worked(day):
        day += ONE_DAY
    return datetime.combine(day, office.sessions[0][0], SHANGHAI)


def _example(begun: datetime, last: str, pen: BundlePen) -> str:
    first = begun.date().isoformat()
    return pen.say(f"如{first}受理，最迟{last}办结", f"accepted on {first}, for example, it is finished by {last}")
