"""What a public guide (办事指南) consists of; every text is in the language that it was made in."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from domain.values import Value


class GuideMaterial(Value):
    """A material of the checklist, in words."""

    id: str
    name: str
    need: str = Field(description="必要、选交，或在哪些情形下需要")
    main: str = Field(description="主要材料或次要材料")
    source: str = Field(description="由谁提供；能共享取得的无需提交")
    copies: int
    form: str
    note: str = ""


class GuideStep(Value):
    """A step of the process; steps of one order may run at the same time."""

    order: int
    id: str | None = Field(None, description="审查环节的编号；受理、送达没有")
    name: str
    starts: str = Field(description="什么时候开始")
    by: str
    limit: str
    alongside: tuple[str, ...] = Field((), description="可以同时进行的环节")
    when: str = Field("", description="只在这些情形下办理")
    decides: bool = False


class GuideLimit(Value):
    """A limit in words, with the provision it rests on."""

    id: str
    name: str
    said: str
    basis: str = ""


class GuideProcedure(Value):
    """A special procedure, and whether its time counts."""

    id: str
    name: str
    counted: str
    longest: str
    basis: str = ""


class GuideSituation(Value):
    """A question at the window with its answers."""

    id: str
    ask: str
    answers: tuple[str, ...]


class GuideField(Value):
    """A field of the application form."""

    id: str
    name: str
    type: str
    required: str
    choices: tuple[str, ...] = ()


class GuideAssumption(Value):
    """A value that no official source confirmed."""

    at: str
    what: str
    why: str


class Guide(Value):
    """The guide of one item, made from its definition and nothing else; `digest` says from which."""

    kind: Literal["item"] = "item"
    language: Literal["zh", "en"]
    code: str
    version: str
    digest: str = Field(description="定义内容的 SHA-256；与已发布定义不一致的指南不是本系统的指南")
    implementation_code: str | None = Field(None, description="31位实施编码")
    edition: str = Field(description="编码和施行日期，连同是否经过核实")
    department: str
    type: str
    handling: str

    name: str = Field(description="事项名称")
    basis: tuple[str, ...] = Field(description="设定依据")
    conditions: tuple[str, ...] = Field(description="受理条件")
    materials: tuple[GuideMaterial, ...] = Field(description="申请材料；零材料为空")
    process: tuple[GuideStep, ...] = Field(description="办理流程")
    audience: tuple[str, ...] = Field(description="服务对象")
    limits: tuple[GuideLimit, ...] = Field(description="办结时限")
    result: str = Field(description="办理结果")
    fee: str = Field(description="收费标准")

    intake: str
    deferral: str
    situations: tuple[GuideSituation, ...] = ()
    form: tuple[GuideField, ...] = ()
    special_procedures: tuple[GuideProcedure, ...] = ()
    remedies: tuple[str, ...]
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    assumed: tuple[GuideAssumption, ...] = ()
