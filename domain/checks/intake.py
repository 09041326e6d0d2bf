"""Incomplete applications and silence: where an item's law may differ from the rule, it is named."""

from __future__ import annotations

from collections.abc import Iterator

from domain.checks.rule import Known, looks_at
from domain.deadline import Office
from domain.definition import ItemDefinition, ItemType
from domain.faults import Fault
from domain.law import carries_out
from domain.words import Text


@looks_at("type", "intake")
@carries_out("apl:32.4")
def silence_accepts_a_permit(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """An application for a permit is accepted if nothing is said in time; no definition can say otherwise."""
    if definition.type is ItemType.PERMIT and definition.intake.silence != "deemed_accepted":
        yield Fault(
            ("intake", "silence"),
            "permit_silence",
            Text("行政许可逾期不告知却只记超时", "silence on a permit is only recorded as late"),
            Text(
                "逾期不告知的，自收到材料之日起即为受理：silence: deemed_accepted", "write `silence: deemed_accepted`"
            ),
            "apl:32.4",
        )


@looks_at("intake")
@carries_out("gz:13.2")
def other_intake_has_a_basis(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """To send an incomplete application back, or refuse it, instead of asking for a supplement, needs a law."""
    intake = definition.intake
    if intake.incomplete != "supplement" and not intake.basis.strip():
        what = (
            Text("退回重新提交", "is sent back")
            if intake.incomplete == "resubmit"
            else Text("当场不予受理", "is refused")
        )
        yield Fault(
            ("intake", "incomplete"),
            "intake_without_basis",
            Text(f"材料不齐即{what.zh}，没有写依据", f"an incomplete application {what.en}, on no basis"),
            Text(
                "写明如此规定的条款（basis），如 rer:17、mer:19；没有的写 incomplete: supplement（一次性告知补正）",
                "name the provision that says so (`basis`), such as rer:17 or mer:19, or write `incomplete: supplement`",
            ),
            "gz:13.2",
        )
