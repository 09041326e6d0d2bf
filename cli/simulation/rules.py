"""The rules of supervision by which a simulation plays: those of the folder of definitions."""

from __future__ import annotations

from domain.supervision.rules import Supervision
from registry.supervision import read_supervision
from registry.units import read_units
from settings import settings


def rules_of(unit: str) -> Supervision:
    """The rules of the unit's place."""
    definitions = settings().definitions
    return read_supervision(definitions).of(read_units(definitions).place_of(unit))


def management_of(unit: str) -> str | None:
    """The department that oversees the services of the unit's place."""
    return read_units(settings().definitions).management_of(unit)
