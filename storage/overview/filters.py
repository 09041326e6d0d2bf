"""What lists and counts of open cases may be narrowed to; the same for both, so that every count opens as its list."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from domain.supervision.stuck import LATE, STUCK, Mark
from storage.overview.since import OPENED, since
from storage.overview.standing import any_of


class Filters(NamedTuple):
    """None: not narrowed."""

    unit: str | None = None
    item: str | None = None
    district: str | None = None
    light: str | None = None
    stage: str | None = None
    cause: str | None = None
    late: str | None = None
    """A mark of lateness, or `any`."""
    mark: str | None = None
    """A mark, or `stuck`."""
    waiting_for: str | None = None
    bundle: str | None = None
    since_before: datetime | None = None

    @property
    def on_the_case_alone(self) -> bool:
        """Whether the row of the case tells by itself that it is wanted."""
        return not (self.cause or self.late or self.mark or self.since_before)


def joined(filters: Filters) -> tuple[str, str]:
    """What comes behind `standing` and behind `s` where the conditions ask for the oldest task, and else nothing."""
    return (f", {OPENED}", "LEFT JOIN opened AS o ON o.number = s.number") if filters.since_before else ("", "")


EQUAL = {name: name for name in ("unit", "district", "light", "stage", "cause", "bundle")} | {"item": "item_code"}


def conditions(filters: Filters) -> tuple[list[str], dict[str, Any]]:
    """The conditions on `s`, and what they name."""
    holds, named = [], {}
    for name, column in EQUAL.items():
        if (wanted := getattr(filters, name)) is not None:
            holds.append(f"s.{column} = :f_{name}")
            named[f"f_{name}"] = wanted
    for wanted, every, all_of_them in ((filters.late, "any", LATE), (filters.mark, "stuck", STUCK)):
        if wanted is not None:
            holds.append(any_of(all_of_them if wanted == every else (Mark(wanted),)))
    if filters.waiting_for is not None:
        holds.append("s.waiting_for @> ARRAY[CAST(:f_waiting_for AS text)]")
        named["f_waiting_for"] = filters.waiting_for
    if filters.since_before is not None:
        holds.append(f"s.received_at < :f_since AND {since('o.at')} < :f_since")
        named["f_since"] = filters.since_before
    return holds, named
