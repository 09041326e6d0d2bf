"""The calendar of working days as read from definitions/calendar/, one file a year."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ruamel.yaml import YAML

from domain.calendar import Calendar, CalendarYear


def read_calendar(folder: Path) -> Calendar:
    """The calendar of every year that has a file; its version is the digest of what the files say."""
    yaml = YAML(typ="safe", pure=True)
    years = []
    for file in sorted(folder.glob("*.yaml")):
        read = yaml.load(file.read_text(encoding="utf-8"))
        read.pop("kind", None)
        years.append(CalendarYear.model_validate(read))
    said = "\n".join(year.model_dump_json(by_alias=True, exclude={"source"}) for year in years)
    return Calendar(version=hashlib.sha256(said.encode()).hexdigest()[:16], years=tuple(years))
