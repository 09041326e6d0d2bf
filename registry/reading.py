"""A definition as a department wrote it, read: what it defines, or every fault it has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from pydantic import ValidationError

from domain.bundle.checks import Items, faults_of_bundle
from domain.checks import faults_of
from domain.definition import ItemDefinition
from domain.faults import Fault
from domain.law import carries_out
from domain.words import Text
from registry.kinds import BUNDLE, KINDS, Definition, Kind, kind_of
from registry.located import LocatedFault, at, located
from registry.mending import mended
from registry.reference import Reference
from registry.source import Source, read_source
from registry.structure import faults_in

NO_ITEMS: Items = {}


class Read(NamedTuple):
    """Either a definition, or the faults for which there is none."""

    definition: Definition | None
    faults: tuple[LocatedFault, ...]


class Judge(NamedTuple):
    """What a definition is held to: the calendar, articles and districts, and for a bundle the items that it names, as
    they are on the bundle's first day or another one."""

    reference: Reference
    items: Items = NO_ITEMS
    on: date | None = None

    def faults(self, definition: Definition, broken: tuple[str, ...] = ()) -> tuple[Fault, ...]:
        """What breaks a rule."""
        office, known = self.reference
        if isinstance(definition, ItemDefinition):
            return faults_of(definition, office, known, broken=broken)
        if self.on is not None:
            definition = definition.model_copy(update={"version": self.on})
        return faults_of_bundle(definition, office, known, self.items, broken=broken)


class Written(NamedTuple):
    """A text with its values; `name` is what the faults call the file."""

    source: Source
    name: str

    @classmethod
    def of(cls, text: str | bytes, name: str) -> Written:
        """The text, taken apart."""
        return cls(read_source(text), name)

    @property
    def items_named(self) -> tuple[str, ...]:
        """The codes of the items that a bundle names, as far as they can be read; none of any other definition."""
        data = self.source.data
        if not isinstance(data, dict) or kind_of(data) is not BUNDLE or not isinstance(data.get("items"), list):
            return ()
        codes = [one.get("item") for one in data["items"] if isinstance(one, dict)]
        return tuple(dict.fromkeys(code for code in codes if isinstance(code, str)))

    @carries_out("gz:5")
    def held_to(self, judge: Judge | None) -> Read:
        """The definition, held to its form and, where there is a judge, to every rule.

        All faults are found in one go: where parts cannot be read, the rules on the other parts still run.
        """
        faults = [at(place, fault, self.source, self.name) for place, fault in self.source.faults]
        if self.source.faults and self.source.data is None:
            return Read(None, tuple(faults))
        definition, found = _held_to_its_form(self.source.data, judge)
        faults += [located(fault, self.source, self.name) for fault in found]
        in_order = tuple(sorted(dict.fromkeys(faults), key=lambda fault: (fault.line, fault.column)))
        return Read(None if in_order else definition, in_order)


def checked_definition(text: str | bytes, name: str, reference: Reference, items: Items = NO_ITEMS) -> Read:
    """The definition in the text, held to its form and to every rule; a bundle also to the items that it names, of which
    `items` has every version by code. `name` is what the faults call the file."""
    return Written.of(text, name).held_to(Judge(reference, items))


def read_definition(text: str | bytes, name: str) -> Read:
    """The definition in the text, held to its form only; for what was checked before."""
    return Written.of(text, name).held_to(None)


def _held_to_its_form(data: Any, judge: Judge | None) -> tuple[Definition | None, tuple[Fault, ...]]:
    if not isinstance(data, dict):
        return None, (NOT_FIELDS,)
    kind = kind_of(data)
    if kind is None:
        return None, (_no_kind(data),)
    try:
        definition: Definition = kind.model.model_validate(data)
    except ValidationError as error:
        return None, (*faults_in(error, kind), *_faults_beside(data, kind, error, judge))
    return definition, judge.faults(definition) if judge else ()


def _faults_beside(data: dict[str, Any], kind: Kind, error: ValidationError, judge: Judge | None) -> tuple[Fault, ...]:
    """The faults of the parts that can be read, beside those that cannot."""
    made = mended(data, kind, error) if judge else None
    return judge.faults(made.definition, made.broken) if judge and made else ()


NOT_FIELDS = Fault(
    (),
    "not_fields",
    Text("文件不是“字段: 值”的形式", "the file does not consist of fields with values"),
    Text(
        "以 kind: item 或者 kind: bundle 开头，逐行写字段",
        "begin with `kind: item` or `kind: bundle` and write a field a line",
    ),
)


def _no_kind(data: Mapping[str, Any]) -> Fault:
    """The fault of a file that says that it is something else."""
    written = f"{data['kind']}"[:40]
    return Fault(
        ("kind",),
        "not_among",
        Text(f"没有“{written}”这一定义种类", f"{written} is no kind of definition"),
        Text(
            " 或 ".join(f"写 kind: {kind.name}（{kind.title.zh}）" for kind in KINDS.values()),
            " or ".join(f"write `kind: {kind.name}` ({kind.title.en})" for kind in KINDS.values()),
        ),
    )
