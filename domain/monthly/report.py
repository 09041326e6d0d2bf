"""The report of a month: all its figures in one value, and the digest that shows it was not changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from domain.calendar import Calendar
from domain.law import carries_out
from domain.monthly import method
from domain.monthly.facts import Facts
from domain.monthly.figures import Figures, figures
from domain.monthly.grievances import Course, GrievanceFigures, courses, grievance_figures
from domain.monthly.method import METHOD, Defined
from domain.monthly.month import Month
from domain.monthly.spots import REPORTED, Difficult, Hot, difficult_points, hot_spots, troubled
from domain.monthly.standing import Standing, names_of, standing_at
from domain.values import Message


class UnitFigures(Message):
    """The figures of a unit."""

    unit: str
    name: str
    figures: Figures
    before: Figures
    """Of the month before."""
    grievances: int
    hot: tuple[str, ...] = ()
    """The items that it received most of."""
    difficult: tuple[Difficult, ...] = ()


class ItemFigures(Message):
    """The figures of an item over all units."""

    item: str
    name: str
    figures: Figures


class InnerPlace(Message):
    """A place inside this one with a department of its own: shown beside the totals, not in them."""

    place: str
    name: str
    figures: Figures


class Means(Message):
    """What a figure is, in both languages."""

    figure: str
    zh: str
    en: str
    means_zh: str
    means_en: str


class Report(Message):
    """The body of a report; its canonical JSON is what the digest is of."""

    method: int
    month: str
    place: str
    place_name: str
    begins: datetime
    ends: datetime
    """The cut: facts from here on do not count."""
    calendar: str
    """Version of the calendar of the place's department that was in force at the cut."""
    total: Figures
    before: Figures
    grievances: GrievanceFigures
    grievances_before: GrievanceFigures
    units: tuple[UnitFigures, ...]
    items: tuple[ItemFigures, ...]
    hot: Hot
    difficult: tuple[Difficult, ...]
    inside: tuple[InnerPlace, ...]
    general: tuple[tuple[str, str], ...]
    means: tuple[Means, ...]

    def unit(self, code: str) -> UnitFigures | None:
        """The figures of the unit; None where nothing of it was on file."""
        return next((one for one in self.units if one.unit == code), None)

    def item_name(self, code: str) -> str:
        """What the item is called."""
        return next((one.name for one in self.items if one.item == code), code)


def canonical(body: Mapping[str, Any]) -> bytes:
    """The one way to write the body: keys in order, no spaces, UTF-8."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(body: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON."""
    return hashlib.sha256(canonical(body)).hexdigest()


class Names(Message):
    """What places and units are called."""

    place: str
    units: Mapping[str, str]
    places: Mapping[str, str] = {}


@carries_out("gz:19")
def reported(
    place: str, month: Month, own: Facts, inside: Mapping[str, Facts], calendar: Calendar, names: Names
) -> Report:
    """The report by method 1, a function of its arguments alone."""
    now, then = standing_at(own, month), standing_at(own, month.before)
    by_unit, by_unit_then = now.by(lambda unit, _: unit), then.by(lambda unit, _: unit)
    nobody, nobody_then = Standing(month), Standing(month.before)
    course = courses(own.grievances, month)
    counted = grievance_figures(course, calendar)
    new = [one for one in course if one.is_registered]
    files = troubled(now, _matters(new), calendar)
    difficult = difficult_points(files)
    called = {**names_of(case for facts in inside.values() for case in facts.cases), **names_of(own.cases)}
    handling = {unit for unit, standing in by_unit.items() if standing.has_anything}
    units = sorted(handling | (counted.by_unit.keys() & names.units.keys()))
    items = now.by(lambda _, item: item or "")
    return Report(
        method=METHOD,
        month=str(month),
        place=place,
        place_name=names.place,
        begins=month.begins,
        ends=month.ends,
        calendar=calendar.version,
        total=figures(now, calendar),
        before=figures(then, calendar),
        grievances=counted,
        grievances_before=grievance_figures(courses(own.grievances, month.before), calendar),
        units=tuple(
            UnitFigures(
                unit=unit,
                name=names.units.get(unit, unit),
                figures=figures(by_unit.get(unit, nobody), calendar),
                before=figures(by_unit_then.get(unit, nobody_then), calendar),
                grievances=counted.by_unit.get(unit, 0),
                hot=tuple(one.key for one in hot_spots(by_unit.get(unit, nobody), (), ()).items),
                difficult=difficult_points(one for one in files if one.unit == unit),
            )
            for unit in units
        ),
        items=tuple(
            ItemFigures(item=item, name=called.get(item, item), figures=figures(standing, calendar))
            for item, standing in sorted(items.items())
            if item
        ),
        hot=hot_spots(now, new, files),
        difficult=difficult,
        inside=tuple(
            InnerPlace(
                place=code,
                name=names.places.get(code, code),
                figures=figures(standing_at(facts, month), calendar),
            )
            for code, facts in sorted(inside.items())
        ),
        general=tuple((one.zh, one.en) for one in method.GENERAL),
        means=tuple(_means()),
    )


def _matters(new: Iterable[Course]) -> dict[str, set[str]]:
    """The files that people went to the window about in the month."""
    return {one.facts.case: {REPORTED} for one in new if one.facts.case and one.facts.channel != "system"}


def _means() -> list[Means]:
    kinds: tuple[tuple[str, Mapping[str, Defined]], ...] = (
        ("", method.FIGURES),
        ("grievances.", method.GRIEVANCES),
        ("hot.", method.SPOTS),
    )
    return [
        Means(figure=f"{kind}{name}", zh=one.name.zh, en=one.name.en, means_zh=one.means.zh, means_en=one.means.en)
        for kind, figures_ in kinds
        for name, one in figures_.items()
    ]
