"""The figures of a place, a unit or an item for one month; what each of them is, `method.py` says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from domain.calendar import Calendar
from domain.law import carries_out
from domain.monthly.facts import FilingFact, VisitFact
from domain.monthly.life import ACCEPTED, Life, days_after, troubles
from domain.monthly.month import Month
from domain.monthly.numbers import Counts, counted, mean, median, percentile, share
from domain.monthly.standing import Standing, before, within
from domain.record import EventKind, Light
from domain.supervision.rules import Colour
from domain.supervision.shortcomings import Shortcoming
from domain.values import SHANGHAI, Value

DECISIONS = frozenset({"granted", "partly_granted", "refused"})
AGES = ((5, "0-5"), (10, "6-10"), (20, "11-20"), (40, "21-40"))
OLDEST = "41+"


class Figures(Value):
    """Of one place, unit or item. Every number counts files, an item of a bundle being one, unless `method.py` says
    otherwise."""

    received: int
    applications: int
    bundles: int
    bundle_items: int
    accepted: int
    accepted_deferred: int
    deemed_accepted: int
    one_time_notices: int
    sent_back: int
    second_notices: int
    not_accepted: Counts
    not_required: int
    granted: int
    refused: int
    ended_otherwise: Counts
    closed: int
    concluded: int
    on_time: int
    late_promised: int
    late_statutory: int
    on_time_share: float | None
    days_cases: int
    days_mean: float | None
    days_median: float | None
    days_p90: int | None
    days_promised: float | None
    paused: Counts
    pause_overrun: int
    extended: Counts
    delays_told: Counts
    filings: int
    filings_late: int
    limits_passed: Counts
    still_late: int
    open: int
    open_by_age: Counts
    open_by_light: Counts
    findings: Counts
    cards: Counts
    card_appeals: int
    appeals_upheld: int
    appeals_granted: int
    urged: int
    urged_by_applicants: int
    orders: int
    orders_answered: int
    orders_answered_late: int
    orders_overdue: int
    visits: int
    visits_unanswered: int


@carries_out("gz:19")
def figures(standing: Standing, calendar: Calendar) -> Figures:
    """The figures of what is on file, by the calendar that was in force."""
    return Figures(
        **_flow(standing),
        **_conclusions(standing.lives, standing.month, calendar),
        **_time(standing),
        **_open(standing.lives, standing.month, calendar),
        **_supervision(standing),
    )


def _flow(standing: Standing) -> dict[str, Any]:
    kinds = Counter(event.kind for life in standing.lives for event in life.month)
    new = [life.case for life in standing.lives if life.is_received]
    grounds = _facts(standing, EventKind.NOT_ACCEPTED, "ground")
    closed = [life.ending for life in standing.lives if within(life.closed_at, standing.month)]
    return {
        "received": len(new),
        "applications": sum(case.bundle is None for case in new),
        "bundles": sum(case.is_bundle for case in new),
        "bundle_items": sum(case.bundle is not None for case in new),
        "accepted": sum(kinds[kind] for kind in ACCEPTED),
        "accepted_deferred": kinds[EventKind.ACCEPTED_DEFERRED],
        "deemed_accepted": kinds[EventKind.DEEMED_ACCEPTED],
        "one_time_notices": kinds[EventKind.NOTIFIED],
        "sent_back": kinds[EventKind.SENT_BACK],
        "second_notices": kinds[EventKind.BREACH_FOUND],
        "not_accepted": grounds,
        "not_required": kinds[EventKind.NOT_REQUIRED],
        "granted": kinds[EventKind.GRANTED],
        "refused": kinds[EventKind.REFUSED],
        "ended_otherwise": counted(one for one in closed if one is not None and one not in DECISIONS),
        "closed": len(closed),
    }


def _conclusions(all_: Sequence[Life], month: Month, calendar: Calendar) -> dict[str, Any]:
    concluded = [life for life in all_ if within(life.decided_at, month)]
    statutory = sum("statutory" in life.late_before for life in concluded)
    promised = sum("promised" in life.late_before and "statutory" not in life.late_before for life in concluded)
    on_time = len(concluded) - statutory - promised
    took = [
        (used, life.case.promised)
        for life in concluded
        if life.case.promised is not None and (used := life.working_days(calendar)) is not None
    ]
    days = [used for used, _ in took]
    return {
        "concluded": len(concluded),
        "on_time": on_time,
        "late_promised": promised,
        "late_statutory": statutory,
        "on_time_share": share(on_time, len(concluded)),
        "days_cases": len(days),
        "days_mean": mean(days),
        "days_median": median(days),
        "days_p90": percentile(days, 90),
        "days_promised": mean([promise for _, promise in took]),
    }


def _time(standing: Standing) -> dict[str, Any]:
    filings = [one for one in standing.filings if within(one.given_at, standing.month)]
    passed: Counter[str] = Counter()
    for life in standing.lives:
        passed += troubles(life)
    kinds = Counter(event.kind for life in standing.lives for event in life.month)
    return {
        "paused": _facts(standing, EventKind.PAUSED, "name", "procedure"),
        "pause_overrun": kinds[EventKind.PAUSE_OVERRUN],
        "extended": _facts(standing, EventKind.EXTENDED, "cause"),
        "delays_told": _facts(standing, EventKind.DELAY_TOLD, "cause"),
        "filings": len(filings),
        "filings_late": sum(_acknowledged_late(one, standing.month) for one in filings),
        "limits_passed": dict(sorted((k.removeprefix("late_"), n) for k, n in passed.items() if k.startswith("late_"))),
        "still_late": kinds[EventKind.STILL_LATE],
    }


def _acknowledged_late(filing: FilingFact, month: Month) -> bool:
    """Acknowledged after its day, or not by the cut though its day was over."""
    if filing.acknowledge_by is None:
        return False
    known = filing.acknowledged_at if before(filing.acknowledged_at, month) else None
    day = known.astimezone(SHANGHAI).date() if known else month.ends.date()
    return day > filing.acknowledge_by


def _open(all_: Sequence[Life], month: Month, calendar: Calendar) -> dict[str, Any]:
    waiting = [life for life in all_ if life.is_open]
    worked = _Worked(calendar, month.last)
    lights = Counter(life.light for life in waiting)
    ages = Counter(age_of(worked.since(life.case.received_at.astimezone(SHANGHAI).date())) for life in waiting)
    return {
        "open": len(waiting),
        "open_by_age": {name: ages[name] for name in (*(name for _, name in AGES), OLDEST)},
        "open_by_light": {light.value: lights[light] for light in Light},
    }


class _Worked:
    """The working days after a day, up to the last day of the month."""

    def __init__(self, calendar: Calendar, last: date) -> None:
        self._calendar, self._last = calendar, last
        self._known: dict[date, int] = {}

    def since(self, day: date) -> int:
        if day not in self._known:
            self._known[day] = sum(map(self._calendar.is_worked, days_after(day, self._last)))
        return self._known[day]


def age_of(days: int) -> str:
    """The class of an age in working days."""
    return next((name for most, name in AGES if days <= most), OLDEST)


def _supervision(standing: Standing) -> dict[str, Any]:
    month, all_ = standing.month, standing.lives
    found = [one for one in standing.findings if within(one.found_at, month) and not before(one.withdrawn_at, month)]
    given = [one for one in standing.cards if within(one.given_at, month) and not before(one.withdrawn_at, month)]
    decided = [one for one in standing.cards if within(one.decided_at, month)]
    urged = [event for life in all_ for event in life.month if event.kind == EventKind.URGED]
    answered = [
        f"order:{event.data.get('n')}" in life.late_orders
        for life in all_
        for event in life.month
        if event.kind == EventKind.ORDER_ANSWERED
    ]
    visits = [one for one in standing.visits if within(one.came_at, month)]
    colours, grounds = Counter(one.colour for one in given), Counter(one.shortcoming for one in found)
    return {
        "findings": {one.value: grounds[one.value] for one in Shortcoming if one is not Shortcoming.DIFFICULT},
        "cards": {one.value: colours[one.value] for one in Colour},
        "card_appeals": sum(within(one.appealed_at, month) for one in standing.cards),
        "appeals_upheld": sum(one.upheld is True for one in decided),
        "appeals_granted": sum(one.upheld is False for one in decided),
        "urged": len(urged),
        "urged_by_applicants": sum("nth" in event.data for event in urged),
        "orders": sum(event.kind == EventKind.ORDERED for life in all_ for event in life.month),
        "orders_answered": len(answered),
        "orders_answered_late": sum(answered),
        "orders_overdue": sum(len(life.late_orders - life.answered_orders) for life in all_ if life.is_open),
        "visits": len(visits),
        "visits_unanswered": sum(_unanswered(one, month) for one in visits),
    }


def _unanswered(visit: VisitFact, month: Month) -> bool:
    """Nothing came of it by its day, as far as that was over at the cut."""
    if visit.answer_by is None or visit.answer_by >= month.ends.date():
        return False
    ended = visit.ended_at if before(visit.ended_at, month) else None
    return ended is None or ended.astimezone(SHANGHAI).date() > visit.answer_by


def _facts(standing: Standing, kind: EventKind, *names: str) -> Counts:
    events = (event.data for life in standing.lives for event in life.month if event.kind == kind)
    return counted(next((str(data[name]) for name in names if data.get(name)), "unsaid") for data in events)
