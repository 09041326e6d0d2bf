"""The steps of the examination as a graph: what comes before what, and the ways that cases take through it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from domain.checks.situations import combinations, whens_are_sound
from domain.definition import ItemDefinition
from domain.item import ItemStep, item_of
from domain.situations import Answers


class Node(Protocol):
    """A step, as registered or as a case runs it."""

    @property
    def id(self) -> str:
        """The id of the step."""

    @property
    def after(self) -> tuple[str, ...]:
        """The steps that it waits for."""


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
