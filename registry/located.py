"""Faults with their places in a file, as a department reads them."""

from __future__ import annotations

from typing import Any, NamedTuple

from domain.faults import Code, Fault, Path
from domain.words import Language, Text
from registry.events import Place
from registry.source import Source

AT_THE_KEY = ("unknown_key", "key_doubled")
"""What is wrong about the key, not about what it holds."""


class LocatedFault(NamedTuple):
    """A fault with file, line, column (from 1) and dotted path."""

    file: str
    line: int
    column: int
    path: str
    code: Code
    wrong: Text
    right: Text
    article: str | None

    def said_in(self, language: Language) -> str:
        """The fault in one line: 文件:行:列: 路径: 错在哪里；怎样才对（条款）."""
        where = f"{self.file}:{self.line}:{self.column}: {f'{self.path}: ' if self.path else ''}"
        wrong, right = self.wrong.said_in(language), self.right.said_in(language)
        if language == "en":
            return f"{where}{wrong}; {right}{f' ({self.article})' if self.article else ''}"
        return f"{where}{wrong}；{right}{f'（{self.article}）' if self.article else ''}"

    def listed_in(self, language: Language) -> dict[str, Any]:
        """The fault as lists for programs have it, with its words in one language."""
        words = {"wrong": self.wrong.said_in(language), "right": self.right.said_in(language)}
        return {**self._asdict(), **words, "says": self.said_in(language)}


def located(fault: Fault, source: Source, file: str) -> LocatedFault:
    """The fault with its place in the source."""
    place = source.place(fault.path, key=fault.code in AT_THE_KEY)
    return at(place, fault, source, file)


def at(place: Place, fault: Fault, source: Source, file: str) -> LocatedFault:
    """The fault at a place that is known already."""
    path = dotted(fault.path, source.data)
    return LocatedFault(file, *place, path, fault.code, fault.wrong, fault.right, fault.article)


def dotted(path: Path, data: Any) -> str:
    """The path with dots; an entry of a list goes by its id where it has one, else by its number from 0."""
    names: list[str] = []
    for part in path:
        data = _inside(data, part)
        has_id = isinstance(part, int) and isinstance(data, dict) and isinstance(data.get("id"), str)
        names.append(data["id"] if has_id else str(part))
    return ".".join(names)


def _inside(data: Any, part: str | int) -> Any:
    if isinstance(data, dict):
        return data.get(part)
    return data[part] if isinstance(data, list) and isinstance(part, int) and part < len(data) else None
