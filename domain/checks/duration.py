"""How long the examination may take: the longest way through its steps must not pass the promised limit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from domain.checks.almanac import Almanac, Excess
from domain.checks.graph import ways
from domain.checks.longest import ends_of, way_to
from domain.checks.rule import Known, looks_at
from domain.checks.saying import answers_said, excess_said, limit_said
from domain.deadline import Office
from domain.definition import ItemDefinition
from domain.faults import Fault
from domain.graph import in_order
from domain.item import ItemStep
from domain.law import carries_out
from domain.situations import Answers
from domain.words import Text


class LongestWay(NamedTuple):
    """The way through the steps that ends last, and by how much it passes the promise."""

    steps: tuple[ItemStep, ...]
    answers: Answers
    excess: Excess


@looks_at("situations", "examination", "limits.promised")
@carries_out("gz:13.1")
def steps_fit_into_the_promise(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """Steps that each use up their limit end within the promised limit, whatever the situations and the day; both
    start at acceptance, which for a promise that counts from receipt is taken to be on the same day."""
    longest = longest_way(definition, office)
    if longest is None:
        return
    promised, when, said = definition.limits.promised, answers_said(longest.answers), excess_said(longest.excess)
    zh = " → ".join(f"{step.name}{limit_said(step.limit).zh}" for step in longest.steps)
    en = " → ".join(f"{step.id} {limit_said(step.limit).en}" for step in longest.steps)
    yield Fault(
        ("examination",),
        "steps_over_promise",
        Text(
            f"最长的办理路径超过承诺办结时限{when.zh}：{zh}；{said.zh}",
            f"the longest way passes the promise{when.en}: {en}; {said.en}",
        ),
        Text(
            f"各环节依次用满时限也不得超过承诺的{limit_said(promised).zh}；请缩短环节时限，或改为并行",
            f"with every step at its limit it must fit into the promised {limit_said(promised).en}; "
            "shorten steps or let them run side by side",
        ),
        "gz:13.1",
    )


def longest_way(definition: ItemDefinition, office: Office) -> LongestWay | None:
    """The way that passes the promise by the most; None where none passes it."""
    almanac, promised = Almanac(office), definition.limits.promised
    worst: LongestWay | None = None
    for steps, answers in ways(definition):
        ordered = in_order(steps)
        parts = any(limit.is_part_of_a_day for limit in (promised, *(step.limit for step in steps)))
        for start in almanac.starts(by_the_hour=parts):
            ends = ends_of(ordered, start, almanac)
            last = max(ends, key=lambda step: ends[step].at, default=None)
            if last is None:
                continue
            excess = Excess(start, ends[last].at, almanac.end(start, promised).at)
            if excess.by > (worst.excess.by if worst else timedelta()):
                worst = LongestWay(way_to(last, ordered, ends), answers, excess)
    return worst._replace(excess=almanac.counted(worst.excess)) if worst else None
