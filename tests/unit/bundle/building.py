"""Bundles for tests: definitions that are sound until a test says what is different, and parts that only have days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import date, time
from functools import cache
from typing import Any

from domain.bundle.checks import faults_of_bundle
from domain.bundle.definition import BundleDefinition
from domain.bundle.settling import Bundle, Part
from domain.calendar import Calendar, CalendarYear, Holiday
from domain.checks import Known
from domain.deadline import Office
from domain.definition import ItemDefinition
from domain.faults import Fault
from domain.limits import StatedLimit, Unit
from tests.builders import UNIT, an_item, an_office, the_calendar
from tests.definitions import a_definition, the_reference

Changes = Mapping[str, Any]
"""New values by dotted paths of field names and ids, like `items.food.after`; ABSENT takes the field away."""
ABSENT = object()

# Definitions


def code_of(id_: str) -> str:
    """The code of the service item that goes by this id in tests."""
    return f"4499{int.from_bytes(id_.encode()) % 10**8:08}"


@cache
def the_sample() -> dict[str, Any]:
    """The sample of an item as data."""
    return a_definition().model_dump(by_alias=True)


def an_item_definition(id_: str, days: float = 5, unit: str = "working", **changes: Any) -> ItemDefinition:
    """A public service that needs nothing and promises so many days."""
    given: dict[str, Any] = {
        "code": code_of(id_),
        "name": id_,
        "type": "公共服务",
        "limits": the_sample()["limits"] | {"promised": {"days": days, "unit": unit}},
        "situations": [],
        "form": [],
        "materials": [],
        "deferral": {"allowed": False},
        "special_procedures": [],
        "assumed": [],
    }
    return ItemDefinition.model_validate({**the_sample(), **given, **changes})


def an_entry(id_: str, *after: str, **changes: Any) -> dict[str, Any]:
    """An item of a bundle as it is written there."""
    return {"id": id_, "item": code_of(id_), "after": list(after), **changes}


def a_bundle(*items: dict[str, Any], days: float = 5, unit: str = "working", **changes: Any) -> BundleDefinition:
    """A bundle of these items with so long a limit that asks for nothing."""
    given: dict[str, Any] = {
        "kind": "bundle",
        "code": "449900000000",
        "name": "样品一件事",
        "version": "2026-01-01",
        "lead": {"code": "gz-thr-lead", "name": "牵头部门", "level": 4, "district": "440106"},
        "type": "公共服务",
        "audience": ["企业法人"],
        "basis": [{"law": "国发〔2024〕3号"}],
        "fee": {"charged": False},
        "limit": {"days": days, "unit": unit, "starts": "acceptance"},
        "acceptance": {"days": 5, "starts": "receipt", "basis": "apl:32.4"},
        "delivery": {"days": 1, "starts": "decision"},
        "items": list(items),
    }
    return BundleDefinition.model_validate({**given, **changes})


def found(bundle: BundleDefinition, *items: ItemDefinition, office: Office | None = None) -> tuple[Fault, ...]:
    """The faults of the bundle, where these items are published."""
    known = {item.code: (item,) for item in items}
    return faults_of_bundle(bundle, office or the_reference().office, Known(), known)


def changed(data: Any, changes: Changes) -> Any:
    """A copy of the data with some of its values changed."""
    copied = deepcopy(data)
    for path, value in changes.items():
        *way, last = path.split(".")
        value, inner = deepcopy(value) if value is not ABSENT else ABSENT, copied
        for name in way:
            inner = _inside(inner, name)
        if isinstance(inner, list):
            place = next((n for n, one in enumerate(inner) if one["id"] == last), len(inner))
            inner[place : place + 1] = [] if value is ABSENT else [value]
        elif value is ABSENT:
            del inner[last]
        else:
            inner[last] = value
    return copied


def _inside(data: Any, name: str) -> Any:
    if isinstance(data, list):
        return next(one for one in data if one["id"] == name)
    return data[name]


# Parts of a running bundle


def a_part(id_: str, days: float, *after: str, unit: str = UNIT, natural: bool = False, **changes: Any) -> Part:
    """A part of a running bundle that promises so many days."""
    promised = StatedLimit(days=days, unit=Unit.NATURAL if natural else Unit.WORKING)
    return Part(id=id_, item=an_item(name=id_, unit=unit, promised=promised, materials=()), after=after, **changes)


def a_running_bundle(*parts: Part, offices: Mapping[str, Office] | None = None) -> Bundle:
    """A running bundle of these parts; `offices` are those of units with days or hours of their own."""
    return Bundle(parts=parts, offices=dict(offices or {}))


def an_office_closed_on(*days: date, worked: Sequence[date] = (), closing: time | None = None) -> Office:
    """The office of a unit that is closed on these days too, and works on those others."""
    years = sorted({day.year for day in (*days, *worked)})
    own = tuple(
        CalendarYear(
            year=year,
            unit="own",
            holidays=tuple(
                Holiday.model_validate({"name": "本单位", "from": d, "to": d}) for d in days if d.year == year
            ),
            make_up=tuple(day for day in worked if day.year == year),
        )
        for year in years
    )
    calendar = Calendar(version="own", years=(*the_calendar().years, *own))
    return an_office(calendar=calendar, closing_time=closing)
