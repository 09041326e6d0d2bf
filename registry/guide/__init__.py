"""The public guide of an item (办事指南), made from its definition: the nine elements of gz:5 in words, and the rest."""

from __future__ import annotations

from domain.checks.assumed import follow
from domain.definition import ItemDefinition
from domain.identifiers import implementation_code
from domain.law import carries_out
from domain.words import Language
from registry.digest import digest_of
from registry.guide import checklist, limits, process, terms
from registry.guide.parts import Guide, GuideAssumption, GuideField, GuideSituation
from registry.guide.pen import Pen
from registry.labels import label
from registry.library import Library

__all__ = ["Guide", "guide_of"]

FIELD_TYPES = {"text": ("文字", "text"), "number": ("数字", "number"), "date": ("日期", "date"), "choice": ("选择", "choice"), "yes_no": ("是/否", "yes/no")}  # fmt: skip


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
        edition=_edition(pen),
        department=unit.name + pen.mark("department"),
        type=definition.type.value + pen.mark("type"),
        handling=pen.word(f"handling.{definition.handling.value}") + pen.mark("handling"),
        name=definition.name + pen.mark("name"),
        basis=tuple(_law(one.law, one.article, pen) + pen.mark("basis") for one in definition.basis),
        conditions=tuple(condition + pen.mark("conditions") for condition in definition.conditions),
        materials=checklist.materials_said(pen),
        process=process.process_said(pen),
        audience=tuple(audience + pen.mark("audience") for audience in definition.audience),
        limits=limits.limits_said(pen),
        result=terms.result_said(pen),
        fee=terms.fee_said(pen),
        intake=terms.intake_said(pen),
        deferral=terms.deferral_said(pen),
        situations=_situations(pen),
        form=_form(pen),
        special_procedures=limits.procedures_said(pen),
        remedies=terms.remedies_said(pen),
        notes=tuple(note + pen.mark("notes") for note in definition.notes),
        sources=definition.sources,
        assumed=tuple(GuideAssumption(at=one.at, what=_named(one.at, pen), why=one.why) for one in definition.assumed),
    )


def _implementation_code(definition: ItemDefinition) -> str | None:
    unit = definition.department
    return implementation_code(unit.credit_code, unit.level, definition.code) if unit.credit_code else None


def _edition(pen: Pen) -> str:
    code, version = pen.definition.code + pen.mark("code"), pen.definition.version.isoformat() + pen.mark("version")
    return pen.say(f"基本编码{code}，{version}起施行", f"basic code {code}, in force from {version}")


def _named(at: str, pen: Pen) -> str:
    """What a path leads to, as people call it: 申请材料·食品安全管理员培训证明·是否主要材料."""
    names: list[str] = []
    path = at.split(".")
    for depth in range(1, len(path) + 1):
        value, _ = follow(pen.definition, ".".join(path[:depth]))
        called = (
            getattr(value, "name", None) or getattr(value, "ask", None) if depth == 2 and path[0] != "limits" else None
        )
        names.append(called or label(tuple(path[:depth])).said_in(pen.language))
    return pen.say("·", " · ").join(names)


def _law(law: str, article: str, pen: Pen) -> str:
    name, bracket, number = law.partition("（")
    named = law if law.startswith("《") else f"《{name}》{bracket}{number}"
    if not article:
        return named
    return named + pen.say(f"第{article}条", f" art. {article}") if article[:1].isdigit() else f"{named}{article}"


def _situations(pen: Pen) -> tuple[GuideSituation, ...]:
    return tuple(
        GuideSituation(
            id=one.id,
            ask=one.ask + pen.mark_entry(f"situations.{one.id}"),
            answers=tuple(pen.answer(answer) for answer in one.answers),
        )
        for one in pen.definition.situations
    )


def _form(pen: Pen) -> tuple[GuideField, ...]:
    return tuple(
        GuideField(
            id=one.id,
            name=one.name + pen.mark_entry(f"form.{one.id}"),
            type=pen.say(*FIELD_TYPES[one.type]),
            required=pen.say("必填", "required") if one.required else pen.say("选填", "optional"),
            choices=one.choices,
        )
        for one in pen.definition.form
    )
