"""The monthly notice and report (gz:19): as data, PDF and spreadsheet, for the place and for each unit."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, Field

from activities.monthly import Monthly
from activities.papers.monthly_report import printed_month
from activities.papers.monthly_sheets import month_as_xlsx
from api.bodies import Body, UnitCode
from api.identity import STAFF, Identity, Me, holding
from api.notices import as_pdf
from api.overseeing import scope_of
from api.problems import Trouble
from api.requests import Key
from api.services import Here, Services
from domain.law import carries_out
from domain.monthly.month import Month
from domain.monthly.report import Report, UnitFigures, canonical
from domain.record import Paper
from registry.units import EVERY_UNIT
from storage import monthly
from storage.tables import NoticeRow, ReportRow

router = APIRouter(prefix="/v1/monthly", tags=["monthly"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

InMonth = Annotated[str, Path(alias="month", max_length=7, description="月份", examples=["2026-10"])]
OfPlace = Annotated[UnitCode | None, Query(alias="place", description="地方代码，如 gz-thr；只监督一地的可以不填")]
Supervisor = Annotated[Identity, Depends(holding("supervisor"))]


class MakingIn(Body):
    """Making a report says nothing but the month and the place of its address."""


class MonthMade(BaseModel):
    """A report that is on file."""

    month: str = Field(examples=["2026-10"])
    place: str = Field(examples=["gz-thr"])
    method: int = Field(description="统计方法")
    digest: str = Field(description="规范化JSON的SHA-256")
    made_at: str
    new: bool = Field(description="是否这一次编制；已经编制的不再编制，也不再发通报")
    file: str = Field(description="通报和报告文书的编号", examples=["YB202610-gz-thr"])
    report: str
    pdf: str
    xlsx: str


class UnitMonth(BaseModel):
    """The figures of a unit, with its notice."""

    month: str
    place: str
    method: int
    digest: str
    unit: UnitFigures
    notice: str | None = Field(description="通报 PDF；空为没有发出通报")
    document_number: str | None
    acknowledged_at: str | None


@router.post("/{month}", status_code=201, summary="编制月度报告并发出通报：同一月份只编制一次")
@carries_out("gz:19")
async def make(
    month: InMonth, body: MakingIn, key: Key, response: Response, here: Here, me: Supervisor, place: OfPlace = None
) -> MonthMade:
    """The report of a month that is over, with the notices to the units and the report to the government."""
    overseen = _place(here, me, place)
    row, new = await _maker(here).make(overseen, Month.written(month))
    response.status_code = 201 if new else 200
    return _made(row, new=new)


@router.get(
    "/{month}",
    summary="月度报告（数据）：规范化 JSON，其 SHA-256 即 ETag",
    response_model=Report,
)
async def report(month: InMonth, here: Here, me: Me, place: OfPlace = None) -> Response:
    """The body as it was made, byte for byte; who wants to know whether it was changed reckons its digest."""
    row = await _found(here, month, _readable(here, me, place))
    return Response(canonical(row.body), media_type="application/json", headers=_headers(row))


@router.get(
    "/{month}/report.pdf",
    summary="月度报告 PDF",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}},
)
async def pdf(month: InMonth, here: Here, me: Me, place: OfPlace = None) -> Response:
    """Figures, plots, hot spots and difficult points, units, items and the method; the same bytes each time."""
    row = await _found(here, month, _readable(here, me, place))
    content = await printed_month(Report.model_validate(row.body), row.digest, _author(here, row))
    return _file(content, "application/pdf", row, "pdf")


@router.get(
    "/{month}/report.xlsx",
    summary="月度报告电子表格",
    response_class=Response,
    responses={200: {"content": {XLSX: {}}}},
)
async def xlsx(month: InMonth, here: Here, me: Me, place: OfPlace = None) -> Response:
    """Every figure of every unit and item; the same bytes each time."""
    row = await _found(here, month, _readable(here, me, place))
    report = Report.model_validate(row.body)
    content = await asyncio.to_thread(month_as_xlsx, report, row.digest, _author(here, row))
    return _file(content, XLSX, row, "xlsx")


@router.get("/{month}/units/{unit}", summary="某一单位的月度情况")
async def of_unit(month: InMonth, unit: UnitCode, here: Here, me: Me) -> UnitMonth:
    """What the notice to the unit is made of: its figures, the month before, and its difficult points."""
    row, figures, notice = await _of_unit(here, me, month, unit)
    return UnitMonth(
        month=row.month,
        place=row.place,
        method=row.method,
        digest=row.digest,
        unit=figures,
        notice=f"/v1/monthly/{row.month}/units/{unit}/notice.pdf" if notice else None,
        document_number=notice.document_number if notice else None,
        acknowledged_at=notice.acknowledged_at.isoformat() if notice and notice.acknowledged_at else None,
    )


@router.get(
    "/{month}/units/{unit}/notice.pdf",
    summary="通报 PDF",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}},
)
async def notice_pdf(month: InMonth, unit: UnitCode, here: Here, me: Me) -> Response:
    """The notice as the unit got it."""
    _, _, notice = await _of_unit(here, me, month, unit)
    if notice is None:
        zh = f"没有向 {unit} 发出该月的通报；管理部门自身不向自己通报"
        raise Trouble(
            404, "notice_not_found", zh, f"No notice of the month went to {unit}; a department sends itself none"
        )
    return await as_pdf(notice)


def _maker(here: Services) -> Monthly:
    known = here.settings
    return Monthly(here.database, here.units, known.filing_days, known.public_url, known.closing_time, here.now)


def _place(here: Services, me: Identity, asked: str | None) -> str:
    """The place that a supervisor asks for, or the only one that they oversee; 403 where others oversee it."""
    places = here.units.places
    own = {place for unit in me.units if (place := here.units.place_of(unit)) is not None}
    mine = set(places) if EVERY_UNIT in me.units else own
    if asked is None and len(mine) == 1:
        return next(iter(mine))
    if asked is None or asked not in places:
        listed = "、".join(sorted(places))
        raise Trouble(
            422, "place_unknown", f"place 须为以下之一：{listed}", f"`place` is one of {', '.join(sorted(places))}"
        )
    if asked not in mine:
        zh = (
            f"{places[asked].name}由{places[asked].management.name}监督；请查看本部门所辖地方，或者使用有相应权限的凭证"
        )
        raise Trouble(
            403, "not_your_place", zh, f"{asked} is overseen by others; look at the place of your own department"
        )
    return asked


def _readable(here: Services, me: Identity, asked: str | None) -> str:
    """The place, for its supervisors and the staff of its government; 403 for everybody else."""
    if "supervisor" in me.roles:
        return _place(here, me, asked)
    governments = {
        code for code, place in here.units.places.items() if place.government and me.serves(place.government)
    }
    if me.is_staff and asked is None and len(governments) == 1:
        return next(iter(governments))
    if me.is_staff and asked in governments:
        return str(asked)
    zh = "月度报告由政务服务管理部门的监督人员和本级人民政府查看；各单位查看 /v1/monthly/{月份}/units/{单位}"
    en = "Reports are for supervisors and the government of the place; a unit sees /v1/monthly/{month}/units/{unit}"
    raise Trouble(403, "role_missing", zh, en)


async def _found(here: Services, month: str, place: str) -> ReportRow:
    """The report; 404 with what to do where there is none."""
    written = Month.written(month)
    async with here.database.begin() as session:
        row = await monthly.report_of(session, written, place)
    if row is None:
        zh = f"{written.in_chinese}的报告尚未编制；当月结束后由管理部门以 POST 同一地址编制，或者等待次月第一个工作日自动编制"
        en = (
            f"There is no report of {written} yet; once the month is over, POST makes it, or the first working day does"
        )
        raise Trouble(404, "report_not_made", zh, en)
    return row


async def _of_unit(
    here: Services, me: Identity, month: str, unit: str
) -> tuple[ReportRow, UnitFigures, NoticeRow | None]:
    """The figures of the unit and its notice; for whoever oversees it, and its own staff."""
    own = me.serves(unit) and bool(me.roles & STAFF)
    if not own and not ("supervisor" in me.roles and scope_of(me, here).covers(unit)):
        zh = f"{unit} 的月度情况由本单位人员和监督它的管理部门查看"
        raise Trouble(403, "not_your_unit", zh, f"The month of {unit} is for its own staff and those who oversee it")
    place = here.units.place_of(unit)
    if place is None:
        zh = f"{unit} 不属于任何已列入的地方，没有月度报告；请核对单位代码"
        raise Trouble(404, "report_not_made", zh, f"{unit} belongs to no place that is listed; look at its code again")
    row = await _found(here, month, place)
    if (figures := Report.model_validate(row.body).unit(unit)) is None:
        zh = f"{unit} 在该月没有办件、反映和到访，没有单独的数字"
        raise Trouble(404, "nothing_in_month", zh, f"{unit} had nothing to handle in the month")
    async with here.database.begin() as session:
        file = Month.written(month).file(place)
        notice = await monthly.notice_to(session, file, unit, Paper.MONTHLY_NOTICE)
    return row, figures, notice


def _made(row: ReportRow, *, new: bool) -> MonthMade:
    at, asked = f"/v1/monthly/{row.month}", f"?place={row.place}"
    return MonthMade(
        month=row.month,
        place=row.place,
        method=row.method,
        digest=row.digest,
        made_at=row.made_at.isoformat(),
        new=new,
        file=Month.written(row.month).file(row.place),
        report=f"{at}{asked}",
        pdf=f"{at}/report.pdf{asked}",
        xlsx=f"{at}/report.xlsx{asked}",
    )


def _author(here: Services, row: ReportRow) -> str:
    return here.units.places[row.place].management.name


def _headers(row: ReportRow) -> dict[str, str]:
    return {"ETag": f'"{row.digest}"', "X-Content-Type-Options": "nosniff"}


def _file(content: bytes, media_type: str, row: ReportRow, ending: str) -> Response:
    headers: dict[str, Any] = {
        **_headers(row),
        "Content-Disposition": f'attachment; filename="{row.month}-{row.place}.{ending}"',
    }
    headers["ETag"] = f'"{row.digest}-{ending}"'
    return Response(content, media_type=media_type, headers=headers)
