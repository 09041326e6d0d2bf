"""What is wrong with a request, in words; what was sent is never repeated, for it may be somebody's data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.words import Text

WRONG = {
    "missing": Text("缺少这一项", "is missing"),
    "extra_forbidden": Text("没有这一项，请删去", "there is no such field; leave it out"),
    "json_invalid": Text("不是 JSON", "is no JSON"),
    "bool_type": Text("应为 true 或者 false", "should be true or false"),
    "string_type": Text("应为文字", "should be text"),
    "string_unicode": Text("含有残缺的字符", "holds half a character"),
    "string_pattern_mismatch": Text("写法应符合 {pattern}", "should be written like {pattern}"),
    "string_too_short": Text("至少 {min_length} 个字", "should have at least {min_length} characters"),
    "string_too_long": Text("最多 {max_length} 个字", "should have at most {max_length} characters"),
    "too_short": Text("至少 {min_length} 项", "should have at least {min_length} entries"),
    "too_long": Text("最多 {max_length} 项", "should have at most {max_length} entries"),
    "finite_number": Text("应为有限的数", "should be a finite number"),
    "greater_than_equal": Text("不小于 {ge}", "should be at least {ge}"),
    "less_than_equal": Text("不大于 {le}", "should be at most {le}"),
    "enum": Text("应为其中之一：{expected}", "should be one of {expected}"),
    "literal_error": Text("应为其中之一：{expected}", "should be one of {expected}"),
    "union_tag_invalid": Text("{discriminator} 应为其中之一：{expected_tags}", "{discriminator} should be one of {expected_tags}"),
    "union_tag_not_found": Text("应有 {discriminator}", "should have {discriminator}"),
}  # fmt: skip
"""By pydantic's types of errors; the braces are of its context."""

KINDS = {
    "int": Text("应为整数", "should be a whole number"),
    "float": Text("应为数", "should be a number"),
    "list": Text("应为列表", "should be a list"),
    "date": Text("应为形如 2026-01-31 的日期", "should be a date like 2026-01-31"),
    "uuid": Text("应为 UUID", "should be a UUID"),
    "dict": Text("应为对象（字段和值）", "should be an object"),
    "model": Text("应为对象（字段和值）", "should be an object"),
}
"""By how a type of error begins."""
UNFIT = Text("不符合接口要求，请对照接口说明", "does not fit; see the description of the interface")


def path_of(error: Mapping[str, Any]) -> str:
    """Where the fault is, with dots between."""
    return ".".join(str(part)[:80] for part in error["loc"]).encode("utf-8", "replace").decode()


def wrong(error: Mapping[str, Any]) -> Text:
    """What is wrong there and what would be right."""
    kind = error["type"]
    said = WRONG.get(kind) or next((text for start, text in KINDS.items() if kind.startswith(start)), UNFIT)
    context = error.get("ctx", {})
    return Text(said.zh.format(**context), said.en.format(**context))
