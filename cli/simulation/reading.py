"""YAML with the place of every value, so that a fault can be shown where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from domain.words import Text

Path_ = Sequence[str | int]


class Fault(NamedTuple):
    """What is wrong in a file, and where."""

    file: Path
    line: int
    column: int
    text: Text


class Unreadable(Exception):
    """A file that says no cases; every fault that was found in it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{f.file}:{f.line}:{f.column} {f.text.en}" for f in faults))
        self.faults = tuple(faults)


class Sheet(NamedTuple):
    """What a file says, and where it says it."""

    file: Path
    said: Any
    root: Node | None

    def place(self, path: Path_) -> tuple[int, int]:
        """Line and column of the value at the path, counted from one; of what is nearest to it where it is missing.

        Parts of the path that are not in the file, such as the kind of an act, are passed over.
        """
        node = self.root
        line, column = _mark(node)
        for part in path:
            key, found = _child(node, part)
            if found is None:
                continue
            node = found
            line, column = _mark(key or found)
        return line, column

    def fault(self, path: Path_, text: Text) -> Fault:
        """The fault at the path."""
        return Fault(self.file, *self.place(path), text)


def read(file: Path) -> Sheet:
    """The file as plain values (YAML 1.2: `no` is a word). Raises `Unreadable` where it is no YAML."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable([Fault(file, 1, 1, Text(f"读不出来：{error}", f"can't be read: {error}"))]) from error
    try:
        yaml = YAML(typ="safe", pure=True)
        root = yaml.compose(text)
        return Sheet(file, yaml.constructor.construct_document(root) if root else None, root)
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        problem = str(getattr(error, "problem", None) or error)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        fault = Fault(file, line, column, Text(f"不是有效的 YAML：{problem}", f"no valid YAML: {problem}"))
        raise Unreadable([fault]) from error


def _mark(node: Node | None) -> tuple[int, int]:
    return (node.start_mark.line + 1, node.start_mark.column + 1) if node else (1, 1)


def _child(node: Node | None, part: str | int) -> tuple[Node | None, Node | None]:
    if isinstance(node, MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(part)), (None, None))
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        return None, node.value[part]
    return None, None
