"""The examination is whole: steps that exist, no circles, and whatever the situations one decision at the end."""

from __future__ import annotations

from collections.abc import Iterator

from domain.checks.doubles import doubled
from domain.checks.graph import ways
from domain.checks.rule import Known, looks_at
from domain.checks.saying import answers_said, listed
from domain.checks.waiting import STEP, unknown_afters, waiting_in_circles
from domain.deadline import Office
from domain.definition import ItemDefinition
from domain.faults import Fault
from domain.graph import before
from domain.law import carries_out
from domain.situations import Answers
from domain.words import Text


@looks_at("examination")
def steps_are_distinct(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """Each step has an id of its own."""
    yield from doubled("examination", definition.examination)


@looks_at("examination")
def afters_exist(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """What a step comes after is a step."""
    yield from unknown_afters("examination", definition.examination, STEP)


@looks_at("examination")
def steps_do_not_wait_in_a_circle(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """No step waits for itself, directly or by way of others."""
    end = Text("决定", "the decision")
    yield from waiting_in_circles("examination", definition.examination, STEP, end)


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
