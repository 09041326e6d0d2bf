"""The kinds of definitions: what each is read into, and what stands in for its parts that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from domain.bundle.definition import BundleDefinition
from domain.definition import ItemDefinition
from domain.words import Text
from registry.shape import Shape, nearest, shape_of

Definition = ItemDefinition | BundleDefinition
KindName = Literal["item", "bundle"]


class Kind(NamedTuple):
    """One kind of definition. The stand-in says nothing about anything: no rule that looks at it is ever run."""

    name: KindName
    title: Text
    registered_by: Text
    model: type[Definition]
    stand_in: Mapping[str, Any]

    @property
    def shape(self) -> Shape:
        """Which fields it has, and what they may hold."""
        return shape_of(self.model)


ITEM = Kind(
    "item",
    Text("事项定义", "service item"),
    Text("承办单位", "the department"),
    ItemDefinition,
    {
        "kind": "item",
        "code": "000000000000",
        "name": "—",
        "version": "2000-01-01",
        "department": {"code": "stand-in", "name": "—"},
        "type": "公共服务",
        "handling": "promised",
        "audience": ["—"],
        "basis": [{"law": "—"}],
        "conditions": ["—"],
        "fee": {"charged": False},
        "result": {"name": "—", "kind": "工作结果"},
        "limits": {
            "acceptance": {"days": 5, "starts": "receipt"},
            "promised": {"days": 1},
            "delivery": {"days": 1, "starts": "decision"},
        },
        "materials": [],
        "examination": [{"id": "decide", "name": "—", "role": "approver", "limit": {"days": 1}, "decides": True}],
    },
)
BUNDLE = Kind(
    "bundle",
    Text("“一件事”定义", "bundle"),
    Text("牵头部门", "the lead department"),
    BundleDefinition,
    {
        "kind": "bundle",
        "code": "000000000000",
        "name": "—",
        "version": "2000-01-01",
        "lead": {"code": "stand-in", "name": "—"},
        "type": "公共服务",
        "audience": ["—"],
        "basis": [{"law": "—"}],
        "fee": {"charged": False},
        "limit": {"days": 1},
        "acceptance": {"days": 5, "starts": "receipt"},
        "delivery": {"days": 1, "starts": "decision"},
        "items": [{"id": "first", "item": "000000000001"}, {"id": "second", "item": "000000000002"}],
    },
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (ITEM, BUNDLE)}


def kind_of(data: Mapping[str, Any]) -> Kind | None:
    """The kind that the data says it is of, or most likely means to; where it says nothing, the one that has most of its
    fields. None where it is something else."""
    if data.get("kind") is None:
        return max(KINDS.values(), key=lambda kind: sum(name in kind.shape.fields(()) for name in data))
    named = nearest(data["kind"], tuple(KINDS))
    return KINDS[named] if named else None
