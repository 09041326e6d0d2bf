"""The definition of a bundle as its lead department registers it (gz:11.2, gz:13.3)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.definition import (
    Assumption,
    Deferral,
    Department,
    Fee,
    FormField,
    Handling,
    Identifier,
    Intake,
    ItemDefinition,
    ItemType,
    LegalBasis,
    Limits,
    Material,
    Name,
    Result,
    Role,
    Step,
    Version,
    When,
)
from domain.form import as_material
from domain.limits import Limit, StatedLimit
from domain.situations import Situation
from domain.values import Value

OF_ITEM = r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"
OfItem = Annotated[str, StringConstraints(pattern=OF_ITEM, max_length=81)]
"""A material or a field of one item of the bundle: `food_permit.floor_plan`."""
JOINT_PERMITS = Limit(days=45)
"""What the permission law allows where several departments handle permits together (apl:42.2)."""


class BundleItem(Value):
    """One item of the bundle: which one, what it comes after, when it is needed, and who answers for it."""

    id: Identifier
    item: str = Field(pattern=r"^[0-9]{12}$", description="事项的基本编码")
    version: Version | None = Field(None, description="固定用哪一版本；不填则用申请之日施行的版本")
    duty: str = Field("", description="配合部门的职责")
    after: tuple[Identifier, ...] = Field((), max_length=30, description="在哪些事项出结果之后开始；不填则受理后开始")
    when: When = Field(default_factory=dict, description="何种情形下才办理；不填则都要办理")
    answers: When = Field(default_factory=dict, description="本事项自己的情形中，在这件事里答案固定的")
    early: bool = Field(False, description="结果可以应申请人要求先行领取")


class BundleField(FormField):
    """A field of the one form, and the fields of items that it fills in."""

    feeds: tuple[OfItem, ...] = Field(alias="for", min_length=1, max_length=60, description="填入哪些事项的哪一栏")


class BundleMaterial(Value):
    """A material that is handed in once, or the result of an earlier item, and the items that need it."""

    id: Identifier
    name: Name
    main: bool = Field(description="主要材料；任一事项列为主要材料的即为主要材料")
    feeds: tuple[OfItem, ...] = Field(alias="for", min_length=1, max_length=60, description="用作哪些事项的哪份材料")
    result_of: Identifier | None = Field(None, description="是哪个事项的办理结果；申请人无须提交")
    note: str = ""


class BundleDefinition(Value):
    """Everything that the catalogue, the guide and the engine know about one bundle."""

    kind: Literal["bundle"]
    code: str = Field(pattern=r"^[0-9]{12}$", description="编码，12位")
    name: Name
    version: Version = Field(description="自何日起施行；新日期即新版本")
    lead: Department = Field(description="牵头部门：对全程负责，统一受理、统一出件")
    type: ItemType = Field(description="有行政许可事项的填行政许可，适用许可法的受理规定")
    audience: tuple[Name, ...] = Field(min_length=1, max_length=50, description="服务对象")
    basis: tuple[LegalBasis, ...] = Field(min_length=1, max_length=50, description="依据")
    fee: Fee
    limit: StatedLimit = Field(description="整件事的承诺办结时限，自受理之日起")
    acceptance: StatedLimit = Field(description="受理时限：收到材料后多久须作出受理与否的答复")
    delivery: StatedLimit = Field(description="最后一项出结果之后多久须在窗口一次交付")
    situations: tuple[Situation, ...] = Field((), max_length=30, description="情形：窗口提问，答案固定")
    items: tuple[BundleItem, ...] = Field(min_length=2, max_length=60, description="各事项及其先后")
    form: tuple[BundleField, ...] = Field((), max_length=200, description="一张表：每栏只填一次")
    materials: tuple[BundleMaterial, ...] = Field((), max_length=300, description="一套材料：每份只交一次")
    notes: tuple[str, ...] = Field((), description="办事指南中的说明")
    sources: tuple[str, ...] = Field((), description="本定义各项数值的来源")
    assumed: tuple[Assumption, ...] = Field((), description="未经官方来源证实的取值")

    @property
    def reference(self) -> str:
        """Code and version in one word, as cases and digests name it."""
        return f"{self.code}@{self.version}"

    @property
    def department(self) -> Department:
        """The unit that answers for the whole."""
        return self.lead


def parts_of(feed: str) -> tuple[str, str]:
    """The item of the bundle and its material or field that a `for` names."""
    item, _, named = feed.partition(".")
    return item, named


def as_item(bundle: BundleDefinition) -> ItemDefinition:
    """The bundle as the window and its papers see it: one matter, one form, one set of materials; how it is handled is
    left to its items."""
    return ItemDefinition(
        kind="item",
        code=bundle.code,
        name=bundle.name,
        version=bundle.version,
        department=bundle.lead,
        type=bundle.type,
        handling=Handling.PROMISED,
        audience=bundle.audience,
        basis=bundle.basis,
        conditions=("符合所含各事项的受理条件",),
        fee=bundle.fee,
        result=Result(name="所含各事项的办理结果", kind="工作结果"),
        limits=Limits(acceptance=bundle.acceptance, promised=bundle.limit, delivery=bundle.delivery),
        intake=intake_of(bundle.type),
        situations=bundle.situations,
        form=tuple(FormField(**field.model_dump(exclude={"feeds"})) for field in bundle.form),
        materials=tuple(
            Material(id=one.id, name=one.name, need="required", main=one.main, note=one.note)
            for one in bundle.materials
            if one.result_of is None
        ),
        deferral=Deferral(allowed=False),
        examination=(Step(id="items", name="各事项办理", role=Role.APPROVER, limit=bundle.limit, decides=True),),
        notes=bundle.notes,
        sources=bundle.sources,
    )


def intake_of(type_: ItemType) -> Intake:
    """How silence is taken: as acceptance where a permit is applied for (apl:32.4), else as lateness."""
    return Intake(silence="deemed_accepted" if type_ is ItemType.PERMIT else "overdue")


def fed(bundle: BundleDefinition) -> dict[str, dict[str, str]]:
    """For each item, what of its materials and fields the bundle provides: under the names that items have for them."""
    found: dict[str, dict[str, str]] = {one.id: {} for one in bundle.items}
    for field in bundle.form:
        for item, named in map(parts_of, field.feeds):
            found.setdefault(item, {})[as_material(named)] = as_material(field.id)
    for material in bundle.materials:
        for item, named in map(parts_of, material.feeds):
            found.setdefault(item, {})[named] = material.id
    return found
