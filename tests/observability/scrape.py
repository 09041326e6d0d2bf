"""What /metrics says, as tests read it: each name with its label sets and values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import httpx2
from prometheus_client.parser import text_string_to_metric_families


class Point(NamedTuple):
    """One line of it."""

    labels: dict[str, str]
    value: float


class Scrape(dict[str, list[Point]]):
    """Lines by the name that PromQL knows them by."""

    def value(self, name: str, **labels: str) -> float:
        """The sum of the points that have these labels; 0 where there is none."""
        return sum(p.value for p in self.get(name, []) if labels.items() <= p.labels.items())

    def by(self, name: str, label: str, **labels: str) -> dict[str, float]:
        """The same for each value of a label."""
        found: dict[str, float] = defaultdict(float)
        for point in self.get(name, []):
            if labels.items() <= point.labels.items():
                found[point.labels[label]] += point.value
        return dict(found)

    def labels_of(self, name: str) -> set[str]:
        """Every label that points of this name have."""
        return {label for point in self.get(name, []) for label in point.labels}


def parsed(text: str) -> Scrape:
    """What a page says; it fails where Prometheus could not read it."""
    found = Scrape()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(Point(dict(sample.labels), sample.value))
    return found


async def scraped(addresses: Iterable[str]) -> Scrape:
    """What these pages say together."""
    found = Scrape()
    async with httpx2.AsyncClient(timeout=30) as client:
        for address in addresses:
            for name, points in parsed((await client.get(address)).text).items():
                found.setdefault(name, []).extend(points)
    return found
