"""What is marked as assumed: each mark points at something that the definition says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from pydantic import BaseModel

from domain.checks.rule import Known, looks_at
from domain.deadline import Office
from domain.definition import Assumption, ItemDefinition
from domain.faults import Fault
from domain.law import carries_out
from domain.words import Text


@looks_at("assumed")
@carries_out("gz:5")
def marks_point_at_something(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """The path of an assumption leads by field names and ids to a value of the definition."""
    yield from marks_nowhere(definition, definition.assumed)


def marks_nowhere(definition: BaseModel, assumed: Sequence[Assumption]) -> Iterator[Fault]:
    """A fault for each assumption about something that the definition does not say."""
    for n, assumption in enumerate(assumed):
        end, left = follow(definition, assumption.at)
        if left:
            near = get_close_matches(left[0], _names(end), n=1, cutoff=0.5) or _names(end)[:8]
            yield Fault(
                ("assumed", n, "at"),
                "assumed_nowhere",
                Text(
                    f"定义中没有 {assumption.at}（找不到 {left[0]}）",
                    f"there is no {assumption.at} (nothing named {left[0]})",
                ),
                Text(
                    f"按字段名和编号写路径，如 materials.training.main；此处可写 {'、'.join(near) or '上一级'}",
                    f"a path of field names and ids, like materials.training.main; here: {', '.join(near) or 'its parent'}",
                ),
                "gz:5",
            )


def follow(definition: BaseModel, at: str) -> tuple[object, tuple[str, ...]]:
    """How far a dotted path leads: the value where it ends, and what of the path is left over."""
    value: object = definition
    names = tuple(at.split("."))
    for place, name in enumerate(names):
        if name not in _names(value):
            return value, names[place:]
        value = _child(value, name)
    return value, ()


def _names(value: object) -> list[str]:
    if isinstance(value, BaseModel):
        return [field.alias or name for name, field in type(value).model_fields.items()]
    if isinstance(value, tuple):
        return [one.id for one in value if hasattr(one, "id")]
    return list(value) if isinstance(value, dict) else []


def _child(value: object, name: str) -> object:
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        return getattr(value, next(field for field in fields if (fields[field].alias or field) == name))
    if isinstance(value, tuple):
        return next(one for one in value if getattr(one, "id", None) == name)
    return value[name] if isinstance(value, dict) else None
