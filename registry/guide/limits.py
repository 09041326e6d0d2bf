"""办结时限: every limit of the item in words, and the procedures whose time may not count."""

from __future__ import annotations

from domain.definition import Extension
from domain.law import carries_out
from domain.limits import StatedLimit
from registry.guide.parts import GuideLimit, GuideProcedure
from registry.guide.pen import ItemPen
from registry.labels import LABELS

APPROVERS = {"agency_head": ("本行政机关负责人", "the head of the agency"), "government_head": ("本级人民政府负责人", "the head of the government")}  # fmt: skip


@carries_out("gz:5", "apl:30")
def limits_said(pen: ItemPen) -> tuple[GuideLimit, ...]:
    """The limits of the item, the statutory one also where the law has set none."""
    limits = pen.definition.limits
    said = [_stated("acceptance", limits.acceptance, pen)]
    if limits.statutory:
        said.append(_stated("statutory", limits.statutory, pen))
    else:
        said.append(_limit("statutory", pen.say("法律没有规定", "none is set by law"), "", pen))
    said.append(_stated("promised", limits.promised, pen))
    if limits.extension:
        said.append(_limit("extension", _extension(limits.extension, pen), pen.cited(limits.extension.basis), pen))
    said.append(_stated("delivery", limits.delivery, pen))
    if limits.supplement:
        said.append(_limit("supplement", pen.length(limits.supplement), "", pen))
    return tuple(said)


@carries_out("apl:45")
def procedures_said(pen: ItemPen) -> tuple[GuideProcedure, ...]:
    """The special procedures in words."""
    return tuple(
        GuideProcedure(
            id=one.id,
            name=one.name + pen.mark_entry(f"special_procedures.{one.id}"),
            counted=pen.say("计入办结时限", "counts") if one.counted else pen.say("不计入办结时限，所需时间另行书面告知", "does not count; the time it needs is told in writing"),
            longest=pen.length(one.max),
            basis=pen.cited(one.basis or ("apl:45" if not one.counted else "")),
        )
        for one in pen.definition.special_procedures
    )  # fmt: skip


def _stated(name: str, limit: StatedLimit, pen: ItemPen) -> GuideLimit:
    return _limit(name, pen.limit(limit), pen.cited(limit.basis), pen)


def _limit(name: str, said: str, basis: str, pen: ItemPen) -> GuideLimit:
    marked = said + pen.mark_entry(f"limits.{name}")
    return GuideLimit(id=name, name=LABELS[name].said_in(pen.language), said=marked, basis=basis)


def _extension(extension: Extension, pen: ItemPen) -> str:
    length, times = pen.length(extension), extension.times
    zh, en = APPROVERS[extension.approver]
    by = pen.say("延长至" if extension.mode == "to" else "延长", "to" if extension.mode == "to" else "by")
    return pen.say(
        f"经{zh}批准，可以{by}{length}，限{times}次，并书面告知理由",
        f"{en} may extend it {by} {length}, {times} time(s), with written reasons",
    )
