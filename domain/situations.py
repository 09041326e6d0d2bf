"""Declared situations: what varies by circumstance is asked at the window and has fixed answers."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from domain.law import Refused, carries_out
from domain.values import Value

Answers = Mapping[str, str]


class Situation(Value):
    """A question about the applicant's circumstances with its fixed answers."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    ask: str = Field(min_length=1, description="窗口或申请表上的提问")
    answers: tuple[str, ...] = Field(min_length=2, description="固定答案，至少两个；yes/no 显示为是/否")


class SituationUnclear(Refused):
    """A situation was not answered, or with something that is not among its answers."""


def applies(when: Answers, answered: Answers) -> bool:
    """Whether everything named in `when` was answered so; an empty `when` always applies."""
    return all(answered.get(situation) == answer for situation, answer in when.items())


@carries_out("apl:31")
def answered_fully(situations: tuple[Situation, ...], answered: Answers) -> Answers:
    """The answers in the order of the definition; refused with every gap named if one is missing or unknown."""
    gaps = [s for s in situations if answered.get(s.id) not in s.answers]
    unknown = sorted(set(answered) - {s.id for s in situations})
    if gaps or unknown:
        zh = "；".join([f"“{s.ask}”（{s.id}）请在 {'、'.join(s.answers)} 中选一" for s in gaps])
        en = "; ".join([f"{s.id}: answer one of {', '.join(s.answers)}" for s in gaps])
        if unknown:
            zh += f"；本事项没有情形 {'、'.join(unknown)}"
            en += f"; this item declares no situation {', '.join(unknown)}"
        raise SituationUnclear("situation_unclear", zh.strip("；"), en.strip("; "))
    return {s.id: answered[s.id] for s in situations}
