"""The figures of the grievances at the window of a place for one month (gz:13.5, gz:18)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.calendar import Calendar
from domain.grievance.record import GrievanceEventKind as Kind
from domain.grievance.record import Leg
from domain.law import carries_out
from domain.monthly.facts import Fact, GrievanceFacts
from domain.monthly.life import days_after
from domain.monthly.month import Month
from domain.monthly.numbers import Counts, counted, mean, share
from domain.supervision.rules import Class
from domain.supervision.shortcomings import Shortcoming
from domain.values import SHANGHAI, Value

DISSATISFIED = (4, 5)


class LegFigures(Value):
    """A leg in one month."""

    ended: int
    mean_days: float | None
    """Working days it took, the day on which it began not counted."""
    late: int
    """How often it passed its limit in the month."""


class GrievanceFigures(Value):
    """The grievances of one month."""

    registered: int
    by_channel: Counts
    by_ground: Counts
    """One with two grounds counts under both."""
    by_class: Counts
    by_unit: Counts
    by_item: Counts
    closed: int
    settled: int
    excluded: int
    open: int
    escalated: int
    answered: Counts
    legs: dict[str, LegFigures]
    asked: int
    """How many reporters said how satisfied they are."""
    satisfaction: Counts
    satisfied_share: float | None
    """Of those asked, 1 to 3."""
    conclusions: Counts


@dataclass
class Course:
    """A grievance as it stood at the cut."""

    facts: GrievanceFacts
    month: list[Fact] = field(default_factory=list)
    is_registered: bool = False
    """In the month."""
    grounds: list[str] = field(default_factory=list)
    klass: str | None = None
    unit: str | None = None
    leg: Leg = Leg.CLASSIFICATION
    since: datetime | None = None
    visits: int = 0
    ended: list[tuple[Leg, datetime, datetime]] = field(default_factory=list)
    """Each leg that ended in the month: from when to when."""

    @property
    def is_open(self) -> bool:
        """Whether it was on file and not closed."""
        return self.since is not None and self.leg is not Leg.CLOSED


def courses(facts: Iterable[GrievanceFacts], month: Month) -> tuple[Course, ...]:
    """How each grievance stood at the end of the month; those that were not on file by then are left out."""
    return tuple(course for one in facts if (course := _course(one, month)).since is not None)


def _course(facts: GrievanceFacts, month: Month) -> Course:
    course = Course(facts)
    for event in facts.events:
        if event.at >= month.ends:
            continue
        if event.at >= month.begins:
            course.month.append(event)
        _learn(course, event)
        if (leg := _leg_after(course, event)) is not None:
            if course.since is not None and event.at >= month.begins and course.since < event.at:  # else none began
                course.ended.append((course.leg, course.since, event.at))
            course.leg, course.since = leg, event.at
    course.is_registered = any(event.kind == Kind.REGISTERED for event in course.month)
    return course


def _learn(course: Course, event: Fact) -> None:
    data = event.data
    if event.kind in (Kind.REGISTERED, Kind.CLASSIFIED):
        course.grounds = list(dict.fromkeys((*course.grounds, *data.get("grounds", ()))))
    if event.kind in (Kind.CLASSIFIED, Kind.CLASS_APPROVED):
        course.klass = data.get("klass", course.klass)
    if event.kind == Kind.REGISTERED:
        course.unit = data.get("unit")
    elif event.kind in (Kind.TRANSFERRED, Kind.PASSED_ON):
        course.unit = data.get("to", course.unit)
    elif event.kind == Kind.VISITED:
        course.visits += 1
    elif event.kind == Kind.FEEDBACK_GIVEN:
        course.visits = 0


def _leg_after(course: Course, event: Fact) -> Leg | None:
    """The leg that begins with the event; None where the one before it goes on."""
    match event.kind:
        case Kind.REGISTERED:
            return Leg.CLASSIFICATION
        case Kind.CLASSIFIED:
            return Leg.APPROVAL if _is_approved(course, event) else Leg.TRANSFER
        case Kind.CLASS_APPROVED:
            return Leg.TRANSFER
        case Kind.TRANSFERRED | Kind.PASSED_ON:
            return Leg.ANSWER
        case Kind.SENT_BACK:
            return _back(event)
        case Kind.ANSWERED | Kind.EXCLUDED:
            return Leg.FEEDBACK
        case Kind.FEEDBACK_GIVEN:
            return Leg.RETURN_VISIT
        case Kind.VISITED:
            over = event.data.get("reached") or course.visits >= course.facts.attempts
            return Leg.REVIEW if over else None
        case Kind.WITHDRAWN:
            return Leg.REVIEW
        case Kind.REVIEWED:
            return Leg.NOTIFICATION
        case Kind.CLOSED:
            return Leg.CLOSED
        case _:
            return None


def _is_approved(course: Course, classified: Fact) -> bool:
    """Whether the department had to agree to the class: its approval is the next thing that was done about it."""
    later = [one for one in course.facts.events if one.at >= classified.at and one.kind in (*_MOVES, classified.kind)]
    after = later[later.index(classified) + 1 :]
    return bool(after) and after[0].kind == Kind.CLASS_APPROVED


_MOVES = (Kind.CLASS_APPROVED, Kind.TRANSFERRED, Kind.ANSWERED, Kind.SENT_BACK, Kind.WITHDRAWN)


def _back(event: Fact) -> Leg:
    if event.data.get("to"):
        return Leg.ANSWER
    return Leg.TRANSFER if event.data.get("leg") == Leg.ANSWER else Leg.CLASSIFICATION


@carries_out("gz:19", "gz:13.5")
def grievance_figures(all_: Sequence[Course], calendar: Calendar) -> GrievanceFigures:
    """The figures of the grievances as they stood at the end of the month."""
    new = [one for one in all_ if one.is_registered]
    happened = [event for one in all_ for event in one.month]
    kinds = Counter(event.kind for event in happened)
    endings = Counter(str(event.data.get("ending")) for event in happened if event.kind == Kind.CLOSED)
    said = [
        int(grade)
        for event in happened
        if event.kind == Kind.VISITED and (grade := event.data.get("satisfaction")) is not None
    ]
    grounds = Counter(ground for one in new for ground in one.grounds)
    classes = Counter(one.klass or "none" for one in new)
    return GrievanceFigures(
        registered=len(new),
        by_channel=counted(one.facts.channel for one in new),
        by_ground={one.value: grounds[one.value] for one in Shortcoming},
        by_class={name: classes[name] for name in (*(one.value for one in Class), "none")},
        by_unit=counted(one.unit for one in new if one.unit),
        by_item=counted(one.facts.item for one in new if one.facts.item),
        closed=kinds[Kind.CLOSED],
        settled=endings["settled"],
        excluded=endings["excluded"],
        open=sum(one.is_open for one in all_),
        escalated=kinds[Kind.LEG_LATE] + kinds[Kind.ESCALATED],
        answered=counted(str(event.data.get("said")) for event in happened if event.kind == Kind.ANSWERED),
        legs=_legs(all_, happened, calendar),
        asked=len(said),
        satisfaction={str(grade): said.count(grade) for grade in range(1, 6)},
        satisfied_share=share(sum(grade not in DISSATISFIED for grade in said), len(said)),
        conclusions=counted(str(event.data.get("conclusion")) for event in happened if event.kind == Kind.REVIEWED),
    )


def _legs(all_: Sequence[Course], happened: Sequence[Fact], calendar: Calendar) -> dict[str, LegFigures]:
    late = Counter(str(event.data.get("leg")) for event in happened if event.kind == Kind.LEG_LATE)
    took: dict[Leg, list[int]] = {leg: [] for leg in Leg if leg is not Leg.CLOSED}
    for course in all_:
        for leg, since, until in course.ended:
            first, last = since.astimezone(SHANGHAI).date(), until.astimezone(SHANGHAI).date()
            took[leg].append(sum(map(calendar.is_worked, days_after(first, last))))
    return {
        leg.value: LegFigures(ended=len(days), mean_days=mean(days), late=late[leg.value]) for leg, days in took.items()
    }
