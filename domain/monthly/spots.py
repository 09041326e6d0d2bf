"""Hot spots (热点): what people turn to most. Difficult points (难点): where most goes wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from domain.calendar import Calendar
from domain.law import carries_out
from domain.monthly.figures import OLDEST, age_of
from domain.monthly.grievances import Course
from domain.monthly.life import Life, days_after, troubles
from domain.monthly.standing import Standing, before, within
from domain.record import EventKind
from domain.values import SHANGHAI, Value

MOST = 5
MOST_DIFFICULT = 10
OPEN_LONG = "open_long"
REPORTED = "reported"


class Spot(Value):
    """One line of a list of hot spots."""

    key: str
    times: int


class Hot(Value):
    """What people turned to most, the most first; at most five lines each."""

    items: tuple[Spot, ...]
    """By applications and items of bundles received."""
    urged: tuple[Spot, ...]
    """Items by urgings."""
    reported: tuple[Spot, ...]
    """Items by grievances registered and findings, a grievance that a finding opened counting once."""
    visited: tuple[Spot, ...]
    """Items by visits."""
    causes: tuple[Spot, ...]
    """What went wrong, by kind of trouble and in how many files."""
    units: tuple[Spot, ...]
    """Units by files in trouble."""


class Difficult(Value):
    """An item in a unit with the files in which something went wrong."""

    unit: str
    item: str
    troubled: int
    """Files in trouble, each once."""
    causes: dict[str, int]
    """In how many of them, by kind; one file may show several kinds."""


class Trouble(Value):
    """A file in which something went wrong in the month."""

    number: str
    unit: str
    item: str
    causes: tuple[str, ...]


def troubled(standing: Standing, reported: Mapping[str, set[str]], calendar: Calendar) -> tuple[Trouble, ...]:
    """The files in trouble, in the order of their numbers; `reported` says which were the matter of a grievance."""
    found: list[Trouble] = []
    for life in sorted(standing.lives, key=lambda one: one.case.number):
        causes = set(troubles(life)) | reported.get(life.case.number, set())
        if life.is_open and _open_long(life, standing, calendar):
            causes.add(OPEN_LONG)
        if causes:
            case = life.case
            found.append(Trouble(number=case.number, unit=case.unit, item=case.item, causes=tuple(sorted(causes))))
    return tuple(found)


def _open_long(life: Life, standing: Standing, calendar: Calendar) -> bool:
    received, last = life.case.received_at.astimezone(SHANGHAI).date(), standing.month.last
    if (last - received).days < 40:
        return False
    return age_of(sum(map(calendar.is_worked, days_after(received, last)))) == OLDEST


@carries_out("gz:19")
def hot_spots(standing: Standing, new: Sequence[Course], files: Sequence[Trouble]) -> Hot:
    """The lists of what people turned to most, and of what went wrong most."""
    month = standing.month
    urged: Counter[str] = Counter()
    for life in standing.lives:
        urged[life.case.item] += sum(event.kind == EventKind.URGED for event in life.month)
    found = [
        one.item for one in standing.findings if within(one.found_at, month) and not before(one.withdrawn_at, month)
    ]
    by_people = [one.facts.item for one in new if one.facts.channel != "system"]
    return Hot(
        items=_most(life.case.item for life in standing.lives if life.is_received),
        urged=_ranked(urged),
        reported=_most(item for item in (*found, *by_people) if item),
        visited=_most(one.item for one in standing.visits if within(one.came_at, month) and one.item),
        causes=_most((cause for one in files for cause in one.causes), most=MOST_DIFFICULT),
        units=_most(one.unit for one in files),
    )


@carries_out("gz:19")
def difficult_points(files: Iterable[Trouble]) -> tuple[Difficult, ...]:
    """The items in units with the most files in trouble, at most ten."""
    by: dict[tuple[str, str], list[Trouble]] = {}
    for one in files:
        by.setdefault((one.unit, one.item), []).append(one)
    points = [
        Difficult(
            unit=unit,
            item=item,
            troubled=len(some),
            causes=dict(sorted(Counter(cause for one in some for cause in one.causes).items())),
        )
        for (unit, item), some in by.items()
    ]
    return tuple(sorted(points, key=lambda one: (-one.troubled, one.unit, one.item))[:MOST_DIFFICULT])


def _most(keys: Iterable[str], most: int = MOST) -> tuple[Spot, ...]:
    return _ranked(Counter(keys), most)


def _ranked(counts: Counter[str], most: int = MOST) -> tuple[Spot, ...]:
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return tuple(Spot(key=key, times=times) for key, times in ordered if times)[:most]
