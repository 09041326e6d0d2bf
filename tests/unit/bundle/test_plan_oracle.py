"""The days of random bundles against an oracle that walks every way day by day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise, product
from typing import Any

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from domain.bundle.checks import faults_of_bundle
from domain.bundle.plan import Longer, latest_day, limit_of_the_whole, planned, shifted
from domain.bundle.settling import Bundle
from domain.calendar import Calendar
from domain.checks import Known
from domain.deadline import Office, due
from domain.definition import ItemDefinition
from domain.limits import Limit, Unit
from domain.values import SHANGHAI
from tests.builders import an_office, the_calendar
from tests.unit.bundle import oracle
from tests.unit.bundle.building import (
    a_bundle,
    a_part,
    a_running_bundle,
    an_entry,
    an_item_definition,
    an_office_closed_on,
)
from tests.unit.bundle.oracle import Days, Node, Sheet

PUBLISHED = tuple(year for year in the_calendar().years if year.year in (2024, 2025, 2026))
LEAD = an_office(calendar=Calendar(version="to 2026", years=PUBLISHED))
CITY = Sheet()
DAY = timedelta(days=1)
IDS = "abcdefghij"
PARTS_OF_A_DAY = [0.25, 0.5, 0.75]

whole_days = st.tuples(
    st.sampled_from([0, 1, 1, 2, 3, 5, 8, 13, 20]), st.sampled_from(["working", "working", "natural"])
)
any_days = st.one_of(whole_days, st.tuples(st.sampled_from(PARTS_OF_A_DAY), st.just("working")))
extra_days = st.tuples(st.integers(1, 12), st.sampled_from(["working", "working", "natural"]))


@dataclass(frozen=True)
class World:
    """A bundle as the oracle sees it, and the moment at which it is accepted."""

    nodes: tuple[Node, ...]
    begun: datetime

    @property
    def bundle(self) -> Bundle:
        """The same for the product."""
        sheets = {f"unit-{node.id}": node.sheet for node in self.nodes if node.sheet != CITY}
        offices = {unit: office_of(sheet) for unit, sheet in sheets.items()}
        parts = [
            a_part(
                node.id,
                node.days[0],
                *node.after,
                unit=f"unit-{node.id}",
                natural=node.days[1] == "natural",
            )
            for node in self.nodes
        ]
        return a_running_bundle(*parts, offices=offices)

    @property
    def longer(self) -> Longer:
        return {node.id: tuple(map(limit_of, node.more)) for node in self.nodes if node.more}

    @property
    def starts(self) -> datetime:
        return self.begun.replace(tzinfo=SHANGHAI)

    @property
    def plain(self) -> tuple[Node, ...]:
        """The items without what makes them longer."""
        return tuple(replace(node, more=()) for node in self.nodes)


def limit_of(days: Days) -> Limit:
    return Limit(days=days[0], unit=Unit(days[1]))


def office_of(sheet: Sheet) -> Office:
    own = an_office_closed_on(*sorted(sheet.closed), worked=sorted(sheet.made_up), closing=sheet.closing)
    years = tuple(year for year in own.calendar.years if year in PUBLISHED or year.unit)
    return own.model_copy(update={"calendar": Calendar(version="own", years=years)})


@st.composite
def sheets(draw: st.DrawFn, near: date, closings: bool) -> Sheet:
    """The city's days, or those of a unit that is closed for some days and works on some others."""
    if draw(st.booleans()):
        return CITY
    days = [near + DAY * n for n in draw(st.lists(st.integers(0, 80), max_size=12, unique=True))]
    own = [day for day in days if day.year <= 2026]
    return Sheet(
        closed=frozenset(day for day in own if oracle.city_works(day)),
        made_up=frozenset(day for day in own if not oracle.city_works(day)),
        closing=draw(st.sampled_from([None, time(17)])) if closings else None,
    )


@st.composite
def worlds(draw: st.DrawFn, *, by_the_hour: bool = True, closings: bool = True) -> World:
    """Up to ten items in any order, each after some of those drawn before it."""
    day = draw(st.dates(date(2024, 1, 1), date(2026, 11, 30)))
    begun = datetime.combine(day, time()) + timedelta(minutes=draw(st.integers(0, 24 * 60 - 1)))
    nodes: list[Node] = []
    for id_ in IDS[: draw(st.integers(1, 10))]:
        earlier = [node.id for node in nodes]
        node = Node(
            id_,
            draw(any_days if by_the_hour else whole_days),
            tuple(draw(st.lists(st.sampled_from(earlier), max_size=3, unique=True))) if earlier else (),
            draw(sheets(day, closings)),
            tuple(draw(st.lists(extra_days, max_size=2))) if draw(st.integers(0, 3)) == 0 else (),
        )
        nodes.append(node)
    return World(tuple(draw(st.permutations(nodes))), begun)


many = settings(max_examples=150, deadline=None)


# At run time


@given(worlds())
@many
def test_every_item_is_due_at_the_end_of_the_longest_way_to_it(world: World) -> None:
    bundle, expected = world.bundle, oracle.ends(world.nodes, world.begun)

    plan = planned(bundle, bundle.parts, world.starts, LEAD, world.longer)

    found = {id_: (leg.due.day, leg.due.at.replace(tzinfo=None)) for id_, leg in plan.legs.items()}
    assert found == {id_: (end.day, end.at) for id_, end in expected.items()}


@given(worlds())
@many
def test_the_path_is_a_way_that_ends_last(world: World) -> None:
    bundle, nodes = world.bundle, {node.id: node for node in world.nodes}

    path = planned(bundle, bundle.parts, world.starts, LEAD, world.longer).path

    assert nodes[path[0]].after == ()
    assert all(before in nodes[after].after for before, after in pairwise(path))
    last = max(end.at for end in oracle.ends(world.nodes, world.begun).values())
    assert oracle.end_of_way([nodes[id_] for id_ in path], world.begun).at == last


@given(worlds())
@many
def test_the_whole_is_shifted_by_the_working_days_between_its_two_ends(world: World) -> None:
    bundle = world.bundle
    plain, now = (last_day(nodes, world.begun) for nodes in (world.plain, world.nodes))
    event("shifted" if now > plain else "not shifted")

    found = shifted(bundle, bundle.parts, world.starts, LEAD, world.longer)

    assert found == len(oracle.worked(CITY, plain, now))


def last_day(nodes: tuple[Node, ...], begun: datetime) -> date:
    last = max(oracle.ends(nodes, begun).values(), key=lambda end: end.at)
    return last.day


@given(worlds(by_the_hour=False, closings=False), whole_days)
@many
def test_the_whole_is_due_as_stated_or_with_the_longest_way_and_what_makes_that_longer(
    world: World, stated: Days
) -> None:
    bundle, begun = world.bundle, world.begun
    plain, now = (last_day(nodes, begun) for nodes in (world.plain, world.nodes))
    stays = oracle.end_of(begun, stated, CITY).day <= plain
    event("as stated" if stays else "the longest way")
    expected = oracle.end_of(begun, stated, CITY).day if stays else last_of_the_lead(begun.date(), plain)
    for _ in oracle.worked(CITY, plain, now):
        expected = oracle.end_of(datetime.combine(expected, time()), (1, "working"), CITY).day

    limit = limit_of_the_whole(bundle, bundle.parts, limit_of(stated), world.starts, LEAD, world.longer)

    assert due(world.starts, limit, LEAD).day == expected
    if stays and now == plain:
        assert limit == limit_of(stated)


def last_of_the_lead(first: date, last: date) -> date:
    """The last day up to this one that the lead works; none after the first means the first, or the next that is worked."""
    days = oracle.worked(CITY, first, last)
    return days[-1] if days else oracle.end_of(datetime.combine(first, time()), (0, "working"), CITY).day


@given(worlds(closings=False), any_days)
@many
def test_no_limit_ends_after_the_longest_way_unless_the_lead_is_closed_then(world: World, stated: Days) -> None:
    bundle, begun = world.bundle, world.begun
    last = max(oracle.ends(world.plain, begun).values(), key=lambda end: end.at)
    assume(oracle.worked(CITY, begun.date() - DAY, last.day))

    limit = limit_of_the_whole(bundle, bundle.parts, limit_of(stated), world.starts, LEAD, {})

    assert due(world.starts, limit, LEAD).at.replace(tzinfo=None) <= last.at


@given(worlds(), any_days)
@many
def test_a_limit_over_the_longest_way_becomes_the_longest_one_that_ends_with_it(world: World, stated: Days) -> None:
    bundle, begun, ends = world.bundle, world.begun, oracle.ends(world.plain, world.begun)
    last = max(ends.values(), key=lambda end: end.at)
    days = {node.days[0] for node in world.nodes if ends[node.id].at == last.at}
    assume(len({0 < one < 1 for one in days}) == 1)
    by_the_hour = all(0 < one < 1 for one in days)

    def fits(limit: Days) -> bool:
        end = oracle.end_of(begun, limit, CITY)
        return end.at <= last.at if by_the_hour else end.day <= last.day

    near = len(oracle.worked(CITY, begun.date(), last.day))
    others: list[Days] = [(one, "working") for one in (*range(max(near - 2, 0), near + 2), 0, *PARTS_OF_A_DAY)]
    fitting = [oracle.end_of(begun, one, CITY).at for one in others if fits(one)]
    event("as stated" if fits(stated) else "shorter" if fitting else "none fits")

    limit = limit_of_the_whole(bundle, bundle.parts, limit_of(stated), world.starts, LEAD, {})

    if fits(stated):
        assert limit == limit_of(stated)
    elif fitting:
        assert due(world.starts, limit, LEAD).at.replace(tzinfo=None) == max(fitting)


@given(worlds(by_the_hour=False, closings=False), st.integers(-3, 12), st.data())
@many
def test_the_latest_day_of_an_item_is_the_last_after_which_the_whole_is_late(
    world: World, later: int, data: st.DataObject
) -> None:
    bundle, nodes = world.bundle, world.nodes
    part = data.draw(st.sampled_from(sorted(node.id for node in nodes)))
    whole = max(end.day for end in oracle.ends(nodes, world.begun).values()) + DAY * later
    expected = whole
    while oracle.finished_by(nodes, part, expected) > whole:
        expected -= DAY

    found = latest_day(bundle, bundle.parts, part, whole, LEAD, world.longer)

    assert found == expected


# When it is registered

ONE_YEAR = an_office(calendar=Calendar(version="2026", years=tuple(year for year in PUBLISHED if year.year == 2026)))
STARTS = [datetime(2026, 1, 1, 9) + DAY * n for n in range(365)]  # noqa: DTZ001
SITUATIONS = [{"id": name, "ask": "？", "answers": ["yes", "no"]} for name in ("big", "late")]
WHENS: list[dict[str, str]] = [{}, {}, {}, {"big": "yes"}, {"big": "no"}, {"late": "yes"}, {"big": "yes", "late": "no"}]


@dataclass(frozen=True)
class Registered:
    """A bundle as it is handed in: the items with their situations."""

    nodes: tuple[Node, ...]
    whens: dict[str, dict[str, str]]
    unit: str

    def has_a_fault(self, days: int) -> bool:
        """What the product says to so long a limit."""
        items = [an_item_definition(node.id, node.days[0], node.days[1]) for node in self.nodes]
        known: dict[str, tuple[ItemDefinition, ...]] = {item.code: (item,) for item in items}
        entries: list[dict[str, Any]] = [an_entry(n.id, *n.after, when=self.whens[n.id]) for n in self.nodes]
        bundle = a_bundle(*entries, days=days, unit=self.unit, situations=SITUATIONS)
        codes = [fault.code for fault in faults_of_bundle(bundle, ONE_YEAR, Known(), known)]
        assert set(codes) <= {"bundle_over_path"}
        return bool(codes)

    def longest_allowed(self) -> int:
        """The longest limit that, in one of the combinations, ends after the longest way on no day of the year."""
        return max(
            self._allowed(ends)
            for big, late in product(["yes", "no"], repeat=2)
            if (ends := self._ends({"big": big, "late": late}))
        )

    def _ends(self, answers: dict[str, str]) -> dict[datetime, date]:
        left_out = {id_: any(answers[s] != a for s, a in when.items()) for id_, when in self.whens.items()}
        ways = {oracle.without(way, left_out) for way in oracle.ways(self.nodes)} - {()}
        return {start: max(oracle.end_of_way(way, start).day for way in ways) for start in STARTS} if ways else {}

    def _allowed(self, ends: dict[datetime, date]) -> int:
        days = 0
        while all(oracle.end_of(start, (days + 1, self.unit), CITY).day <= end for start, end in ends.items()):
            days += 1
        return days


@st.composite
def registered(draw: st.DrawFn) -> Registered:
    nodes: list[Node] = []
    for id_ in IDS[: draw(st.integers(2, 6))]:
        earlier = [node.id for node in nodes]
        after = tuple(draw(st.lists(st.sampled_from(earlier), max_size=2, unique=True))) if earlier else ()
        nodes.append(Node(id_, draw(whole_days), after))
    whens = {node.id: draw(st.sampled_from(WHENS)) for node in nodes}
    return Registered(tuple(draw(st.permutations(nodes))), whens, draw(st.sampled_from(["working", "natural"])))


@given(registered(), st.integers(0, 30))
@settings(max_examples=25, deadline=None)
def test_a_limit_is_refused_if_in_every_combination_it_ends_after_the_longest_way_on_some_day(
    bundle: Registered, days: int
) -> None:
    most = bundle.longest_allowed()

    assert not bundle.has_a_fault(most)
    assert bundle.has_a_fault(most + 1)
    assert bundle.has_a_fault(days) == (days > most)
