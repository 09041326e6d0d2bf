"""What a rule about definitions is: a pure function that yields faults, and says which parts it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from domain.deadline import Office
from domain.definition import ItemDefinition
from domain.faults import Fault
from domain.identifiers import Districts
from domain.values import Value


class Known(Value):
    """What a definition may refer to; where something is None, nothing is said about it."""

    articles: frozenset[str] | None = None
    districts: Districts | None = None


Rule = Callable[[ItemDefinition, Office, Known], Iterator[Fault]]
AnyRule = TypeVar("AnyRule", bound=Callable[..., Iterator[Fault]])
"""A rule about items, or about bundles."""

READS: dict[Callable[..., Iterator[Fault]], tuple[str, ...]] = {}
"""The parts of a definition that a rule looks at; while one of them cannot be read, the rule has to wait."""


def looks_at(*parts: str) -> Callable[[AnyRule], AnyRule]:
    """Say which parts a rule looks at: `materials`, or one entry of a part, `limits.promised`."""

    def mark(rule: AnyRule) -> AnyRule:
        READS[rule] = parts
        return rule

    return mark


def can_run(rule: Callable[..., Iterator[Fault]], broken: tuple[str, ...]) -> bool:
    """Whether none of the parts that the rule looks at lies in a broken one, or holds one."""
    return not any(_one_holds_the_other(part, gap) for part in READS[rule] for gap in broken)


def _one_holds_the_other(part: str, gap: str) -> bool:
    return f"{part}.".startswith(f"{gap}.") or f"{gap}.".startswith(f"{part}.")
