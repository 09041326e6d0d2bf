"""The public guide of an item (办事指南), made from its definition: the nine elements of gz:5 in words, and the rest."""

from __future__ import annotations

from domain.definition import ItemDefinition
from domain.identifiers import implementation_code
from domain.law import carries_out
from domain.words import Language
from registry.digest import digest_of
from registry.guide import checklist, limits, process, terms
from registry.guide.asked import assumed_said, basis_said, edition_said, field_said, situations_said
from registry.guide.bundle import guide_of_bundle
from registry.guide.bundle_parts import BundleGuide
from registry.guide.parts import Guide
from registry.guide.pen import Pen
from registry.library import Library

__all__ = ["BundleGuide", "Guide", "guide_of", "guide_of_bundle"]


@carries_out("gz:5", "apl:30")
def guide_of(definition: ItemDefinition, library: Library, language: Language = "zh") -> Guide:
    """The guide of a definition that passed its checks; names and conditions stay as the department wrote them."""
    pen, unit = Pen(definition, library, language), definition.department
    return Guide(
        language=language,
        code=definition.code,
        version=definition.version.isoformat(),
        digest=digest_of(definition),
        implementation_code=_implementation_code(definition),
        edition=edition_said(pen),
        department=unit.name + pen.mark("department"),
        type=definition.type.value + pen.mark("type"),
        handling=pen.word(f"handling.{definition.handling.value}") + pen.mark("handling"),
        name=definition.name + pen.mark("name"),
        basis=basis_said(pen),
        conditions=tuple(condition + pen.mark("conditions") for condition in definition.conditions),
        materials=checklist.materials_said(pen),
        process=process.process_said(pen),
        audience=tuple(audience + pen.mark("audience") for audience in definition.audience),
        limits=limits.limits_said(pen),
        result=terms.result_said(pen),
        fee=terms.fee_said(pen),
        intake=terms.intake_said(pen),
        deferral=terms.deferral_said(pen),
        situations=situations_said(pen),
        form=tuple(field_said(field, pen) for field in definition.form),
        special_procedures=limits.procedures_said(pen),
        remedies=terms.remedies_said(pen),
        notes=tuple(note + pen.mark("notes") for note in definition.notes),
        sources=definition.sources,
        assumed=assumed_said(pen),
    )


def _implementation_code(definition: ItemDefinition) -> str | None:
    unit = definition.department
    return implementation_code(unit.credit_code, unit.level, definition.code) if unit.credit_code else None
