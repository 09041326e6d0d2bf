"""Ids that stand there twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from domain.faults import Fault
from domain.words import Text


class Identified(Protocol):
    """Anything in a list that goes by an id."""

    @property
    def id(self) -> str:
        """The id, of its own in its list."""


def doubled(part: str, entries: Sequence[Identified]) -> Iterator[Fault]:
    """A fault for each entry whose id an earlier one of the same list has."""
    first: dict[str, int] = {}
    for n, entry in enumerate(entries):
        if entry.id in first:
            yield Fault(
                (part, n, "id"),
                "id_doubled",
                Text(
                    f"编号 {entry.id} 与第{first[entry.id] + 1}项重复", f"entry {first[entry.id] + 1} has this id too"
                ),
                Text("同一列表中每项的 id 各不相同", "each entry of a list has an id of its own"),
            )
        first.setdefault(entry.id, n)
