"""What is wrong in a file of cases, whatever the cases are about, each fault at its line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Protocol

from pydantic import ValidationError

from cli.simulation.reading import Fault, Sheet
from cli.simulation.wording import ACTS, in_words
from domain.words import Text


class Dated(Protocol):
    """What is done at a moment."""

    @property
    def on(self) -> datetime: ...


class Written(Protocol):
    """A case as it is written."""

    @property
    def name(self) -> str: ...
    @property
    def received(self) -> datetime: ...
    @property
    def acts(self) -> Sequence[Dated]: ...


def faults_of(sheet: Sheet, error: ValidationError, acts: str = ACTS) -> list[Fault]:
    """What is wrong; of a whole that is wrong because of its parts, only the parts are told."""
    found = error.errors(include_url=False)
    places = [one["loc"] for one in found]
    faults = [
        sheet.fault(one["loc"], in_words(one, sheet.path(one["loc"]), acts))
        for one in found
        if not any(len(place) > len(one["loc"]) and place[: len(one["loc"])] == one["loc"] for place in places)
    ]
    return sorted(faults, key=lambda fault: (fault.line, fault.column))


def out_of_order(sheet: Sheet, cases: Sequence[Written]) -> list[Fault]:
    """Acts that come before those above them."""
    text = Text("这一步早于前一步（或早于收件）", "this act comes before the one above it, or before the receipt")
    return [
        sheet.fault(("cases", n, "acts", m, "on"), text)
        for n, case in enumerate(cases)
        for m, (before, after) in enumerate(pairwise([case.received, *(act.on for act in case.acts)]))
        if after < before
    ]


def doubled(sheet: Sheet, cases: Sequence[Written]) -> list[Fault]:
    """Cases with the name of another one."""
    names = [case.name for case in cases]
    text = Text("本文件中已有同名的案例", "another case of this file has the same name")
    return [sheet.fault(("cases", n, "name"), text) for n, name in enumerate(names) if name in names[:n]]
