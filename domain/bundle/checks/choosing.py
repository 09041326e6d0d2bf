"""Which version of an item a bundle means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from domain.bundle.definition import BundleDefinition, BundleItem
from domain.definition import ItemDefinition
from domain.law import carries_out

Items = Mapping[str, tuple[ItemDefinition, ...]]
"""Every version that is known of each item, by the item's code."""


@carries_out("gz:11.1")
def chosen(definition: BundleDefinition, items: Items, on: date | None = None) -> dict[str, ItemDefinition]:
    """The definition of each item of the bundle, by its id there: of the version that the bundle names, else of the newest
    one in force on the day, which is the bundle's own first one unless another is given; without those of which there is
    none."""
    day = on or definition.version
    found = {one.id: version_of(one, day, items.get(one.item, ())) for one in definition.items}
    return {id_: version for id_, version in found.items() if version is not None}


def version_of(one: BundleItem, day: date, versions: Iterable[ItemDefinition]) -> ItemDefinition | None:
    """The version named, else the newest one that is in force on the day."""
    if one.version is not None:
        return next((version for version in versions if version.version == one.version), None)
    return max((v for v in versions if v.version <= day), key=lambda version: version.version, default=None)
