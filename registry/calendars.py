"""Calendars of working days as they are written: the files of definitions/calendar/, one a year, and imported ones."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError
from ruamel.yaml import YAML

from domain.calendar import Calendar, CalendarYear
from domain.calendar_notice import CalendarRefused, check_calendar
from domain.faults import Path as Where
from registry.source import read_source

KEYS = "kind、year、unit、source、holidays（name、from、to）、make_up"


def read_years(folder: Path) -> tuple[CalendarYear, ...]:
    """Every year that has a file."""
    yaml = YAML(typ="safe", pure=True)
    years = []
    for file in sorted(folder.glob("*.yaml")):
        read = yaml.load(file.read_text(encoding="utf-8"))
        read.pop("kind", None)
        years.append(CalendarYear.model_validate(read))
    return tuple(years)


def read_calendar(folder: Path) -> Calendar:
    """The calendar of every year that has a file; its version is the digest of what the files say."""
    return Calendar.of(read_years(folder))


def calendar_in(content: bytes) -> CalendarYear:
    """The year that a document (YAML or JSON) describes. Raises `Refused` with the place of the first thing wrong."""
    source = read_source(content)
    for place, fault in source.faults:
        raise _unreadable(place.line, fault.wrong.zh, fault.wrong.en)
    data = source.data
    if not isinstance(data, dict) or data.get("kind") != "calendar":
        raise _unreadable(1, "不是日历文件：须有 kind: calendar", "it has no `kind: calendar`")
    try:
        year = CalendarYear.model_validate({key: value for key, value in data.items() if key != "kind"})
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        said = "；".join(_said(fault["loc"], fault["msg"]) for fault in faults)
        raise _unreadable(source.place(faults[0]["loc"]).line, said, said) from error
    check_calendar(year)
    return year


def _said(where: Where, message: str) -> str:
    return f"{'.'.join(map(str, where)) or 'calendar'}: {message.removeprefix('Value error, ')}"


def _unreadable(line: int, zh: str, en: str) -> CalendarRefused:
    return CalendarRefused(
        "calendar_malformed", f"第 {line} 行：{zh}；可用的字段是 {KEYS}", f"line {line}: {en}; the fields are {KEYS}"
    )
