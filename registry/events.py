"""The parser's events of a text, each with its place; whatever cannot be read, or has no place in a definition, stops."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from domain.faults import Fault, Writing
from registry.syntax import said

LONGEST = 120_000


class Place(NamedTuple):
    """Line and column, both from 1."""

    line: int
    column: int


class Unreadable(Exception):
    """Reading stops here."""

    def __init__(self, place: Place, code: Writing, *filled: object) -> None:
        super().__init__(code)
        self.place, self.fault = place, Fault((), code, *said(code, *filled))


def decoded(text: str | bytes) -> str:
    """The text of the file, without a byte order mark. Raises Unreadable."""
    if isinstance(text, bytes):
        text = _from_utf8(text)
    if len(text) > LONGEST:
        raise Unreadable(Place(1, 1), "too_large", LONGEST)
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise Unreadable(Place(1, 1), "empty")
    return text


def _from_utf8(text: bytes) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        place = _end_of(text[: error.start].decode("utf-8"))
        raise Unreadable(place, "not_utf8") from None


def events(text: str) -> Iterator[tuple[Any, Place]]:
    """Each event of the parser with its place. Raises Unreadable."""
    for event in _parsed(text):
        place = Place(event.start_mark.line + 1, event.start_mark.column + 1)
        _refuse_what_no_definition_needs(event, place)
        yield event, place


def _parsed(text: str) -> Iterator[Any]:
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        raise Unreadable(place, "not_yaml", str(error.problem or error.context)) from None
    except ReaderError as error:
        raise Unreadable(_end_of(text[: error.position]), "control_character") from None
    except (YAMLError, ValueError, LookupError, AttributeError, TypeError, AssertionError) as error:
        # the parser is not proof against every text; whatever it trips over is a fault of the file, not of the program
        raise Unreadable(Place(1, 1), "not_yaml", type(error).__name__) from None


def _refuse_what_no_definition_needs(event: Any, place: Place) -> None:
    if getattr(event, "anchor", None) is not None:
        raise Unreadable(place, "alias")
    if getattr(event, "ctag", None) is not None:
        raise Unreadable(place, "tag")
    if getattr(event, "version", None) is not None:
        raise Unreadable(place, "directive")


def _end_of(text: str) -> Place:
    return Place(text.count("\n") + 1, len(text) - text.rfind("\n"))
