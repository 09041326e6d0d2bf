"""The life of a case as it stood at a moment, told by its events before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from domain.calendar import ONE_DAY, Calendar
from domain.monthly.facts import CaseFacts, Fact
from domain.record import EventKind, Light
from domain.running import NO_CARD, light_of
from domain.supervision.orders import is_of_order
from domain.values import SHANGHAI

ACCEPTED = frozenset({EventKind.ACCEPTED, EventKind.ACCEPTED_DEFERRED, EventKind.DEEMED_ACCEPTED})
DECIDED = frozenset({EventKind.GRANTED, EventKind.REFUSED})
DECIDED_WHOLES = frozenset({"granted", "partly_granted", "refused"})
"""The endings of a bundle whose items were decided."""


@dataclass
class Life:
    """What is known of the case at the cut, and what happened in it within the month."""

    case: CaseFacts
    month: list[Fact] = field(default_factory=list)
    """The events of the month, in their order."""
    is_known: bool = False
    """Whether it was on file by then."""
    is_received: bool = False
    """Whether it was received in the month."""
    accepted_on: date | None = None
    decided_at: datetime | None = None
    closed_at: datetime | None = None
    ending: str | None = None
    late: dict[str, list[datetime]] = field(default_factory=dict)
    """The limits that passed, each with when it did; a lateness that a calendar took back is none."""
    late_before: frozenset[str] = frozenset()
    """Those that had passed when it was decided."""
    late_orders: set[str] = field(default_factory=set)
    answered_orders: set[str] = field(default_factory=set)
    near: set[str] = field(default_factory=set)
    stood: list[tuple[str, date, date | None]] = field(default_factory=list)
    """The special procedures: which, from which day, to which day."""

    @property
    def is_open(self) -> bool:
        """Whether it was on file and not closed."""
        return self.is_known and self.closed_at is None

    @property
    def light(self) -> Light:
        """How it stood against its limits: what passed at any time counts, and what is near."""
        return light_of(tuple(self.late), tuple(self.near))

    def working_days(self, calendar: Calendar) -> int | None:
        """The working days from acceptance to decision, the day of acceptance not counted, those of special procedures
        left out; None where it was not accepted and decided."""
        if self.accepted_on is None or self.decided_at is None:
            return None
        until = self.decided_at.astimezone(SHANGHAI).date()
        return sum(
            calendar.is_worked(day) and not any(a <= day and (b is None or day <= b) for _, a, b in self.stood)
            for day in days_after(self.accepted_on, until)
        )


def days_after(first: date, last: date) -> Iterator[date]:
    """The days after the first, up to the last."""
    while first < last:
        first += ONE_DAY
        yield first


def lived(case: CaseFacts, begins: datetime, ends: datetime) -> Life:
    """The life of the case up to `ends`, which is not part of it; the month is from `begins` on."""
    life = Life(case)
    for event in case.events:
        if (known := known_at(event)) >= ends:
            continue
        life.is_known = True
        if known >= begins:
            life.month.append(event)
        _take(life, event)
    life.is_received = any(event.kind == EventKind.RECEIVED for event in life.month)
    return life


def known_at(event: Fact) -> datetime:
    """When the event was known: an application that was entered after the day of its receipt, on that day."""
    entered = event.data.get("entered_on")
    if event.kind != EventKind.RECEIVED or entered is None:
        return event.at
    day = date.fromisoformat(entered)
    return max(event.at, datetime(day.year, day.month, day.day, tzinfo=SHANGHAI))


def _take(life: Life, event: Fact) -> None:
    data, kind = event.data, event.kind
    if kind in ACCEPTED:
        on = data.get("accepted_on")
        life.accepted_on = date.fromisoformat(on) if on else event.at.astimezone(SHANGHAI).date()
    elif kind in DECIDED or (kind == EventKind.ISSUED and life.case.is_bundle):
        _decided(life, event.at)
    elif kind == EventKind.CLOSED:
        life.closed_at, life.ending = event.at, data.get("ending")
        if life.case.is_bundle and life.ending in DECIDED_WHOLES and life.decided_at is None:
            _decided(life, event.at)
    elif kind in (EventKind.LIMIT_PASSED, EventKind.LIMIT_NEAR, EventKind.LATENESS_WITHDRAWN):
        _limit(life, kind, str(data.get("clock") or ""), event.at)
    elif kind == EventKind.ORDER_ANSWERED:
        life.answered_orders.add(f"order:{data.get('n')}")
    elif kind in (EventKind.PAUSED, EventKind.RESUMED):
        _pause(life, event)
    _no_longer_near(life, event)


def _decided(life: Life, at: datetime) -> None:
    life.decided_at, life.late_before = at, frozenset(life.late)


def _limit(life: Life, kind: str, clock: str, at: datetime) -> None:
    if is_of_order(clock):
        if kind == EventKind.LIMIT_PASSED:
            life.late_orders.add(clock)
    elif clock in NO_CARD:
        return
    elif kind == EventKind.LIMIT_NEAR:
        life.near.add(clock)
    elif kind == EventKind.LIMIT_PASSED:
        life.late.setdefault(clock, []).append(at)
    elif clock in life.late:
        life.late[clock].pop()
        if not life.late[clock]:
            del life.late[clock]
            life.late_before -= {clock}


def _pause(life: Life, event: Fact) -> None:
    procedure, today = str(event.data.get("procedure") or ""), event.at.astimezone(SHANGHAI).date()
    if event.kind == EventKind.PAUSED:
        first = event.data.get("first")
        life.stood.append((procedure, date.fromisoformat(first) if first else today, None))
        return
    ended = event.data.get("ended")
    last = date.fromisoformat(ended) if ended else today
    life.stood = [(p, a, last if p == procedure and b is None else b) for p, a, b in life.stood]


def _no_longer_near(life: Life, event: Fact) -> None:
    """What was near is met, or lies further ahead by now."""
    gone = {moved.get("clock") for moved in event.data.get("moved") or ()}
    if event.kind in ACCEPTED or event.kind in (EventKind.NOTIFIED, EventKind.SENT_BACK):
        gone.add("acceptance")
    elif event.kind in (EventKind.STEP_ANSWERED, EventKind.STEP_RETURNED):
        gone.add(f"step:{event.data.get('step')}")
    elif event.kind == EventKind.DELIVERED:
        gone.add("delivery")
    if event.kind == EventKind.CLOSED:
        life.near.clear()
    elif life.decided_at == event.at:
        gone |= {one for one in life.near if one in ("promised", "statutory") or one.startswith("step:")}
    life.near -= gone


def troubles(life: Life) -> Counter[str]:
    """What went wrong in the month, by kind; a lateness that was taken back by the cut is none."""
    found: Counter[str] = Counter()
    for event in life.month:
        clock = str(event.data.get("clock") or "")
        if event.kind == EventKind.LIMIT_PASSED and event.at in life.late.get(clock, ()):
            found[f"late_{clock.partition(':')[0]}"] += 1
        elif event.kind in _TROUBLE:
            found[event.kind] += 1
    return found


_TROUBLE = frozenset({EventKind.BREACH_FOUND, EventKind.PAUSE_OVERRUN, EventKind.STILL_LATE})


def lives(cases: Iterable[CaseFacts], begins: datetime, ends: datetime) -> tuple[Life, ...]:
    """The lives of all cases that were on file by the cut."""
    return tuple(life for case in cases if (life := lived(case, begins, ends)).is_known)
