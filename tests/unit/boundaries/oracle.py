"""Due days as somebody with a spreadsheet finds them: a column of days, a mark on those that count, the n-th marked one.

It knows nothing of `domain`: the real days off are those of `chinese_calendar`, the invented ones those of calendars.yaml.
It is written for rows that a person wrote, not for speed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import chinese_calendar
from ruamel.yaml import YAML

HERE = Path(__file__).parent
REAL = "2024-2026"
OFFICE_HOURS = ((time(9), time(12)), (time(13), time(17)))
DAY = timedelta(days=1)
Days = tuple[float, str]
"""How many days of which unit."""


@dataclass(frozen=True)
class Pause:
    """The days first to last, both among them; on the first one, hours before `since` still count."""

    first: date
    last: date
    since: datetime


@dataclass(frozen=True)
class Row:
    """One line of the table: what is given, without what is to come out of it."""

    name: str
    start: datetime
    limit: Days
    pauses: tuple[Pause, ...] = ()
    more: tuple[Days, ...] = ()
    calendar: str = REAL
    closing: time | None = None


@dataclass(frozen=True)
class Answer:
    """What comes out."""

    day: date
    at: datetime
    provisional: bool


@cache
def invented() -> dict[str, Any]:
    """The calendars that only this table knows."""
    found = YAML(typ="safe", pure=True).load((HERE / "calendars.yaml").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


@cache
def sheet(calendar: str) -> dict[date, bool]:
    """Every day from the end of 2023 to 2029, with a mark on those that are worked."""
    first = date(2023, 11, 1)
    column = [first + DAY * n for n in range(365 * 6)]
    worked = {day: day.weekday() < 5 for day in column}
    if calendar == REAL:
        worked.update({day: chinese_calendar.is_workday(day) for day in column if day.year in published(REAL)})
        return worked
    for year in invented()[calendar].values():
        for run in year["off"]:
            begins, ends = (date.fromisoformat(end) for end in run.split(".."))
            worked.update({day: False for day in column if begins <= day <= ends})
        worked.update(dict.fromkeys(year["make_up"], True))
    return worked


def published(calendar: str) -> set[int]:
    """The years that the calendar has a notice for."""
    return {2024, 2025, 2026} if calendar == REAL else set(invented()[calendar])


def answer(row: Row) -> Answer:
    """The due day of the row, the moment at which it is over, and whether a day on the way is of no published year."""
    worked = sheet(row.calendar)
    left_out = {day for pause in row.pauses for day in worked if pause.first <= day <= pause.last}
    last, at = row.start.date(), None
    for days, unit in (row.limit, *row.more):
        if 0 < days < 1:
            at = _last_minute(row, days)
            last = at.date()
            continue
        marked = [day for day in worked if day > last and day not in left_out and (worked[day] or unit == "natural")]
        last = marked[int(days) - 1] if days else last
    if at is None or row.more:
        open_days = [day for day in worked if day >= last and worked[day] and day not in left_out]
        last, at = next((day, end) for day in open_days if (end := end_of(row, day)) > row.start)
    on_the_way = {day.year for day in worked if row.start.date() <= day <= last}
    return Answer(last, at, not on_the_way <= published(row.calendar))


def end_of(row: Row, day: date) -> datetime:
    """When the day is over: at closing time where the row has one, else at 24:00."""
    return datetime.combine(day + DAY, time()) if row.closing is None else datetime.combine(day, row.closing)


def _last_minute(row: Row, share: float) -> datetime:
    """The end of the last of so many minutes in which the office works, is not paused, and the limit has begun."""
    worked, minute = sheet(row.calendar), timedelta(minutes=1)
    column = (
        datetime.combine(day, opens) + minute * n
        for day in worked
        if worked[day] and 0 <= (day - row.start.date()).days < 200
        for opens, closes in OFFICE_HOURS
        for n in range(int((datetime.combine(day, closes) - datetime.combine(day, opens)) / minute))
    )
    marked = (one for one in column if one >= row.start and not any(_stands(one, pause) for pause in row.pauses))
    return next(islice(marked, int(7 * 60 * share) - 1, None)) + minute


def _stands(moment: datetime, pause: Pause) -> bool:
    return pause.first <= moment.date() <= pause.last and moment >= pause.since
