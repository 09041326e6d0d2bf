"""The picture of a bundle as SVG: a file of its own, without fonts, scripts or anything else from outside; the same picture
is the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from cli.picture.columns import cut
from cli.picture.elements import box, number, put, titled, upright, write
from cli.picture.looks import DONE, ENDED, KINDS, STYLE, definitions
from cli.picture.marks import Mark, runs
from cli.picture.model import Picture, Row
from cli.picture.saying import (
    DUE,
    HANDED_OVER,
    PATH,
    WAS_DUE,
    WHOLE,
    WITHOUT_RESULT,
    count_said,
    path_said,
    span_said,
    stands,
    summary,
)
from domain.words import Language

LEFT, RIGHT, TOP, ROW, BAR, LEGEND = 236, 224, 112, 34, 16, 44
"""Room for names, for days and states, for title and dates, for each line and its bar, and for the legend."""
NAME, STATE = 30, 18
"""Columns that a name may take, and the word for how an item stands; a Chinese character takes two."""
WIDTH = 1120
NARROW, WIDE = 6, 44
"""Of a day."""
MARGIN = 16
WEEK = {"zh": "一二三四五六日", "en": "MTWTFSS"}


def svg(picture: Picture, language: Language = "zh") -> str:
    """The picture as an SVG document."""
    return _Drawing(picture, language).document()


class _Place(NamedTuple):
    """A line of the picture."""

    row: Row
    middle: float
    kind: str
    """The class of its bars besides their own: that of the whole, or of the longest way."""


class _Drawing:
    """One picture, measured, with everything that it shows."""

    def __init__(self, picture: Picture, language: Language) -> None:
        self.picture, self.language = picture, language
        self.days = list(picture.days.days())
        self.day = min(max((WIDTH - LEFT - RIGHT) / len(self.days), NARROW), WIDE)
        middles = [TOP + (n + 0.5) * ROW for n in range(len(picture.rows))]
        kinds = ["whole ", *("path " if row.on_path else "" for row in picture.items)]
        self.places = [_Place(*place) for place in zip(picture.rows, middles, kinds, strict=True)]
        self.bottom = TOP + len(self.places) * ROW
        self.right = LEFT + len(self.days) * self.day

    def document(self) -> str:
        """The whole of it; what is drawn later lies above."""
        width, height = number(self.right + RIGHT), number(self.bottom + LEGEND)
        root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width} {height}"})
        root.attrib |= {"width": width, "height": height, "role": "img", "aria-labelledby": "title summary"}
        root.set("lang", "zh-CN" if self.language == "zh" else "en")
        put(root, "title", id="title").text = self.picture.whole.name
        said = [one.said_in(self.language) for one in (summary(self.picture), path_said(self.picture)) if one.zh]
        put(root, "desc", id="summary").text = "。".join(said) if self.language == "zh" else ". ".join(said)
        put(root, "style").text = STYLE
        definitions(root)
        put(root, "rect", width="100%", height="100%", fill="#ffffff")
        self._head(root, said)
        self._days_off(root)
        self._ruler(root)
        self._arrows(root)
        for place in self.places:
            self._line(root, place)
        self._legend(root)
        ElementTree.indent(root)
        return ElementTree.tostring(root, encoding="unicode") + "\n"

    def begins(self, day: date) -> float:
        """Where the day begins."""
        return LEFT + (day - self.days[0]).days * self.day

    def ends(self, day: date) -> float:
        """Where it ends."""
        return self.begins(day) + self.day

    def _head(self, root: Element, said: list[str]) -> None:
        write(root, MARGIN, 30, self.picture.whole.name, "title")
        for n, line in enumerate(said):
            write(root, MARGIN, 52 + 16 * n, line, "small")

    def _days_off(self, root: Element) -> None:
        calendar = self.picture.calendar
        for day in self.days:
            if not calendar.is_worked(day):
                shade = box(root, "off", self.begins(day), TOP, self.day, self.bottom - TOP)
                if name := calendar.holiday_name(day):
                    titled(shade, f"{name} {day:%m-%d}")

    def _ruler(self, root: Element) -> None:
        """A line at each Monday with its date, the days of the week where there is room, and the due day of the whole."""
        for n, day in enumerate(self.days):
            if n == 0 or day.weekday() == 0:
                upright(root, "grid", self.begins(day), TOP - 16, self.bottom)
                if n or (7 - day.weekday()) * self.day > 36:
                    write(root, self.begins(day) + 3, TOP - 20, f"{day:%m-%d}", "small")
            if self.day >= 13:
                write(
                    root, self.begins(day) + self.day / 2, TOP - 5, WEEK[self.language][day.weekday()], "small middle"
                )
        if self.picture.whole.due_day:
            upright(root, "whole-due", self.ends(self.picture.whole.due_day), TOP, self.bottom)

    def _arrows(self, root: Element) -> None:
        """From the end of what an item waits for down to its beginning; those of the longest way above the others."""
        places = {place.row.id: place for place in self.places}
        arrows = [(places[id_], place) for place in self.places for id_ in place.row.after if id_ in places]
        for before, after in sorted(arrows, key=lambda arrow: arrow[0].row.on_path and arrow[1].row.on_path):
            end, beginning = before.row.end, after.row.beginning
            if end is not None and beginning is not None:
                kind = "path arrow" if before.row.on_path and after.row.on_path else "arrow"
                along = max(self.ends(end), self.begins(beginning) + 5)
                side = BAR / 2 + 1 if after.middle > before.middle else -BAR / 2 - 1
                way = (self.ends(end), before.middle, along, after.middle - side)
                put(root, "path", kind, d="M{} {} H{} V{}".format(*map(number, way)))

    def _line(self, root: Element, place: _Place) -> None:
        row, group = place.row, put(root, "g")
        name = WHOLE.said_in(self.language) if row is self.picture.whole else row.name
        over = row.handed_over or row.decided
        count, state = count_said(row, self.picture).said_in(self.language), stands(row).said_in(self.language)
        day = f"{over:%m-%d}" if over else ""
        titled(group, " ".join(filter(None, (name, count, state, day))))
        strong = "strong" if place.kind else ""
        write(group, MARGIN, place.middle + 4.5, cut(f"◆ {name}" if row.on_path else name, NAME), strong)
        for mark, span in runs(row, self.picture):
            if mark in KINDS:
                height = 6 if mark is Mark.WAITING else BAR
                left, top = self.begins(span.first), place.middle - height / 2
                bar = box(group, place.kind + KINDS[mark], left, top, self.ends(span.last) - left, height)
                titled(bar, f"{mark.value.said_in(self.language)} {span_said(span)}")
        for n, due in enumerate(row.due, 1):
            self._due(group, place, due, holds=n == len(row.due))
        self._end(group, place)
        tail = "  ".join(filter(None, (count, cut(state, STATE), day)))
        write(group, self.right + 12, place.middle + 4.5, tail, strong)

    def _due(self, group: Element, place: _Place, day: date, *, holds: bool) -> None:
        kind, said = ("due", DUE) if holds else ("was", WAS_DUE)
        line = upright(group, kind, self.ends(day), place.middle - BAR / 2 - 4, place.middle + BAR / 2 + 4)
        titled(line, f"{said.said_in(self.language)} {day:%m-%d}")

    def _end(self, group: Element, place: _Place) -> None:
        """The day on which the result was handed over, or on which the item ended without one."""
        row = place.row
        day, kind, sign, said = row.handed_over, "done", DONE, HANDED_OVER
        if day is None and row.ending is not None:
            day, kind, sign, said = row.decided, "ended", ENDED, WITHOUT_RESULT
        if day is not None:
            at = f"translate({number(self.begins(day) + self.day / 2)} {number(place.middle)})"
            mark = titled(put(group, "g", kind, transform=at), f"{said.said_in(self.language)} {day:%m-%d}")
            put(mark, "circle", r=7)
            put(mark, "path", "sign", d=sign)

    def _legend(self, root: Element) -> None:
        x, y = float(MARGIN), self.bottom + 26
        for kind, said in self._explained():
            if kind in ("due", "was"):
                upright(root, kind, x + 11, y - 11, y + 3)
            else:
                box(root, kind, x, y - 10, 22, 12)
            write(root, x + 28, y, said, "small")
            x += 50 + sum(11 if ord(one) > 0x2E80 else 6 for one in said)

    def _explained(self) -> Iterator[tuple[str, str]]:
        """What is to be seen in the picture, by its class."""
        rows = self.picture.rows
        shown = {mark for row in rows for mark, _ in runs(row, self.picture)}
        said = [("path work", PATH)] if self.picture.path else []
        said += [(kind, mark.value) for mark, kind in KINDS.items() if mark in shown]
        said += [("off", Mark.OFF.value)] if Mark.OFF in shown else []
        said += [("due", DUE)] if any(row.due for row in rows) else []
        said += [("was", WAS_DUE)] if any(len(row.due) > 1 for row in rows) else []
        return ((kind, text.said_in(self.language)) for kind, text in said)
