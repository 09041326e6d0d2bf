"""What a running bundle carries of its definition: its items, settled for the applicant's situations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from pydantic import Field

from domain.bundle.definition import JOINT_PERMITS, BundleDefinition, BundleItem, as_item, fed, intake_of
from domain.deadline import Office
from domain.definition import ItemDefinition, ItemType
from domain.form import as_material
from domain.graph import bridged
from domain.item import Item, Needed, item_of
from domain.law import carries_out
from domain.limits import Starts, StatedLimit
from domain.shown import Shown
from domain.situations import Answers, answered_fully, applies
from domain.values import Message


class Part(Message):
    """One item of a running bundle."""

    id: str
    number: str = ""
    """Of its case; given out with the number of the bundle."""
    item: Item
    after: tuple[str, ...] = ()
    early: bool = False
    answers: dict[str, str] = Field(default_factory=dict)
    """To its own situations."""
    takes: dict[str, str] = Field(default_factory=dict)
    """Its materials and fields that were handed in for the bundle, with their names there."""
    results: dict[str, str] = Field(default_factory=dict)
    """Its materials that are results of other parts, with those."""


class Bundle(Message):
    """The executable part of a bundle; travels in the input of its case, never read again from outside."""

    parts: tuple[Part, ...]
    offices: dict[str, Office] = Field(default_factory=dict)
    """Of units whose days or hours are not those of the lead department."""
    shown: dict[str, Shown] = Field(default_factory=dict)
    """Of units that are of another place than the lead department."""

    def part(self, id_: str) -> Part:
        """The part of this id."""
        return next(part for part in self.parts if part.id == id_)

    def office_of(self, part: Part, lead: Office) -> Office:
        """The days and hours by which the part counts."""
        return self.offices.get(part.item.unit, lead)


class PartOf(Message):
    """What the case of an item knows of the bundle that it belongs to."""

    bundle: str
    """The number of the bundle's case."""
    part: str
    """The id of the item there."""
    takes: dict[str, str] = Field(default_factory=dict)
    """Its materials and fields that were handed in for the bundle, with their names there."""
    results: dict[str, str] = Field(default_factory=dict)
    """Its materials that are results of earlier items, with the numbers of the cases that they come from."""
    answers: dict[str, str] = Field(default_factory=dict)
    """To its own situations."""


class Settled(NamedTuple):
    """The bundle as the window sees it, and its parts."""

    whole: Item
    bundle: Bundle


Registered = tuple[ItemDefinition, str]
"""An item's definition with its digest."""


@carries_out("gz:11.2", "gz:13.3")
def settled(
    definition: BundleDefinition,
    digest: str,
    answers: Answers,
    items: Mapping[str, Registered],
    government_of: Callable[[str], str | None] = lambda unit: None,
) -> Settled:
    """The bundle for one application; `items` has the definition of each of its items by the id in the bundle.

    Raises `SituationUnclear` when a declared situation is not answered.
    """
    answers = answered_fully(definition.situations, answers)
    parts = parts_of_application(definition, answers, items, government_of)
    whole = item_of(as_item(definition), digest, answers)
    permits = {part.item.unit for part in parts if part.item.type is ItemType.PERMIT}
    type_ = ItemType.PERMIT if permits else next(part.item.type for part in parts)
    joint = StatedLimit(days=JOINT_PERMITS.days, starts=Starts.ACCEPTANCE, basis="apl:42.2")
    return Settled(
        whole.model_copy(
            update={
                "type": type_,
                "intake": intake_of(type_),
                "statutory": joint if len(permits) > 1 else None,
                "materials": tuple(_needed(whole.materials, parts)),
                "steps": (),
                "promise": next((part.item.promise for part in parts if part.item.promise), None),
            }
        ),
        Bundle(parts=parts),
    )


def parts_of_application(
    definition: BundleDefinition,
    answers: Answers,
    items: Mapping[str, Registered],
    government_of: Callable[[str], str | None] = lambda unit: None,
) -> tuple[Part, ...]:
    """The items that the application needs, in the order of the definition; what came after one that is not needed comes
    after that one's own predecessors."""
    afters = bridged(definition.items, [one.id for one in definition.items if not applies(one.when, answers)])
    given = fed(definition)
    results = {material.id: material.result_of for material in definition.materials if material.result_of}
    return tuple(
        Part(
            id=one.id,
            item=item_of(
                items[one.id][0],
                items[one.id][1],
                answers_of(one, items[one.id][0], answers),
                government_of(items[one.id][0].department.code),
            ),
            after=afters[one.id],
            early=one.early,
            answers=dict(answers_of(one, items[one.id][0], answers)),
            takes={named: source for named, source in given[one.id].items() if source not in results},
            results={named: results[source] for named, source in given[one.id].items() if source in results},
        )
        for one in definition.items
        if one.id in afters
    )


def answers_of(one: BundleItem, definition: ItemDefinition, answers: Answers) -> Answers:
    """How the item's own situations are answered: fixed for the bundle, else as its situation of the same name is."""
    return {
        situation.id: one.answers.get(situation.id) or answers.get(situation.id, "")
        for situation in definition.situations
    }


def _needed(materials: Iterable[Needed], parts: tuple[Part, ...]) -> list[Needed]:
    """What of the one set this application needs: what a part needs, as strictly as the strictest part does."""
    needs: dict[str, list[tuple[Needed, Part]]] = {}
    for part in parts:
        for material in part.item.materials:
            if material.id in part.takes:
                needs.setdefault(part.takes[material.id], []).append((material, part))
    return [
        material.model_copy(
            update={
                "main": any(need.main or part.item.promise is None for need, part in needs[material.id]),
                "from_register": all(need.from_register for need, _ in needs[material.id]),
                "optional": all(need.optional for need, _ in needs[material.id]),
            }
        )
        for material in materials
        if material.id in needs
    ]


def handed_over(part: Part, in_hand: Iterable[str], results: Iterable[str]) -> tuple[str, ...]:
    """Which of its materials a part has, given what was handed in for the bundle and which parts have their results."""
    there, done = frozenset(in_hand), frozenset(results)
    return tuple(
        need.id for need in part.item.materials if part.takes.get(need.id) in there or part.results.get(need.id) in done
    )


def names_for(part: Part, materials: Iterable[str]) -> tuple[str, ...]:
    """What the part calls these materials of the bundle; without those it does not need."""
    wanted = frozenset(materials)
    return tuple(need.id for need in part.item.materials if part.takes.get(need.id) in wanted)


def form_of(takes: Mapping[str, str], form: Mapping[str, Any]) -> dict[str, Any]:
    """An item's own form, filled in from the one form of the bundle; `takes` are the names of what it takes from there."""
    values = {as_material(field): value for field, value in form.items()}
    return {named.removeprefix("form."): values[source] for named, source in takes.items() if source in values}
