"""The definition of a service item as a department registers it (design, section 4)."""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from domain.limits import Limit, StatedLimit
from domain.situations import Situation
from domain.values import Value

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
UnitCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
When = dict[Identifier, str]


def _is_a_day(version: object) -> object:
    written = isinstance(version, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", version)
    if written or (isinstance(version, dt.date) and not isinstance(version, dt.datetime)):
        return version
    raise ValueError("a date like 2026-01-01 is needed")


Version = Annotated[dt.date, BeforeValidator(_is_a_day)]
"""The day from which a version is in force."""


class ItemType(StrEnum):
    """Kinds of service items (事项类型)."""

    PERMIT = "行政许可"
    CONFIRMATION = "行政确认"
    PAYMENT = "行政给付"
    AWARD = "行政奖励"
    RULING = "行政裁决"
    OTHER_POWER = "其他行政权力"
    PUBLIC_SERVICE = "公共服务"


class Handling(StrEnum):
    """Whether the item is decided at the window or within a promised limit."""

    INSTANT = "instant"
    PROMISED = "promised"


class Role(StrEnum):
    """The roles that may be given tasks."""

    WINDOW = "window"
    EXAMINER = "examiner"
    APPROVER = "approver"
    AGENCY_HEAD = "agency_head"
    GOVERNMENT_HEAD = "government_head"
    CHIEF_REPRESENTATIVE = "chief_representative"


class Department(Value):
    """The unit that answers for the item (承办单位)."""

    code: UnitCode
    name: Name
    level: Literal[1, 2, 3, 4, 5, 6] = Field(4, description="行使层级：1国家 2省 3市 4县 5镇街 6村社区")
    district: str | None = Field(None, pattern=r"^[0-9]{6}$", description="行政区划代码")
    credit_code: str | None = Field(None, description="统一社会信用代码；有则生成31位实施编码")


class LegalBasis(Value):
    """A provision that the item rests on (设定依据)."""

    law: Name
    article: str = ""


class Fee(Value):
    """Whether a fee is charged; none unless a law or administrative regulation says so (apl:58)."""

    charged: bool
    basis: str = ""
    standard: str = Field("", description="收费标准")


class Result(Value):
    """What the applicant gets at the end (办理结果)."""

    name: Name
    kind: Literal["批文批复", "证件执照", "证明", "鉴定报告", "工作结果"]
    valid: str = ""
    electronic: bool = False


class Extension(Limit):
    """The right to extend the limit, if the item's law gives one."""

    mode: Literal["add", "to"] = "add"
    approver: Literal["agency_head", "government_head"] = "agency_head"
    times: int = Field(1, ge=1)
    basis: str = Field(min_length=1)


class Limits(Value):
    """The limits of the item, each with its unit, its start and its basis."""

    acceptance: StatedLimit = Field(description="受理时限：收到材料后多久须作出受理与否的答复")
    statutory: StatedLimit | None = Field(None, description="法定办结时限；法律未规定的不填")
    promised: StatedLimit = Field(description="承诺办结时限")
    extension: Extension | None = None
    delivery: StatedLimit = Field(description="颁证送达时限")
    supplement: Limit | None = Field(None, description="补正期限；不填则用系统设定")


class Intake(Value):
    """How this item's law treats incomplete applications and silence."""

    incomplete: Literal["supplement", "resubmit", "refuse"] = Field(
        "supplement",
        description="材料不齐：supplement 一次性告知补正；resubmit 退回并一次性告知，补齐后重新提交；refuse 当场书面不予受理",
    )
    silence: Literal["deemed_accepted", "overdue"] = Field(
        "deemed_accepted", description="逾期不告知：deemed_accepted 视为受理；overdue 记为超时"
    )
    basis: str = ""


class Share(Value):
    """The register from which the unit gets the material itself (gz:17)."""

    register_name: Name = Field(alias="register")
    type: Name
    live: bool = Field(True, description="该数据源是否已开通")


class Material(Value):
    """One entry of the checklist (申请材料)."""

    id: Identifier
    name: Name
    need: Literal["required", "optional", "when"]
    when: When = Field(default_factory=dict)
    main: bool = Field(description="主要材料；false 为可容缺的次要材料")
    share: Share | None = None
    provided_by: Literal["applicant", "register"] | None = Field(
        None, description="不填：有可用共享来源的由部门获取，其余由申请人提交"
    )
    copies: int = Field(1, ge=0)
    form: Literal["paper", "electronic", "both"] = "both"
    note: str = ""


class Deferral(Value):
    """Whether secondary materials may follow later on a promise (容缺受理)."""

    allowed: bool
    supplement_within: Limit | None = None
    basis: str = "gdbe:32"


class Signer(Value):
    """One of several who sign a step."""

    role: Role
    unit: UnitCode | None = None


class Step(Value):
    """One step of the examination; without `after` it starts at acceptance."""

    id: Identifier
    name: Name
    role: Role
    unit: UnitCode | None = Field(None, description="由哪个单位办理；不填为承办单位")
    mode: Literal["single", "all", "any", "ordered"] = Field(
        "single", description="single 单签；all 会签；any 或签；ordered 顺序签"
    )
    signers: tuple[Signer, ...] = Field((), max_length=20, description="会签、或签、顺序签的各方")
    officers: int = Field(1, ge=1, le=9, description="须有几名工作人员；实地核查不少于两名（apl:34）")
    on_site: bool = Field(False, description="是否实地核查")
    after: tuple[Identifier, ...] = Field((), max_length=20, description="在哪些环节之后；不填则受理后开始")
    when: When = Field(default_factory=dict)
    limit: Limit
    decides: bool = False


class SpecialProcedure(Value):
    """A procedure whose time may not count (apl:45)."""

    id: Identifier
    name: Name
    procedure: Literal[
        "hearing", "tender", "auction", "inspection", "testing", "quarantine", "appraisal", "expert_review", "item_law"
    ]
    counted: bool
    max: Limit
    basis: str = ""


class FormField(Value):
    """One field of the application form."""

    id: Identifier
    name: Name
    type: Literal["text", "number", "date", "choice", "yes_no"] = "text"
    choices: tuple[Name, ...] = Field((), max_length=300, description="类型为 choice 时的各选项")
    required: bool = True


class Assumption(Value):
    """A value in this definition that no official source confirmed, and why it stands here."""

    at: str = Field(min_length=1, description="路径，如 limits.promised 或 materials.training.main")
    why: str = Field(min_length=1)


class ItemDefinition(Value):
    """Everything that the catalogue, the guide and the engine know about one service item."""

    kind: Literal["item"]
    code: str = Field(pattern=r"^[0-9]{12}$", description="基本编码，12位")
    name: Name
    version: Version = Field(description="自何日起施行；新日期即新版本")
    department: Department
    type: ItemType
    handling: Handling
    audience: tuple[Name, ...] = Field(min_length=1, max_length=50, description="服务对象")
    basis: tuple[LegalBasis, ...] = Field(min_length=1, max_length=50, description="设定依据")
    conditions: tuple[Name, ...] = Field(min_length=1, max_length=100, description="受理条件")
    fee: Fee
    result: Result
    limits: Limits
    intake: Intake = Intake()
    situations: tuple[Situation, ...] = Field((), max_length=30, description="情形：窗口提问，答案固定")
    form: tuple[FormField, ...] = Field((), max_length=200, description="申请表的栏目")
    materials: tuple[Material, ...] = Field(max_length=300, description="申请材料；零材料事项为空表")
    deferral: Deferral = Deferral(allowed=False)
    examination: tuple[Step, ...] = Field(min_length=1, max_length=60, description="审查环节的有向图")
    special_procedures: tuple[SpecialProcedure, ...] = Field((), max_length=20, description="特别程序")
    notes: tuple[str, ...] = Field((), description="办事指南中的说明")
    sources: tuple[str, ...] = Field((), description="本定义各项数值的来源")
    assumed: tuple[Assumption, ...] = Field((), description="未经官方来源证实的取值")

    @property
    def reference(self) -> str:
        """Code and version in one word, as cases and digests name it."""
        return f"{self.code}@{self.version}"


def demanded(material: Material) -> bool:
    """Whether the applicant has to hand the material in (gz:17: not what a live register holds)."""
    if material.provided_by is not None:
        return material.provided_by == "applicant"
    return material.share is None or not material.share.live
