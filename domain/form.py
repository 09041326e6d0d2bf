"""The application form: every field that is filled in is checked, every fault named at once; what is not filled in is
missing like a material (gz:13.2), and the application is taken in all the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import isfinite
from typing import Any

from domain.definition import FormField
from domain.law import Refused, carries_out


class FormInvalid(Refused):
    """Some fields of the form are unknown, or not of their type."""


def _fits(field: FormField, value: object) -> bool:
    match field.type:
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
        case "yes_no":
            return isinstance(value, bool)
        case "choice":
            return value in field.choices
        case "date":
            return isinstance(value, str) and _is_date(value)
        case _:
            return isinstance(value, str) and bool(value.strip()) and len(value) <= 2000


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


WANTED = {"number": "数字", "yes_no": "true 或 false", "date": "形如 2026-01-31 的日期", "text": "2000字以内的文字"}


@carries_out("apl:31")
def checked_form(fields: tuple[FormField, ...], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values in the order of the form; refused with every fault named, and what would be right."""
    faults: list[str] = []
    for field in fields:
        if field.id in values and not _fits(field, values[field.id]):
            wanted = "、".join(field.choices) if field.type == "choice" else WANTED[field.type]
            faults.append(f"“{field.name}”（{field.id}）应为：{wanted}")
    unknown = sorted(set(values) - {field.id for field in fields})
    faults += [f"申请表没有 {name} 一栏，不得要求填写" for name in unknown]
    if faults:
        raise FormInvalid(
            "form_invalid", "；".join(faults), "Some fields of the form are unknown or do not fit", article="apl:31"
        )
    return {field.id: values[field.id] for field in fields if field.id in values}


def as_material(field: str) -> str:
    """What a field of the form is called among the materials of an application."""
    return f"form.{field}"


def filled_in(fields: tuple[FormField, ...], values: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields that have to be filled in and are, as materials in hand."""
    return tuple(as_material(field.id) for field in fields if field.required and field.id in values)
