"""How a scenario becomes the opening of a case, and what of it the definition does not know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import ceil

from cli.simulation.acting import APPLICANT
from cli.simulation.scenario import AllBut, AnswerAct, ClaimAct, Scenario, TransferAct
from domain.commands import HandedIn
from domain.deadline import Office
from domain.definition import ItemDefinition
from domain.examination import step_of
from domain.item import Item, item_of
from domain.law import Refused
from domain.words import Text
from workflows.messages import CaseStart
from workflows.stages.extension import EXTEND

WINDOW_TASKS = ("check", "issue", "deliver")


class NoSuchCase(Exception):
    """A scenario that the definition can't open; at which act, if at one."""

    def __init__(self, text: Text, act: int | None = None) -> None:
        super().__init__(text.en)
        self.text = text
        self.act = act


def settled_item(scenario: Scenario, definition: ItemDefinition) -> Item:
    """The executable part of the definition for the scenario's situations. Raises `NoSuchCase`."""
    try:
        item = item_of(definition, "simulation", scenario.case.situations)
    except Refused as refused:
        raise NoSuchCase(refused.text) from None
    for act, text in _unknown_tasks(scenario, item):
        raise NoSuchCase(text, act)
    return item


def start_of(
    number: str, scenario: Scenario, definition: ItemDefinition, item: Item, office: Office, now: datetime
) -> CaseStart:
    """The opening of the case on a clock that shows, now, the moment of receipt, and never an earlier one."""
    case = scenario.case
    year = case.received.year
    return CaseStart(
        number=number,
        item=item,
        office=office.model_copy(update={"calendar": office.calendar.since(year)}),
        received_at=case.received,
        by=APPLICANT,
        in_hand=tuple(HandedIn(material=material) for material in _in_hand(scenario, definition, item)),
        promised=case.promise,
        clock_shift_seconds=ceil((case.received - now) / timedelta(seconds=1)),
    )


def _in_hand(scenario: Scenario, definition: ItemDefinition, item: Item) -> tuple[str, ...]:
    demanded = tuple(needed.id for needed in item.materials if not (needed.from_register or needed.optional))
    hands_in = scenario.case.hands_in
    if isinstance(hands_in, AllBut):
        _check_materials(hands_in.all_but, demanded)
        return tuple(material for material in demanded if material not in hands_in.all_but)
    if isinstance(hands_in, tuple):
        there_are = [material.id for material in definition.materials] + [needed.id for needed in item.materials]
        _check_materials(hands_in, tuple(dict.fromkeys(there_are)))
        return hands_in
    return demanded


def _check_materials(named: tuple[str, ...], there_are: tuple[str, ...]) -> None:
    if unknown := [material for material in named if material not in there_are]:
        raise NoSuchCase(
            Text(
                f"hands_in：此次申请不向申请人收取 {'、'.join(unknown)}；收取的是：{'、'.join(there_are)}",
                f"hands_in: {', '.join(unknown)} not asked of the applicant here; asked are {', '.join(there_are)}",
            )
        )


def _unknown_tasks(scenario: Scenario, item: Item) -> Iterator[tuple[int, Text]]:
    known = (*WINDOW_TASKS, EXTEND, *(step.id for step in item.steps))
    for n, act in enumerate(scenario.case.acts):
        if isinstance(act, AnswerAct | ClaimAct | TransferAct) and step_of(act.task) not in known:
            yield (
                n,
                Text(
                    f"本事项在所选情形下没有任务 {act.task}；有的是：{'、'.join(known)}",
                    f"the item has no task {act.task} in these situations; there are {', '.join(known)}",
                ),
            )
