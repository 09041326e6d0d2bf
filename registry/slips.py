"""What is said of each slip of form: what is wrong, and what would be right."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pydantic_core import ErrorDetails

from domain.bundle.definition import OF_ITEM
from domain.faults import Form, Path
from domain.words import Text
from registry.kinds import KINDS, Kind
from registry.labels import label
from registry.shape import nearest

TYPES = {
    "string": Text("文字", "text"),
    "bool": Text("true 或 false", "true or false"),
    "int": Text("整数", "a whole number"),
    "float": Text("数", "a number"),
    "tuple": Text("列表（每项一行，以 - 开头）", "a list (a line each, with - before it)"),
    "list": Text("列表（每项一行，以 - 开头）", "a list (a line each, with - before it)"),
    "dict": Text("字段和值（键: 值）", "fields with values (key: value)"),
    "model": Text("字段和值（键: 值）", "fields with values (key: value)"),
    "date": Text("形如 2026-01-01 的日期", "a date like 2026-01-01"),
}
"""What an error type that begins so wants to see."""

FORMS = {
    r"^[a-z][a-z0-9_]*$": Text("小写英文字母、数字和下划线，以字母开头", "small letters, digits and _, a letter first"),
    OF_ITEM: Text("“事项.栏目或材料”，如 food_permit.floor_plan", "`item.field` or `item.material`, like food_permit.floor_plan"),
    r"^[a-z0-9]+(-[a-z0-9]+)*$": Text("小写英文字母和数字，用连字符分段，如 gz-thr-samr", "small letters and digits with hyphens between, like gz-thr-samr"),
    r"^[0-9]{12}$": Text("12位数字，加引号", "12 digits in quotes"),
    r"^[0-9]{6}$": Text("6位数字，加引号", "6 digits in quotes"),
}  # fmt: skip

DAYS = Text("天数是数字：整天数，或 0.25、0.5、0.75 个工作日", "a number: whole days, or 0.25, 0.5, 0.75 working days")


class Seen(NamedTuple):
    """One error of pydantic, with the path as the file has it."""

    error: ErrorDetails
    path: Path
    kind: Kind

    @property
    def input(self) -> str:
        """What was written, in short."""
        written = self.error["input"]
        if isinstance(written, dict | list):
            return "{…}" if isinstance(written, dict) else "[…]"
        return f"{written}"[:40]

    @property
    def called(self) -> Text:
        """What the field is called."""
        return label(self.path, self.kind.name)

    @property
    def described(self) -> str:
        """What the field is for."""
        return self.kind.shape.described(self.path)

    @property
    def values(self) -> tuple[str, ...]:
        """The values that the field may hold, where they are a closed list."""
        return tuple(KINDS) if self.path == ("kind",) else self.kind.shape.values(self.path)

    def limit(self, name: str) -> object:
        """A number out of the error, such as the least length."""
        return self.error.get("ctx", {}).get(name)


Said = tuple[Form, Text, Text]


def slip_said(seen: Seen) -> Said:
    """The code of the slip, what is wrong and what would be right."""
    kind = seen.error["type"]
    if kind in ("missing", "extra_forbidden"):
        return _missing(seen) if kind == "missing" else _unknown(seen)
    if seen.error["input"] is None:
        return _empty(seen)
    if kind == "value_error":
        return _by_its_own_rule(seen)
    return TABLE.get(kind, _of_another_type)(seen)


def _missing(seen: Seen) -> Said:
    named, meant, values = seen.called, seen.described, seen.values
    field = seen.path[-1] if seen.path else ""
    choice = "、".join(values) or meant
    return (
        "missing",
        Text(f"缺少“{named.zh}”（{field}）", f"{field} is missing"),
        Text(
            f"补写 {field}{f'：{choice}' if choice else ''}",
            f"write {field}{': ' + ', '.join(values) if values else ''}",
        ),
    )


def _unknown(seen: Seen) -> Said:
    known = seen.kind.shape.fields(seen.path[:-1])
    name, near = seen.path[-1], nearest(seen.path[-1], known)
    return (
        "unknown_key",
        Text(f"没有字段 {name}", f"there is no field {name}"),
        Text(
            f"应为 {near}" if near else f"可用的字段：{'、'.join(known)}",
            f"perhaps {near}" if near else f"known fields: {', '.join(known)}",
        ),
    )


def _empty(seen: Seen) -> Said:
    named, values = seen.called, "、".join(seen.values)
    return (
        "empty_value",
        Text(f"“{named.zh}”没有填写", f"{named.en} is empty"),
        Text(
            f"填写{values or seen.described or '内容'}，没有的删去这一行",
            f"fill it in{': ' + values if values else ''}, or drop the line",
        ),
    )


def _of_the_list(seen: Seen) -> Said:
    values = seen.values
    near = nearest(seen.input, values)
    zh, en = ("、".join(values), ", ".join(values))
    return (
        "not_among",
        Text(f"没有“{seen.input}”这一取值", f"{seen.input} is not among the values"),
        Text(
            f"应为 {zh} 之一{f'，是否为 {near}' if near else ''}", f"one of {en}{f'; perhaps {near}' if near else ''}"
        ),
    )


def _form(seen: Seen) -> Said:
    form = FORMS.get(
        str(seen.limit("pattern")), Text(f"符合 {seen.limit('pattern')}", f"something like {seen.limit('pattern')}")
    )
    named = seen.called
    return ("wrong_form", Text(f"“{seen.input}”不是{named.zh}的写法", f"{seen.input} is no {named.en}"), form)


def _too_short(seen: Seen) -> Said:
    named, least = seen.called, seen.limit("min_length")
    return (
        "too_short",
        Text(f"“{named.zh}”是空的或不够", f"{named.en} is empty or too short"),
        Text(f"至少{least}{'项' if isinstance(seen.error['input'], list) else '个字'}", f"at least {least}"),
    )


def _too_long(seen: Seen) -> Said:
    named, most = seen.called, seen.limit("max_length")
    return (
        "too_long",
        Text(f"“{named.zh}”过长", f"{named.en} is too long"),
        Text(f"最多{most}{'项' if isinstance(seen.error['input'], list) else '个字'}", f"at most {most}"),
    )


def _least(seen: Seen) -> Said:
    least = seen.limit("ge")
    return (
        "too_small",
        Text(f"{seen.input} 太小", f"{seen.input} is too small"),
        Text(f"不小于 {least}", f"at least {least}"),
    )


def _most(seen: Seen) -> Said:
    most = seen.limit("le")
    return (
        "too_big",
        Text(f"{seen.input} 太大", f"{seen.input} is too big"),
        Text(f"不大于 {most}", f"at most {most}"),
    )


def _of_another_type(seen: Seen) -> Said:
    kind = seen.error["type"]
    wanted = next((text for start, text in TYPES.items() if kind.startswith(start)), None)
    named = seen.called
    if wanted is None:
        return (
            "invalid",
            Text(f"“{named.zh}”有误", f"{named.en}: {seen.error['msg']}"),
            Text("请对照说明改正", "please correct it"),
        )
    quoted = kind.startswith("string") and not isinstance(seen.error["input"], dict | list)
    zh, en = (f'，加上引号："{seen.input}"', ", in quotes") if quoted else ("", "")
    return (
        "wrong_type",
        Text(f"“{named.zh}”写成了 {seen.input}", f"{named.en} is {seen.input}"),
        Text(
            f"应为{wanted.zh}{zh}",
            f"{wanted.en}{en}",
        ),
    )


def _by_its_own_rule(seen: Seen) -> Said:
    """The few rules that a model has of its own: numbers of days, parts of a day, dates."""
    if seen.path[-1:] == ("version",):
        return ("not_a_date", Text(f"“{seen.input}”不是日期", f"{seen.input} is no date"), TYPES["date"])
    return ("not_days", Text(f"“{seen.input}”不是可用的天数", f"{seen.input} is no number of days"), DAYS)


TABLE: dict[str, Callable[[Seen], Said]] = {
    "enum": _of_the_list,
    "literal_error": _of_the_list,
    "string_pattern_mismatch": _form,
    "string_too_short": _too_short,
    "too_short": _too_short,
    "string_too_long": _too_long,
    "too_long": _too_long,
    "greater_than_equal": _least,
    "less_than_equal": _most,
}
