"""Declared situations, and the combinations of answers in which a definition has to hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from domain.checks.combinations import Combinations
from domain.checks.doubles import doubled
from domain.checks.rule import Known, looks_at
from domain.checks.saying import listed
from domain.deadline import Office
from domain.definition import ItemDefinition, When
from domain.faults import Fault, Path
from domain.law import carries_out
from domain.situations import Answers, Situation
from domain.words import Text

STEPS, SEVERAL_ITEMS = Text("审查环节", "step"), Text("拆成几个事项", "make several items of it")


@looks_at("situations")
def situations_are_distinct(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """Situations have ids of their own, and each of them answers of its own."""
    yield from doubled_situations(definition.situations)


@looks_at("situations", "materials", "examination")
@carries_out("apl:31")
def whens_are_declared(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """What a `when` names is a declared situation with one of its answers."""
    for path, when in _whens(definition):
        yield from undeclared(definition.situations, path, when)


@looks_at("situations", "examination", "limits.promised")
def combinations_can_be_looked_over(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """The steps of the examination hang on so few situations that every combination can be checked."""
    yield from _of_steps(definition).crowd(("examination",), STEPS, SEVERAL_ITEMS)


def combinations(definition: ItemDefinition) -> Iterator[tuple[Answers, Answers]]:
    """Every combination of answers that changes the steps: all answers, and those among them that matter.

    Nothing where there are too many, or where the situations are not in order.
    """
    return _of_steps(definition).each()


def whens_are_sound(definition: ItemDefinition) -> bool:
    """Whether the steps hang on nothing but declared answers."""
    return not any(_faults_of_steps(definition))


def _faults_of_steps(definition: ItemDefinition) -> Iterator[Fault]:
    for step in definition.examination:
        yield from undeclared(definition.situations, (), step.when)


def _of_steps(definition: ItemDefinition) -> Combinations:
    steps = definition.examination
    limits = (definition.limits.promised, *(step.limit for step in steps))
    return Combinations(
        definition.situations,
        tuple(situation for step in steps for situation in step.when),
        len(steps),
        any(limit.is_part_of_a_day for limit in limits),
    )


def _whens(definition: ItemDefinition) -> Iterator[tuple[Path, When]]:
    for n, material in enumerate(definition.materials):
        yield ("materials", n, "when"), material.when
    for n, step in enumerate(definition.examination):
        yield ("examination", n, "when"), step.when


def doubled_situations(situations: Sequence[Situation]) -> Iterator[Fault]:
    """A fault for each situation that stands there twice, and for each answer that does."""
    yield from doubled("situations", situations)
    for n, situation in enumerate(situations):
        for place, answer in enumerate(situation.answers):
            if answer in situation.answers[:place]:
                yield Fault(
                    ("situations", n, "answers", place),
                    "answer_doubled",
                    Text(f"情形 {situation.id} 的答案“{answer}”重复", f"{situation.id} has the answer {answer} twice"),
                    Text("每个答案只写一次", "each answer once"),
                )


def undeclared(situations: Sequence[Situation], path: Path, when: Mapping[str, str]) -> Iterator[Fault]:
    """A fault for each situation that is not declared, and for each answer that a declared one does not have."""
    for id_, answer in when.items():
        situation = next((one for one in situations if one.id == id_), None)
        if situation is None:
            declared = listed(one.id for one in situations)
            yield Fault(
                (*path, id_),
                "situation_undeclared",
                Text(f"没有声明情形 {id_}", f"no situation {id_} is declared"),
                Text(
                    f"已声明的情形：{declared.zh or '无'}；请改正，或在 situations 中声明",
                    f"declared are: {declared.en or 'none'}; correct it, or declare it under situations",
                ),
                "apl:31",
            )
        elif answer not in situation.answers:
            yield no_such_answer((*path, id_), situation, answer)


def no_such_answer(path: Path, situation: Situation, answer: str) -> Fault:
    """The fault of an answer that the situation does not have."""
    allowed = listed(situation.answers)
    return Fault(
        path,
        "answer_undeclared",
        Text(f"情形 {situation.id} 没有答案“{answer}”", f"the situation {situation.id} has no answer {answer}"),
        Text(f"应为 {allowed.zh} 之一", f"one of {allowed.en}"),
        "apl:31",
    )
