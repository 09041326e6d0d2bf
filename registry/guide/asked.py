"""What guides of items and of bundles say alike: edition, provisions, questions, fields, and what is only assumed."""

from __future__ import annotations

from domain.checks.assumed import follow
from domain.definition import FormField
from registry.guide.parts import GuideAssumption, GuideField, GuideSituation
from registry.guide.pen import AnyPen
from registry.labels import label

FIELD_TYPES = {"text": ("文字", "text"), "number": ("数字", "number"), "date": ("日期", "date"), "choice": ("选择", "choice"), "yes_no": ("是/否", "yes/no")}  # fmt: skip


def edition_said(pen: AnyPen) -> str:
    """Code and first day, with the marks of what is assumed of them."""
    code, version = pen.definition.code + pen.mark("code"), pen.definition.version.isoformat() + pen.mark("version")
    if pen.definition.kind == "bundle":
        return pen.say(f"编码{code}，{version}起施行", f"code {code}, in force from {version}")
    return pen.say(f"基本编码{code}，{version}起施行", f"basic code {code}, in force from {version}")


def basis_said(pen: AnyPen) -> tuple[str, ...]:
    """The provisions that it rests on."""
    return tuple(_law(one.law, one.article, pen) + pen.mark("basis") for one in pen.definition.basis)


def _law(law: str, article: str, pen: AnyPen) -> str:
    name, bracket, number = law.partition("（")
    named = law if law.startswith("《") else f"《{name}》{bracket}{number}"
    if not article:
        return named
    return named + pen.say(f"第{article}条", f" art. {article}") if article[:1].isdigit() else f"{named}{article}"


def situations_said(pen: AnyPen) -> tuple[GuideSituation, ...]:
    """The questions at the window."""
    return tuple(
        GuideSituation(
            id=one.id,
            ask=one.ask + pen.mark_entry(f"situations.{one.id}"),
            answers=tuple(pen.answer(answer) for answer in one.answers),
        )
        for one in pen.definition.situations
    )


def field_said(field: FormField, pen: AnyPen) -> GuideField:
    """A field of the form."""
    return GuideField(
        id=field.id,
        name=field.name + pen.mark_entry(f"form.{field.id}"),
        type=pen.say(*FIELD_TYPES[field.type]),
        required=pen.say("必填", "required") if field.required else pen.say("选填", "optional"),
        choices=field.choices,
    )


def assumed_said(pen: AnyPen) -> tuple[GuideAssumption, ...]:
    """Every value that no official source confirmed."""
    return tuple(GuideAssumption(at=one.at, what=_named(one.at, pen), why=one.why) for one in pen.definition.assumed)


def _named(at: str, pen: AnyPen) -> str:
    """What a path leads to, as people call it: 申请材料·食品安全管理员培训证明·是否主要材料."""
    names: list[str] = []
    path = at.split(".")
    for depth in range(1, len(path) + 1):
        value, _ = follow(pen.definition, ".".join(path[:depth]))
        entry = depth == 2 and path[0] != "limits"
        called = next((named for key in ("name", "ask", "id") if (named := getattr(value, key, None))), None)
        names.append((entry and called) or label(tuple(path[:depth]), pen.definition.kind).said_in(pen.language))
    return pen.say("·", " · ").join(names)
