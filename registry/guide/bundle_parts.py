"""What the public guide of a bundle consists of; every text is in the language that it was made in."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from domain.values import Value
from registry.guide.parts import (
    GuideAssumption,
    GuideField,
    GuideLimit,
    GuideProcedure,
    GuideSituation,
    GuideStep,
)


class GuideDepartment(Value):
    """A department that takes part, and what it answers for."""

    name: str
    role: str = Field(description="牵头部门或配合部门")
    duties: tuple[str, ...]


class GuideItem(Value):
    """An item of the bundle; its order and limit stand in the process."""

    id: str
    code: str
    version: str
    digest: str
    name: str
    department: str
    when: str = Field("", description="只在这些情形下办理")
    fee: str
    result: str
    early: str = Field(description="结果可否先行领取")


class BundleField(GuideField):
    """A field of the one form, and the items that it is for."""

    items: tuple[str, ...]


class BundleMaterial(Value):
    """A material of the one set, and the items that need it."""

    id: str
    name: str
    need: str = Field(description="必要、选交，或在哪些情形下需要")
    main: str
    source: str = Field(description="由申请人提交一次，或者是前面事项的结果，无须提交")
    items: tuple[str, ...]
    note: str = ""


class FromRegister(Value):
    """A material that the units get themselves."""

    name: str
    register_name: str
    items: tuple[str, ...]


class GuideWay(Value):
    """The longest way through the items in some circumstances, which the limit of the whole never passes."""

    when: str = Field(description="在哪些情形下；空为各种情形")
    path: tuple[str, ...] = Field(description="最长路径上的事项及其时限")
    limit: str = Field(description="这些情形下整件事的时限")
    example: str


class BundleGuide(Value):
    """The guide of one bundle, made from its definition and those of its items."""

    kind: Literal["bundle"] = "bundle"
    language: Literal["zh", "en"]
    code: str
    version: str
    digest: str = Field(description="定义内容的 SHA-256；所含事项的摘要在 items 中")
    edition: str
    lead: str
    departments: tuple[GuideDepartment, ...]
    type: str

    name: str
    basis: tuple[str, ...]
    conditions: tuple[str, ...]
    materials: tuple[BundleMaterial, ...] = Field(description="一套材料：每份只交一次")
    process: tuple[GuideStep, ...] = Field(description="受理、各事项及其先后、一次交付")
    audience: tuple[str, ...]
    limits: tuple[GuideLimit, ...]
    result: str
    fee: str

    items: tuple[GuideItem, ...]
    ways: tuple[GuideWay, ...] = Field(description="整件事的时限怎样得出：各种情形下的最长路径（gz:13.3）")
    longer: str = Field(description="整件事的期限何时顺延")
    from_registers: tuple[FromRegister, ...] = ()
    channels: tuple[str, ...]
    intake: str
    deferral: str
    situations: tuple[GuideSituation, ...] = ()
    form: tuple[BundleField, ...] = ()
    special_procedures: tuple[GuideProcedure, ...] = ()
    remedies: tuple[str, ...]
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    assumed: tuple[GuideAssumption, ...] = ()
