"""The one form and the one set of materials of a bundle: what is handed in once, for which items, and what need not be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from domain.bundle.checks.whens import may_be_needed, needed_when
from domain.bundle.definition import BundleItem, BundleMaterial, fed, parts_of
from domain.bundle.settling import Registered
from domain.definition import ItemDefinition, Material, demanded
from domain.law import carries_out
from registry.guide.asked import field_said
from registry.guide.bundle_parts import BundleField, FromRegister
from registry.guide.bundle_parts import BundleMaterial as GuideMaterial
from registry.guide.pen import BundlePen

Items = Mapping[str, Registered]


class Need(NamedTuple):
    """A material of an item, with the item as it stands in the bundle."""

    one: BundleItem
    item: ItemDefinition
    material: Material


@carries_out("gz:11.2")
def form_said(pen: BundlePen, items: Items) -> tuple[BundleField, ...]:
    """The one form: each field with the items that it is for."""
    return tuple(
        BundleField(
            **field_said(field, pen).model_dump(),
            items=tuple(dict.fromkeys(items[item][0].name for item, _ in map(parts_of, field.feeds))),
        )
        for field in pen.definition.form
    )


@carries_out("gz:11.2", "gz:5")
def materials_said(pen: BundlePen, items: Items) -> tuple[GuideMaterial, ...]:
    """The one set: each material once, with the items that need it."""
    return tuple(_said(material, pen, items) for material in pen.definition.materials)


@carries_out("gz:17")
def registers_said(pen: BundlePen, items: Items) -> tuple[FromRegister, ...]:
    """What the units get themselves, so that nobody hands it in."""
    given = fed(pen.definition)
    found: dict[tuple[str, str], list[str]] = {}
    for one in pen.definition.items:
        item = items[one.id][0]
        for material in item.materials:
            if material.share and not demanded(material) and material.id not in given[one.id]:
                register = f"{material.share.register_name}：{material.share.type}"
                found.setdefault((material.name, register), []).append(item.name)
    return tuple(
        FromRegister(name=name, register_name=register, items=tuple(names)) for (name, register), names in found.items()
    )


def _needs(material: BundleMaterial, pen: BundlePen, items: Items) -> Iterator[Need]:
    """Where the material may be needed."""
    there = {one.id: one for one in pen.definition.items}
    for id_, named in map(parts_of, material.feeds):
        one, item = there[id_], items[id_][0]
        target = next(target for target in item.materials if target.id == named)
        if may_be_needed(target, one):
            yield Need(one, item, target)


def _said(material: BundleMaterial, pen: BundlePen, items: Items) -> GuideMaterial:
    path, needs = f"materials.{material.id}", list(_needs(material, pen, items))
    return GuideMaterial(
        id=material.id,
        name=material.name + pen.mark_entry(path, apart=("main",)),
        need=_need(needs, pen),
        main=_main(material, needs, pen) + pen.mark(f"{path}.main"),
        source=_source(material, pen, items),
        items=tuple(dict.fromkeys(need.item.name for need in needs)),
        note=material.note,
    )


def _need(needs: list[Need], pen: BundlePen) -> str:
    required = [need for need in needs if need.material.need != "optional"]
    if not required:
        return pen.say("选交", "optional")
    whens = [needed_when(need.material, need.one) for need in required]
    if not all(whens):
        return pen.say("必要", "required")
    said = pen.say("；或者：", "; or: ").join(dict.fromkeys(pen.when(when) for when in whens))
    return pen.say(f"以下情形需要：{said}", f"needed when: {said}")


def _main(material: BundleMaterial, needs: list[Need], pen: BundlePen) -> str:
    if material.main:
        return pen.word("main_material")
    said = pen.word("secondary_material")
    may_follow = all(need.item.deferral.allowed for need in needs)
    return said + pen.say("，可以容缺后补", ", may follow on a promise") if may_follow else said


def _source(material: BundleMaterial, pen: BundlePen, items: Items) -> str:
    if material.result_of is None:
        return pen.say("由申请人提交，只交一次", "handed in by the applicant, once")
    earlier = items[material.result_of][0].name
    return pen.say(f"“{earlier}”的办理结果，无需提交", f"the result of “{earlier}”, nothing to hand in")
