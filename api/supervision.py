"""What supervisors see of the whole, and chief representatives of their unit (gz:19): counts, lists, causes, as JSON or CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession

from api import supervision_columns as columns
from api.csv import OR_CSV, as_csv, each_page, once
from api.language import InLanguage
from api.overseeing import Format, InPeriod, Narrowed, Overseen, check_unit_overseen
from api.pages import Limit, Paged, page_or_problem
from api.services import Here, Services
from api.standing import Naming, shown
from api.supervision_views import HOW, CauseCount, Causes, Count, Holder, Overview, Standing, WaitedFor
from domain.law import carries_out
from domain.supervision.posts import Seat
from domain.words import Language
from storage import troubles as found_troubles
from storage.duty import OnDuty, on_duty
from storage.overview import causes as troubles
from storage.overview import counts, rows, standing, waiting
from storage.overview.counts import MEASURES, Grouping
from storage.overview.filters import Filters
from storage.overview.scope import Scope
from storage.overview.snapshot import snapshot

router = APIRouter(prefix="/v1/supervision", tags=["supervision"])


@router.get(
    "/overview",
    responses=OR_CSV,
    response_model=Overview,
    summary="在办件总览：按单位、事项、行政区、灯、阶段、停在哪里计数",
)
async def overview(
    scope: Overseen,
    filters: Narrowed,
    here: Here,
    language: InLanguage,
    by: Annotated[list[Grouping] | None, Query(max_length=3, description="按什么计数，可以几项")] = None,
    format: Format = "json",
) -> Any:
    """The open cases of what you oversee, counted by one or more groupings; every count opens as its list."""
    grouping = list(dict.fromkeys(by or [Grouping.UNIT]))
    async with snapshot(here.database) as session:
        named = await _named(session, scope, here)
        groups = await counts.counted(session, scope, filters, grouping, named)
        in_trouble = await found_troubles.open_count(session, scope)
    naming = Naming(here, language)
    shown_groups = [_count(group, grouping, filters, naming) for group in groups]
    if format == "csv":
        return await as_csv("overview", language, columns.overview(grouping), once(shown_groups))
    total: dict[str, Any] = {name: sum(group[name] for group in groups) for name in MEASURES}
    return Overview(
        at=here.now(),
        by=[one.value for one in grouping],
        groups=shown_groups,
        total=_count(total, [], filters, naming),
        troubles=in_trouble,
        how=HOW.said_in(language),
    )


@router.get(
    "/cases",
    responses=OR_CSV,
    response_model=Paged[Standing],
    summary="在办件列表：停在哪里、该谁办、自何时起，最紧的在先",
)
@carries_out("gz:19")
async def cases(
    scope: Overseen,
    filters: Narrowed,
    here: Here,
    language: InLanguage,
    cursor: str | None = None,
    limit: Limit = 50,
    format: Format = "json",
) -> Any:
    """The open cases of what you oversee by their due day, each with the cause of its standing and its marks."""
    if format == "csv":
        pages = _all_cases(here, scope, filters, language)
        return await as_csv("cases", language, columns.CASES, pages)
    async with snapshot(here.database) as session:
        named = await _named(session, scope, here)
        page = await page_or_problem(rows.listed(session, scope, filters, named, cursor, limit))
        return Paged(rows=await shown(session, here, language, page.rows, named), cursor=page.cursor)


@router.get(
    "/waiting", responses=OR_CSV, response_model=list[WaitedFor], summary="该谁办：各角色有几件、最早自何时起、谁在岗"
)
@carries_out("gz:8.3", "gz:19")
async def waited_for(
    scope: Overseen, filters: Narrowed, here: Here, language: InLanguage, format: Format = "json"
) -> Any:
    """For each role of each unit how many open cases wait for it, since when the oldest, and who holds the role today."""
    async with snapshot(here.database) as session:
        named = await _named(session, scope, here)
        found = await waiting.waited_for(session, scope, filters, named)
        seats = [seat for row in found if (seat := _seat(row["whom"]))]
        there = await on_duty(session, seats, named["today"])
    naming = Naming(here, language)
    views = [_waited_for(row, filters, naming, named, there) for row in found]
    if format == "csv":
        return await as_csv("waiting", language, columns.WAITING, once(views))
    return views


@router.get(
    "/causes",
    responses=OR_CSV,
    response_model=Causes,
    response_model_by_alias=True,
    summary="时间耗在哪里：一段时间内的主要原因",
)
@carries_out("gz:19")
async def causes(
    scope: Overseen,
    within: InPeriod,
    here: Here,
    language: InLanguage,
    unit: str | None = None,
    item: Annotated[str | None, Query(pattern=r"^[0-9]{12}$")] = None,
    top: Annotated[int, Query(ge=1, le=200)] = 20,
    format: Format = "json",
) -> Any:
    """What was late by limit, step, unit and item, and what was told again, passed on, or paused for too long."""
    check_unit_overseen(scope, unit)
    async with snapshot(here.database) as session:
        found = await troubles.causes(session, scope, within.moments, unit, item, top)
    naming = Naming(here, language)
    lists = {
        name: [CauseCount(**{**row, "name": naming.trouble(name, row["key"], row["name"])}) for row in one]
        for name, one in found.items()
    }
    if format == "csv":
        flat = [(name, row) for name, one in lists.items() for row in one]
        return await as_csv("causes", language, columns.causes(naming), once(flat))
    return Causes(first=within.first, last=within.last, lists=lists)


async def _named(session: AsyncSession, scope: Scope, here: Services) -> dict[str, Any]:
    return standing.values(scope, here.now(), await waiting.vacant_roles(session))


async def _all_cases(
    here: Services, scope: Scope, filters: Filters, language: Language
) -> AsyncIterator[Sequence[Standing]]:
    """Every page of the list, all as it was at one moment."""
    async with snapshot(here.database) as session:
        named = await _named(session, scope, here)
        async for found in each_page(partial(rows.listed, session, scope, filters, named)):
            yield await shown(session, here, language, found, named)


def link(filters: Filters, **more: Any) -> str:
    """The list of exactly these cases."""
    asked = {name: value for name, value in filters._replace(**more)._asdict().items() if value is not None}
    if asked.get("late", "any") != "any":
        asked["late"] = asked["late"].removesuffix("_late")
    if "since_before" in asked:
        asked["since_before"] = asked["since_before"].date().isoformat()
    return f"/v1/supervision/cases?{urlencode(asked)}" if asked else "/v1/supervision/cases"


def _seat(whom: str) -> Seat | None:
    """The seat that is waited for; None for the applicant, and for the items of a bundle."""
    role, _, unit = whom.partition("@")
    return Seat(unit, role) if unit else None


def _count(group: dict[str, Any], by: Sequence[Grouping], filters: Filters, naming: Naming) -> Count:
    keys = {one.value: group[f"key_{one}"] for one in by}
    names = {one.value: naming.group(one, group[f"key_{one}"], group["item_name"]) for one in by}
    measures = {name: group[name] for name in MEASURES}
    return Count(key=keys, name=names, cases=link(filters, **keys), **measures)


def _waited_for(
    row: dict[str, Any], filters: Filters, naming: Naming, named: dict[str, Any], there: OnDuty
) -> WaitedFor:
    role, _, unit = row["whom"].partition("@")
    seat = _seat(row["whom"])
    members = there.members(seat, named["today"]) if seat else ()
    return WaitedFor(
        waiting_for=row["whom"],
        role_name=naming.role(role),
        unit_name=naming.unit(unit) if unit else None,
        **{name: row[name] for name in ("cases", "tasks", "claimed", "oldest", "first_due", "stuck")},
        vacant=row["whom"] in named["vacant"],
        holders=[Holder(**member._asdict()) for member in members],
        cases_link=link(filters, waiting_for=row["whom"]),
    )
