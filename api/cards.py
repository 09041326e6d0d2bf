"""Cards: what a unit got for an event of a case, its appeal, and the decision of the overseeing department (gz:19)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from activities.papers.appeals import AppealPapers
from api.bodies import Body, UnitCode, Words
from api.identity import STAFF, Identity, Me, holding
from api.pages import Limit, Paged, page_or_problem
from api.problems import Trouble
from api.requests import Key, Texts, digest_of, note_key, number_of
from api.services import Here, Services, request_id
from domain.deadline import Office, due
from domain.limits import Limit as Days
from domain.supervision.appeals import CardState, check_appeal, check_decision, is_overdue, state_of
from domain.supervision.rules import Colour
from storage import cards, case_file, notices
from storage.tables import CardRow

READING = ("supervisor", *sorted(STAFF))
APPEALING = ("chief_representative", "agency_head")
DECIDING = ("supervisor",)

router = APIRouter(prefix="/v1/cards", tags=["cards"], dependencies=[Depends(holding(*READING))])


class AppealIn(Body):
    """Why the card should not stand."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "当日停电，系统不能登录，恢复后已立即办理。"}]})

    text: Words


class DecisionIn(Body):
    """Whether the card stands, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"uphold": False, "text": "停电属实，予以撤销。"}]})

    uphold: bool = Field(description="true 维持，false 撤销")
    text: Words


class CardView(BaseModel):
    """A card, and what became of it."""

    number: str = Field(examples=["GZ20261124-000001-1"])
    seq: int = Field(description="所依据的事件", examples=[7])
    colour: Colour = Field(examples=["yellow"])
    rule: str = Field(examples=["promised_late"])
    name: str = Field(examples=["超过承诺办结时限"])
    rules_version: date
    unit: str = Field(examples=["gz-thr-samr"])
    item: str = Field(examples=["440199001000"])
    clock: str | None = Field(examples=["promised"])
    article: str = Field(examples=["gz:19"])
    given_at: datetime
    state: CardState = Field(examples=["standing"])
    appeal_until: date | None
    appealed_at: datetime | None
    appealed_by: str | None
    appeal: str | None = Field(description="申诉理由")
    decide_by: date | None
    overdue: bool = Field(description="申诉逾期未决定", examples=[False])
    decided_at: datetime | None
    decided_by: str | None
    decision: str | None = Field(description="决定理由")
    withdrawn_at: datetime | None
    timeline: str


def card_view(card: CardRow, texts: Mapping[str, str], today: date) -> CardView:
    """The card as those see it who handle the case or oversee the unit."""
    state = state_of(card.appealed_at, card.decided_at, card.withdrawn_at)
    kept = card.model_dump(exclude={"id", "item_code", "district", "upheld", "appeal", "decision"})
    return CardView(
        **kept,
        item=card.item_code,
        state=state,
        appeal=texts.get(card.appeal or ""),
        decision=texts.get(card.decision or ""),
        overdue=is_overdue(state, card.decide_by, today),
        timeline=f"/v1/cases/{card.number}/timeline",
    )


async def _found(session: AsyncSession, me: Identity, number: str, seq: int, *, lock: bool) -> CardRow:
    """The card; 404 where there is none, 403 where it is another unit's or about an application of one's own."""
    number = number_of(number)
    card = await cards.card_of(session, number, seq, lock=lock) if 0 < seq < 2**31 else None
    if card is None:
        zh = f"办件 {number} 的第 {seq} 号事件没有牌；请从列表打开"
        raise Trouble(404, "card_not_found", zh, f"Event {seq} of {number} gave no card; open it from /v1/cards")
    if me.reach is not None and card.unit not in me.reach:
        zh = f"该牌发给 {card.unit}，由其人员查看；您的登录凭证中没有该单位"
        raise Trouble(403, "not_your_unit", zh, f"The card is for {card.unit}, which is not among your units")
    if await notices.is_about_themselves(session, number, me.id):
        zh = "该牌涉及您本人的申请，请由其他人员办理"
        raise Trouble(403, "own_application", zh, "It is about an application of your own; let somebody else see to it")
    return card


@router.get("", summary="红黄牌清单")
async def listed(
    me: Me,
    here: Here,
    unit: UnitCode | None = None,
    colour: Colour | None = None,
    state: cards.State = "all",
    cursor: str | None = None,
    limit: Limit = 50,
) -> Paged[CardView]:
    """The newest first: those of your units, or of every unit for who oversees them."""
    filters, today = {"unit": unit, "colour": colour}, here.now().date()
    async with here.database.begin() as session:
        query = cards.listed(session, me.reach, me.id, filters, state, today, cursor, limit)
        page = await page_or_problem(query)
        texts = await cards.texts_of(session, page.rows)
    return Paged(rows=[card_view(row, texts, today) for row in page.rows], cursor=page.cursor)


@router.get("/{number}/{seq}", summary="红黄牌")
async def one(number: str, seq: int, me: Me, here: Here) -> CardView:
    """The card that this event of the case gave."""
    async with here.database.begin() as session:
        return await _shown(session, here, await _found(session, me, number, seq, lock=False))


@router.post("/{number}/{seq}/appeal", summary="对红黄牌申诉", dependencies=[Depends(holding(*APPEALING))])
async def appeal(number: str, seq: int, body: AppealIn, key: Key, here: Here, me: Me) -> CardView:
    """The unit says why the card should not stand; the overseeing department decides within its days."""
    scope, now = f"/v1/cards/{number_of(number)}/{seq}/appeal", here.now()
    request, digest = request_id(me.id, scope, key), digest_of(scope, body)
    async with here.database.begin() as session:
        card = await _found(session, me, number, seq, lock=True)
        if not me.serves(card.unit):
            zh = f"由 {card.unit} 的首席事务代表或者负责人申诉"
            raise Trouble(403, "not_your_unit", zh, f"The chief representative or head of {card.unit} appeals")
        await note_key(session, request, digest, card.number, now)
        texts = Texts(here, card.number, me.id, request + digest)
        text = texts.add(body.text) or ""
        if card.appeal == text:  # the request came again
            return await _shown(session, here, card)
        check_appeal(state_of(card.appealed_at, card.decided_at, card.withdrawn_at), card.appeal_until, now.date())
        await case_file.keep_ahead(session, texts.rows)
        office, days = await _office(session, here, card), here.supervision(card.unit).appeals.decided_within
        await cards.appealed(
            session, card, by=me.id, text=text, at=now, decide_by=due(now, Days(days=days), office).day
        )
        await AppealPapers(here.units, office, here.settings.filing_days).appeal(session, card, body.text, now)
        return await _shown(session, here, card)


@router.post("/{number}/{seq}/decision", summary="决定红黄牌申诉", dependencies=[Depends(holding(*DECIDING))])
async def decide(number: str, seq: int, body: DecisionIn, key: Key, here: Here, me: Me) -> CardView:
    """The card stands or is withdrawn, with the reasons."""
    scope, now = f"/v1/cards/{number_of(number)}/{seq}/decision", here.now()
    request, digest = request_id(me.id, scope, key), digest_of(scope, body)
    async with here.database.begin() as session:
        card = await _found(session, me, number, seq, lock=True)
        overseen_by = here.units.management_of(card.unit)
        if overseen_by is not None and not me.serves(overseen_by):
            zh, en = f"由 {overseen_by} 决定", f"{overseen_by} decides"
            raise Trouble(403, "not_your_unit", zh, en)
        await note_key(session, request, digest, card.number, now)
        texts = Texts(here, card.number, me.id, request + digest)
        text = texts.add(body.text) or ""
        if card.decision == text:  # the request came again
            return await _shown(session, here, card)
        check_decision(state_of(card.appealed_at, card.decided_at, card.withdrawn_at))
        await case_file.keep_ahead(session, texts.rows)
        await cards.decided(session, card, by=me.id, text=text, at=now, upheld=body.uphold)
        office = await _office(session, here, card)
        await AppealPapers(here.units, office, here.settings.filing_days).decision(session, card, body.text, now)
        return await _shown(session, here, card)


async def _office(session: AsyncSession, here: Services, card: CardRow) -> Office:
    """The days by which the department that oversees the unit's place counts."""
    return await here.office(session, here.units.management_of(card.unit) or card.unit)


async def _shown(session: AsyncSession, here: Services, card: CardRow) -> CardView:
    return card_view(card, await cards.texts_of(session, [card]), here.now().date())
