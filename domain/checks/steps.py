"""Each step by itself: who signs it, and how many go to see."""

from __future__ import annotations

from collections.abc import Iterator

from domain.checks.rule import Known, looks_at
from domain.deadline import Office
from domain.definition import ItemDefinition
from domain.faults import Fault
from domain.law import carries_out
from domain.words import Text

SEVERAL = {"all": "会签", "any": "或签", "ordered": "顺序签"}


@looks_at("examination")
def signers_fit_the_mode(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """A step that several sign names them; one that a single person answers names none."""
    for n, step in enumerate(definition.examination):
        if step.mode == "single" and step.signers:
            yield Fault(
                ("examination", n, "signers"),
                "signers_of_single",
                Text(f"环节 {step.id} 是单签，却列了 signers", f"{step.id} is answered by one, yet lists signers"),
                Text(
                    "删去 signers，由 role、unit 办理；多方办理的写 mode: all、any 或 ordered",
                    "drop signers (role and unit say who), or write mode: all, any or ordered",
                ),
            )
        if step.mode != "single" and len(step.signers) < 2:
            zh = SEVERAL[step.mode]
            yield Fault(
                ("examination", n, "signers"),
                "too_few_signers",
                Text(f"环节 {step.id} 是{zh}，只列了{len(step.signers)}方", f"{step.id}: {len(step.signers)} signers"),
                Text(
                    f"{zh}至少列两方，每方写 role（和 unit）", f"mode {step.mode} has two or more, each with its role"
                ),
            )


@looks_at("examination")
@carries_out("apl:34")
def two_go_to_the_place(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """What is verified on the spot is verified by two officers or more."""
    for n, step in enumerate(definition.examination):
        if step.on_site and step.officers < 2:
            yield Fault(
                ("examination", n, "officers"),
                "too_few_officers",
                Text(
                    f"实地核查环节 {step.id} 只派{step.officers}人", f"{step.id} goes to the place with {step.officers}"
                ),
                Text("指派两名以上工作人员：officers: 2", "send two or more: `officers: 2`"),
                "apl:34",
            )
