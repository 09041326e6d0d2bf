"""The shape of a definition, as its JSON Schema has it: which fields are known at a path, and what they may hold."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import Any

from pydantic import BaseModel

from domain.faults import Path

Node = dict[str, Any]


class Shape:
    """What one kind of definition looks like."""

    def __init__(self, schema: Node) -> None:
        self._schema = schema

    def at(self, path: Path) -> Node:
        """What the schema says of the value at the path; empty where it knows no such path."""
        node = self._resolved(self._schema)
        for part in path:
            if isinstance(part, int):
                node = node.get("items", {})
            else:
                node = node.get("properties", {}).get(part, node.get("additionalProperties") or {})
            node = self._resolved(node)
        return node

    def fields(self, path: Path) -> tuple[str, ...]:
        """The fields of the object at the path."""
        return tuple(self.at(path).get("properties", {}))

    def values(self, path: Path) -> tuple[str, ...]:
        """The values that the field at the path may hold, where they are a closed list."""
        node = self.at(path)
        values = node.get("enum", [node["const"]] if "const" in node else [])
        return tuple(str(value) for value in values)

    def described(self, path: Path) -> str:
        """What the schema says the field is for."""
        return str(self.at(path).get("description", ""))

    def _resolved(self, node: Node) -> Node:
        """The node behind a reference or an optional; what is said beside a reference goes before."""
        described = {key: node[key] for key in ("description",) if key in node}
        for choice in (node, *node.get("anyOf", ()), *node.get("allOf", ())):
            if "$ref" in choice:
                return {**self._schema["$defs"][choice["$ref"].rsplit("/", 1)[1]], **described}
        typed = next((choice for choice in node.get("anyOf", ()) if choice.get("type") != "null"), None)
        return {**typed, **described} if typed else node


@cache
def shape_of(model: type[BaseModel]) -> Shape:
    """The shape of what is read into the model."""
    return Shape(model.model_json_schema(by_alias=True))


def nearest(name: object, known: tuple[str, ...]) -> str | None:
    """The known name that was most likely meant."""
    return next(iter(get_close_matches(str(name), known, n=1, cutoff=0.6)), None)
