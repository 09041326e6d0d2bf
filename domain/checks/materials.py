"""The checklist: what may be asked of an applicant, and when."""

from __future__ import annotations

from collections.abc import Iterator

from domain.checks.doubles import doubled
from domain.checks.rule import Known, looks_at
from domain.deadline import Office
from domain.definition import ItemDefinition
from domain.faults import Fault
from domain.law import carries_out
from domain.words import Text


@looks_at("materials")
def materials_are_distinct(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """Each material has an id of its own."""
    yield from doubled("materials", definition.materials)


@looks_at("materials")
def need_fits_the_when(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """A material that is needed in some situations says in which, and no other does."""
    for n, material in enumerate(definition.materials):
        if material.need == "when" and not material.when:
            yield Fault(
                ("materials", n, "when"),
                "need_without_when",
                Text(
                    f"材料“{material.name}”写了 need: when，却没有写情形",
                    f"{material.id} is needed `when`, but not when",
                ),
                Text(
                    "写明情形，如 when: {sells_online: yes}；一律需要的写 need: required",
                    "say when, as in `when: {sells_online: yes}`, or write `need: required`",
                ),
                "gz:5",
            )
        if material.need != "when" and material.when:
            yield Fault(
                ("materials", n, "need"),
                "when_without_need",
                Text(
                    f"材料“{material.name}”写了情形，need 却是 {material.need}",
                    f"{material.id} names situations, but its need is {material.need}",
                ),
                Text("写 need: when，或者删去 when", "write `need: when`, or drop `when`"),
                "gz:5",
            )


@looks_at("materials")
@carries_out("gz:17")
def nothing_shared_is_demanded(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """What a live register holds is not demanded from the applicant."""
    for n, material in enumerate(definition.materials):
        if material.share and material.share.live and material.provided_by == "applicant":
            register = material.share.register_name
            yield Fault(
                ("materials", n, "provided_by"),
                "shared_material_demanded",
                Text(
                    f"材料“{material.name}”可由{register}共享取得，却要求申请人提交",
                    f"{material.id} can be had from {register}, yet the applicant has to hand it in",
                ),
                Text(
                    "删去 provided_by，由部门通过共享获取；共享尚未开通的写 share: {…, live: false}",
                    "drop provided_by, the unit gets it itself; if the register is not yet open, write `live: false`",
                ),
                "gz:17",
            )


@looks_at("materials")
@carries_out("gz:17")
def registers_can_be_asked(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """What is said to come from a register names one that is open."""
    for n, material in enumerate(definition.materials):
        if material.provided_by != "register" or (material.share and material.share.live):
            continue
        closed = material.share is not None
        yield Fault(
            ("materials", n, "provided_by"),
            "register_cannot_be_asked",
            Text(
                f"材料“{material.name}”写明由部门共享获取，但{'该数据源尚未开通' if closed else '没有写数据源'}",
                f"{material.id} is to come from a register, but {'it is not open yet' if closed else 'none is named'}",
            ),
            Text(
                "写明已开通的数据源 share: {register: …, type: …}，否则由申请人提交（provided_by: applicant）",
                "name an open one, `share: {register: …, type: …}`, or write `provided_by: applicant`",
            ),
            "gz:17",
        )
