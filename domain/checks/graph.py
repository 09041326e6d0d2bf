"""The steps of the examination as a graph: whole, without circles, and leading to one decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from domain.checks.doubles import doubled
from domain.checks.rule import Known, looks_at
from domain.checks.saying import answers_said, listed
from domain.checks.situations import combinations, whens_are_sound
from domain.deadline import Office
from domain.definition import ItemDefinition
from domain.faults import Fault
from domain.item import ItemStep, item_of
from domain.law import carries_out
from domain.situations import Answers
from domain.words import Text


class Node(Protocol):
    """A step, as registered or as a case runs it."""

    @property
    def id(self) -> str:
        """The id of the step."""

    @property
    def after(self) -> tuple[str, ...]:
        """The steps that it waits for."""


@looks_at("examination")
def steps_are_distinct(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """Each step has an id of its own."""
    yield from doubled("examination", definition.examination)


@looks_at("examination")
def afters_exist(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """What a step comes after is a step."""
    ids = [step.id for step in definition.examination]
    for n, step in enumerate(definition.examination):
        for place, before in enumerate(step.after):
            if before not in ids:
                others = listed(id_ for id_ in ids if id_ != step.id)
                yield Fault(
                    ("examination", n, "after", place),
                    "after_unknown",
                    Text(f"没有环节 {before}", f"there is no step {before}"),
                    Text(f"应为 {others.zh or '空'} 之一", f"one of {others.en or '(nothing)'}"),
                )


@looks_at("examination")
def steps_do_not_wait_in_a_circle(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """No step waits for itself, directly or by way of others."""
    for circle in circles(definition.examination):
        named = " → ".join([*circle, circle[0]])
        place = next(n for n, step in enumerate(definition.examination) if step.id == circle[0])
        yield Fault(
            ("examination", place, "after"),
            "circle",
            Text(f"环节互相等待：{named}", f"the steps wait for one another: {named}"),
            Text(
                "去掉其中一个 after，使办理能够进行到决定", "drop one `after`, so that there is a way to the decision"
            ),
        )


@looks_at("situations", "examination")
@carries_out("apl:37")
def one_step_decides(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """Whatever the situations, exactly one step decides."""
    if not any(step.decides for step in definition.examination):
        yield Fault(
            ("examination",),
            "no_decision",
            Text("没有作出决定的环节", "no step decides"),
            Text("在作出决定的环节上写 decides: true", "write `decides: true` on the step that decides"),
            "apl:37",
        )
        return
    for steps, answers in ways(definition):
        deciding = [step.id for step in steps if step.decides]
        if len(deciding) != 1:
            yield _several(definition, deciding, answers) if deciding else _left_out(definition, answers)
            return


@looks_at("situations", "examination")
@carries_out("apl:37")
def all_steps_lead_to_the_decision(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """Whatever the situations, the decision waits for every step: none is left over or comes after it."""
    reported: list[str] = []
    for steps, answers in ways(definition):
        deciding = [step for step in steps if step.decides]
        if len(deciding) != 1:
            continue
        led = before(deciding[0].id, steps)
        for step in steps:
            if step.id not in (*led, deciding[0].id, *reported):
                reported.append(step.id)
                yield _leads_nowhere(definition, step.id, deciding[0].id, answers)


def ways(definition: ItemDefinition) -> Iterator[tuple[tuple[ItemStep, ...], Answers]]:
    """The steps that a case runs, for every combination of situations, each way once; nothing of a broken graph."""
    if not is_whole(definition) or not whens_are_sound(definition):
        return
    seen: list[tuple[ItemStep, ...]] = []
    for answers, matter in combinations(definition):
        steps = item_of(definition, "", answers).steps
        if steps not in seen:
            seen.append(steps)
            yield steps, matter


def is_whole(definition: ItemDefinition) -> bool:
    """Whether ids are distinct, every `after` exists, and nothing waits in a circle."""
    ids = [step.id for step in definition.examination]
    dangling = any(before not in ids for step in definition.examination for before in step.after)
    return len(dict.fromkeys(ids)) == len(ids) and not dangling and not circles(definition.examination)


def before(step: str, steps: Sequence[Node]) -> tuple[str, ...]:
    """Every step that has to be done before the one named."""
    afters = {node.id: node.after for node in steps}
    found: dict[str, None] = {}
    waiting = list(afters[step])
    while waiting:
        one = waiting.pop()
        if one not in found:
            found[one] = None
            waiting += afters.get(one, ())
    return tuple(found)


def in_order(steps: Sequence[ItemStep]) -> tuple[ItemStep, ...]:
    """The steps with each one after all that it waits for; they must not wait in a circle."""
    placed: dict[str, ItemStep] = {}
    while len(placed) < len(steps):
        for step in steps:
            if step.id not in placed and all(one in placed for one in step.after):
                placed[step.id] = step
    return tuple(placed.values())


def circles(steps: Sequence[Node]) -> tuple[tuple[str, ...], ...]:
    """Each circle of steps that wait for one another once, in the order in which they run."""
    afters = {node.id: node.after for node in steps}
    found: list[tuple[str, ...]] = []
    taken: dict[str, None] = {}
    for step in afters:
        circle = () if step in taken else _circle(step, afters)
        if circle:
            found.append(circle)
            taken.update(dict.fromkeys(circle))
    return tuple(found)


def _circle(step: str, afters: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The shortest way from the step back to itself; empty where there is none."""
    queue: list[tuple[str, ...]] = [(step,)]
    seen: dict[str, None] = {}
    while queue:
        way = queue.pop(0)
        for one in afters.get(way[0], ()):
            if one == step:
                return (step, *way[:-1])
            if one not in seen and one in afters:
                seen[one] = None
                queue.append((one, *way))
    return ()


def _several(definition: ItemDefinition, deciding: list[str], answers: Answers) -> Fault:
    said, when = listed(deciding), answers_said(answers)
    place = next(n for n, step in enumerate(definition.examination) if step.id == deciding[1])
    return Fault(
        ("examination", place, "decides"),
        "several_decisions",
        Text(f"有几个环节作出决定：{said.zh}{when.zh}", f"several steps decide: {said.en}{when.en}"),
        Text("只能有一个环节 decides: true", "exactly one step has `decides: true`"),
        "apl:37",
    )


def _left_out(definition: ItemDefinition, answers: Answers) -> Fault:
    place = next(n for n, step in enumerate(definition.examination) if step.decides)
    step, when = definition.examination[place].id, answers_said(answers)
    return Fault(
        ("examination", place, "when"),
        "decision_left_out",
        Text(f"决定环节 {step} 在有的情形下不办{when.zh}", f"the deciding step {step} is left out{when.en}"),
        Text("任何情形下都要有一个作出决定的环节", "there is a step that decides whatever the situations"),
        "apl:37",
    )


def _leads_nowhere(definition: ItemDefinition, step: str, decision: str, answers: Answers) -> Fault:
    place, when = next(n for n, s in enumerate(definition.examination) if s.id == step), answers_said(answers)
    return Fault(
        ("examination", place),
        "leads_nowhere",
        Text(
            f"环节 {step} 不通向决定{when.zh}，{decision} 不会等它",
            f"the step {step} does not lead to the decision{when.en}: {decision} does not wait for it",
        ),
        Text(
            f"把 {step} 写进后面环节的 after，使它最终通向 {decision}；决定之后的制证、送达不写为审查环节",
            f"name {step} under `after` of a step that leads to {decision}; issue and delivery are no steps of examination",
        ),
        "apl:37",
    )
