"""What a PromQL expression names: metrics with the labels that it asks of them, and the labels that it groups by."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import promql_parser

VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")


class Named(NamedTuple):
    """The metrics of an expression."""

    metrics: dict[str, set[str]]
    """Each with the labels that selectors ask of it."""
    grouped: set[str]
    """Labels that are grouped, matched or carried over by."""


def named_in(expression: str) -> Named:
    """What it names; raises `ValueError` where it cannot be parsed. Variables of Grafana count as any value."""
    metrics: dict[str, set[str]] = {}
    grouped: set[str] = set()

    def visit(node: Any) -> None:
        if isinstance(node, promql_parser.VectorSelector):
            asked = {m.name for m in node.matchers.matchers}
            metrics.setdefault(str(node.name), set()).update(asked)
        modifier = getattr(node, "modifier", None)
        if isinstance(node, promql_parser.AggregateExpr) and modifier is not None:
            grouped.update(modifier.labels)
        elif isinstance(node, promql_parser.BinaryExpr) and modifier is not None and modifier.matching is not None:
            grouped.update(modifier.matching.labels)

    promql_parser.walk(promql_parser.parse(VARIABLE.sub("any", expression)), visit)
    return Named(metrics, grouped)
