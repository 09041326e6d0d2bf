"""The rules of supervision as they are written (definitions/supervision.yaml)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import model_validator
from ruamel.yaml import YAML

from domain.record import EventKind
from domain.supervision.rules import Supervision
from domain.values import Value


class SupervisionFile(Value):
    """What holds for the city, and what places set otherwise."""

    kind: Literal["supervision"]
    city: Supervision
    places: dict[str, Supervision]

    @model_validator(mode="after")
    def _events_are_known(self) -> SupervisionFile:
        known = {kind.value for kind in EventKind}
        named = {event for rules in (self.city, *self.places.values()) for card in rules.cards for event in card.events}
        if unknown := sorted(named - known):
            raise ValueError(
                f"cards name no event of a case: {', '.join(unknown)}; known are {', '.join(sorted(known))}"
            )
        return self

    def of(self, place: str | None) -> Supervision:
        """The rules of the place with this code; those of the city where it sets none."""
        return self.places.get(place or "", self.city)


@cache
def read_supervision(definitions: Path) -> SupervisionFile:
    """The rules in the folder of definitions, read once. Raises pydantic's ValidationError on any fault."""
    with (definitions / "supervision.yaml").open(encoding="utf-8") as file:
        written: dict[str, Any] = YAML(typ="safe", pure=True).load(file)
    kind, places = written.pop("kind", None), written.pop("places", {})
    merged = {code: _merged(written, own) for code, own in places.items()}
    return SupervisionFile.model_validate({"kind": kind, "city": written, "places": merged})


def _merged(common: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """What a place sets takes the place of what is common, key by key."""
    both = common | own
    for name in common.keys() & own.keys():
        if isinstance(common[name], dict) and isinstance(own[name], dict):
            both[name] = _merged(common[name], own[name])
    return both
