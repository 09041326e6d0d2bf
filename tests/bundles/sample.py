"""One sound bundle of real items (restaurant.yaml), which tests change in the one place that they are about."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from domain.bundle.checks import Items
from domain.bundle.checks.choosing import chosen
from domain.bundle.definition import BundleDefinition
from domain.bundle.settling import Registered
from registry.digest import digest_of
from registry.items import read_items
from registry.reading import Read, checked_definition, read_definition
from tests.definitions import DEFINITIONS, HERE, Change, the_reference

FILE = Path(__file__).parent / "restaurant.yaml"
RESTAURANT = FILE.read_text("utf-8")
CODE = "449999999900"


def a_bundle_text(*changes: Change) -> str:
    """The sample with each first text replaced by the second; the first has to stand there exactly once."""
    text = RESTAURANT
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
        text = text.replace(old, new)
    return text


def the_items() -> Items:
    """The real items."""
    return read_items(DEFINITIONS)


@cache
def checked_bundle(*changes: Change) -> Read:
    """What is found in the sample with these changes."""
    return checked_definition(
        a_bundle_text(*changes).replace(HERE, ""), "restaurant.yaml", the_reference(), the_items()
    )


def a_bundle_definition(*changes: Change) -> BundleDefinition:
    """The sample with these changes, without any rule being asked."""
    definition = read_definition(a_bundle_text(*changes), "restaurant.yaml").definition
    assert isinstance(definition, BundleDefinition)
    return definition


def its_items(bundle: BundleDefinition) -> dict[str, Registered]:
    """What the items of the bundle are on its first day."""
    return {id_: (item, digest_of(item)) for id_, item in chosen(bundle, the_items()).items()}
