"""Special procedures: whose time may not count, and how long they may take."""

from __future__ import annotations

from collections.abc import Iterator

from domain.checks.almanac import Almanac
from domain.checks.doubles import doubled
from domain.checks.rule import Known, looks_at
from domain.checks.saying import limit_said
from domain.deadline import Office
from domain.definition import ItemDefinition, ItemType, SpecialProcedure
from domain.faults import Fault
from domain.law import carries_out
from domain.limits import Limit
from domain.words import Text

HEARING = Limit(days=20)
ON_THE_CLOCK = ("现场核查", "现场踏勘", "现场勘查", "实地核查", "公示", "公告", "征求意见", "会审", "会签")
"""What is often stopped for and is none of the eight procedures of apl:45."""
CLOSED_LIST = "听证、招标、拍卖、检验、检测、检疫、鉴定、专家评审"


@looks_at("special_procedures")
def procedures_are_distinct(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """Each special procedure has an id of its own."""
    yield from doubled("special_procedures", definition.special_procedures)


@looks_at("type", "special_procedures")
@carries_out("apl:45")
def the_clock_stops_by_law_only(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """Time is left uncounted for the closed list of the permission law, which holds for permits, or for a procedure
    that the item's own law exempts; that law is then named."""
    for n, procedure in enumerate(definition.special_procedures):
        if procedure.counted or _rests_on_a_law_of_its_own(procedure):
            continue
        listed = procedure.procedure != "item_law" and not any(word in procedure.name for word in ON_THE_CLOCK)
        if definition.type is ItemType.PERMIT and listed:
            continue
        yield Fault(
            ("special_procedures", n, "counted"),
            "pause_without_basis",
            Text(
                f"“{procedure.name}”不计入时限，但不属于行政许可法第四十五条所列程序，又没有写本事项自己的依据",
                f"{procedure.id} is not counted, but is not in the closed list for permits and names no law of its own",
            ),
            Text(
                f"只有行政许可的{CLOSED_LIST}可不计；法律法规另有规定的写明条款（basis），否则写 counted: true",
                "only the eight procedures of apl:45 stop the clock of a permit; name the item's own provision (`basis`), "
                "or write `counted: true`",
            ),
            "apl:45",
        )


@looks_at("special_procedures")
@carries_out("apl:45")
def procedures_of_the_items_law_name_it(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """A procedure that only the item's own law knows names the provision, counted or not."""
    for n, procedure in enumerate(definition.special_procedures):
        if procedure.procedure == "item_law" and procedure.counted and not _rests_on_a_law_of_its_own(procedure):
            yield Fault(
                ("special_procedures", n, "basis"),
                "procedure_without_basis",
                Text(
                    f"“{procedure.name}”是本事项自己的程序，没有写依据",
                    f"{procedure.id} names no law that provides for it",
                ),
                Text("写明规定该程序的法律法规条款", "name the provision that provides for it"),
                "apl:45",
            )


@looks_at("special_procedures")
@carries_out("apl:47")
def hearings_are_held_in_time(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """A hearing is organised within twenty working days."""
    for n, procedure in enumerate(definition.special_procedures):
        if procedure.procedure == "hearing" and Almanac(office).worst(procedure.max, HEARING):
            said, most = limit_said(procedure.max), limit_said(HEARING)
            yield Fault(
                ("special_procedures", n, "max"),
                "hearing_too_long",
                Text(f"听证最长{said.zh}", f"the hearing may take {said.en}"),
                Text(f"听证应在{most.zh}内组织", f"a hearing is organised within {most.en}"),
                "apl:47",
            )


@looks_at("special_procedures")
@carries_out("apl:45")
def procedures_take_time(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """The longest time of a procedure is told to applicants, so there is one."""
    for n, procedure in enumerate(definition.special_procedures):
        if procedure.max.days == 0:
            yield Fault(
                ("special_procedures", n, "max", "days"),
                "procedure_without_days",
                Text(f"“{procedure.name}”最长0天", f"{procedure.id} takes at most 0 days"),
                Text(
                    "写明最长需要的天数，须书面告知申请人",
                    "state its longest time, which the applicant is told in writing",
                ),
                "apl:45",
            )


def _rests_on_a_law_of_its_own(procedure: SpecialProcedure) -> bool:
    basis = procedure.basis.strip()
    return bool(basis) and basis.partition(".")[0] != "apl:45"
