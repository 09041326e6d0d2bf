"""Deferred acceptance (容缺受理): what a definition has to settle before it may be offered."""

from __future__ import annotations

from collections.abc import Iterator

from domain.checks.almanac import Almanac
from domain.checks.rule import Known, looks_at
from domain.checks.saying import excess_said, limit_said
from domain.deadline import Office
from domain.definition import Handling, ItemDefinition, demanded
from domain.faults import Fault
from domain.law import carries_out
from domain.words import Text

ARTICLE = "gdbe:32"


@looks_at("handling", "deferral")
@carries_out(ARTICLE)
def instant_items_defer_nothing(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """What is decided at the window leaves no time in which a material could follow."""
    if definition.deferral.allowed and definition.handling is Handling.INSTANT:
        yield Fault(
            ("deferral", "allowed"),
            "deferral_on_instant",
            Text("即办件当场决定，不能容缺受理", "an instant item is decided at the window and cannot be deferred"),
            Text(
                "写 deferral: {allowed: false}，或改为承诺件",
                "write `deferral: {allowed: false}`, or make it a promised item",
            ),
            ARTICLE,
        )


@looks_at("deferral", "materials")
@carries_out(ARTICLE)
def main_and_secondary_are_told_apart(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """Deferral needs main materials, which have to be there, and secondary ones that the applicant may bring later."""
    if not definition.deferral.allowed:
        return
    if not any(material.main for material in definition.materials):
        yield Fault(
            ("materials",),
            "deferral_without_main",
            Text("允许容缺受理，但没有主要材料", "deferral is allowed, but no material is a main one"),
            Text("审批所依赖的材料写 main: true", "write `main: true` on what the decision rests on"),
            ARTICLE,
        )
    if not any(not m.main and demanded(m) and m.need != "optional" for m in definition.materials):
        yield Fault(
            ("materials",),
            "deferral_without_secondary",
            Text(
                "允许容缺受理，但没有可以后补的次要材料（须由申请人提交且并非可选）",
                "deferral is allowed, but there is no secondary material that the applicant has to hand in",
            ),
            Text(
                "可后补的材料写 main: false，否则不允许容缺",
                "write `main: false` on what may follow, or allow no deferral",
            ),
            ARTICLE,
        )


@looks_at("deferral", "limits.promised")
@carries_out(ARTICLE)
def promise_of_materials_has_a_limit(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """The time to supplement is stated, and over before the item itself is due. The law asks for a published limit and
    leaves its length open; that it is not longer than the promised limit is this system's setting."""
    deferral, promised = definition.deferral, definition.limits.promised
    if not deferral.allowed:
        return
    if deferral.supplement_within is None:
        yield Fault(
            ("deferral", "supplement_within"),
            "deferral_without_limit",
            Text("允许容缺受理，但没有写补交期限", "deferral is allowed, but within how long is not said"),
            Text(
                "写明补交期限，如 supplement_within: {days: 3, unit: working}；条例要求告知期限，长短由部门定",
                "say it, as in `supplement_within: {days: 3, unit: working}`; the law wants a limit and leaves its length open",
            ),
            ARTICLE,
        )
        return
    excess = Almanac(office).worst(deferral.supplement_within, promised)
    if excess:
        said, most, when = limit_said(deferral.supplement_within), limit_said(promised), excess_said(excess)
        yield Fault(
            ("deferral", "supplement_within"),
            "deferral_over_promise",
            Text(
                f"补交期限{said.zh}长于承诺办结时限{most.zh}：{when.zh}",
                f"{said.en} is longer than the promised {most.en}: {when.en}",
            ),
            Text(
                "不长于承诺办结时限（法律未定长短，此为本系统设定：材料未齐不出结果）",
                "not longer than the promised limit (the law is silent on the length; this is a setting of the system, "
                "for no result is issued before the materials are in)",
            ),
            ARTICLE,
        )
