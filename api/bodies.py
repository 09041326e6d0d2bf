"""What may be sent to the counter; unknown keys are refused, so that a slip of the pen is never silent."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    JsonValue,
    StringConstraints,
    model_validator,
)

from domain.commands import Cause, Ground, HearingMove, Outcome
from domain.definition import Role
from domain.identifiers import DocumentKind

PLAIN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""Text as people write it: PostgreSQL keeps no NUL, and no paper prints control characters."""
Plain = Annotated[str, StringConstraints(pattern=PLAIN)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=PLAIN)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PLAIN)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Id = Annotated[str, StringConstraints(pattern=r"^[\w.@:|-]+$", max_length=120)]
UnitCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Body(BaseModel):
    """A body of a request."""

    model_config = ConfigDict(extra="forbid", strict=True)


class PersonDocument(Body):
    """The document that identifies a person."""

    kind: DocumentKind = Field(DocumentKind.RESIDENT_ID, strict=False, examples=["passport"])
    number: Name = Field(examples=["TEST000001"])


class Agent(Body):
    """One who acts for the applicant (apl:29)."""

    name: Name = Field(examples=["测试代理人"])
    document: PersonDocument
    mobile: Name | None = None


class Contact(Body):
    """How the applicant is reached."""

    mobile: Name | None = Field(None, examples=["13800000000"])
    email: Name | None = Field(None, examples=["sample@example.com"])
    address: Name | None = None
    agent: Agent | None = None


class Person(Contact):
    """A natural person who applies."""

    kind: Literal["person"]
    name: Name = Field(examples=["测试申请人"])
    document: PersonDocument


class Organisation(Contact):
    """A body that applies."""

    kind: Literal["organisation"]
    name: Name = Field(examples=["测试单位"])
    credit_code: Name = Field(description="统一社会信用代码", examples=["91710000000000001R"])


Applicant = Annotated[Person | Organisation, Field(discriminator="kind")]


class MaterialIn(Body):
    """One material: a file uploaded before, or the paper shown at the window."""

    material: Identifier = Field(description="办事指南中的材料", examples=["floor_plan"])
    file: Digest | None = Field(None, description="上传文件后得到的摘要")
    paper: bool = Field(False, description="窗口收到纸质原件", examples=[True])
    file_name: Name | None = Field(None, examples=["平面布局图.pdf"])


APPLICATION: JsonValue = {
    "item": "440199001000",
    "applicant": {
        "kind": "person",
        "name": "测试申请人",
        "document": {"kind": "passport", "number": "TEST000001"},
        "email": "sample@example.com",
    },
    "situations": {"sells_online": "no"},
    "materials": [
        {"material": "application_form", "paper": True},
        {"material": "floor_plan", "paper": True},
        {"material": "training", "paper": True},
        {"material": "safety_rules", "paper": True},
        {"material": "facilities", "paper": True},
    ],
    "promise": False,
}


BUNDLE_APPLICATION: JsonValue = {
    "applicant": {
        "kind": "person",
        "name": "测试申请人",
        "document": {"kind": "passport", "number": "TEST000001"},
        "email": "sample@example.com",
    },
    "situations": {"sells_online": "no", "sells_tobacco": "no"},
    "form": {"shop_name": "测试餐饮店"},
    "materials": [{"material": "floor_plan", "paper": True}],
    "promise": False,
}


class ApplicationIn(Body):
    """What every application says."""

    applicant: Applicant
    situations: dict[Identifier, Plain] = Field(
        default_factory=dict, max_length=50, description="办事指南所列各项情形的回答"
    )
    form: dict[Identifier, bool | int | FiniteFloat | Plain] = Field(default_factory=dict, max_length=200)
    materials: list[MaterialIn] = Field(default_factory=list, max_length=200)
    promise: bool = Field(False, description="申请人自愿申请容缺受理并承诺按期补齐次要材料")
    for_myself: bool = Field(False, description="窗口人员为本人申请（不是代他人收件）")
    provincial_number: Annotated[str, StringConstraints(pattern=r"^[\w-]+$", max_length=64)] | None = None
    received_at: AwareDatetime | None = Field(
        None, strict=False, description="窗口补录：实际收到申请的时刻；期限自该日计算，须写明原因（belated）"
    )
    belated: Words | None = Field(None, description="未及时登记的原因")
    visit: Annotated[str, StringConstraints(max_length=40)] | None = Field(
        None, description="由哪次到访而来（到访编号）；该到访随收件了结"
    )
    visit_code: Annotated[str, StringConstraints(max_length=20)] | None = Field(
        None, description="到访的查询码；申请人自行提交的须填写，窗口人员不必"
    )


class Submission(ApplicationIn):
    """An application for an item."""

    model_config = ConfigDict(json_schema_extra={"examples": [APPLICATION]})

    item: str = Field(pattern=r"^[0-9]{12}$", description="事项基本编码")


class BundleSubmission(ApplicationIn):
    """One application for a bundle; the bundle is named by the address."""

    model_config = ConfigDict(json_schema_extra={"examples": [BUNDLE_APPLICATION]})


class SupplementIn(Body):
    """Materials handed in after the submission."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"materials": [{"material": "floor_plan", "paper": True}], "final": False}]}
    )

    materials: list[MaterialIn] = Field(default_factory=list, max_length=200)
    form: dict[Identifier, bool | int | FiniteFloat | Plain] = Field(
        default_factory=dict, max_length=200, description="补填或者更正的申请表栏目"
    )
    final: bool = Field(False, description="申请人表示已经交齐；只按要求作了说明、没有材料的，也这样表示")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.materials or self.form or self.final):
            raise ValueError("name the materials or fields, or say that this is final")
        return self


class DemandIn(Body):
    """One line of a one-time notice: a material, a defect of it, or a further requirement."""

    material: Identifier | None = Field(None, examples=["floor_plan"])
    defect: Words | None = Field(
        None, description="何处不符合要求，或者另有何要求；缺少材料的不填", examples=["未标明食品处理区的面积"]
    )
    repeats: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]?\.[1-9][0-9]{0,2}$")] | None = Field(
        None, description="重申此前告知中仍未办妥的一项：第几次告知.第几项", examples=[None]
    )


ANSWERS: JsonValue = [
    {"outcome": "accept"},
    {"outcome": "notify", "demands": [{"material": "floor_plan", "defect": "未标明食品处理区的面积"}]},
    {"outcome": "refuse_acceptance", "ground": "other_authority", "authority": "广州市市场监督管理局"},
    {"outcome": "pass", "officers": ["officer-a", "officer-b"], "text": "现场布局与图纸一致。"},
    {"outcome": "return", "return_to": "review", "text": "请核对经营项目与场所面积是否相符。"},
    {"outcome": "refuse", "text": "经营场所不具备与经营品种相适应的卫生条件。"},
]


class AnswerIn(Body):
    """An answer to a task."""

    model_config = ConfigDict(json_schema_extra={"examples": ANSWERS})

    outcome: Outcome = Field(strict=False, description="任务的 outcomes 之一")
    text: Words | None = Field(None, description="意见或者理由")
    demands: list[DemandIn] = Field(default_factory=list, max_length=100)
    ground: Ground | None = Field(None, strict=False, description="不予受理的法定情形")
    authority: Name | None = Field(None, description="应当向其申请的行政机关")
    officers: list[Id] = Field(default_factory=list, max_length=20, description="现场核查人员，不少于规定人数")
    return_to: Identifier | None = Field(None, description="退回到哪一环节")


class ClaimIn(Body):
    """Take a task, or give it back."""

    release: bool = Field(False, description="退回待办")


class TransferIn(Body):
    """Pass a task on to another unit, or to a person of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"unit": "gz-thr-samr", "text": "由辖区同事办理。"}]})

    unit: UnitCode
    person: Id | None = Field(None, description="人员标识；不填则由该单位相应角色的人办理")
    text: Words | None = None


class WithdrawIn(Body):
    """Take the application back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"act": "withdraw"}]})

    act: Literal["withdraw"]


class PromiseIn(Body):
    """Ask for deferred acceptance and promise the missing secondary materials."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"act": "promise"}]})

    act: Literal["promise"]


class WithdrawPartsIn(Body):
    """Take some items of a bundle back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"act": "withdraw_parts", "parts": ["tobacco"]}]})

    act: Literal["withdraw_parts"]
    parts: list[Identifier] = Field(min_length=1, max_length=60, description="“一件事”中的事项")


class CollectEarlyIn(Body):
    """Ask for the result of one item of a bundle before the others are there."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"act": "collect_early", "part": "food_permit"}]})

    act: Literal["collect_early"]
    part: Identifier


HELP: JsonValue = {
    "act": "add_helper",
    "task": "GZ20261124-000001-1.2.review",
    "role": "examiner",
    "unit": "gz-thr-health",
    "text": "请就从业人员健康证明提出意见。",
}


class AddHelperIn(Body):
    """Ask another one for an opinion on a task."""

    model_config = ConfigDict(json_schema_extra={"examples": [HELP]})

    act: Literal["add_helper"]
    task: Id
    role: Role = Field(strict=False)
    unit: UnitCode
    text: Words | None = None


class DropHelperIn(Body):
    """Wait no longer for an opinion that was asked for."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"act": "drop_helper", "task": "GZ20261124-000001-1.5.review.h1"}]}
    )

    act: Literal["drop_helper"]
    task: Id


class PauseIn(Body):
    """Stop the clock for a special procedure; the applicant is told in writing how long it takes."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"act": "pause", "procedure": "hearing", "days": 10, "text": "需要组织听证。"}]}
    )

    act: Literal["pause"]
    procedure: Identifier = Field(description="事项定义中的特别程序")
    days: int = Field(
        ge=1, le=3650, description="所需天数，单位同定义中的最长时间，当日为第一日；正在进行的，为再需要的天数"
    )
    text: Words | None = Field(None, description="说明")


class ResumeIn(Body):
    """The special procedure is over; the clock goes on with the next day."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"act": "resume", "procedure": "hearing"}]})

    act: Literal["resume"]
    procedure: Identifier
    ended_on: date | None = Field(None, strict=False, description="结束之日；不填为今天")
    text: Words | None = None


class ExtendIn(Body):
    """Ask for more time; granted at once where you are the one who approves."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"act": "extend", "clock": "statutory", "days": 5, "cause": "complex", "text": "须进一步核实设施布局。"}
            ]
        }
    )

    act: Literal["extend"]
    clock: Literal["promised", "statutory"] = Field("statutory", description="延长哪一个办结时限")
    days: int = Field(ge=1, le=3650, description="延长的天数，单位同定义中的延期权")
    cause: Cause = Field(strict=False, description="原因")
    text: Words | None = Field(None, description="理由，写入告知书和报备表")


class DelayIn(Body):
    """Tell the applicant that it will be late, and file it; no limit moves."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"act": "delay", "until": "2026-12-30", "cause": "system_failure", "text": "登记系统升级。"}]
        }
    )

    act: Literal["delay"]
    until: date = Field(strict=False, description="预计办结日")
    cause: Cause = Field(strict=False, description="原因")
    text: Words | None = Field(None, description="理由，写入告知书和报备表")


class HearingIn(Body):
    """The next step of a hearing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"act": "hearing", "move": "offer"},
                {
                    "act": "hearing",
                    "move": "schedule",
                    "held_on": "2026-12-16",
                    "host": "officer-c",
                    "text": "12月16日上午9时，区政务服务中心三楼会议室。",
                },
            ]
        }
    )

    act: Literal["hearing"]
    move: HearingMove = Field(
        strict=False,
        description="offer 告知权利；request 要求；decline 放弃；order 依职权决定；schedule 通知；hold 举行并入卷",
    )
    held_on: date | None = Field(None, strict=False, description="举行之日")
    host: Id | None = Field(None, description="主持人；不得是审查本申请的人")
    text: Words | None = Field(None, description="理由、时间地点，或者笔录要点")


class UrgeIn(Body):
    """Ask the unit to get on with the case."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"act": "urge", "text": "店铺已经装修完毕，盼早日办结。"}]}
    )

    act: Literal["urge"]
    text: Words | None = Field(None, description="催办内容")


class OrderIn(Body):
    """Give a supervision order: the unit's chief representative reports."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"act": "order", "text": "请说明现场核查为何没有安排。", "days": 2}]}
    )

    act: Literal["order"]
    text: Words = Field(description="督办要求")
    days: int | None = Field(None, ge=1, le=250, description="几个工作日内答复；不填按本地规定")


class JointHandlingIn(Body):
    """Call units together for the case."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "act": "joint_handling",
                    "units": ["gz-thr-health", "gz-thr-fire"],
                    "held_on": "2026-12-16",
                    "text": "12月16日上午9时，到经营场所联合核查。",
                }
            ]
        }
    )

    act: Literal["joint_handling"]
    units: list[UnitCode] = Field(min_length=1, max_length=20, description="受邀单位")
    held_on: date = Field(strict=False, description="联合办理之日")
    text: Words | None = Field(None, description="事项、时间和地点")


ActIn = Annotated[
    WithdrawIn
    | WithdrawPartsIn
    | CollectEarlyIn
    | PromiseIn
    | AddHelperIn
    | DropHelperIn
    | PauseIn
    | ResumeIn
    | ExtendIn
    | DelayIn
    | HearingIn
    | UrgeIn
    | OrderIn
    | JointHandlingIn,
    Field(discriminator="act"),
]


class WithdrawalIn(Body):
    """Take an item out of the catalogue."""

    reason: Words = Field(examples=["法律修改后不再设定该许可。"])
