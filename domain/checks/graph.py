"""The ways that cases take through the steps of an examination."""

from __future__ import annotations

from collections.abc import Iterator

from domain.checks.situations import combinations, whens_are_sound
from domain.definition import ItemDefinition
from domain.graph import circles
from domain.item import ItemStep, item_of
from domain.situations import Answers


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
