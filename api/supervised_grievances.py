"""Grievances and findings for supervisors: lists and counts (gz:13.5, gz:19); the reporter is not shown here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from sqlalchemy.ext.asyncio import AsyncSession

from api import supervision_columns as columns
from api.bodies import UnitCode
from api.csv import OR_CSV, as_csv, each_page, once
from api.language import InLanguage
from api.overseeing import Day, Format, Overseen, check_unit_overseen, midnight
from api.pages import Limit, Paged, page_or_problem
from api.services import Here, Services
from api.standing import NONE, Naming
from api.supervision_views import FoundView, GrievanceCount, GrievanceStanding
from domain.grievance.record import Leg
from domain.grievance.telling import CLASSES, LEGS, LEVELS, SHORTCOMINGS
from domain.law import carries_out
from domain.supervision.rules import Class
from domain.supervision.shortcomings import Shortcoming
from domain.values import SHANGHAI
from domain.words import Text
from storage.overview import grievances as stored
from storage.overview.grievances import FindingFilters, GrievanceFilters, GrievanceGrouping
from storage.overview.scope import Scope
from storage.overview.snapshot import snapshot
from storage.pages import Page

router = APIRouter(prefix="/v1/supervision", tags=["supervision"])
Read = Callable[[AsyncSession, str | None, int], Awaitable[Page]]


async def grievance_filters(
    scope: Overseen,
    leg: Leg | None = None,
    klass: Annotated[Class | None, Query(alias="class", description="类别")] = None,
    ground: Annotated[Shortcoming | None, Query(description="情形")] = None,
    unit: Annotated[UnitCode | None, Query(description="承办单位")] = None,
    level: Annotated[int | None, Query(ge=0, le=9, description="升级到哪一级：0、1、2")] = None,
    late: Annotated[bool | None, Query(description="当前环节是否逾期")] = None,
    item: Annotated[str | None, Query(pattern=r"^[0-9]{12}$")] = None,
    district: Annotated[str | None, Query(pattern=r"^[0-9]{6}$")] = None,
    state: Literal["open", "closed", "all"] = "open",
) -> GrievanceFilters:
    """What grievances are narrowed to; 403 for a unit that others oversee."""
    check_unit_overseen(scope, unit)
    return GrievanceFilters(leg, klass, ground, unit, level, late, item, district, state)


Narrowed = Annotated[GrievanceFilters, Depends(grievance_filters)]


@router.get(
    "/grievances",
    responses=OR_CSV,
    response_model=Paged[GrievanceStanding],
    summary="反映件列表：按环节、类别、情形、单位、升级、逾期",
)
@carries_out("gz:13.5", "gz:19")
async def listed(
    scope: Overseen,
    filters: Narrowed,
    here: Here,
    language: InLanguage,
    cursor: str | None = None,
    limit: Limit = 50,
    format: Format = "json",
) -> Any:
    """The grievances at the windows and against the units that you oversee, the oldest first."""
    naming, named = Naming(here, language), _named(scope, here)

    async def read(session: AsyncSession, cursor: str | None, limit: int) -> Page:
        return await stored.grievances(session, scope, filters, named, cursor, limit)

    if format == "csv":
        pages = _all(here, read, lambda row: _grievance(row, naming))
        return await as_csv("grievances", language, columns.GRIEVANCES, pages)
    async with snapshot(here.database) as session:
        page = await page_or_problem(read(session, cursor, limit))
    return Paged(rows=[_grievance(row, naming) for row in page.rows], cursor=page.cursor)


@router.get("/grievances/counts", responses=OR_CSV, response_model=list[GrievanceCount], summary="反映件计数")
async def counts(
    scope: Overseen,
    filters: Narrowed,
    here: Here,
    language: InLanguage,
    by: GrievanceGrouping = GrievanceGrouping.LEG,
    format: Format = "json",
) -> Any:
    """How many grievances there are of each kind, how many are late, how many were escalated; one with two grounds counts
    under both."""
    naming = Naming(here, language)
    async with snapshot(here.database) as session:
        found = await stored.counted_grievances(session, scope, filters, by, _named(scope, here))
    views = [GrievanceCount(**{**row, "name": _called(by, row["key"], naming)}) for row in found]
    if format == "csv":
        return await as_csv("grievance-counts", language, columns.GRIEVANCE_COUNTS, once(views))
    return views


@router.get("/findings", responses=OR_CSV, response_model=Paged[FoundView], summary="系统发现的情形（条例十三条五款）")
@carries_out("gz:13.5", "gz:19")
async def findings(
    scope: Overseen,
    here: Here,
    language: InLanguage,
    shortcoming: Shortcoming | None = None,
    unit: UnitCode | None = None,
    item: Annotated[str | None, Query(pattern=r"^[0-9]{12}$")] = None,
    district: Annotated[str | None, Query(pattern=r"^[0-9]{6}$")] = None,
    clock: Annotated[
        str | None, Query(pattern=r"^[a-z_]+(:[A-Za-z0-9_.-]+)?$", max_length=80, description="期限")
    ] = None,
    withdrawn: Annotated[Literal["no", "yes", "all"], Query(description="是否已经更正")] = "no",
    first: Annotated[Day | None, Query(alias="from")] = None,
    last: Annotated[Day | None, Query(alias="to")] = None,
    cursor: str | None = None,
    limit: Limit = 50,
    format: Format = "json",
) -> Any:
    """What was found from facts about the units that you oversee, the newest first."""
    check_unit_overseen(scope, unit)
    filters = FindingFilters(
        shortcoming=shortcoming,
        unit=unit,
        item=item,
        district=district,
        clock=clock,
        withdrawn={"no": False, "yes": True, "all": None}[withdrawn],
        since=midnight(first) if first else None,
        until=midnight(last + timedelta(days=1)) if last else None,
    )
    naming, named = Naming(here, language), _named(scope, here)

    async def read(session: AsyncSession, cursor: str | None, limit: int) -> Page:
        return await stored.findings(session, scope, filters, named, cursor, limit)

    if format == "csv":
        pages = _all(here, read, lambda row: _finding(row, naming))
        return await as_csv("findings", language, columns.FINDINGS, pages)
    async with snapshot(here.database) as session:
        page = await page_or_problem(read(session, cursor, limit))
    return Paged(rows=[_finding(row, naming) for row in page.rows], cursor=page.cursor)


def _named(scope: Scope, here: Services) -> dict[str, Any]:
    return {**scope.values, "today": here.now().astimezone(SHANGHAI).date()}


async def _all(here: Services, read: Read, view: Callable[[dict[str, Any]], Any]) -> AsyncIterator[Sequence[Any]]:
    """Every page of a list, all as it was at one moment."""
    async with snapshot(here.database) as session:
        async for rows in each_page(partial(read, session)):
            yield [view(row) for row in rows]


def _grievance(row: dict[str, Any], naming: Naming) -> GrievanceStanding:
    same = (
        *("number", "channel", "item_name", "window_unit", "district", "unit", "grounds", "leg", "klass", "level"),
        *("late", "waiting_for", "due_day", "ending", "satisfaction", "conclusion", "received_at"),
    )
    return GrievanceStanding(
        **{name: row[name] for name in same},
        case=row["case_number"],
        item=row["item_code"],
        unit_name=naming.unit(row["unit"]) if row["unit"] else None,
        grounds_said=[naming.said(SHORTCOMINGS[ground]) for ground in row["grounds"]],
        leg_name=naming.said(LEGS[row["leg"]]),
        link=f"/v1/grievances/{row['number']}",
    )


def _finding(row: dict[str, Any], naming: Naming) -> FoundView:
    return FoundView(
        **{name: value for name, value in row.items() if name not in ("number", "item_code")},
        says=naming.said(SHORTCOMINGS[row["shortcoming"]]),
        case=row["number"],
        item=row["item_code"],
        unit_name=naming.unit(row["unit"]),
        link=f"/v1/cases/{row['number']}/timeline" if row["number"] else None,
    )


def _called(by: GrievanceGrouping, key: Any, naming: Naming) -> str:
    if key is None:
        return naming.said(NONE)
    match by:
        case GrievanceGrouping.LEG:
            return naming.said(LEGS[key])
        case GrievanceGrouping.CLASS:
            return naming.said(CLASSES[key])
        case GrievanceGrouping.GROUND:
            return naming.said(SHORTCOMINGS[key])
        case GrievanceGrouping.LEVEL:
            return naming.said(LEVELS[key] if key else Text("未升级", "not escalated"))
        case GrievanceGrouping.DISTRICT:
            return naming.district(key)
        case _:
            return naming.unit(key)
