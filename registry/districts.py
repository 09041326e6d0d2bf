"""The districts of the city (definitions/districts.yaml)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from domain.identifiers import Districts


@cache
def read_districts(definitions: Path) -> Districts:
    """The districts of the folder of definitions, read once. Raises pydantic's ValidationError on any fault."""
    yaml = YAML(typ="safe", pure=True)
    return Districts.model_validate(yaml.load((definitions / "districts.yaml").read_text(encoding="utf-8")))
