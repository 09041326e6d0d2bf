"""Calendars: the management department submits the working days of a year, a second person signs them."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, Field

from api.bodies import UnitCode
from api.identity import Identity, Me, holding
from api.problems import Trouble
from api.requests import Key, check_unit, note_key
from api.services import Here, Services, request_id
from domain.calendar import CalendarYear
from domain.calendar_notice import check_makes_up
from registry.calendars import calendar_in
from storage import calendars, recounts, under_way
from storage.tables import CalendarNoticeRow

router = APIRouter(prefix="/v1/calendars", tags=["calendars"])
Management = Annotated[Identity, Depends(holding("supervisor"))]
Id = Annotated[int, Path(ge=1, le=2**31 - 1)]

DOCUMENT = {
    "requestBody": {
        "required": True,
        "content": {
            "application/yaml": {
                "schema": {"type": "string"},
                "example": "kind: calendar\nyear: 2027\nsource: 公布文件的名称、文号和日期\nholidays:\n"
                "  - {name: 元旦, from: 2027-01-01, to: 2027-01-03}\nmake_up: []\n",
            },
            "application/json": {"schema": {"type": "object"}},
        },
    }
}


class CalendarNoticeView(BaseModel):
    """A document about the working days of a year, and where it stands."""

    id: int
    year: int = Field(examples=[2027])
    unit: str | None = Field(description="只对该单位适用；空为全市")
    source: str = Field(description="依据")
    state: str = Field(description="submitted 待签发；in_force 施行中；superseded 已被取代", examples=["in_force"])
    submitted_by: str
    submitted_at: datetime
    signed_by: str | None
    signed_at: datetime | None
    holidays: list[dict[str, Any]]
    make_up: list[date]


class Progress(BaseModel):
    """How far the open cases are brought to the calendars in force."""

    open: int = Field(description="在办办件")
    left: int = Field(description="尚未按施行中的日历重新计算的")


class WorkingDays(BaseModel):
    """The working days of a year as a unit counts them now."""

    year: int
    unit: str | None
    version: str
    published: bool = Field(description="该年放假安排是否已经公布；未公布的按周一至周五计算，日期为暂定")
    days_off: dict[date, str] = Field(description="放假的各日及其名称")
    make_up: list[date] = Field(description="调休上班日")


@router.post("", status_code=201, summary="提交一年的放假安排，或者其更正（YAML 或 JSON）", openapi_extra=DOCUMENT)
async def submit(request: Request, response: Response, key: Key, here: Here, me: Management) -> CalendarNoticeView:
    """A document that holds once somebody else has signed it; then it replaces the one before it for the year and place."""
    content = await request.body()
    year = calendar_in(content)
    if year.unit is not None:
        await check_unit(here, year.unit)
    _check_serves(here, me, year.unit)
    sent, same = request_id(me.id, "/v1/calendars", key), hashlib.sha256(content).hexdigest()
    async with here.database.begin() as session:
        if year.unit is not None:
            check_makes_up(year, (await here.calendars.in_force(session)).city)
        subject = await note_key(session, sent, same, "calendar", here.now())
        row = await calendars.notice_of(session, int(subject)) if subject.isdigit() else None
        if row is None:
            row = await calendars.submit(session, year, me.id, here.now())
            await under_way.keep_subject(session, sent, str(row.id))
        else:
            response.status_code = 200
        in_force = await _ids_in_force(session)
        response.headers["Location"] = f"/v1/calendars/{row.id}"
        return _view(row, in_force)


@router.get("", summary="放假安排及其更正")
async def listed(me: Me, here: Here) -> list[CalendarNoticeView]:
    """Every document, the newest first."""
    async with here.database.begin() as session:
        in_force = await _ids_in_force(session)
        return [_view(row, in_force) for row in await calendars.notices(session)]


@router.get("/progress", summary="在办办件重新计算的进度")
async def progress(me: Me, here: Here) -> Progress:
    """How many open cases are still to be brought to the calendars in force."""
    async with here.database.begin() as session:
        is_open, left = await recounts.progress(session, await here.calendars.in_force(session))
    return Progress(open=is_open, left=left)


@router.get("/days", summary="一年的工作日（全市或者某一单位）")
async def days(
    me: Me, here: Here, year: Annotated[int, Query(ge=2000, le=2100)], unit: UnitCode | None = None
) -> WorkingDays:
    """What holds now: days off with their names, and worked weekends."""
    async with here.database.begin() as session:
        calendar = (await here.calendars.in_force(session)).calendar(unit)
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    every = [date.fromordinal(n) for n in range(first, last + 1)]
    return WorkingDays(
        year=year,
        unit=unit,
        version=calendar.version,
        published=calendar.is_published(every[0]),
        days_off={day: calendar.holiday_name(day) or "" for day in every if calendar.kind_of(day) == "holiday"},
        make_up=[day for day in every if calendar.kind_of(day) == "make_up"],
    )


@router.get("/{id}", summary="某一放假安排")
async def one(id: Id, me: Me, here: Here) -> CalendarNoticeView:
    """The document, and where it stands."""
    async with here.database.begin() as session:
        return _view(_found(await calendars.notice_of(session, id), id), await _ids_in_force(session))


@router.post("/{id}/signature", summary="签发：由提交人以外的第二人")
async def sign(id: Id, key: Key, here: Here, me: Management) -> CalendarNoticeView:
    """It holds from now on; the worker recounts every open case that it concerns."""
    async with here.database.begin() as session:
        row = _found(await calendars.notice_of(session, id, lock=True), id)
        _check_serves(here, me, row.unit)
        await calendars.sign(session, row, me.id, here.now())
        return _view(row, await _ids_in_force(session))


def _found(row: CalendarNoticeRow | None, id_: int) -> CalendarNoticeRow:
    if row is None:
        raise Trouble(404, "calendar_not_found", f"没有编号为 {id_} 的放假安排", f"There is no calendar {id_}")
    return row


async def _ids_in_force(session: Any) -> frozenset[int]:
    return frozenset(row.id for row in await session.execute(calendars.SIGNED))


def _view(row: CalendarNoticeRow, in_force: frozenset[int]) -> CalendarNoticeView:
    state = "in_force" if row.id in in_force else "superseded" if row.signed_at else "submitted"
    year = CalendarYear.model_validate(row.body)
    return CalendarNoticeView(
        **row.model_dump(exclude={"body"}),
        state=state,
        holidays=[holiday.model_dump(mode="json", by_alias=True) for holiday in year.holidays],
        make_up=list(year.make_up),
    )


def _check_serves(here: Services, me: Identity, unit: str | None) -> None:
    """403 unless the holder of the token oversees the city, or the place of the unit for which alone it holds."""
    allowed = {place.management.code for code, place in here.units.places.items() if "-" not in code}
    if unit is not None and (own := here.units.management_of(unit)):
        allowed.add(own)
    if not any(me.serves(code) for code in allowed):
        zh = f"放假安排由政务服务管理部门（{'、'.join(sorted(allowed))}）提交和签发"
        en = f"Calendars are submitted and signed by the overseeing department ({', '.join(sorted(allowed))})"
        raise Trouble(403, "role_missing", zh, en)
