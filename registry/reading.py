"""A definition as a department wrote it, read: what it defines, or every fault it has."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import ValidationError

from domain.checks import faults_of
from domain.definition import ItemDefinition
from domain.faults import Fault
from domain.law import carries_out
from domain.words import Text
from registry.located import LocatedFault, at, located
from registry.mending import mended
from registry.reference import Reference
from registry.source import Source, read_source
from registry.structure import faults_in


class Read(NamedTuple):
    """Either a definition, or the faults for which there is none."""

    definition: ItemDefinition | None
    faults: tuple[LocatedFault, ...]


@carries_out("gz:5")
def checked_definition(text: str | bytes, name: str, reference: Reference) -> Read:
    """The definition in the text, held to its form and to every rule; `name` is what the faults call the file.

    All faults are found in one go: where parts cannot be read, the rules on the other parts still run.
    """
    return _read(text, name, reference)


def read_definition(text: str | bytes, name: str) -> Read:
    """The definition in the text, held to its form only; for what was checked before."""
    return _read(text, name, None)


def _read(text: str | bytes, name: str, reference: Reference | None) -> Read:
    source = read_source(text)
    faults = [at(place, fault, source, name) for place, fault in source.faults]
    if source.faults and source.data is None:
        return Read(None, tuple(faults))
    definition, found = _held_to_its_form(source, reference)
    faults += [located(fault, source, name) for fault in found]
    in_order = tuple(sorted(dict.fromkeys(faults), key=lambda fault: (fault.line, fault.column)))
    return Read(None if in_order else definition, in_order)


def _held_to_its_form(source: Source, reference: Reference | None) -> tuple[ItemDefinition | None, tuple[Fault, ...]]:
    if not isinstance(source.data, dict):
        return None, (NOT_FIELDS,)
    try:
        definition = ItemDefinition.model_validate(source.data)
    except ValidationError as error:
        found = tuple(faults_in(error))
        made = mended(source.data, error)
        if made is None or reference is None:
            return None, found
        return None, found + faults_of(made.definition, reference.office, reference.known, broken=made.broken)
    if reference is None:
        return definition, ()
    return definition, faults_of(definition, reference.office, reference.known)


NOT_FIELDS = Fault(
    (),
    "not_fields",
    Text("文件不是“字段: 值”的形式", "the file does not consist of fields with values"),
    Text("以 kind: item 开头，逐行写字段", "begin with `kind: item` and write a field a line"),
)
