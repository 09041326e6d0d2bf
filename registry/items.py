"""The service items that a bundle in a file is held against: those of the folder of definitions, and those given with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from domain.bundle.checks import Items
from domain.definition import ItemDefinition
from registry.reading import Written

FOLDER = "items"
SUFFIXES = (".yaml", ".yml", ".json")
OF_CASES = ".cases"


def may_define(file: Path) -> bool:
    """Whether a definition is looked for in the file; what ends with .cases.yaml are cases."""
    return file.suffix in SUFFIXES and not file.stem.endswith(OF_CASES) and file.is_file()


@cache
def read_items(definitions: Path) -> Items:
    """Every item of the folder of definitions by its code, read once; what cannot be read is passed over."""
    files = sorted(filter(may_define, (definitions / FOLDER).glob("*")))
    return by_code(items_among(Written.of(file.read_bytes(), str(file)) for file in files))


def items_among(texts: Iterable[Written]) -> list[ItemDefinition]:
    """The items that texts define, whatever rules they break."""
    found = [text.held_to(None).definition for text in texts]
    return [definition for definition in found if isinstance(definition, ItemDefinition)]


def by_code(items: Iterable[ItemDefinition]) -> Items:
    """The versions of each item, the oldest first; of two with one day the later one counts."""
    versions = {(item.code, item.version): item for item in items}
    found: defaultdict[str, list[ItemDefinition]] = defaultdict(list)
    for code, version in sorted(versions):
        found[code].append(versions[code, version])
    return {code: tuple(its) for code, its in found.items()}


def items_for(bundle: Path, given: Iterable[ItemDefinition], otherwise: Path) -> Items:
    """What a bundle in a file may name: the items of the folder beside it, or else of another folder of definitions, and
    over them those given."""
    beside = bundle.resolve().parent.parent
    there = read_items(beside if (beside / FOLDER).is_dir() else otherwise)
    return by_code([*(item for versions in there.values() for item in versions), *given])
