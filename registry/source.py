"""YAML or JSON as plain values, with the line and column of each; what no definition needs is refused.

YAML 1.2 in its core schema: `no` is a word, `010` is ten, a day is a word. JSON is read as the YAML that it is. Aliases
are refused, for a few lines with aliases unfold into gigabytes; so are tags, directives and second documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from domain.faults import Fault, Path, Writing
from domain.words import Text
from registry.syntax import said

LONGEST = 120_000
DEEPEST = 12
MOST_VALUES = 6_000

INTEGER = re.compile(r"[-+]?[0-9]{1,30}|0o[0-7]{1,30}|0x[0-9a-fA-F]{1,30}")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?")
NULL = ("", "~", "null", "Null", "NULL")
TRUE = ("true", "True", "TRUE")
FALSE = ("false", "False", "FALSE")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85]")


class Place(NamedTuple):
    """Line and column, both from 1."""

    line: int
    column: int


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


class _Unreadable(Exception):
    """Reading stops here."""

    def __init__(self, place: Place, code: Writing, wrong: Text, right: Text) -> None:
        super().__init__(code)
        self.place, self.fault = place, Fault((), code, wrong, right)


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
        reader.read(_decoded(text))
    except _Unreadable as stop:
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
        for event in _events(text):
            place = Place(event.start_mark.line + 1, event.start_mark.column + 1)
            _refuse_what_no_definition_needs(event, place)
            match type(event).__name__:
                case "DocumentStartEvent":
                    self._documents += 1
                    if self._documents > 1:
                        raise _Unreadable(place, "second_document", *said("second_document"))
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
            raise _Unreadable(place, "key_not_plain", *said("key_not_plain"))
        if len(self._open) >= DEEPEST:
            raise _Unreadable(place, "too_deep", *said("too_deep", DEEPEST))
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
            raise _Unreadable(place, "too_many_values", *said("too_many_values", MOST_VALUES))
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


def _decoded(text: str | bytes) -> str:
    if isinstance(text, bytes):
        text = _from_utf8(text)
    if len(text) > LONGEST:
        raise _Unreadable(Place(1, 1), "too_large", *said("too_large", LONGEST))
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise _Unreadable(Place(1, 1), "empty", *said("empty"))
    return text


def _from_utf8(text: bytes) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        place = _end_of(text[: error.start].decode("utf-8"))
        raise _Unreadable(place, "not_utf8", *said("not_utf8")) from None


def _events(text: str) -> Iterator[Any]:
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        raise _Unreadable(place, "not_yaml", *said("not_yaml", str(error.problem or error.context))) from None
    except ReaderError as error:
        raise _Unreadable(_end_of(text[: error.position]), "control_character", *said("control_character")) from None
    except (YAMLError, ValueError, LookupError, AttributeError, TypeError, AssertionError) as error:
        # the parser is not proof against every text; whatever it trips over is a fault of the file, not of the program
        raise _Unreadable(Place(1, 1), "not_yaml", *said("not_yaml", type(error).__name__)) from None


def _refuse_what_no_definition_needs(event: Any, place: Place) -> None:
    if getattr(event, "anchor", None) is not None:
        raise _Unreadable(place, "alias", *said("alias"))
    if getattr(event, "ctag", None) is not None:
        raise _Unreadable(place, "tag", *said("tag"))
    if getattr(event, "version", None) is not None:
        raise _Unreadable(place, "directive", *said("directive"))


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


def _end_of(text: str) -> Place:
    return Place(text.count("\n") + 1, len(text) - text.rfind("\n"))
