"""Papers: as text, as PDF, and the applicant's message box."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from activities.papers.pdf import printed
from api.cases import sight_of
from api.identity import Identity, Me
from api.pages import Limit, Paged, page_or_problem
from api.problems import Trouble
from api.services import Here, Services
from domain.case_number import is_grievance_number
from domain.record import Paper
from storage import notices
from storage.tables import DeliveryRow, NoticeRow

router = APIRouter(prefix="/v1", tags=["notices"])
PAPERS = frozenset(paper.value for paper in Paper)


class DeliveryView(BaseModel):
    """How the delivery of a paper over one channel stands; its address is not shown."""

    channel: str
    state: str
    attempts: int
    next_attempt_at: datetime | None
    delivered_at: datetime | None
    last_error: str | None


class AcknowledgmentView(BaseModel):
    """How it stands with the department or unit that has to acknowledge a paper."""

    to: str = Field(description="应当签收的部门或者单位", examples=["gz-thr-management"])
    by: date | None = Field(description="应在此日以前签收（含当日）", examples=["2026-11-25"])
    at: datetime | None = Field(description="何时签收；空为尚未签收", examples=[None])
    person: str | None = Field(description="谁签收", examples=[None])
    overdue: bool = Field(description="已过签收日而尚未签收；每个工作日再次送达，直至签收", examples=[False])


class NoticeView(BaseModel):
    """A paper as it was given."""

    case: str
    seq: int
    paper: str = Field(examples=["acceptance"])
    document_number: str
    title: str
    body: dict[str, Any]
    given_on: date
    given_at: datetime
    read_at: datetime | None
    pdf: str
    acknowledgment: AcknowledgmentView | None = Field(None, description="报备和预警的签收情况；交申请人的文书没有")
    deliveries: list[DeliveryView] = Field(default_factory=list)


def acknowledgment_of(notice: NoticeRow, today: date) -> AcknowledgmentView | None:
    """How it stands with whoever has to acknowledge the paper; None for an applicant's."""
    if notice.addressee is None:
        return None
    by, at = notice.acknowledge_by, notice.acknowledged_at
    overdue = at is None and by is not None and by < today
    return AcknowledgmentView(to=notice.addressee, by=by, at=at, person=notice.acknowledged_by, overdue=overdue)


def notice_view(notice: NoticeRow, deliveries: list[DeliveryRow], today: date) -> NoticeView:
    """The paper with its deliveries."""
    files = "grievances" if is_grievance_number(notice.number) else "cases"
    return NoticeView(
        **notice.model_dump(exclude={"number", "unit"}),
        case=notice.number,
        acknowledgment=acknowledgment_of(notice, today),
        pdf=f"/v1/{files}/{notice.number}/notices/{notice.seq}/{notice.paper}/pdf",
        deliveries=[DeliveryView(**delivery.model_dump()) for delivery in deliveries],
    )


def notice_views(found: Iterable[NoticeRow], sent: Iterable[DeliveryRow], today: date) -> list[NoticeView]:
    """The papers of a file, each with its own deliveries."""
    own: dict[tuple[int, str], list[DeliveryRow]] = {}
    for delivery in sent:
        own.setdefault((delivery.seq, delivery.paper), []).append(delivery)
    return [notice_view(notice, own.get((notice.seq, notice.paper), []), today) for notice in found]


@router.get("/cases/{number}/notices", summary="办件的文书及其送达情况")
async def of_case(number: str, me: Me, here: Here) -> list[NoticeView]:
    """Every paper of the case with the state of its deliveries; filings and warnings, with their acknowledgment, for those
    who handle the case only."""
    async with here.database.reading() as session:
        case, _, office = await sight_of(session, me, number)
        found = await notices.notices_of(session, case.number, handles=office)
        sent = await notices.deliveries_of(session, case.number)
    return notice_views(found, sent, here.now().date())


@router.get(
    "/cases/{number}/notices/{seq}/{paper}/pdf",
    summary="文书 PDF",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}},
)
async def pdf(number: str, seq: int, paper: str, me: Me, here: Here) -> Response:
    """The paper as PDF, the same bytes each time."""
    return await as_pdf(await _opened(here, me, number, seq, paper))


@router.get("/notices", summary="我的消息箱")
async def box(me: Me, here: Here, cursor: str | None = None, limit: Limit = 50) -> Paged[NoticeView]:
    """The papers given to you over all your cases, the newest first."""
    async with here.database.reading() as session:
        page = await page_or_problem(notices.box_of(session, me.id, cursor, limit))
    today = here.now().date()
    return Paged(rows=[notice_view(row, [], today) for row in page.rows], cursor=page.cursor)


async def as_pdf(notice: NoticeRow) -> Response:
    """The paper as a file to download."""
    name = f"{notice.number}-{notice.seq}-{notice.paper}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return Response(await printed(notice), media_type="application/pdf", headers=headers)


async def _opened(here: Services, me: Identity, number: str, seq: int, paper: str) -> NoticeRow:
    async with here.database.begin() as session:
        case, _, office = await sight_of(session, me, number)
        notice = (
            await notices.notice_of(session, case.number, seq, paper) if 0 < seq < 2**31 and paper in PAPERS else None
        )
        if notice is None or (notice.addressee is not None and not office):
            zh, en = "没有这一文书；请从文书列表打开", "There is no such paper; open it from the list"
            raise Trouble(404, "notice_not_found", zh, en)
        if case.applied_by == me.id and case.channel != "window":
            await notices.mark_read(session, case.number, seq, paper, here.now())
    return notice
