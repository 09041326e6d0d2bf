"""What supervisors and chief representatives may do from Temporal UI: one JSON each, read strictly, never free text.

The engine does not say who sent it, so the JSON names the person. Words of one's own stay out of the history (decision 5):
who has something to say acts at the counter.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import AfterValidator, Field, ValidationError

from domain.commands import Actor
from domain.law import Refused
from domain.values import Value

PERSONAL = re.compile(r"\d{11}|\d{15}|\d{17}[\dXx]")
"""Numbers of mobile phones and identity cards; an account is none of them."""
CODE = r"^[A-Za-z0-9._:@-]{1,100}$"
WRONG = {"missing": "缺少 {name}", "extra_forbidden": "没有 {name} 这一项"}


class WordNotUnderstood(Refused):
    """The JSON is not what this act takes."""


def _is_an_account(by: str) -> str:
    if PERSONAL.fullmatch(by):
        raise ValueError("填工号或者账号，不要填手机号、身份证号")
    return by


Code = Annotated[str, Field(pattern=CODE)]


class Word(Value):
    """Who acts, in which role, and of which unit."""

    EXAMPLE: ClassVar[str] = ""
    """The rest of an example, after who acts."""

    by: Annotated[Code, AfterValidator(_is_an_account)]
    role: Code
    unit: Code

    @property
    def actor(self) -> Actor:
        """The person as they name themselves; the rules say whether somebody in that role may do it."""
        return Actor(id=self.by, roles=(self.role,), units=(self.unit,))


class UrgeWord(Word):
    """Urge the unit whose move it is (催办)."""


class ReassignWord(Word):
    """Give a task to another person of its unit, or to another unit of the case (转办)."""

    EXAMPLE = ',"task":"review","to_person":"examiner-2"'

    task: Code
    """Its slot, such as `review`, or its whole id."""
    to_unit: Code | None = None
    to_person: Annotated[Code, AfterValidator(_is_an_account)] | None = None


class HoldWord(Word):
    """Stop the clock for a special procedure that the definition declares: the reason that the law allows (apl:45)."""

    EXAMPLE = ',"procedure":"testing","days":3'

    procedure: Code
    days: int


class ResumeWord(Word):
    """The special procedure is over, and the clock goes on (apl:45)."""

    EXAMPLE = ',"procedure":"testing"'

    procedure: Code
    ended_on: date | None = None


Said = TypeVar("Said", bound=Word)


def example_of(kind: type[Word], role: str, unit: str, rest: str | None = None) -> str:
    """A JSON that may be sent as it is, once the account is one's own."""
    return f'{{"by":"工号","role":"{role}","unit":"{unit}"{kind.EXAMPLE if rest is None else rest}}}'


def understood(kind: type[Said], raw: Any) -> Said:
    """The word as it is meant. Raises `WordNotUnderstood` with everything that is wrong, and an example."""
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        faults = "；".join(_fault(one["type"], one["loc"], one["msg"]) for one in error.errors(include_url=False))
        example = example_of(kind, "supervisor", "gz-thr-management")
        names = ", ".join(str(one["loc"][0]) if one["loc"] else "JSON" for one in error.errors(include_url=False))
        raise WordNotUnderstood(
            "word_not_understood",
            f"{faults}；请按此填写：{example}",
            f"Look at {names} again; it takes: {example}",
        ) from error


def _fault(kind: str, where: tuple[int | str, ...], message: str) -> str:
    if not where:
        return "须为一个 JSON 对象"
    name = str(where[0])
    known = WRONG.get(kind)
    return known.format(name=name) if known else f"{name} 不正确（{message.removeprefix('Value error, ')}）"
