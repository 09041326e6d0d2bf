"""The picture of a bundle as the API shows it: of its case, its limits and its timeline, and the limits of its items."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from cli.picture.model import Picture, Row, Span, due_days
from domain.calendar import ONE_DAY, Calendar
from domain.deadline import Reason
from domain.limits import Limit
from domain.record import Clock, Ending, EventKind, PartState
from domain.values import SHANGHAI

Shown = Mapping[str, Any]
Get = Callable[[str], Any]
"""What the API answers to a path."""


def picture_shown(get: Get, number: str, calendar: Calendar, today: date) -> Picture:
    """The bundle as it stands on the day."""
    case = get(f"/v1/bundle-cases/{number}")
    limits, timeline = get(f"/v1/cases/{number}/deadline"), get(f"/v1/cases/{number}/timeline")
    of_items = {
        part["id"]: get(f"/v1/cases/{part['case']['number']}/deadline") for part in case["parts"] if part["case"]
    }
    return picture_from(case, limits, timeline, of_items, calendar, today)


def picture_from(
    case: Shown,
    limits: Shown,
    timeline: Sequence[Shown],
    of_items: Mapping[str, Shown],
    calendar: Calendar,
    today: date,
) -> Picture:
    """The same from what was answered; `of_items` are the limits of the items that began, by their ids."""
    begins = {leg["part"]: date.fromisoformat(leg["begins"]) for leg in limits["path"]}
    items = [
        replace(
            _handled(_item(part, begins.get(part["id"])), part["case"], of_items.get(part["id"])),
            handed_over=_handed_over(part["name"], timeline),
            after=tuple(part["after"]),
        )
        for part in case["parts"]
    ]
    return Picture(
        number=case["number"],
        received=_day(case["received_at"]),
        today=today,
        calendar=calendar,
        whole=_whole(case, limits, timeline),
        items=tuple(items),
    )


def _whole(case: Shown, limits: Shown, timeline: Sequence[Shown]) -> Row:
    closed = next((_day(one["at"]) for one in reversed(timeline) if one["kind"] == EventKind.CLOSED), None)
    ending = Ending(case["ending"]) if case["ending"] else None
    state = PartState.HANDED_OVER if closed else PartState.RUNNING
    with_result = ending in (Ending.GRANTED, Ending.PARTLY_GRANTED)
    row = Row("", case["item_name"], state, ending, handed_over=closed if with_result else None)
    return _handled(row, case, limits)


def _item(part: Shown, begins: date | None) -> Row:
    planned = Span(begins, date.fromisoformat(part["planned"])) if begins and part["planned"] else None
    ending = Ending(part["ending"]) if part["ending"] else None
    return Row(part["id"], part["name"], PartState(part["state"]), ending, planned, on_path=part["on_path"])


def _handled(row: Row, case: Shown | None, limits: Shown | None) -> Row:
    """The row with what the certificate of its promised limit says."""
    found = limits["certificates"] if limits else ()
    promised = next((one for one in reversed(found) if one["clock"] == Clock.PROMISED), None)
    if case is None or promised is None:
        return row
    told = [date.fromisoformat(one["due_day"]) for one in promised["told"]]
    return replace(
        row,
        begun=date.fromisoformat(case["accepted_on"]),
        limit=Limit.model_validate(promised["limit"]),
        more=tuple(Limit.model_validate(limit) for limit in promised["more"]),
        due=due_days(told) or (date.fromisoformat(promised["due_day"]),),
        paused=tuple(_paused(promised["days"])),
        decided=_day(promised["stopped_at"]) if promised["stopped_at"] else None,
    )


def _paused(days: Sequence[Shown]) -> Iterator[Span]:
    """The days that special procedures left out, those that follow one another together."""
    span: Span | None = None
    for day in (date.fromisoformat(one["day"]) for one in days if one["reason"] == Reason.PAUSED):
        if span is not None and day - span.last > ONE_DAY:
            yield span
            span = None
        span = Span(span.first if span else day, day)
    if span is not None:
        yield span


def _handed_over(name: str, timeline: Sequence[Shown]) -> date | None:
    given = (one for one in timeline if one["kind"] == EventKind.PARTS_HANDED_OVER)
    return next((_day(one["at"]) for one in given if name in one["data"]["parts"]), None)


def _day(moment: str) -> date:
    return datetime.fromisoformat(moment).astimezone(SHANGHAI).date()
