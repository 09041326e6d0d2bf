"""What is said to the "can't get it done" window, and what it shows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.bodies import Body, Name, UnitCode, Words
from domain.commands import RemedyKind
from domain.grievance.commands import Conclusion, Exclusion, Said
from domain.supervision.rules import Class
from domain.supervision.shortcomings import Shortcoming

FILED: JsonValue = [
    {"case": "GZ20261124-000001-1", "grounds": ["not_finished"], "request": "承诺五个工作日办结，至今没有答复。"},
    {
        "case": "GZ20261124-000001-1",
        "code": "6MZLSSZJ",
        "grounds": ["not_told_once"],
        "request": "补正以后又被要求补交另一份材料。",
    },
    {
        "unit": "gz-thr-samr",
        "order": "HOTLINE-0001",
        "grounds": ["not_taken"],
        "request": "窗口不收材料，也不说明理由。",
        "reporter": {"name": "测试反映人", "mobile": "13800000000"},
    },
]
Grounds = Annotated[Shortcoming, Field(strict=False)]
Given = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w./-]+$")]


class ReporterIn(Body):
    """Who reports it, and how they are reached; kept in the database alone."""

    name: Name = Field(examples=["测试反映人"])
    mobile: Name | None = None
    email: Name | None = None


class GrievanceIn(Body):
    """What is reported; about a case, or about an item or unit where there is no case."""

    model_config = ConfigDict(json_schema_extra={"examples": FILED})

    case: Given | None = Field(None, description="办件编号")
    code: Given | None = Field(None, description="收件回执上的查询码；没有登录的申请人凭它反映")
    item: str | None = Field(None, pattern=r"^[0-9]{12}$", description="没有办件时：事项基本编码")
    unit: UnitCode | None = Field(None, description="所反映的单位；有办件的可以不填")
    grounds: list[Grounds] = Field(
        default_factory=list,
        max_length=4,
        description="not_told_once 未一次性告知；not_taken 不接收材料；not_finished 未按时办结；difficult 复杂疑难",
    )
    request: Words = Field(description="反映的情况和诉求")
    reporter: ReporterIn | None = Field(None, description="反映人；不填为办件的申请人")
    order: Given | None = Field(None, description="12345热线工单编号；同一工单只登记一次")


class ClassifyIn(Body):
    """Say how hard it is and what it is about, or why it is no matter for the window."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"act": "classify", "klass": "complex", "grounds": ["not_finished"]}]}
    )

    act: Literal["classify"]
    klass: Class | None = Field(
        None, strict=False, description="类别：simple 简单，complex 复杂，very_complex 特别复杂"
    )
    grounds: list[Grounds] = Field(default_factory=list, max_length=4)
    excluded: Exclusion | None = Field(None, strict=False, description="不属于受理范围的情形；须写明理由")
    text: Words | None = None


class ApproveClassIn(Body):
    """Decide on the class of what the window thinks very complex."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"act": "approve_class", "klass": "very_complex"}]})

    act: Literal["approve_class"]
    klass: Class = Field(strict=False)
    text: Words | None = None


class TransferIn(Body):
    """Pass it to the responsible unit."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"act": "transfer", "unit": "gz-thr-samr", "text": "请核实并答复。"}]}
    )

    act: Literal["transfer"]
    unit: UnitCode
    text: Words


class PassOnIn(Body):
    """Pass it on to another unit."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"act": "pass_on", "unit": "gz-thr-health", "text": "属于卫生健康部门职责。"}]}
    )

    act: Literal["pass_on"]
    unit: UnitCode
    text: Words


class SendBackIn(Body):
    """Send it back with reasons."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"act": "send_back", "text": "答复没有说明期限。"}]})

    act: Literal["send_back"]
    text: Words


class RemedyIn(Body):
    """What is asked of the case."""

    remedy: RemedyKind = Field(
        strict=False, description="accept_now 立即受理；withdraw_notice 撤销再次告知的要求；decide_by 限期办结"
    )
    due: date | None = Field(None, strict=False, description="限期办结的日期")


class ReplyIn(Body):
    """Answer for the unit."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"act": "answer", "said": "remedied", "text": "已经受理并将于三日内办结。"}]}
    )

    act: Literal["answer"]
    said: Said = Field(strict=False, description="remedied 已办理纠正；explained 解释说明；rejected 不予支持")
    text: Words
    remedies: list[RemedyIn] = Field(default_factory=list, max_length=3)


class FeedbackIn(Body):
    """Tell the reporter what came of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"act": "feedback", "text": "承办单位已经受理。"}]})

    act: Literal["feedback"]
    text: Words


class ReturnVisitIn(Body):
    """Record how satisfied the reporter is, or that nobody was reached."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"act": "return_visit", "reached": True, "satisfaction": 2}]}
    )

    act: Literal["return_visit"]
    reached: bool
    satisfaction: int | None = Field(None, ge=1, le=5, description="1 非常满意 … 5 非常不满意")
    text: Words | None = None


class WithdrawIn(Body):
    """Ask for nothing more."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"act": "withdraw"}]})

    act: Literal["withdraw"]


class ReviewIn(Body):
    """The review."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "act": "review",
                    "conclusion": "confirmed",
                    "text": "超过承诺办结时限三个工作日，情况属实。",
                    "improvement": "核查任务须在期限届满前一日完成交接。",
                }
            ]
        }
    )

    act: Literal["review"]
    conclusion: Conclusion = Field(strict=False, description="confirmed 属实；partly 部分属实；not_confirmed 不属实")
    responsible: UnitCode | None = Field(None, description="责任单位；不填为答复的单位")
    text: Words
    improvement: Words | None = Field(None, description="改进要求；属实、部分属实的必填")
    remedies: list[RemedyIn] = Field(default_factory=list, max_length=3)


class NotifyIn(Body):
    """Notify the dispatching unit of the result."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"act": "notify", "text": "请于本月内报送改进情况。"}]})

    act: Literal["notify"]
    text: Words


GrievanceActIn = Annotated[
    ClassifyIn
    | ApproveClassIn
    | TransferIn
    | PassOnIn
    | SendBackIn
    | ReplyIn
    | FeedbackIn
    | ReturnVisitIn
    | WithdrawIn
    | ReviewIn
    | NotifyIn,
    Field(discriminator="act"),
]


class GrievanceView(BaseModel):
    """A grievance as its reporter and the office see it."""

    number: str = Field(examples=["FY20261126-000001-1"])
    channel: str = Field(examples=["online"])
    order: str | None = Field(None, description="热线工单编号")
    case: str | None = Field(None, examples=["GZ20261124-000001-1"])
    item: str | None = None
    item_name: str | None = None
    window: str = Field(description="哪个窗口的管理部门", examples=["gz-thr-management"])
    unit: str | None = Field(description="责任单位", examples=["gz-thr-samr"])
    grounds: list[str]
    klass: str | None
    leg: str = Field(examples=["classification"])
    leg_name: str = Field(examples=["分类"])
    level: int = Field(description="已升级到：0 未升级，1 首席事务代表，2 管理部门")
    waiting_for: list[str]
    due_day: date | None
    ending: str | None
    satisfaction: int | None
    conclusion: str | None
    received_at: datetime
    seq: int
    request: str | None = Field(None, description="反映的情况和诉求")
    evidence: list[dict[str, Any]] = Field(default_factory=list, description="系统自动附上的证据；仅办理单位可见")
    links: dict[str, str]


class GrievanceReceipt(GrievanceView):
    """What the reporter gets at once: the number and the code for the public progress page."""

    query_code: str


class GrievanceEventView(BaseModel):
    """One thing that happened in a grievance."""

    seq: int
    at: datetime
    kind: str
    cause: Literal["person", "time", "system"]
    by: str | None = None
    person: str | None = Field(None, description="仅办理单位可见")
    article: str | None
    papers: list[str]
    data: dict[str, Any]
    says: str
    text: str | None = Field(None, description="意见或者理由；仅办理单位可见，反映人从反馈书中得知")
