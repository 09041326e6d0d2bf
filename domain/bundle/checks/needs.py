"""What items need and what the bundle asks for: nothing is left out, and nothing is asked for that nobody needs."""

from __future__ import annotations

from collections.abc import Iterator

from domain.bundle.checks.draft import Draft
from domain.bundle.checks.feeds import Feed, feeds_of_material
from domain.bundle.checks.whens import may_be_needed
from domain.bundle.definition import BundleItem, BundleMaterial, fed
from domain.checks.rule import looks_at
from domain.checks.saying import listed
from domain.definition import ItemDefinition, Material, demanded
from domain.faults import Fault
from domain.form import as_material
from domain.law import carries_out
from domain.words import Text


@looks_at("items", "version", "form", "materials")
@carries_out("gz:11.2", "apl:30")
def every_need_is_asked_for(draft: Draft) -> Iterator[Fault]:
    """What an item demands of the applicant, always or in some situation, the bundle asks for or has as a result."""
    given = fed(draft.definition)
    for n, one, item in draft.known_items():
        missing = {named: name for named, name in _needs(one, item) if named not in given[one.id]}
        if missing:
            said = Text("、".join(f"{named}（{name}）" for named, name in missing.items()), ", ".join(missing))
            yield Fault(
                ("items", n),
                "need_unfed",
                Text(
                    f"事项 {one.id} 需要而表格和材料中都没有的：{said.zh}",
                    f"{one.id} needs what neither the form nor the materials ask for: {said.en}",
                ),
                Text(
                    f"栏目（form.…）写入 form，材料写入 materials，for 写 {one.id}.编号；前一事项的结果写 result_of",
                    f"ask for fields (form.…) under form and the rest under materials, for: [{one.id}.…], or name the item "
                    "that it is the result_of",
                ),
                "gz:11.2",
            )


@looks_at("items", "version", "materials")
@carries_out("apl:31", "gz:17")
def nothing_is_asked_for_that_nobody_needs(draft: Draft) -> Iterator[Fault]:
    """A material is handed in because an item may need it that does not get it from a register itself."""
    for n, material in enumerate(draft.definition.materials):
        feeds = list(_used(n, material, draft))
        if material.result_of is not None or len(feeds) < len(material.feeds):
            continue
        needed = [target for one, target in feeds if may_be_needed(target, draft.item(one.item))]
        if not needed:
            yield _needed_by_nobody(n, material)
        elif not any(map(demanded, needed)):
            yield _held_by_registers(n, material, needed)


@looks_at("items", "version", "materials")
@carries_out("gdbe:32")
def main_materials_are_those_of_the_items(draft: Draft) -> Iterator[Fault]:
    """A material is a main one if it is one for an item, or if an item does not let it follow later; else it is not."""
    for n, material in enumerate(draft.definition.materials):
        feeds = list(_used(n, material, draft))
        needs = [(feed, target) for feed, target in feeds if may_be_needed(target, draft.item(feed.item))]
        strict = [feed for feed, target in needs if target.main or not draft.chosen[feed.item].deferral.allowed]
        if needs and len(feeds) == len(material.feeds) and material.main != bool(strict):
            yield _main_differs(n, material, strict)


def _needs(one: BundleItem, item: ItemDefinition) -> Iterator[tuple[str, str]]:
    for field in item.form:
        if field.required:
            yield as_material(field.id), field.name
    for material in item.materials:
        if material.need != "optional" and demanded(material) and may_be_needed(material, one):
            yield material.id, material.name


def _used(n: int, material: BundleMaterial, draft: Draft) -> Iterator[tuple[Feed, Material]]:
    for feed, target in feeds_of_material(n, material, draft):
        if target is not None:
            yield feed, target


def _needed_by_nobody(n: int, material: BundleMaterial) -> Fault:
    return Fault(
        ("materials", n, "for"),
        "needed_by_nobody",
        Text(
            f"材料“{material.name}”在任何情形下都没有事项需要",
            f"{material.id} is asked for, but in no situation does an item need it",
        ),
        Text("删去该材料，或者改正 for、事项的 when 或 answers", "drop it, or correct its `for` or the items' answers"),
        "apl:31",
    )


def _held_by_registers(n: int, material: BundleMaterial, needed: list[Material]) -> Fault:
    registers = listed(dict.fromkeys(one.share.register_name for one in needed if one.share))
    return Fault(
        ("materials", n, "for"),
        "shared_material_demanded",
        Text(
            f"材料“{material.name}”各部门可由{registers.zh}共享取得，却要求申请人提交",
            f"{material.id} can be had from {registers.en}, yet the applicant has to hand it in",
        ),
        Text("删去该材料，由各部门通过共享获取", "drop it, the units get it themselves"),
        "gz:17",
    )


def _main_differs(n: int, material: BundleMaterial, strict: list[Feed]) -> Fault:
    said = listed(feed.said for feed in strict)
    if strict:
        wrong = Text(
            f"“{material.name}”不是主要材料，{said.zh} 却是主要材料或者不允许容缺",
            f"{material.id} is no main material, yet {said.en} is one, or allows no deferral",
        )
        right = Text("写 main: true", "write `main: true`")
    else:
        wrong = Text(
            f"“{material.name}”是主要材料，各事项却都允许容缺后补",
            f"{material.id} is a main material, yet every item lets it follow later",
        )
        right = Text("写 main: false", "write `main: false`")
    return Fault(("materials", n, "main"), "main_differs", wrong, right, "gdbe:32")
