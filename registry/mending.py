"""A definition with faulty parts, made whole with stand-ins, so that the rules on its sound parts can still be run."""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import ValidationError

from domain.faults import Path
from registry.kinds import Definition, Kind
from registry.shape import nearest

ALWAYS_THERE = "kind"


class Mended(NamedTuple):
    """The definition with its stand-ins, and the parts that they stand for."""

    definition: Definition
    broken: tuple[str, ...]


def mended(data: dict[str, Any], kind: Kind, error: ValidationError) -> Mended | None:
    """The data as a definition after all; None where nothing of it can be used."""
    whole, broken = _of_known_fields(data, kind, ()), dict.fromkeys(_broken(data, kind, error))
    if isinstance(whole.get("limits"), dict):
        whole["limits"] = _of_known_fields(whole["limits"], kind, ("limits",))
    for part in broken:
        _replace(whole, part, kind)
    whole["assumed"] = _marks_on_sound_parts(whole.get("assumed"), tuple(broken))
    try:
        return Mended(kind.model.model_validate(whole), tuple(broken))
    except ValidationError:
        return None


def _broken(data: dict[str, Any], kind: Kind, error: ValidationError) -> list[str]:
    parts = [_part(one["loc"], data, kind) for one in error.errors(include_url=False)]
    return [part for part in parts if part]


def _part(loc: Path, data: dict[str, Any], kind: Kind) -> str | None:
    """The part that an error spoils: one entry of the limits, else all that stands under one field of the definition.

    A key that nobody knows spoils what it was most likely meant to be.
    """
    depth = 2 if loc[:1] == ("limits",) and len(loc) > 1 and isinstance(data.get("limits"), dict) else 1
    named = tuple(str(part) for part in loc[:depth])
    known = kind.shape.fields(named[:-1])
    meant = named[-1] if named and named[-1] in known else nearest(named[-1], known) if named else None
    return ".".join((*named[:-1], meant)) if meant else None


def _replace(whole: dict[str, Any], part: str, kind: Kind) -> None:
    first, _, second = part.partition(".")
    if second:
        whole["limits"] = {**whole["limits"], second: kind.stand_in["limits"].get(second)}
    elif first in kind.stand_in:
        whole[first] = kind.stand_in[first]
    else:
        whole.pop(first, None)


def _of_known_fields(data: dict[str, Any], kind: Kind, path: Path) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key in kind.shape.fields(path)}


def _marks_on_sound_parts(marks: object, broken: tuple[str, ...]) -> object:
    """The assumptions, those on broken parts turned to what is always there, so that their places stay the same."""
    if not isinstance(marks, list):
        return []
    return [{**mark, "at": ALWAYS_THERE} if _lies_in(mark["at"], broken) else mark for mark in marks]


def _lies_in(at: str, broken: tuple[str, ...]) -> bool:
    return any(f"{at}.".startswith(f"{part}.") or f"{part}.".startswith(f"{at}.") for part in broken)
