"""Reads the table: rows as people write them, in the files of this folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any

from ruamel.yaml import YAML

from tests.unit.boundaries.oracle import HERE, REAL, Answer, Days, Pause, Row, end_of

FILES = ("facts", "holidays", "make_up", "pauses", "extensions", "same_day", "hours", "unpublished", "invented")
KNOWN = {"name", "start", "limit", "pauses", "more", "calendar", "closing", "due", "provisional", "why"}


@dataclass(frozen=True)
class Case:
    """A row with what is expected of it."""

    row: Row
    expected: Answer
    why: str

    def __str__(self) -> str:
        return self.row.name


@cache
def cases() -> tuple[Case, ...]:
    """Every row of every file, in order."""
    return tuple(case_of(line) for file in FILES for line in lines_of(file))


def lines_of(file: str) -> list[dict[str, Any]]:
    """The rows of a file as they are written."""
    return list(YAML(typ="safe", pure=True).load((HERE / f"{file}.yaml").read_text("utf-8")))


def row_of(line: dict[str, Any]) -> Row:
    """What a row gives; a start without an hour is its 10:00."""
    assert set(line) <= KNOWN, f"{line['name']}: unknown columns {set(line) - KNOWN}"
    closing = line.get("closing")
    return Row(
        name=line["name"],
        start=_moment(line["start"]),
        limit=_days(line["limit"]),
        pauses=tuple(_pause(text) for text in line.get("pauses", ())),
        more=tuple(_days(text) for text in line.get("more", ())),
        calendar=line.get("calendar", REAL),
        closing=time.fromisoformat(closing) if closing else None,
    )


def case_of(line: dict[str, Any]) -> Case:
    """A row with its due day: a bare day is over when the office's day is."""
    row, due = row_of(line), str(line["due"])
    day = date.fromisoformat(due[:10])
    at = datetime.fromisoformat(due) if len(due) > 10 else end_of(row, day)
    return Case(row, Answer(day, at, line.get("provisional", False)), line["why"])


def _moment(text: Any) -> datetime:
    return datetime.fromisoformat(str(text) if len(str(text)) > 10 else f"{text} 10:00")


def _days(text: str) -> Days:
    count, unit = text.split()
    assert unit in ("working", "natural"), text
    return float(count), unit


def _pause(text: str) -> Pause:
    """Written `first..last`, or `first hour..last` where the hour matters; else the pause has begun when the day does."""
    begins, last = text.split("..")
    since = datetime.fromisoformat(begins) if len(begins) > 10 else datetime.combine(date.fromisoformat(begins), time())
    return Pause(first=since.date(), last=date.fromisoformat(last), since=since)
