"""Totals of what has happened in cases, counted from their events on file; they only grow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from domain.record import EventKind
from storage.figures.standing import Values
from storage.figures.tally import Tally


class Total(NamedTuple):
    """A metric: its name, what it says, the kinds of event that count, and the label that tells them apart."""

    name: str
    says: str
    kinds: tuple[EventKind, ...]
    label: str
    by_kind: bool = False
    """The label is the kind of the event; else its detail."""


TOTALS = (
    Total(
        "bancheng_cases_opened",
        "Applications that were received, and items of bundles that began.",
        (EventKind.RECEIVED,),
        "file",
    ),
    Total(
        "bancheng_cases_accepted",
        "Cases that were accepted, by how.",
        (EventKind.ACCEPTED, EventKind.ACCEPTED_DEFERRED, EventKind.DEEMED_ACCEPTED),
        "how",
        by_kind=True,
    ),
    Total(
        "bancheng_cases_not_accepted",
        "Cases that ended without acceptance, by how.",
        (EventKind.NOT_ACCEPTED, EventKind.NOT_REQUIRED, EventKind.SENT_BACK),
        "how",
        by_kind=True,
    ),
    Total(
        "bancheng_cases_decided",
        "Decisions in cases.",
        (EventKind.GRANTED, EventKind.REFUSED),
        "decision",
        by_kind=True,
    ),
    Total("bancheng_cases_closed", "Cases that were closed, by their ending.", (EventKind.CLOSED,), "ending"),
    Total("bancheng_limits_passed", "Limits that passed, by their kind.", (EventKind.LIMIT_PASSED,), "clock"),
    Total(
        "bancheng_limits_passed_withdrawn",
        "Limits that turned out not to have passed, as by a corrected calendar.",
        (EventKind.LATENESS_WITHDRAWN,),
        "clock",
    ),
)

EVENTS = "bancheng_case_events"
EVENTS_SAY = "Events of cases that came on file, by their kind."


def totals(tally: Tally) -> dict[str, Values]:
    """Every total, by the name of its metric."""
    found = {total.name: _values(total, tally) for total in TOTALS}
    by_kind: Counter[str] = Counter()
    for (_, kind, _), count in tally.items():
        by_kind[kind] += count
    return {**found, EVENTS: [({"kind": kind}, float(count)) for kind, count in sorted(by_kind.items())]}


def _values(total: Total, tally: Tally) -> Values:
    counted: Counter[tuple[str, str]] = Counter()
    for (unit, kind, detail), count in tally.items():
        if kind in total.kinds:
            counted[unit, kind if total.by_kind else detail] += count
    return [(_labels(unit, total.label, what), float(count)) for (unit, what), count in sorted(counted.items())]


def _labels(unit: str, label: str, what: str) -> Mapping[str, str]:
    return {"unit": unit, label: what}
