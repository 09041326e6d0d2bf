"""The combinations of answers in which steps or items have to hold, as long as they are few enough to be looked over."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod
from typing import NamedTuple

from domain.faults import Fault, Path
from domain.situations import Answers, Situation
from domain.words import Text

MOST_STEPS = 500
MOST_STEPS_BY_THE_HOUR = 120
"""Steps or items summed over all combinations: more nobody can look over, and every one is reckoned on every day. Limits
of part of a day are reckoned from several hours of each."""


class Combinations(NamedTuple):
    """So many steps or items, hanging on some of the situations."""

    situations: tuple[Situation, ...]
    named: tuple[str, ...]
    """The situations that they hang on."""
    nodes: int
    by_the_hour: bool

    @property
    def in_all(self) -> int:
        """How many there are."""
        return prod(len(situation.answers) for situation in self.situations if situation.id in self.named)

    @property
    def most(self) -> int:
        """How many steps or items may be looked over in all."""
        return MOST_STEPS_BY_THE_HOUR if self.by_the_hour else MOST_STEPS

    @property
    def too_many(self) -> bool:
        """Whether they cannot be looked over one by one."""
        return self.in_all > 1 and self.in_all * self.nodes > self.most

    def each(self) -> Iterator[tuple[Answers, Answers]]:
        """Every combination: all answers, and those among them that matter. Nothing where there are too many, or where a
        situation stands there twice."""
        ids = [situation.id for situation in self.situations]
        if self.too_many or len(dict.fromkeys(ids)) < len(ids):
            return
        matter = [situation for situation in self.situations if situation.id in self.named]
        rest = {s.id: s.answers[0] for s in self.situations if s not in matter}
        for chosen in product(*(situation.answers for situation in matter)):
            answers = {s.id: answer for s, answer in zip(matter, chosen, strict=True)}
            yield {**rest, **answers}, answers

    def crowd(self, path: Path, what: Text, instead: Text) -> Iterator[Fault]:
        """A fault if there are too many of them; `instead` is what could be made of the definition."""
        if self.too_many:
            yield Fault(
                path,
                "too_many_combinations",
                Text(
                    f"{self.nodes}个{what.zh}随情形有{self.in_all}种组合，无法逐一核对",
                    f"{self.nodes} {what.en}s in {self.in_all} combinations of situations cannot be checked one by one",
                ),
                Text(
                    f"{what.zh}数乘以组合数不超过{self.most}；请合并情形，或者{instead.zh}",
                    f"{what.en}s times combinations is at most {self.most}; merge situations, or {instead.en}",
                ),
            )
