"""What supervisors are shown: counts, open cases with the cause of their standing, what waits for whom."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, Field

from api.views import NUMBER, Links
from domain.words import Text

HOW = Text(
    "open 是全部在办件；“一件事”本身和其中各事项各是一件，各在其承办单位名下，所以 open = applications + items："
    "applications 是申请（单独的办件和“一件事”），items 是“一件事”中的事项，bundles 是其中的“一件事”。"
    "一件在办件可以同时有几个标记，各标记之和不等于件数；停在哪里（cause）只有一个。",
    "`open` is every open file. A bundle and each of its items are files of their own, each at its own unit, so open = "
    "applications + items: `applications` are what people applied for (single cases and bundles), `items` are the items of "
    "bundles, `bundles` the bundles among the applications. A case may have several marks, which do not add up to cases; "
    "it has one cause.",
)


class Count(BaseModel):
    """A group of open cases."""

    key: dict[str, str | None] = Field(examples=[{"unit": "gz-thr-samr"}])
    name: dict[str, str] = Field(description="各项的名称", examples=[{"unit": "广州市天河区市场监督管理局"}])
    open: int
    applications: int
    bundles: int
    items: int
    near: int = Field(description="临近时限（蓝灯）")
    acceptance_late: int
    step_late: int
    hearing_late: int
    promised_late: int
    statutory_late: int
    delivery_late: int
    order_late: int
    order_open: int
    filing_open: int
    warning_open: int
    paused: int
    idle: int
    vacant: int
    behind: int
    stuck: int = Field(description="停滞：idle、vacant、behind 之一")
    cases: str = Field(description="这些办件的列表")


class Overview(BaseModel):
    """How many cases are open, and how they stand."""

    at: datetime
    by: list[str]
    groups: list[Count]
    total: Count
    troubles: int = Field(description="探测到的停滞原因（/v1/supervision/troubles），包括系统的和所辖单位的")
    how: str = Field(description="怎样计数")


class Waits(BaseModel):
    """Somebody whose move it is."""

    role: str = Field(examples=["examiner"])
    role_name: str
    unit: str | None = None
    unit_name: str | None = None
    task: str | None = None
    name: str | None = Field(None, description="任务名称")
    assignee: str | None = None
    since: datetime | None = None
    due_day: date | None = None


class MarkView(BaseModel):
    """A mark with what it means here."""

    mark: str
    says: str


class PaperOpen(BaseModel):
    """A filing or warning that is not acknowledged yet."""

    paper: str
    to: str
    by: date | None
    link: str


class Standing(BaseModel):
    """An open case: where it stands, since when, and for whom it waits."""

    number: str = Field(examples=[NUMBER])
    provincial_number: str | None
    item: str
    item_name: str
    unit: str
    unit_name: str
    district: str | None
    bundle: str | None = Field(description="所属“一件事”的办件编号")
    stage: str
    stage_name: str
    light: str
    cause: str = Field(examples=["examiner"])
    says: str = Field(examples=["等待审查人员办理（gz-thr-samr），自2026-11-24起"])
    since: datetime
    waiting: list[Waits]
    due_day: date | None
    days_left: int | None = Field(description="按承办单位的工作日，今日之后还有几日；负数为已超过几日")
    paused_until: date | None
    stuck: bool
    marks: list[MarkView]
    orders: list[Waits] = Field(description="尚未答复的督办")
    papers: list[PaperOpen] = Field(description="尚未签收的报备和预警")
    links: Links


class Holder(BaseModel):
    """Somebody who holds a role today."""

    id: str
    name: str
    stands_in: bool = Field(description="代理：任职人员都不在岗")


class WaitedFor(BaseModel):
    """A role in a unit, the applicant, or the items of bundles: what waits for them."""

    waiting_for: str = Field(examples=["examiner@gz-thr-samr"])
    role_name: str
    unit_name: str | None
    cases: int
    tasks: int
    claimed: int = Field(description="已签收或者指定经办人的任务")
    oldest: datetime | None = Field(description="最早的一件自何时起等待")
    first_due: date | None
    stuck: int
    vacant: bool = Field(description="岗位无人在岗")
    holders: list[Holder] = Field(description="今日在岗人员；空为无人在岗，或者该单位没有登记岗位")
    cases_link: str


class GrievanceStanding(BaseModel):
    """A grievance, without its reporter."""

    number: str
    channel: str
    case: str | None
    item: str | None
    item_name: str | None
    window_unit: str
    district: str | None
    unit: str | None
    unit_name: str | None
    grounds: list[str]
    grounds_said: list[str]
    leg: str
    leg_name: str
    klass: str | None
    level: int
    late: bool
    waiting_for: list[str]
    due_day: date | None
    ending: str | None
    satisfaction: int | None
    conclusion: str | None
    received_at: datetime
    link: str


class GrievanceCount(BaseModel):
    """A group of grievances."""

    key: str | int | None
    name: str
    grievances: int
    late: int
    escalated: int


class FoundView(BaseModel):
    """A ground of gz:13.5 that was found from facts."""

    id: str
    shortcoming: str
    says: str
    case: str | None
    seq: int | None
    visit: str | None
    unit: str
    unit_name: str
    item: str | None
    district: str | None
    clock: str | None
    article: str
    found_at: datetime
    withdrawn_at: datetime | None
    withdrawn_why: str | None
    grievance: str | None
    link: str | None


class CauseCount(BaseModel):
    """How often something went wrong, and in how many cases."""

    key: str | None
    name: str
    times: int
    cases: int


class Causes(BaseModel):
    """Where time was lost in a period, each list with the most first."""

    first: date = Field(serialization_alias="from")
    last: date = Field(serialization_alias="to")
    lists: dict[str, list[CauseCount]]
