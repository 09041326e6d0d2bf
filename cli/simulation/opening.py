"""How a scenario becomes the opening of a case, and what of it the definition does not know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain
from math import ceil
from typing import NamedTuple

from cli.simulation.acting import APPLICANT
from cli.simulation.rules import rules_of
from cli.simulation.scenario import (
    AllBut,
    AnswerAct,
    ClaimAct,
    CollectEarlyAct,
    Scenario,
    ScenarioAct,
    TransferAct,
    WithdrawPartsAct,
)
from cli.simulation.subject import BundleOnDay, Subject
from domain.bundle.definition import as_item
from domain.bundle.settling import Bundle, settled
from domain.commands import HandedIn
from domain.deadline import Office
from domain.definition import ItemDefinition
from domain.examination import step_of
from domain.item import Item, item_of
from domain.law import Refused
from domain.running import Policy
from domain.shown import SEMANTICS
from domain.supervision.orders import ORDER
from domain.supervision.pinned import pinned
from domain.words import Text
from workflows.messages import CaseStart
from workflows.stages.extension import EXTEND

DIGEST = "simulation"
WINDOW_TASKS = ("check", "issue", "deliver")
TASKS_OF_THE_WHOLE = ("check", "deliver")


class NoSuchCase(Exception):
    """A scenario that the definition can't open; at which act, if at one."""

    def __init__(self, text: Text, act: int | None = None) -> None:
        super().__init__(text.en)
        self.text = text
        self.act = act


class Matter(NamedTuple):
    """What a scenario applies for: the executable part of the definition for its situations."""

    item: Item
    bundle: Bundle | None
    materials: tuple[str, ...]
    """Every material that the definition knows, whatever the situations."""

    @property
    def parts(self) -> dict[str, Item]:
        """The items of the bundle by their ids; none where it is none."""
        return {part.id: part.item for part in self.bundle.parts} if self.bundle else {}


def settled_matter(scenario: Scenario, subject: Subject) -> Matter:
    """The matter of the scenario. Raises `NoSuchCase`."""
    try:
        matter = _matter(scenario, subject)
    except Refused as refused:
        raise NoSuchCase(refused.text) from None
    for act, text in chain(_unknown_parts(scenario, matter), _unknown_tasks(scenario, matter)):
        raise NoSuchCase(text, act)
    return matter


def _matter(scenario: Scenario, subject: Subject) -> Matter:
    answers = scenario.case.situations
    if isinstance(subject, BundleOnDay):
        items = {id_: (definition, DIGEST) for id_, definition in subject.items.items()}
        whole, bundle = settled(subject.definition, DIGEST, answers, items)
        return Matter(whole, bundle, _materials(as_item(subject.definition)))
    return Matter(item_of(subject, DIGEST, answers), None, _materials(subject))


def _materials(definition: ItemDefinition) -> tuple[str, ...]:
    return tuple(material.id for material in definition.materials)


def start_of(number: str, scenario: Scenario, matter: Matter, office: Office, now: datetime) -> CaseStart:
    """The opening of the case on a clock that shows, now, the moment of receipt, and never an earlier one."""
    case = scenario.case
    year = case.received.year
    return CaseStart(
        number=number,
        item=matter.item,
        office=office.model_copy(update={"calendar": office.calendar.since(year)}),
        policy=_policy(matter.item.unit),
        received_at=case.received,
        by=APPLICANT,
        in_hand=tuple(HandedIn(material=material) for material in _in_hand(scenario, matter)),
        promised=case.promise,
        bundle=_numbered(matter.bundle, number) if matter.bundle else None,
        clock_shift_seconds=ceil((case.received - now) / timedelta(seconds=1)),
        semantics=SEMANTICS,
    )


def _policy(unit: str) -> Policy:
    """What the law leaves open, as it is by default, and as the place of the unit has it."""
    return pinned(Policy(), rules_of(unit))


def _numbered(bundle: Bundle, number: str) -> Bundle:
    parts = [part.model_copy(update={"number": f"{number}-{n}"}) for n, part in enumerate(bundle.parts, 1)]
    return bundle.model_copy(update={"parts": tuple(parts)})


def _in_hand(scenario: Scenario, matter: Matter) -> tuple[str, ...]:
    needed = matter.item.materials
    demanded = tuple(one.id for one in needed if not (one.from_register or one.optional))
    hands_in = scenario.case.hands_in
    if isinstance(hands_in, AllBut):
        _check_materials(hands_in.all_but, demanded)
        return tuple(material for material in demanded if material not in hands_in.all_but)
    if isinstance(hands_in, tuple):
        _check_materials(hands_in, tuple(dict.fromkeys([*matter.materials, *(one.id for one in needed)])))
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


def _unknown_parts(scenario: Scenario, matter: Matter) -> Iterator[tuple[int | None, Text]]:
    """Items of the bundle that this application does not have."""
    known = matter.parts
    named: list[tuple[int | None, str]] = []
    for n, act in enumerate(scenario.case.acts):
        named += [(n, part) for part in (*_parts_of(act), *(act.expect.named_parts if act.expect else ()))]
    named += [(None, part) for part in scenario.case.expect.named_parts]
    for at, part in named:
        if part not in known:
            yield (
                at,
                Text(
                    f"此次申请没有事项 {part}；有的是：{'、'.join(known)}",
                    f"this application has no item {part}; it has {', '.join(known)}",
                ),
            )


def _parts_of(act: ScenarioAct) -> tuple[str, ...]:
    """The items that an act names, which it may also do in order to be refused."""
    if isinstance(act, WithdrawPartsAct | CollectEarlyAct):
        named = act.parts if isinstance(act, WithdrawPartsAct) else (act.part,)
        return named if act.refused is None else ()
    return (act.part,) if act.part is not None else ()


def _unknown_tasks(scenario: Scenario, matter: Matter) -> Iterator[tuple[int, Text]]:
    for n, act in enumerate(scenario.case.acts):
        if isinstance(act, AnswerAct | ClaimAct | TransferAct):
            known = tasks_of(matter, act.part)
            if step_of(act.task) not in (*known, ORDER):
                yield (
                    n,
                    Text(
                        f"本事项在所选情形下没有任务 {act.task}；有的是：{'、'.join(known)}",
                        f"the item has no task {act.task} in these situations; there are {', '.join(known)}",
                    ),
                )


def tasks_of(matter: Matter, part: str | None) -> tuple[str, ...]:
    """The tasks that the case, or that of an item of the bundle, may have."""
    if part is None and matter.bundle is not None:
        return TASKS_OF_THE_WHOLE
    item = matter.item if part is None else matter.parts[part]
    return (*WINDOW_TASKS, EXTEND, *(step.id for step in item.steps))
