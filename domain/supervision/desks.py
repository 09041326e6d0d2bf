"""Who owes a limit: of a step the unit on whose desk it lies, which may be another than the item's (gz:8.3)."""

from __future__ import annotations

Desks = tuple[tuple[str, str], ...]
"""Steps that wait for an answer, or did when the batch began, each with the unit that owes it."""


def owing(clock: str, unit: str, desks: Desks) -> str:
    """The unit that owes the limit; `unit` is that of the item, which owes all but steps of others."""
    family, _, step = clock.partition(":")
    units = [at for slot, at in desks if slot == step] if family == "step" else []
    return units[0] if units and unit not in units else unit
