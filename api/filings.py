"""Filings for the overseeing departments, and warnings for the units: listed, read, acknowledged."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Annotated, Literal, NamedTuple

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from api.bodies import Body
from api.duty import MemberView
from api.identity import STAFF, Identity, Me, holding
from api.notices import NoticeView, as_pdf, notice_view
from api.pages import Limit, Paged, page_or_problem
from api.problems import Trouble
from api.requests import Key, digest_of, note_key, number_of
from api.services import Here, Services, request_id
from domain.law import carries_out
from domain.record import Paper
from storage import duty, notices
from storage.tables import DeliveryRow, NoticeRow
from workflows.telling import tell_acknowledged

State = Literal["open", "acknowledged", "all"]
ACKNOWLEDGED: dict[State, bool | None] = {"open": False, "acknowledged": True, "all": None}


class AcknowledgmentIn(Body):
    """An acknowledgment says nothing but itself."""


class FilingView(NoticeView):
    """A filing or a warning, with the unit that it comes from, and who is to see to it."""

    unit: str
    attention: MemberView | None = Field(
        None, description="发出当日的首席事务代表或者代理人（管理部门为其监督人员）；空为当日无人"
    )


class Kind(NamedTuple):
    """Papers that go to a unit and are acknowledged there; an event gives one of each kind at most."""

    path: str
    papers: tuple[Paper, ...]
    zh: str
    roles: tuple[str, ...]


KINDS = (
    Kind(
        "filings",
        (
            Paper.FILING,
            Paper.NEGATIVE_ANSWER,
            Paper.ESCALATION,
            Paper.ORDER_LATE,
            Paper.STILL_LATE,
            Paper.CARD_APPEAL,
            Paper.VACANCY,
        ),
        "报备",
        ("supervisor",),
    ),
    Kind(
        "warnings",
        (
            Paper.OVERRUN,
            Paper.ENDANGERED,
            Paper.UNANSWERED_VISIT,
            Paper.GRIEVANCE_TRANSFER,
            Paper.GRIEVANCE_REMINDER,
            Paper.ESCALATION,
            Paper.GRIEVANCE_NOTICE,
            Paper.URGE,
            Paper.ORDER,
            Paper.JOINT_HANDLING,
            Paper.CARD,
            Paper.CARD_DECISION,
            Paper.MONTHLY_NOTICE,
            Paper.MONTHLY_REPORT,
        ),
        "预警",
        ("chief_representative", *sorted(STAFF - {"chief_representative"})),
    ),
)
"""Filings go to those who oversee, warnings to the staff of the unit and first of all to its chief representative."""


BESIDE = frozenset({Paper.CARD, Paper.CARD_APPEAL, Paper.CARD_DECISION})
"""What an event may give besides another paper of the kind; its address names it."""
Named = Annotated[Paper | None, Query(description="同一事件有两份文书时指明哪一份，如 card")]


async def filing_views(
    session: AsyncSession, here: Services, rows: Sequence[NoticeRow], kind: Kind
) -> list[FilingView]:
    """The papers as those see them to whom they go, with the names of who sees to them from one query."""
    names = await duty.names_of(session, [row.attention for row in rows])
    return [filing_view(here, row, kind, names) for row in rows]


def filing_view(
    here: Services, notice: NoticeRow, kind: Kind, names: Mapping[str, str], deliveries: Iterable[DeliveryRow] = ()
) -> FilingView:
    """The paper as those see it to whom it goes."""
    own = [one for one in deliveries if (one.seq, one.paper) == (notice.seq, notice.paper)]
    shown = notice_view(notice, own, here.now().date()).model_dump()
    named = f"?paper={notice.paper}" if notice.paper in BESIDE else ""
    pdf = f"/v1/{kind.path}/{notice.number}/{notice.seq}/pdf{named}"
    attention = notice.attention and MemberView(id=notice.attention, name=names.get(notice.attention, notice.attention))
    return FilingView(**{**shown, "pdf": pdf, "unit": notice.unit, "attention": attention})


async def _found(
    session: AsyncSession, me: Identity, kind: Kind, number: str, seq: int, paper: Paper | None = None
) -> NoticeRow:
    """The paper; 404 where there is none, 403 where it goes to others or is about an application of one's own."""
    number = number_of(number) if number[:2].upper() == "GZ" else number  # other files have numbers of their own
    papers = kind.papers if paper is None else tuple({paper} & {*kind.papers})
    notice = await notices.addressed_one(session, number, seq, papers) if 0 < seq < 2**31 else None
    if notice is None or notice.addressee is None:
        zh, en = (
            f"没有这一{kind.zh}；请从{kind.zh}列表打开",
            f"There is none under {number}/{seq}; open it from /v1/{kind.path}",
        )
        raise Trouble(404, "notice_not_found", zh, en)
    if not me.serves(notice.addressee):
        zh = f"该{kind.zh}送 {notice.addressee}，由其人员查看和签收；您的登录凭证中没有该单位"
        raise Trouble(403, "not_your_unit", zh, f"It goes to {notice.addressee}, which is not among your units")
    if await notices.is_about_themselves(session, number, me.id):
        zh = f"该{kind.zh}涉及您本人的申请，请由其他人员查看和签收"
        raise Trouble(403, "own_application", zh, "It is about an application of your own; let somebody else see to it")
    return notice


@carries_out("gz:13.4")
async def _acknowledged(
    session: AsyncSession, here: Services, me: Identity, notice: NoticeRow, kind: Kind
) -> NoticeRow:
    """The paper, acknowledged by the holder of the token; 409 where somebody else was first."""
    row = await notices.acknowledge(session, notice.number, notice.seq, notice.paper, me.id, here.now())
    if row.acknowledged_by != me.id:
        when = f"{row.acknowledged_at:%Y-%m-%d %H:%M}"
        zh = f"该{kind.zh}已由 {row.acknowledged_by} 于{when}签收，无需再次签收"
        en = f"{row.acknowledged_by} acknowledged it on {when}; there is nothing left to do"
        raise Trouble(409, "already_acknowledged", zh, en)
    return row


def _units_of(me: Identity) -> Collection[str] | None:
    return None if "*" in me.units else me.units


def router_of(kind: Kind) -> APIRouter:
    """The addresses of one kind; the key of a paper is its case and the event that gave it."""
    router = APIRouter(prefix=f"/v1/{kind.path}", tags=[kind.path], dependencies=[Depends(holding(*kind.roles))])

    @router.get("", summary=f"{kind.zh}列表")
    async def listed(
        me: Me, here: Here, state: State = "open", cursor: str | None = None, limit: Limit = 50
    ) -> Paged[FilingView]:
        """Those that go to your units: the longest waiting first while they are open, else the newest first."""
        query = (kind.papers, _units_of(me), me.id, ACKNOWLEDGED[state], cursor, limit)
        async with here.database.begin() as session:
            page = await page_or_problem(notices.addressed(session, *query))
            rows = await filing_views(session, here, page.rows, kind)
        return Paged(rows=rows, cursor=page.cursor)

    @router.get("/{number}/{seq}", summary=kind.zh)
    async def one(number: str, seq: int, me: Me, here: Here, paper: Named = None) -> FilingView:
        """The paper, whether it was acknowledged, when and by whom, and how often it was sent."""
        async with here.database.begin() as session:
            notice = await _found(session, me, kind, number, seq, paper)
            names = await duty.names_of(session, [notice.attention])
            return filing_view(here, notice, kind, names, await notices.deliveries_of(session, notice.number))

    @router.get(
        "/{number}/{seq}/pdf",
        summary=f"{kind.zh} PDF",
        response_class=Response,
        responses={200: {"content": {"application/pdf": {}}}},
    )
    async def pdf(number: str, seq: int, me: Me, here: Here, paper: Named = None) -> Response:
        """The paper as PDF, the same bytes each time."""
        async with here.database.begin() as session:
            notice = await _found(session, me, kind, number, seq, paper)
        return await as_pdf(notice)

    @router.post("/{number}/{seq}/acknowledgment", summary=f"签收{kind.zh}")
    async def acknowledge(
        number: str, seq: int, body: AcknowledgmentIn, key: Key, here: Here, me: Me, paper: Named = None
    ) -> FilingView:
        """Your unit has taken note: who and when is kept, and it is not sent again."""
        scope = f"/v1/{kind.path}/{number}/{seq}/acknowledgment{f'?paper={paper}' if paper else ''}"
        async with here.database.begin() as session:
            notice = await _found(session, me, kind, number, seq, paper)
            await note_key(session, request_id(me.id, scope, key), digest_of(scope, body), notice.number, here.now())
            [view] = await filing_views(session, here, [await _acknowledged(session, here, me, notice, kind)], kind)
        if notice.paper == Paper.FILING:
            await tell_acknowledged(here.temporal, notice.number, notice.seq)
        return view

    return router


router = APIRouter()
for one_kind in KINDS:
    router.include_router(router_of(one_kind))
