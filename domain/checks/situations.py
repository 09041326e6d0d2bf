"""Declared situations, and the combinations of answers in which a definition has to hold."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from domain.checks.doubles import doubled
from domain.checks.rule import Known, looks_at
from domain.checks.saying import listed
from domain.deadline import Office
from domain.definition import ItemDefinition, When
from domain.faults import Fault, Path
from domain.law import carries_out
from domain.situations import Answers
from domain.words import Text

MOST_STEPS = 500
MOST_STEPS_BY_THE_HOUR = 120
"""Steps summed over all combinations: more nobody can look over, and every one is reckoned on every day. Limits of part
of a day are reckoned from several hours of each."""


@looks_at("situations")
def situations_are_distinct(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """Situations have ids of their own, and each of them answers of its own."""
    yield from doubled("situations", definition.situations)
    for n, situation in enumerate(definition.situations):
        for place, answer in enumerate(situation.answers):
            if answer in situation.answers[:place]:
                yield Fault(
                    ("situations", n, "answers", place),
                    "answer_doubled",
                    Text(f"情形 {situation.id} 的答案“{answer}”重复", f"{situation.id} has the answer {answer} twice"),
                    Text("每个答案只写一次", "each answer once"),
                )


@looks_at("situations", "materials", "examination")
@carries_out("apl:31")
def whens_are_declared(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """What a `when` names is a declared situation with one of its answers."""
    for path, when in _whens(definition):
        for situation, answer in when.items():
            yield from _undeclared(definition, (*path, situation), situation, answer)


def _undeclared(definition: ItemDefinition, path: Path, situation: str, answer: str) -> Iterator[Fault]:
    answers = next((s.answers for s in definition.situations if s.id == situation), None)
    if answers is None:
        declared = listed(s.id for s in definition.situations)
        yield Fault(
            path,
            "situation_undeclared",
            Text(f"没有声明情形 {situation}", f"no situation {situation} is declared"),
            Text(
                f"已声明的情形：{declared.zh or '无'}；请改正，或在 situations 中声明",
                f"declared are: {declared.en or 'none'}; correct it, or declare it under situations",
            ),
            "apl:31",
        )
    elif answer not in answers:
        allowed = listed(answers)
        yield Fault(
            path,
            "answer_undeclared",
            Text(f"情形 {situation} 没有答案“{answer}”", f"the situation {situation} has no answer {answer}"),
            Text(f"应为 {allowed.zh} 之一", f"one of {allowed.en}"),
            "apl:31",
        )


@looks_at("situations", "examination", "limits.promised")
def combinations_can_be_looked_over(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """The steps of the examination hang on so few situations that every combination can be checked."""
    if _too_many(definition):
        count, steps, most = _count(definition), len(definition.examination), _most(definition)
        yield Fault(
            ("examination",),
            "too_many_combinations",
            Text(
                f"{steps}个审查环节随情形有{count}种组合，无法逐一核对",
                f"{steps} steps in {count} combinations of situations cannot be checked one by one",
            ),
            Text(
                f"环节数乘以组合数不超过{most}；请合并情形，或者拆成几个事项",
                f"steps times combinations is at most {most}; merge situations, or make several items of it",
            ),
        )


def combinations(definition: ItemDefinition) -> Iterator[tuple[Answers, Answers]]:
    """Every combination of answers that changes the steps: all answers, and those among them that matter.

    Nothing where there are too many, or where the situations are not in order.
    """
    if _too_many(definition) or any(_disorder(definition)):
        return
    matter = [s for s in definition.situations if s.id in _named_by_steps(definition)]
    rest = {s.id: s.answers[0] for s in definition.situations if s not in matter}
    for chosen in product(*(s.answers for s in matter)):
        answers = {s.id: answer for s, answer in zip(matter, chosen, strict=True)}
        yield {**rest, **answers}, answers


def whens_are_sound(definition: ItemDefinition) -> bool:
    """Whether the steps hang on nothing but declared answers."""
    declared = {situation.id: situation.answers for situation in definition.situations}
    return all(
        answer in declared.get(situation, ())
        for step in definition.examination
        for situation, answer in step.when.items()
    )


def _disorder(definition: ItemDefinition) -> Iterator[str]:
    """The ids of situations that stand there twice."""
    ids = [situation.id for situation in definition.situations]
    return (id_ for n, id_ in enumerate(ids) if id_ in ids[:n])


def _too_many(definition: ItemDefinition) -> bool:
    count = _count(definition)
    return count > 1 and count * len(definition.examination) > _most(definition)


def _most(definition: ItemDefinition) -> int:
    limits = (definition.limits.promised, *(step.limit for step in definition.examination))
    return MOST_STEPS_BY_THE_HOUR if any(limit.is_part_of_a_day for limit in limits) else MOST_STEPS


def _count(definition: ItemDefinition) -> int:
    count = 1
    for situation in definition.situations:
        if situation.id in _named_by_steps(definition):
            count *= len(situation.answers)
    return count


def _named_by_steps(definition: ItemDefinition) -> tuple[str, ...]:
    return tuple(situation for step in definition.examination for situation in step.when)


def _whens(definition: ItemDefinition) -> Iterator[tuple[Path, When]]:
    for n, material in enumerate(definition.materials):
        yield ("materials", n, "when"), material.when
    for n, step in enumerate(definition.examination):
        yield ("examination", n, "when"), step.when
