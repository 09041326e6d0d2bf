"""Shares and averages as the report writes them: one decimal, halves away from zero, None where there is nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

Counts = dict[str, int]


def counted(words: Iterable[str]) -> Counts:
    """How often each word comes, in the order of the words."""
    return dict(sorted(Counter(words).items()))


def rounded(value: Fraction | int) -> float:
    """The value with one decimal; exact halves go up, whatever the machine."""
    exact = Fraction(value)
    tenths = (Decimal(exact.numerator * 10) / Decimal(exact.denominator)).quantize(Decimal(1), ROUND_HALF_UP)
    return float(tenths / 10)


def share(part: int, whole: int) -> float | None:
    """The part in percent of the whole."""
    return rounded(Fraction(100 * part, whole)) if whole else None


def mean(values: Sequence[int | float]) -> float | None:
    """The average."""
    return rounded(sum(map(Fraction, values), Fraction()) / len(values)) if values else None


def median(values: Sequence[int]) -> float | None:
    """The value in the middle; of an even number of them the average of the two."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return mean(ordered[half : half + 1] if len(ordered) % 2 else ordered[half - 1 : half + 1])


def percentile(values: Sequence[int], percent: int) -> int | None:
    """The smallest value that so many percent of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)] if ordered else None
