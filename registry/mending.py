"""A definition with faulty parts, made whole with stand-ins, so that the rules on its sound parts can still be run."""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import ValidationError

from domain.definition import ItemDefinition
from domain.faults import Path
from registry.shape import known_fields, nearest

STAND_IN: dict[str, Any] = {
    "kind": "item",
    "code": "000000000000",
    "name": "—",
    "version": "2000-01-01",
    "department": {"code": "stand-in", "name": "—"},
    "type": "公共服务",
    "handling": "promised",
    "audience": ["—"],
    "basis": [{"law": "—"}],
    "conditions": ["—"],
    "fee": {"charged": False},
    "result": {"name": "—", "kind": "工作结果"},
    "limits": {
        "acceptance": {"days": 5, "starts": "receipt"},
        "promised": {"days": 1},
        "delivery": {"days": 1, "starts": "decision"},
    },
    "materials": [],
    "examination": [{"id": "decide", "name": "—", "role": "approver", "limit": {"days": 1}, "decides": True}],
}
"""Says nothing about anything: no rule that looks at a stand-in is ever run."""

ALWAYS_THERE = "kind"


class Mended(NamedTuple):
    """The definition with its stand-ins, and the parts that they stand for."""

    definition: ItemDefinition
    broken: tuple[str, ...]


def mended(data: object, error: ValidationError) -> Mended | None:
    """The data as a definition after all; None where nothing of it can be used."""
    if not isinstance(data, dict):
        return None
    whole, broken = _of_known_fields(data, ()), dict.fromkeys(_broken(data, error))
    if isinstance(whole.get("limits"), dict):
        whole["limits"] = _of_known_fields(whole["limits"], ("limits",))
    for part in broken:
        _replace(whole, part)
    whole["assumed"] = _marks_on_sound_parts(whole.get("assumed"), tuple(broken))
    try:
        return Mended(ItemDefinition.model_validate(whole), tuple(broken))
    except ValidationError:
        return None


def _broken(data: dict[str, Any], error: ValidationError) -> list[str]:
    parts = [_part(one["loc"], data) for one in error.errors(include_url=False)]
    return [part for part in parts if part]


def _part(loc: Path, data: dict[str, Any]) -> str | None:
    """The part that an error spoils: one entry of the limits, else all that stands under one field of the definition.

    A key that nobody knows spoils what it was most likely meant to be.
    """
    depth = 2 if loc[:1] == ("limits",) and len(loc) > 1 and isinstance(data.get("limits"), dict) else 1
    named = tuple(str(part) for part in loc[:depth])
    known = known_fields(named[:-1])
    meant = named[-1] if named and named[-1] in known else nearest(named[-1], known) if named else None
    return ".".join((*named[:-1], meant)) if meant else None


def _replace(whole: dict[str, Any], part: str) -> None:
    first, _, second = part.partition(".")
    if second:
        whole["limits"] = {**whole["limits"], second: STAND_IN["limits"].get(second)}
    elif first in STAND_IN:
        whole[first] = STAND_IN[first]
    else:
        whole.pop(first, None)


def _of_known_fields(data: dict[str, Any], path: Path) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key in known_fields(path)}


def _marks_on_sound_parts(marks: object, broken: tuple[str, ...]) -> object:
    """The assumptions, those on broken parts turned to what is always there, so that their places stay the same."""
    if not isinstance(marks, list):
        return []
    return [{**mark, "at": ALWAYS_THERE} if _lies_in(mark["at"], broken) else mark for mark in marks]


def _lies_in(at: str, broken: tuple[str, ...]) -> bool:
    return any(f"{at}.".startswith(f"{part}.") or f"{part}.".startswith(f"{at}.") for part in broken)
