"""The picture of a bundle in a terminal: a line for each item, a column or two for each day."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TextIO

from cli.picture.columns import columns, cut, padded
from cli.picture.marks import IMPORTANCE, Mark, mark_of
from cli.picture.model import Picture, Row
from cli.picture.saying import DUE, HANDED_OVER, PATH, WAS_DUE, WHOLE, WITHOUT_RESULT, count_said, stands
from domain.words import Language

NAME, STATE = 26, 18
"""Columns that a name may take, and the word for how an item stands; on a narrow terminal a name gets a quarter of it."""
LABEL = 5
"""Columns of a date on the ruler."""
PLAIN_WIDTH = 120
"""Columns of a picture that goes into a file."""


class Signs(NamedTuple):
    """What a column is drawn with."""

    marks: dict[Mark, str]
    work_on_path: str
    path: str
    due: str
    was_due: str
    done: str
    ended: str


LINES = Signs(
    {
        Mark.LATE: "!",
        Mark.PAUSED: "╱",
        Mark.WORK: "█",
        Mark.PLANNED: "┄",
        Mark.WAITING: "·",
        Mark.OFF: "░",
        Mark.NOTHING: " ",
    },
    work_on_path="▓",
    path="◆",
    due="▏",
    was_due="┊",
    done="✓",
    ended="✗",
)
PLAIN = Signs(
    {
        Mark.LATE: "!",
        Mark.PAUSED: "/",
        Mark.WORK: "#",
        Mark.PLANNED: "-",
        Mark.WAITING: ".",
        Mark.OFF: ":",
        Mark.NOTHING: " ",
    },
    work_on_path="@",
    path="*",
    due="|",
    was_due="'",
    done="v",
    ended="x",
)
"""For files and printers: nothing but ASCII between the names."""
RED, GREEN, YELLOW, BLUE, CYAN, DIM, BOLD = "31", "32", "33", "34", "1;36", "2", "1"
COLOURS = {
    Mark.LATE: "1;31",
    Mark.PAUSED: YELLOW,
    Mark.WORK: BLUE,
    Mark.PLANNED: DIM,
    Mark.WAITING: GREEN,
    Mark.OFF: DIM,
}


@dataclass(frozen=True)
class Style:
    """How wide the picture may be, and how it is drawn."""

    width: int = PLAIN_WIDTH
    signs: Signs = PLAIN
    colour: bool = False
    language: Language = "zh"

    def painted(self, text: str, colour: str | None) -> str:
        """The text in a colour, where there are any."""
        return f"\x1b[{colour}m{text}\x1b[0m" if self.colour and colour and text.strip() else text


def style_of(stream: TextIO, language: Language, *, indent: int = 0) -> Style:
    """How a picture is drawn on the stream: plain where nobody looks on, and without colour where that is not wanted."""
    if not stream.isatty():
        return Style(width=PLAIN_WIDTH - indent, language=language)
    width = shutil.get_terminal_size().columns - indent
    return Style(width, LINES, colour="NO_COLOR" not in os.environ, language=language)


class Column(NamedTuple):
    """The days that share a place on the line."""

    days: tuple[date, ...]

    def __contains__(self, day: object) -> bool:
        return day in self.days


def drawn(picture: Picture, style: Style) -> Iterator[str]:
    """The lines of the picture."""
    names = [_name(row, picture, style) for row in picture.rows]
    tails = [_tail(row, picture, style) for row in picture.rows]
    left = max(map(columns, names))
    each, at_once = _fit(picture, style.width - left - max(map(columns, tails)) - 4)
    days = list(picture.days.days())
    line = [Column(tuple(days[n : n + at_once])) for n in range(0, len(days), at_once)]
    for ruler in _rulers(line, each, style):
        yield f"{' ' * left}  {ruler}".rstrip()
    for row, name, tail in zip(picture.rows, names, tails, strict=True):
        bold = BOLD if row is picture.whole else CYAN if row.on_path else None
        cells = "".join(_cell(row, column, each, picture, style) for column in line)
        yield f"{style.painted(padded(name, left), bold)}  {cells}  {style.painted(tail, bold)}".rstrip()
    yield from _legend(picture, style)


def _fit(picture: Picture, room: int) -> tuple[int, int]:
    """How many columns a day gets, and how many days share one."""
    days = len(list(picture.days.days()))
    each = min(3, max(1, room // days))
    return each, 1 if each * days <= room else math.ceil(days / max(room, 10))


def _name(row: Row, picture: Picture, style: Style) -> str:
    if row is picture.whole:
        return f"  {WHOLE.said_in(style.language)}"
    return f"{style.signs.path if row.on_path else ' '} {cut(row.name, min(NAME, style.width // 4))}"


def _tail(row: Row, picture: Picture, style: Style) -> str:
    day = row.handed_over or row.decided
    said = [count_said(row, picture).said_in(style.language), cut(stands(row).said_in(style.language), STATE)]
    return " ".join(filter(None, [*said, f"{day:%m-%d}" if day else ""]))


def _rulers(line: Sequence[Column], each: int, style: Style) -> Iterator[str]:
    """The dates of Mondays, and under them the days of the week where there is room for them."""
    ruler = ""
    for n, column in enumerate(line):
        at = n * each
        monday = next((day for day in column.days if day.weekday() == 0), column.days[0] if n == 0 else None)
        if monday is not None and len(ruler) <= at and (n or not _crowded(line, each)):
            ruler = ruler.ljust(at) + f"{monday:%m-%d} "
    yield ruler.rstrip()
    if len(line[0].days) == 1:
        week = "一二三四五六日" if style.language == "zh" and each > 1 else "MTWTFSS"
        yield "".join(padded(week[column.days[0].weekday()], each) for column in line).rstrip()


def _crowded(line: Sequence[Column], each: int) -> bool:
    """Whether the first Monday is so near that its date leaves no room for that of the first day."""
    first = next((n for n, column in enumerate(line) if any(day.weekday() == 0 for day in column.days)), len(line))
    return 0 < first * each <= LABEL


def _cell(row: Row, column: Column, each: int, picture: Picture, style: Style) -> str:
    """What stands on the line for these days."""
    mark = min((mark_of(row, day, picture) for day in column.days), key=IMPORTANCE.__getitem__)
    signs, on_path = style.signs, row.on_path and mark is Mark.WORK
    fill = signs.work_on_path if on_path else signs.marks[mark]
    text, colour = fill * each, CYAN if on_path else COLOURS.get(mark)
    over, due = _happened(row, column, signs), _due(row, column, mark, signs)
    if over:
        colour = RED if over == signs.ended else colour or GREEN
    ends = (over + due)[-each:]
    return style.painted(text[: each - len(ends)] + ends, colour)


def _due(row: Row, column: Column, mark: Mark, signs: Signs) -> str:
    """The sign of a due day on it; that of an earlier one only where nothing else is to be seen."""
    if row.due_day in column:
        return signs.due
    is_free = mark in (Mark.NOTHING, Mark.OFF, Mark.PLANNED, Mark.WAITING)
    return signs.was_due if is_free and any(day in column for day in row.due) else ""


def _happened(row: Row, column: Column, signs: Signs) -> str:
    if row.handed_over is not None:
        return signs.done if row.handed_over in column else ""
    return signs.ended if row.ending is not None and row.decided in column else ""


def _legend(picture: Picture, style: Style) -> Iterator[str]:
    """What the signs mean that are to be seen."""
    signs, rows = style.signs, picture.rows
    shown = {mark_of(row, day, picture) for row in rows for day in picture.days.days()}
    said = [(signs.marks[mark], mark.value) for mark in Mark if mark in shown and mark.value.zh]
    said += [(f"{signs.path}{signs.work_on_path}", PATH)] if picture.path else []
    said += [(signs.due, DUE)] if any(row.due for row in rows) else []
    said += [(signs.was_due, WAS_DUE)] if any(len(row.due) > 1 for row in rows) else []
    said += [(signs.done, HANDED_OVER)] if any(row.handed_over for row in rows) else []
    said += [(signs.ended, WITHOUT_RESULT)] if any(row.ending and not row.handed_over for row in rows) else []
    line: list[str] = []
    for one in (f"{sign} {text.said_in(style.language)}" for sign, text in said):
        if line and columns("  ".join([*line, one])) > style.width:
            yield "  ".join(line)
            line = []
        line.append(one)
    yield "  ".join(line)
