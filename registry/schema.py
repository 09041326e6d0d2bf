"""The JSON Schema of a definition, for editors: what each field is called, what it is for, what it may hold."""

from __future__ import annotations

from typing import Any

from registry.kinds import ITEM, Kind
from registry.labels import LABELS, OF_KIND

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def file_name(kind: Kind) -> str:
    """What the file with the schema is called."""
    return f"{kind.name}.schema.json"


def definition_schema(kind: Kind = ITEM) -> dict[str, Any]:
    """The schema with titles in both languages. It knows the form of a definition, not the rules between its parts."""
    schema = kind.model.model_json_schema(by_alias=True)
    for model in (*schema.get("$defs", {}).values(), schema):
        for name, field in model.get("properties", {}).items():
            called = OF_KIND[kind.name].get(name, LABELS[name]) if model is schema else LABELS[name]
            field["title"] = f"{called.zh} {called.en}"
            field.setdefault("description", called.zh)
    about = {
        "title": f"{kind.title.zh} {kind.title.en}",
        "description": f"{kind.registered_by.zh}登记的{kind.title.zh}；规则用 bancheng check 核对。",
    }
    return {"$schema": DIALECT, **schema, **about}
