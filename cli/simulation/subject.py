"""What the cases of a file are about: an item, or a bundle with its items."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from cli.simulation.reading import Fault, Unreadable
from domain.bundle.checks import Items
from domain.bundle.checks.choosing import chosen
from domain.bundle.definition import BundleDefinition
from domain.definition import ItemDefinition
from domain.words import Text
from registry.items import items_for
from registry.kinds import Definition
from registry.reading import read_definition
from settings import settings


class BundleOnDay(NamedTuple):
    """A bundle, and each of its items in the version that an application of one day is for, by its id there."""

    definition: BundleDefinition
    items: Mapping[str, ItemDefinition]


Subject = ItemDefinition | BundleOnDay


class About(NamedTuple):
    """The definition that a case file names, with every item that it may mean."""

    definition: Definition
    items: Items

    def on(self, day: date, cases: Path, line: int) -> Subject:
        """What an application of the day is for. Raises `Unreadable` where an item of a bundle is not in force then."""
        if isinstance(self.definition, ItemDefinition):
            return self.definition
        found = chosen(self.definition, self.items, day)
        if missing := [one for one in self.definition.items if one.id not in found]:
            said = [f"{one.id}（{one.item}{f'@{one.version}' if one.version else ''}）" for one in missing]
            zh = f"{day} 没有施行中的事项 {'、'.join(said)}"
            raise Unreadable([Fault(cases, line, 1, Text(zh, f"no version in force on {day} of {', '.join(said)}"))])
        return BundleOnDay(self.definition, found)


def read_about(file: Path, cases: Path, *, bundle: bool) -> About:
    """The definition in the file, which is a bundle's or an item's. Raises `Unreadable`."""
    key = "bundle" if bundle else "item"
    try:
        found = read_definition(file.read_bytes(), str(file))
    except OSError as error:
        text = Text(f"{key}：找不到定义 {file}", f"{key}: there is no definition {file}")
        raise Unreadable([Fault(cases, 1, 1, text)]) from error
    if found.definition is None:
        raise Unreadable([Fault(file, f.line, f.column, _in_words(f.path, f.wrong, f.right)) for f in found.faults])
    if isinstance(found.definition, BundleDefinition) is not bundle:
        text = Text(f"{file.name} 是 {found.definition.kind} 的定义，不是 {key}", f"{file.name} defines no {key}")
        raise Unreadable([Fault(cases, 1, 1, text)])
    return About(found.definition, items_for(file, (), settings().definitions) if bundle else {})


def _in_words(path: str, wrong: Text, right: Text) -> Text:
    return Text(f"{path}：{wrong.zh}；{right.zh}", f"{path}: {wrong.en}; {right.en}")
