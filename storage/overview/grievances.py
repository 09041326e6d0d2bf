"""Grievances and findings as supervisors list and count them; nothing of the reporter is read here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from storage.overview.scope import Scope
from storage.pages import Page, moment_and_key, written_cursor
from storage.statements import as_dicts, statement


class GrievanceFilters(NamedTuple):
    """None: not narrowed."""

    leg: str | None = None
    klass: str | None = None
    ground: str | None = None
    unit: str | None = None
    level: int | None = None
    late: bool | None = None
    item: str | None = None
    district: str | None = None
    state: str = "open"
    """open, closed or all."""


class GrievanceGrouping(StrEnum):
    """What grievances may be counted by; one with two grounds counts under both."""

    LEG = "leg"
    CLASS = "class"
    GROUND = "ground"
    UNIT = "unit"
    LEVEL = "level"
    DISTRICT = "district"


LATE = """(g.leg <> 'closed' AND (g.due_day < :today OR g.clocks @> '[{"state": "running", "passed": true}]'))"""
STATES = {"open": "g.leg <> 'closed'", "closed": "g.leg = 'closed'", "all": "TRUE"}
SHOWN = """
    g.number, g.channel, g.case_number, g.item_code, g.item_name, g.window_unit, g.district, g.unit, g.grounds, g.leg,
    g.klass, g.ending, g.level, g.waiting_for, g.due_day, g.satisfaction, g.conclusion, g.received_at, g.changed_at
"""


def _from(scope: Scope, filters: GrievanceFilters) -> tuple[str, dict[str, Any]]:
    """The grievances at the windows and against the units of the scope, and what the conditions name."""
    holds = [
        f"({scope.holds_for('g.window_unit')} OR {scope.holds_for('g.unit')})",
        "NOT (coalesce(g.reported_by, '') = :person AND g.channel <> 'window')",
        "NOT (coalesce(c.applied_by, '') = :person AND coalesce(c.channel, '') <> 'window')",
        STATES[filters.state],
    ]
    named: dict[str, Any] = {}
    equal = {name: name for name in ("leg", "klass", "unit", "level", "district")} | {"item": "item_code"}
    for name, column in equal.items():
        if (wanted := getattr(filters, name)) is not None:
            holds.append(f"g.{column} = :f_{name}")
            named[f"f_{name}"] = wanted
    if filters.ground is not None:
        holds.append("g.grounds @> ARRAY[CAST(:f_ground AS text)]")
        named["f_ground"] = filters.ground
    if filters.late is not None:
        holds.append(LATE if filters.late else f"NOT coalesce({LATE}, FALSE)")
    joined = "FROM grievance AS g LEFT JOIN case_file AS c ON c.number = g.case_number"
    return f"{joined} WHERE {' AND '.join(holds)}", named


async def grievances(
    session: AsyncSession,
    scope: Scope,
    filters: GrievanceFilters,
    named: dict[str, Any],
    cursor: str | None,
    limit: int,
) -> Page:
    """A page of grievances, the oldest first. Raises `BadCursor`."""
    source, wanted = _from(scope, filters)
    if cursor is not None:
        at, key = moment_and_key(cursor)
        source += " AND (g.received_at, g.number) > (:after_at, :after_key)"
        wanted |= {"after_at": at, "after_key": key}
    query = f"SELECT {SHOWN}, coalesce({LATE}, FALSE) AS late {source} ORDER BY g.received_at, g.number LIMIT :limit"
    rows = await session.execute(statement(query), {**named, **wanted, "limit": limit + 1})
    return _page(as_dicts(rows), ("received_at", "number"), limit)


async def counted_grievances(
    session: AsyncSession,
    scope: Scope,
    filters: GrievanceFilters,
    by: GrievanceGrouping,
    named: dict[str, Any],
) -> list[dict[str, Any]]:
    """The groups with how many grievances each holds, how many are late and how many were escalated."""
    source, wanted = _from(scope, filters)
    column = {"class": "g.klass", "ground": "unnest(g.grounds)"}.get(by.value, f"g.{by}")
    query = f"""
        SELECT {column} AS key, count(*) AS grievances, count(*) FILTER (WHERE {LATE}) AS late,
               count(*) FILTER (WHERE g.level > 0) AS escalated
          {source} GROUP BY 1 ORDER BY 1
    """
    return as_dicts(await session.execute(statement(query), {**named, **wanted}))


class FindingFilters(NamedTuple):
    """None: not narrowed; `since` and `until` are moments, the latter not included."""

    shortcoming: str | None = None
    unit: str | None = None
    item: str | None = None
    district: str | None = None
    clock: str | None = None
    withdrawn: bool | None = False
    since: datetime | None = None
    until: datetime | None = None


FOUND = """
    f.id, f.shortcoming, f.number, f.seq, f.visit, f.unit, f.item_code, f.district, f.clock, f.article, f.found_at,
    f.withdrawn_at, f.withdrawn_why, f.grievance
"""


async def findings(
    session: AsyncSession,
    scope: Scope,
    filters: FindingFilters,
    named: dict[str, Any],
    cursor: str | None,
    limit: int,
) -> Page:
    """A page of findings, the newest first. Raises `BadCursor`."""
    holds = [scope.holds_for("f.unit"), "NOT (coalesce(c.applied_by, '') = :person AND c.channel <> 'window')"]
    wanted: dict[str, Any] = {}
    equal = {name: name for name in ("shortcoming", "unit", "district", "clock")} | {"item": "item_code"}
    for name, column in equal.items():
        if (value := getattr(filters, name)) is not None:
            holds.append(f"f.{column} = :f_{name}")
            wanted[f"f_{name}"] = value
    if filters.withdrawn is not None:
        holds.append(f"f.withdrawn_at IS {'NOT NULL' if filters.withdrawn else 'NULL'}")
    for name, sign, moment in (("since", ">=", filters.since), ("until", "<", filters.until)):
        if moment is not None:
            holds.append(f"f.found_at {sign} :f_{name}")
            wanted[f"f_{name}"] = moment
    if cursor is not None:
        holds.append("(f.found_at, f.id) < (:after_at, :after_key)")
        wanted["after_at"], wanted["after_key"] = moment_and_key(cursor)
    query = f"""
        SELECT {FOUND} FROM finding AS f LEFT JOIN case_file AS c ON c.number = f.number
         WHERE {" AND ".join(holds)} ORDER BY f.found_at DESC, f.id DESC LIMIT :limit
    """
    rows = await session.execute(statement(query), {**named, **wanted, "limit": limit + 1})
    return _page(as_dicts(rows), ("found_at", "id"), limit)


def _page(rows: Sequence[dict[str, Any]], keys: tuple[str, str], limit: int) -> Page:
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], None if last is None else written_cursor([last[name] for name in keys]))
