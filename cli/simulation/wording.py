"""What pydantic found wrong, in words for the person who wrote the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from domain.words import Text

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

ACTS = (
    "task/answer, act: supplement | withdraw | promise | claim | transfer | add_helper | pause | resume | extend | delay | "
    "hearing | calendar | withdraw_parts | collect_early, wait: true"
)


def in_words(found: ErrorDetails, real: Sequence[str | int], acts: str = ACTS) -> Text:
    """One fault as a sentence, with the path of the value as far as it is in the file; `acts` are those that may be written."""
    missing = found["loc"][-1:] if found["type"] == "missing" else ()
    path = ".".join(str(part) for part in (*real, *missing))
    given, context = found["input"], found.get("ctx", {})
    match found["type"]:
        case "extra_forbidden":
            return Text(f"{path}：没有这个键，请核对拼写", f"{path}: there is no such key")
        case "missing":
            return Text(f"{path}：缺少这一项", f"{path}: this is missing")
        case "enum" | "literal_error":
            return Text(
                f"{path}：不能是 {given!r}，只能是 {context['expected']}",
                f"{path}: {given!r} is not one of {context['expected']}",
            )
        case "union_tag_invalid":
            return Text(f"{path}：没有这样的步骤；可以写：{acts}", f"{path}: no such act; there are: {acts}")
        case "string_pattern_mismatch":
            return Text(
                f"{path}：{given!r} 写法不对（应符合 {context['pattern']}）",
                f"{path}: {given!r} does not match {context['pattern']}",
            )
        case "bool_type":
            return Text(f"{path}：只能写 true 或 false", f"{path}: true or false is needed")
        case "value_error":
            said = str(context["error"])
            return Text(f"{path}：{said}", f"{path}: {said}") if path else Text(said, said)
        case _:
            return Text(f"{path}：{found['msg']}（现为 {given!r}）", f"{path}: {found['msg']}; got {given!r}")
