"""What an event changed about the limits, as papers say it: due days that moved, special procedures, more time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from activities.papers.facts import Change, LongerFacts, PartFacts, ProcedureFacts
from activities.papers.words import CLOCKS, PROVISIONAL, day_in_words, limit_in_words
from domain.law import carries_out
from domain.limits import Limit, Unit
from domain.record import Clock, Event, EventKind, Moved
from domain.telling import CAUSES, ENDINGS

TOLD = (
    Clock.PROMISED,
    Clock.STATUTORY,
    Clock.DELIVERY,
    Clock.HEARING_REQUEST,
    Clock.SUPPLEMENT,
    Clock.PROMISE,
)
"""Limits whose due day the applicant was told, in the order in which papers name them; that of a step is the unit's own."""
EXTENDED_OR_DELAYED = (EventKind.EXTENDED, EventKind.DELAY_TOLD)


@carries_out("gz:13.4")
def moved_by(event: Event) -> tuple[Change, ...]:
    """The due days that the event moved, of limits that the applicant was told."""
    moved = {one.clock: one for one in map(Moved.model_validate, event.data.get("moved") or ())}
    return tuple(
        Change(name=CLOCKS[key], old=day_in_words(one.old), new=_until(one.new, provisional=one.provisional))
        for key in TOLD
        if (one := moved.get(key))
    )


@carries_out("apl:45")
def procedure_of(event: Event) -> ProcedureFacts:
    """The special procedure that the event is about; nothing is known of it where there is none."""
    data = event.data
    if "procedure" not in data:
        return ProcedureFacts()
    return ProcedureFacts(
        name=data.get("name") or data["procedure"],
        time=_time(data),
        first=_day(data.get("first")),
        until=_day(data.get("until")),
        ended=_day(data.get("ended")),
    )


@carries_out("gz:11.2")
def parts_of(event: Event) -> PartFacts:
    """The items of a bundle that the event is about."""
    data = event.data
    return PartFacts(
        name=data.get("name") or "、".join(data.get("parts", ())),
        how=ENDINGS[data["how"]].zh if data.get("how") else "",
        dropped="、".join(data.get("dropped", ())),
        goes_on="、".join(data.get("goes_on", ())),
        latest=_day(data.get("latest")),
        whole_due=_day(data.get("whole_due")),
        on_path=bool(data.get("on_path")),
    )


@carries_out("gz:13.4")
def longer_by(event: Event, limits: Mapping[str, str]) -> LongerFacts:
    """Why the case takes longer and by how much; nothing is known of it where it does not."""
    if event.kind not in EXTENDED_OR_DELAYED:
        return LongerFacts()
    data = event.data
    cause = CAUSES[data["cause"]].zh
    if event.kind is EventKind.DELAY_TOLD:
        return LongerFacts(until=_day(data["until"]), cause=cause)
    key, new = data["limit"], _day(data.get("new"))
    provisional = any(one["clock"] == key and one.get("provisional") for one in data.get("moved") or ())
    return LongerFacts(
        limit=CLOCKS[Clock(key)],
        original=limits.get(key, ""),
        more=_time(data),
        old=_day(data.get("old")),
        new=_until(new, provisional=provisional) if new else "",
        cause=cause,
    )


def _time(data: Mapping[str, object]) -> str:
    return limit_in_words(Limit(days=float(str(data["days"])), unit=Unit(str(data["unit"]))))


def _until(day: date, *, provisional: bool) -> str:
    return day_in_words(day) + (PROVISIONAL if provisional else "")


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None
