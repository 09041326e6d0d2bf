"""YAML or JSON as plain values, with the line and column of each; what no definition needs is refused.

YAML 1.2 in its core schema: `no` is a word, `010` is ten, a day is a word. JSON is read as the YAML that it is. Aliases
are refused, for a few lines with aliases unfold into gigabytes; so are tags, directives and second documents.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from domain.faults import Fault, Path
from registry.events import Place, Unreadable, decoded, events
from registry.syntax import said

DEEPEST = 12
MOST_VALUES = 6_000

INTEGER = re.compile(r"[-+]?[0-9]{1,30}|0o[0-7]{1,30}|0x[0-9a-fA-F]{1,30}")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?")
NULL = ("", "~", "null", "Null", "NULL")
TRUE = ("true", "True", "TRUE")
FALSE = ("false", "False", "FALSE")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85]")


class Source(NamedTuple):
    """What was written and where; `data` is None where it could not be read to the end."""

    data: Any
    keys: dict[Path, Place]
    values: dict[Path, Place]
    faults: tuple[tuple[Place, Fault], ...]

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Where the value at the path stands, or its key: that is the place of what begins a line further down, and of
        a path that leads to nothing its last key."""
        while path and path not in self.values:
            path, key = path[:-1], True
        at_key, value = self.keys.get(path), self.values.get(path, Place(1, 1))
        return at_key if at_key and (key or value.line > at_key.line) else value


class _Open:
    """A list or mapping that is being filled."""

    def __init__(self, filled: dict[str, Any] | list[Any], path: Path) -> None:
        self.filled, self.path = filled, path
        self.key: str | None = None
        self.kept = True


def read_source(text: str | bytes) -> Source:
    """The values of a document with their places, and every fault of its writing; never raises."""
    reader = _Reader()
    try:
        reader.read(decoded(text))
    except Unreadable as stop:
        reader.faults.append((stop.place, stop.fault))
        reader.data = None
    return Source(reader.data, reader.keys, reader.values, tuple(reader.faults))


class _Reader:
    """Builds values from the parser's events: no recursion, so no depth of a document is too much for it."""

    def __init__(self) -> None:
        self.data: Any = None
        self.keys: dict[Path, Place] = {}
        self.values: dict[Path, Place] = {}
        self.faults: list[tuple[Place, Fault]] = []
        self._open: list[_Open] = []
        self._count = self._documents = 0

    def read(self, text: str) -> None:
        for event, place in events(text):
            match type(event).__name__:
                case "DocumentStartEvent":
                    self._documents += 1
                    if self._documents > 1:
                        raise Unreadable(place, "second_document")
                case "MappingStartEvent":
                    self._start({}, place)
                case "SequenceStartEvent":
                    self._start([], place)
                case "MappingEndEvent" | "SequenceEndEvent":
                    self._open.pop()
                case "ScalarEvent":
                    self._scalar(event, place)

    def _start(self, filled: dict[str, Any] | list[Any], place: Place) -> None:
        if self._open and isinstance(self._open[-1].filled, dict) and self._open[-1].key is None:
            raise Unreadable(place, "key_not_plain")
        if len(self._open) >= DEEPEST:
            raise Unreadable(place, "too_deep", DEEPEST)
        path = self._put(filled, place)
        self._open.append(_Open(filled, path))

    def _scalar(self, event: Any, place: Place) -> None:
        written = _whole_characters(event.value)
        if CONTROL.search(written) or any("\ud800" <= c <= "\udfff" for c in written):
            self.faults.append((place, Fault((), "control_character", *said("control_character"))))
            written = "?"
        inside = self._open[-1] if self._open else None
        if inside is not None and isinstance(inside.filled, dict) and inside.key is None:
            self._key(inside, written, place)
        else:
            self._put(_value(written) if event.style is None else written, place)

    def _key(self, inside: _Open, key: str, place: Place) -> None:
        path = (*inside.path, key)
        inside.key, inside.kept = key, key not in inside.filled
        if inside.kept:
            self.keys[path] = place
        else:
            first = self.keys[path]
            self.faults.append((place, Fault(path, "key_doubled", *said("key_doubled", key, first.line))))

    def _put(self, value: Any, place: Place) -> Path:
        self._count += 1
        if self._count > MOST_VALUES:
            raise Unreadable(place, "too_many_values", MOST_VALUES)
        path: Path = ()
        if not self._open:
            self.data = value
        elif isinstance(inside := (holder := self._open[-1]).filled, list):
            path = (*holder.path, len(inside))
            inside.append(value)
        else:
            path = (*holder.path, holder.key or "")
            if holder.kept:
                inside[holder.key or ""] = value
            else:
                path = (*path, -1)  # a doubled key: its value goes nowhere, its places must not hide those of the first
            holder.key = None
        self.values[path] = place
        return path


def _value(written: str) -> object:
    """What a word without quotes is."""
    if written in NULL:
        return None
    if written in TRUE or written in FALSE:
        return written in TRUE
    if INTEGER.fullmatch(written):
        base = {"0o": 8, "0x": 16}.get(written[:2], 10)
        return int(written, base)
    return float(written) if FLOAT.fullmatch(written) else written


def _whole_characters(written: str) -> str:
    """JSON writes a character beyond the first plane as two halves; YAML leaves them apart."""
    return written.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") if written else written
