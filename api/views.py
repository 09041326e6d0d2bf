"""What the counter shows of a case, a task, an event and a date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy import Row

from activities.papers.addressing import to_whom
from domain.bundle.path import PathLeg
from domain.certified import CertifiedLimit
from domain.record import BY_TIME, Paper
from domain.standstill import Standstill
from domain.supervision.appeals import CardState, state_of
from domain.supervision.overview import Overseen
from domain.telling import told
from domain.words import Language
from storage.tables import CardRow, CaseRow, EventRow, TaskRow

NUMBER = "GZ20261124-000001-1"
"""The case number that the examples show."""
INTERNAL = frozenset({"officers", "person", "text"})
"""Facts of an event that name people of the office or their words: for those who handle the case."""


class Links(BaseModel):
    """Where to go on from a case."""

    case: str
    timeline: str
    deadline: str
    notices: str
    temporal_ui: str | None = None


class CaseView(BaseModel):
    """A case as its applicant and its units see it."""

    number: str = Field(examples=[NUMBER])
    provincial_number: str | None
    item: str = Field(examples=["440199001000"])
    item_name: str = Field(examples=["食品经营许可（新办，餐饮服务）"])
    definition: str = Field(description="事项编码@版本", examples=["440199001000@2026-01-01"])
    unit: str = Field(examples=["gz-thr-samr"])
    channel: str = Field(examples=["online"])
    received_at: datetime
    accepted_on: date | None = Field(description="空为尚未受理", examples=[None])
    stage: str = Field(examples=["acceptance"])
    ending: str | None = Field(description="办结的结果；空为尚未办结", examples=[None])
    light: str = Field(examples=["green"])
    waiting_for: list[str] = Field(description="该谁办：角色@单位，或者 applicant", examples=[["window@gz-thr-samr"]])
    due_day: date | None = Field(description="最近的到期日", examples=["2026-12-01"])
    paused_until: date | None = Field(None, description="特别程序暂停计时，告知至何日；空为没有暂停", examples=[None])
    situations: dict[str, str] = Field(examples=[{"sells_online": "no"}])
    bundle: str | None = Field(None, description="所属“一件事”的办件编号；空为单独申请", examples=[None])
    seq: int = Field(description="最近一件事的序号", examples=[1])
    links: Links


class Receipt(CaseView):
    """What the one who applied gets at once: the number and the code for the public progress page."""

    query_code: str = Field(description="公开查询进度用", examples=["6MZLSSZJ"])


class CardBrief(BaseModel):
    """The card that an event gave."""

    colour: str = Field(examples=["yellow"])
    rule: str = Field(examples=["promised_late"])
    name: str = Field(examples=["超过承诺办结时限"])
    unit: str = Field(examples=["gz-thr-samr"])
    state: CardState = Field(examples=["appealed"])
    appealed_at: datetime | None = None
    decided_at: datetime | None = None
    withdrawn_at: datetime | None = None
    card: str = Field(description="牌的记录", examples=["/v1/cards/GZ20261124-000001-1/7"])


class EventView(BaseModel):
    """One thing that happened."""

    seq: int = Field(examples=[2])
    at: datetime
    kind: str = Field(examples=["accepted"])
    cause: Literal["person", "time", "system"] = Field(description="人的行为、时限届满，或者系统据此办结")
    by: str | None = Field(None, description="行为人的角色")
    person: str | None = Field(None, description="行为人；仅办理单位可见")
    article: str | None = Field(examples=["gz:13.1"])
    papers: list[str] = Field(description="随之出具的文书", examples=[["acceptance"]])
    data: dict[str, Any] = Field(
        examples=[{"accepted_on": "2026-11-24"}], description="申请人看不到工作人员的标识和内部意见"
    )
    says: str = Field(examples=["受理申请，办结时限自当日起算"])
    text: str | None = Field(None, description="意见或者理由；申请人从文书中得知")
    card: CardBrief | None = Field(None, description="因此发出的牌；仅办理单位可见", examples=[None])


class TaskView(BaseModel):
    """A task as an inbox shows it."""

    id: str = Field(examples=[f"{NUMBER}.1.check"])
    case: str = Field(examples=[NUMBER])
    step: str = Field(examples=["check"])
    name: str = Field(examples=["受理审查"])
    role: str = Field(examples=["window"])
    unit: str = Field(examples=["gz-thr-samr"])
    assignee: str | None = Field(description="签收人或者指定的经办人；仅办理单位可见")
    state: str = Field(examples=["open"])
    outcomes: list[str] = Field(
        description="可以怎样答复",
        examples=[["accept", "accept_deferred", "notify", "not_required", "refuse_acceptance"]],
    )
    opened_at: datetime
    closed_at: datetime | None
    due_day: date | None = Field(examples=["2026-12-01"])
    provisional: bool = Field(description="所涉年度的放假安排尚未公布", examples=[False])


class Deadlines(BaseModel):
    """The certificates of every limit of a case."""

    number: str = Field(examples=[NUMBER])
    item_name: str = Field(examples=["食品经营许可（新办，餐饮服务）"])
    paused: list[Standstill] = Field(description="正在进行的特别程序；办结时限暂停计算")
    paused_until: date | None = Field(description="告知的最后一日；空为没有暂停", examples=[None])
    certificates: list[CertifiedLimit] = Field(description="每一期限，逐日说明")
    supervision: list[Overseen] = Field(
        default_factory=list, description="催办、督办、长时间超期；办理单位还看到红黄牌"
    )
    path: list[PathLeg] = Field(
        default_factory=list, description="“一件事”：各事项的先后与时限，及决定整件事期限的最长路径"
    )


class Progress(BaseModel):
    """What the public progress page tells: no names, nothing but how far it is."""

    number: str = Field(examples=[NUMBER])
    item_name: str = Field(examples=["食品经营许可（新办，餐饮服务）"])
    stage: str = Field(examples=["examination"])
    ending: str | None
    waiting_for: str = Field(examples=["办理单位"])
    due_day: date | None = Field(examples=["2026-12-01"])
    provisional: bool
    received_at: datetime
    accepted_on: date | None = Field(examples=["2026-11-24"])
    says: str = Field(examples=["正在审查与决定，最近的期限是2026年12月1日"])
    findings: list[str] = Field(
        default_factory=list,
        description="未一次性告知、未按时办结等情形，附依据；可以到“办不成事”反映窗口反映",
        examples=[["2026-12-02 未按时办结：承诺办结时限（2026-12-01），条例13.5"]],
    )
    steps: list[str] = Field(
        examples=[["2026-11-24 13:01 收到申请，出具收件回执", "2026-11-24 13:01 受理申请，办结时限自当日起算"]]
    )


def links(number: str, temporal_ui: str) -> Links:
    """Where to go on from the case."""
    at = f"/v1/cases/{number}"
    return Links(
        case=at,
        timeline=f"{at}/timeline",
        deadline=f"{at}/deadline",
        notices=f"{at}/notices",
        temporal_ui=temporal_ui,
    )


def case_fields(case: CaseRow | Row[Any], to: Links) -> dict[str, Any]:
    """The fields that every view of a case shows."""
    return {
        "number": case.number,
        "provincial_number": case.provincial_number,
        "item": case.item_code,
        "item_name": case.item_name,
        "definition": f"{case.item_code}@{case.item_version}",
        "unit": case.unit,
        "channel": case.channel,
        "received_at": case.received_at,
        "accepted_on": case.accepted_on,
        "stage": case.stage,
        "ending": case.ending,
        "light": case.light,
        "waiting_for": list(case.waiting_for),
        "due_day": case.due_day,
        "paused_until": case.paused_until,
        "situations": dict(case.situations),
        "bundle": case.bundle,
        "seq": case.seq,
        "links": to,
    }


def card_brief(card: CardRow) -> CardBrief:
    """The card as the timeline shows it."""
    return CardBrief(
        **card.model_dump(include=set(CardBrief.model_fields) - {"state", "card"}),
        state=state_of(card.appealed_at, card.decided_at, card.withdrawn_at),
        card=f"/v1/cards/{card.number}/{card.seq}",
    )


def event_view(
    event: EventRow,
    language: Language,
    texts: Mapping[str, str],
    *,
    handles: bool,
    cards: Mapping[int, CardRow] | None = None,
) -> EventView:
    """The event in words; who of the staff it was and what they wrote is shown to those who handle the case only."""
    by = event.by or {}
    data = event.data
    if authority := data.get("authority"):
        data = {**data, "authority": texts.get(authority, authority)}
    return EventView(
        seq=event.seq,
        at=event.at,
        kind=event.kind,
        cause="person" if event.by else "time" if event.kind in BY_TIME else "system",
        by=(by.get("roles") or [None])[0],
        person=by.get("id") if handles else None,
        article=event.article,
        papers=[paper for paper in event.papers if handles or to_whom(Paper(paper)) == "applicant"],
        data=data if handles else _public(event.kind, data),
        says=told(event.kind, event.data).said_in(language),
        text=texts.get(data.get("text") or "") if handles else None,
        card=card_brief(cards[event.seq]) if handles and cards and event.seq in cards else None,
    )


def _public(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The facts for the one who applied: none about people of the office and what they ask one another, and of a defect
    only that there is one; the notice says which."""
    if kind.startswith("helper_"):
        return {}
    shown = {name: fact for name, fact in data.items() if name not in INTERNAL}
    if "demands" in shown:
        shown["demands"] = [{**demand, "defect": bool(demand.get("defect"))} for demand in shown["demands"]]
    return shown


def task_fields(task: TaskRow | Row[Any], *, handles: bool = True) -> dict[str, Any]:
    """What an inbox shows of the task; to those who do not handle the case without the person who has it."""
    fields = {name: getattr(task, name) for name in TaskView.model_fields if name != "case"}
    return fields | {"case": task.number} | ({} if handles else {"assignee": None})
