"""申请材料: what an applicant hands in, and what the department gets by itself."""

from __future__ import annotations

from domain.definition import Material, demanded
from domain.law import carries_out
from registry.guide.parts import GuideMaterial
from registry.guide.pen import ItemPen

APART = ("main", "need", "share")


@carries_out("gz:5", "gz:17")
def materials_said(pen: ItemPen) -> tuple[GuideMaterial, ...]:
    """The checklist in words."""
    return tuple(_said(material, pen) for material in pen.definition.materials)


def _said(material: Material, pen: ItemPen) -> GuideMaterial:
    path = f"materials.{material.id}"
    return GuideMaterial(
        id=material.id,
        name=material.name + pen.mark_entry(path, apart=APART),
        need=_need(material, pen) + pen.mark(f"{path}.need"),
        main=_main(material, pen) + pen.mark(f"{path}.main"),
        source=_source(material, pen) + pen.mark(f"{path}.share"),
        copies=material.copies,
        form=_form(material, pen),
        note=material.note,
    )


def _need(material: Material, pen: ItemPen) -> str:
    match material.need:
        case "required":
            return pen.say("必要", "required")
        case "optional":
            return pen.say("选交", "optional")
        case _:
            return pen.say(f"以下情形需要：{pen.when(material.when)}", f"needed when: {pen.when(material.when)}")


def _main(material: Material, pen: ItemPen) -> str:
    if material.main:
        return pen.word("main_material")
    said = pen.word("secondary_material")
    may_follow = pen.definition.deferral.allowed and demanded(material)
    return said + pen.say("，可以容缺后补", ", may follow on a promise") if may_follow else said


def _source(material: Material, pen: ItemPen) -> str:
    if not demanded(material) and material.share:
        register = f"{material.share.register_name}：{material.share.type}"
        return pen.say(
            f"由部门通过共享获取，无需提交（{register}）",
            f"the department gets it itself, nothing to hand in ({register})",
        )
    if material.share and not material.share.live:
        return pen.say(
            "由申请人提交（共享数据源尚未开通）", "handed in by the applicant (the register is not open yet)"
        )
    return pen.say("由申请人提交", "handed in by the applicant")


def _form(material: Material, pen: ItemPen) -> str:
    said = {
        "paper": ("纸质", "paper"),
        "electronic": ("电子", "electronic"),
        "both": ("纸质或电子", "paper or electronic"),
    }
    return pen.say(*said[material.form])
