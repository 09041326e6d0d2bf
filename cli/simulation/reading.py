"""A case file as plain values with the place of each, so that a fault can be shown where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from domain.words import Language, Text
from registry.source import Source, read_source


class Fault(NamedTuple):
    """What is wrong in a file, and where."""

    file: Path
    line: int
    column: int
    text: Text

    def said_in(self, language: Language) -> str:
        """The fault as one line."""
        return f"{self.file}:{self.line}:{self.column} {self.text.said_in(language)}"


class Unreadable(Exception):
    """A file that says no cases; every fault that was found in it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(fault.said_in("en") for fault in faults))
        self.faults = tuple(faults)


class Sheet(NamedTuple):
    """What a file says, and where it says it."""

    file: Path
    source: Source

    @property
    def said(self) -> Any:
        """The values."""
        return self.source.data

    def path(self, path: Sequence[str | int]) -> tuple[str | int, ...]:
        """The path without the parts that are not in the file, such as the kind of an act."""
        real: tuple[str | int, ...] = ()
        for part in path:
            if (*real, part) in self.source.values:
                real = (*real, part)
        return real

    def place(self, path: Sequence[str | int]) -> tuple[int, int]:
        """Line and column of the key or value at the path, counted from one; of what holds it where it is missing."""
        return self.source.place(self.path(path), key=True)

    def fault(self, path: Sequence[str | int], text: Text) -> Fault:
        """The fault at the path."""
        return Fault(self.file, *self.place(path), text)


def read(file: Path) -> Sheet:
    """The file; days in it are words. Raises `Unreadable` where it can't be read or is no YAML."""
    try:
        source = read_source(file.read_bytes())
    except OSError as error:
        raise Unreadable([Fault(file, 1, 1, Text(f"读不出来：{error}", f"can't be read: {error}"))]) from error
    if source.faults:
        raise Unreadable([Fault(file, *place, _said(*fault[2:4])) for place, fault in source.faults])
    return Sheet(file, source)


def _said(wrong: Text, right: Text) -> Text:
    return Text(f"{wrong.zh}：{right.zh}", f"{wrong.en}: {right.en}")
