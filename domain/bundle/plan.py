"""The days of a bundle: when each item begins and is due, which way through them is the longest, and what a pause or an
extension on it does to the whole (gz:13.3). Days of different units and of different calendars are never added; every
item is walked from the day on which the one before it is due."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from domain.bundle.settling import Bundle, Part
from domain.calendar import ONE_DAY
from domain.deadline import Due, Office, due
from domain.graph import behind, in_order
from domain.law import carries_out
from domain.limits import Limit
from domain.record import ClockRecord
from domain.values import SHANGHAI

QUARTERS = (0.75, 0.5, 0.25)


class Leg(NamedTuple):
    """One item of the plan: from when to when it is reckoned, and which item it waits for the longest."""

    part: str
    starts: datetime
    due: Due
    goes_on: datetime
    """From when on what comes after it runs: the end of office hours of its due day, or the very moment."""
    waits_for: str | None


class Plan(NamedTuple):
    """The legs of all items that run, in the order of their graph."""

    legs: dict[str, Leg]

    @property
    def last(self) -> Leg | None:
        """The item that is due last; None where no item runs."""
        return max(self.legs.values(), key=lambda leg: leg.due.at, default=None)

    @property
    def path(self) -> tuple[str, ...]:
        """The longest way: the items whose delay is the delay of the whole."""
        way: list[str] = []
        leg = self.last
        while leg is not None:
            way.insert(0, leg.part)
            leg = self.legs[leg.waits_for] if leg.waits_for else None
        return tuple(way)


Longer = Mapping[str, tuple[Limit, ...]]
"""By how much items may take longer than they promise: days of special procedures, and extensions."""


@carries_out("gz:13.3")
def planned(bundle: Bundle, parts: Sequence[Part], begun: datetime, lead: Office, longer: Longer) -> Plan:
    """When each of the parts is due if everything before it takes as long as it may, from the acceptance of the whole on;
    times are in Asia/Shanghai."""
    legs: dict[str, Leg] = {}
    for part in in_order(parts):
        before = max((legs[one] for one in part.after if one in legs), key=lambda leg: leg.goes_on, default=None)
        starts = max(begun, before.goes_on) if before else begun
        office = bundle.office_of(part, lead)
        ends = due(starts, part.item.promised, office, (), longer.get(part.id, ()))
        legs[part.id] = Leg(part.id, starts, ends, goes_on(ends, part.item.promised, office), before and before.part)
    return Plan(legs)


def goes_on(ends: Due, limit: Limit, office: Office) -> datetime:
    """From when on the next item runs: at the very moment after a part of a day, else when the office closes that day."""
    if limit.is_part_of_a_day and ends.at.date() == ends.day:
        return ends.at
    return datetime.combine(ends.day, office.sessions[-1][1], SHANGHAI)


@carries_out("gz:13.3", "apl:45")
def limit_of_the_whole(
    bundle: Bundle, parts: Sequence[Part], stated: Limit, begun: datetime, lead: Office, longer: Longer
) -> Limit:
    """The limit of the whole, counted from its acceptance by the lead department's calendar: what the definition states,
    never more than the longest way through the items that run; and as many working days more as special procedures and
    extensions of items make that way longer."""
    longest = planned(bundle, parts, begun, lead, {}).last
    limit = _at_most(stated, longest, bundle, begun, lead) if longest else stated
    base = due(begun, limit, lead)
    more = shifted(bundle, parts, begun, lead, longer)
    return (
        Limit(days=worked_between(begun.date(), base.day, lead) + more)
        if more
        else Limit(days=limit.days, unit=limit.unit)
    )


def shifted(bundle: Bundle, parts: Sequence[Part], begun: datetime, lead: Office, longer: Longer) -> int:
    """How many working days later the longest way ends because items may take longer; 0 where others are longer anyway."""
    plain = planned(bundle, parts, begun, lead, {}).last
    now = planned(bundle, parts, begun, lead, longer).last
    if plain is None or now is None:
        return 0
    return worked_between(plain.due.day, now.due.day, lead)


def _at_most(stated: Limit, longest: Leg, bundle: Bundle, begun: datetime, lead: Office) -> Limit:
    """The limit that is stated, else the longest one that ends with the longest way: on its day, whenever the unit closes
    on it, or before the very moment where it ends with a part of a day."""
    by_the_hour = bundle.part(longest.part).item.promised.is_part_of_a_day

    def fits(limit: Limit) -> bool:
        ends = due(begun, limit, lead)
        return ends.at <= longest.due.at if by_the_hour else ends.day <= longest.due.day

    if fits(stated):
        return stated
    days = worked_between(begun.date(), longest.due.day, lead)
    shorter = [Limit(days=one) for one in (days, max(days - 1, 0), *QUARTERS)]
    fitting = [limit for limit in shorter if fits(limit)]
    return max(fitting, key=lambda limit: due(begun, limit, lead).at, default=Limit(days=0))


def worked_between(first: date, last: date, office: Office) -> int:
    """How many working days lie after the first day, up to and with the last one."""
    return sum(office.calendar.is_worked(first + ONE_DAY * n) for n in range(1, (last - first).days + 1))


@carries_out("apl:45", "gz:13.4")
def paused_by(record: ClockRecord, office: Office) -> tuple[Limit, ...]:
    """By how much a limit is longer for the special procedures that it leaves out; none where it is not."""
    without = due(record.started_at, record.limit, office, (), record.more)
    days = worked_between(without.day, record.due_day, office)
    while days and _longer(record, days, office) < record.due_day:
        days += 1  # natural days that end on a day off: what is added is counted on from that day
    return (Limit(days=days),) if days else ()


def _longer(record: ClockRecord, days: int, office: Office) -> date:
    return due(record.started_at, record.limit, office, (), (*record.more, Limit(days=days))).day


AHEAD = 400
"""How many days before its due day the whole is looked at for the last day of an item."""


@carries_out("gz:13.3")
def latest_day(
    bundle: Bundle, parts: Sequence[Part], part: str, ends: date, lead: Office, longer: Longer
) -> date | None:
    """The last day on which a part may be finished without the whole passing the day it ends on; None where what comes
    after it takes too long for any day of the year before."""
    waiting = frozenset(behind(part, parts))
    later = [one for one in in_order(parts) if one.id in waiting]

    def too_late(days_before: int) -> bool:
        day = ends - ONE_DAY * days_before
        return _finished_by(bundle, later, part, day, lead, longer) > ends

    days = bisect_left(range(AHEAD), True, key=lambda days_before: not too_late(days_before))
    return None if days == AHEAD else ends - ONE_DAY * days


def _finished_by(bundle: Bundle, later: Sequence[Part], part: str, day: date, lead: Office, longer: Longer) -> date:
    """When the last of those that wait for the part is due, if the part is finished first thing on that day."""
    begins, last = {part: lead.opening_of(day)}, day
    for one in later:
        office = bundle.office_of(one, lead)
        starts = max(begins[id_] for id_ in one.after if id_ in begins)
        ends = due(starts, one.item.promised, office, (), longer.get(one.id, ()))
        begins[one.id] = goes_on(ends, one.item.promised, office)
        last = max(last, ends.day)
    return last
