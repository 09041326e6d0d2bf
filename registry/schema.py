"""The JSON Schema of a definition, for editors: what each field is called, what it is for, what it may hold."""

from __future__ import annotations

from typing import Any

from domain.definition import ItemDefinition
from registry.labels import LABELS, OF_A_DEFINITION

FILE_NAME = "item.schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def definition_schema() -> dict[str, Any]:
    """The schema with titles in both languages. It knows the form of a definition, not the rules between its parts."""
    schema = ItemDefinition.model_json_schema(by_alias=True)
    for model in (*schema.get("$defs", {}).values(), schema):
        for name, field in model.get("properties", {}).items():
            called = OF_A_DEFINITION.get(name, LABELS[name]) if model is schema else LABELS[name]
            field["title"] = f"{called.zh} {called.en}"
            field.setdefault("description", called.zh)
    about = {"title": "事项定义 service item", "description": "承办单位登记的事项定义；规则用 bancheng check 核对。"}
    return {"$schema": DIALECT, **schema, **about}
