"""Alarms for those who oversee: what nobody answers for, until it is put right (gz:8.3)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from activities.vacancies import Vacancies
from api.identity import Identity, holding
from api.language import InLanguage
from api.pages import Limit, Paged, page_or_problem
from api.services import Here, Services
from domain.law import carries_out
from domain.telling import ROLES
from domain.words import Language, Text
from registry.units import EVERY_UNIT
from storage import alarms, posts
from storage.tables import AlarmRow

router = APIRouter(prefix="/v1/supervision", tags=["supervision"])
Overseer = Annotated[Identity, Depends(holding("supervisor"))]


class AlarmView(BaseModel):
    """Something that nobody answers for."""

    id: str = Field(examples=["vacancy:gz-thr-samr:examiner:1"])
    kind: str = Field(examples=["vacancy"])
    unit: str = Field(examples=["gz-thr-samr"])
    unit_name: str
    role: str | None = Field(description="哪一岗位；空为该单位没有任何在任人员", examples=["examiner"])
    raised_at: datetime
    cleared_at: datetime | None = Field(description="空为尚未解除", examples=[None])
    says: str = Field(examples=["广州市天河区市场监督管理局的审查人员岗位无人"])
    facts: dict[str, Any]


class AheadView(BaseModel):
    """A role that is filled today and will not be."""

    unit: str
    unit_name: str
    role: str
    day: date = Field(description="自该日起无人")


class VacanciesView(BaseModel):
    """What is vacant now, what soon will be, and who has nobody to stand in."""

    now: list[AlarmView] = Field(description="现在无人的岗位")
    soon: list[AheadView] = Field(description="近日将无人的岗位：任期届满而没有接任，或者将全部不在")
    without_substitute: list[str] = Field(description="首席事务代表没有代理人的单位")


def places_of(here: Services, me: Identity) -> Collection[str] | None:
    """The places that the holder of the token oversees, each with those inside it; None: all."""
    if EVERY_UNIT in me.units:
        return None
    own = [code for code, place in here.units.places.items() if place.management.code in me.units]
    return [code for code in here.units.places if any(code == one or code.startswith(f"{one}-") for one in own)]


def vacancies_of(here: Services) -> Vacancies:
    """What looks for vacancies, with the settings of the counter."""
    own = here.settings
    return Vacancies(here.units, own.definitions, own.filing_days, own.closing_time)


@router.get("/alarms", summary="报警：岗位空缺等无人负责的情形")
@carries_out("gz:8.3")
async def listed(
    me: Overseer,
    here: Here,
    language: InLanguage,
    state: Literal["open", "all"] = "open",
    cursor: str | None = None,
    limit: Limit = 50,
) -> Paged[AlarmView]:
    """The alarms of the places that you oversee: those not cleared, the oldest first, or all, the newest first."""
    async with here.database.begin() as session:
        found = alarms.listed(session, places_of(here, me), only_open=state == "open", cursor=cursor, limit=limit)
        page = await page_or_problem(found)
    return Paged(rows=[_view(here, row, language) for row in page.rows], cursor=page.cursor)


@router.get("/vacancies", summary="岗位空缺：现在的、近日的，以及没有代理人的首席事务代表")
@carries_out("gz:8.3")
async def vacancies(me: Overseer, here: Here, language: InLanguage) -> VacanciesView:
    """What the alarms say now, and what would become one."""
    places, now = places_of(here, me), here.now()
    async with here.database.begin() as session:
        page = await alarms.listed(session, places, only_open=True, cursor=None, limit=MOST)
        soon = await vacancies_of(here).ahead(session, now, places)
        alone = await _without_substitute(session, now.date())
    return VacanciesView(
        now=[_view(here, row, language) for row in page.rows],
        soon=[
            AheadView(
                unit=one.seat.unit, unit_name=here.units.unit(one.seat.unit).name, role=one.seat.role, day=one.day
            )
            for one in soon
        ],
        without_substitute=[unit for unit in alone if places is None or here.units.place_of(unit) in places],
    )


MOST = 1000
"""More vacancies are no list that anybody reads."""


async def _without_substitute(session: AsyncSession, today: date) -> tuple[str, ...]:
    return (await posts.roster(session, today)).without_substitute(today)


def _view(here: Services, row: AlarmRow, language: Language) -> AlarmView:
    unit = here.units.unit(row.unit).name
    return AlarmView(
        **row.model_dump(exclude={"facts"}),
        facts=row.facts,
        unit_name=unit,
        says=_says(unit, row.role).said_in(language),
    )


def _says(unit: str, role: str | None) -> Text:
    if role is None:
        return Text(f"{unit}没有任何在任人员登记在册", f"nobody of {unit} is on file")
    known = ROLES.get(role, Text(role, role))
    return Text(f"{unit}的{known.zh}岗位无人", f"nobody is {known.en} of {unit}")
