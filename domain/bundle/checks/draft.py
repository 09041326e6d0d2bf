"""A bundle as its lead department hands it in, with everything that its rules hold it against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from domain.bundle.checks.choosing import Items, chosen
from domain.bundle.definition import BundleDefinition, BundleItem
from domain.checks.rule import Known
from domain.deadline import Office
from domain.definition import ItemDefinition
from domain.faults import Fault


class Draft(NamedTuple):
    """The bundle, the office by whose calendar it is judged, and what it may refer to."""

    definition: BundleDefinition
    office: Office
    known: Known
    items: Items
    chosen: Mapping[str, ItemDefinition]
    """What its items are, by their ids in the bundle; without those that are not known, or that share an id."""

    @classmethod
    def of(cls, definition: BundleDefinition, office: Office, known: Known, items: Items) -> Draft:
        """The draft with its items looked up."""
        ids = Counter(one.id for one in definition.items)
        found = chosen(definition, items)
        return cls(definition, office, known, items, {id_: found[id_] for id_ in found if ids[id_] == 1})

    @property
    def is_complete(self) -> bool:
        """Whether it is known what each of its items is."""
        return len(self.chosen) == len(self.definition.items)

    def known_items(self) -> Iterator[tuple[int, BundleItem, ItemDefinition]]:
        """The items that are known, with their places."""
        for n, one in enumerate(self.definition.items):
            if one.id in self.chosen:
                yield n, one, self.chosen[one.id]

    def item(self, id_: str) -> BundleItem:
        """The item of this id."""
        return next(one for one in self.definition.items if one.id == id_)


Rule = Callable[[Draft], Iterator[Fault]]
