"""A case file read: its scenarios, or every fault that it has, each at its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pydantic import ValidationError

from cli.simulation.expectation import Expectation
from cli.simulation.reading import Fault, Sheet, Unreadable, read
from cli.simulation.scenario import CollectEarlyAct, Scenario, WithdrawPartsAct, WrittenFile
from cli.simulation.wording import in_words
from domain.words import Text


@dataclass(frozen=True)
class CaseFile:
    """The scenarios of one file and the definition that they run under."""

    file: Path
    definition: Path
    of_bundle: bool
    scenarios: tuple[Scenario, ...]


def read_cases(file: Path) -> CaseFile:
    """The scenarios of a file. Raises `Unreadable` with every fault, each at its line."""
    sheet = read(file)
    try:
        written = WrittenFile.model_validate(sheet.said)
    except ValidationError as error:
        raise Unreadable(_faults(sheet, error)) from None
    if faults := [*_out_of_order(sheet, written), *_doubled(sheet, written), *_only_of_bundles(sheet, written)]:
        raise Unreadable(faults)
    scenarios = tuple(
        Scenario(
            case=case,
            file=file,
            line=sheet.place(("cases", n))[0],
            act_lines=tuple(sheet.place(("cases", n, "acts", m))[0] for m in range(len(case.acts))),
        )
        for n, case in enumerate(written.cases)
    )
    definition = file.parent / written.definition
    return CaseFile(file=file, definition=definition, of_bundle=written.bundle is not None, scenarios=scenarios)


def _faults(sheet: Sheet, error: ValidationError) -> list[Fault]:
    """What is wrong; of a whole that is wrong because of its parts, only the parts are told."""
    found = error.errors(include_url=False)
    places = [one["loc"] for one in found]
    faults = [
        sheet.fault(one["loc"], in_words(one, sheet.path(one["loc"])))
        for one in found
        if not any(len(place) > len(one["loc"]) and place[: len(one["loc"])] == one["loc"] for place in places)
    ]
    return sorted(faults, key=lambda fault: (fault.line, fault.column))


def _out_of_order(sheet: Sheet, written: WrittenFile) -> list[Fault]:
    text = Text("这一步早于前一步（或早于收件）", "this act comes before the one above it, or before the receipt")
    return [
        sheet.fault(("cases", n, "acts", m, "on"), text)
        for n, case in enumerate(written.cases)
        for m, (before, after) in enumerate(pairwise([case.received, *(act.on for act in case.acts)]))
        if after < before
    ]


def _doubled(sheet: Sheet, written: WrittenFile) -> list[Fault]:
    names = [case.name for case in written.cases]
    text = Text("本文件中已有同名的案例", "another case of this file has the same name")
    return [sheet.fault(("cases", n, "name"), text) for n, name in enumerate(names) if name in names[:n]]


def _only_of_bundles(sheet: Sheet, written: WrittenFile) -> list[Fault]:
    text = Text(
        "单个事项没有其下的事项；只有 bundle 的案例可以这样写", "an item has no parts; only cases of a bundle say this"
    )
    return [] if written.bundle else [sheet.fault(place, text) for place in _places_of_parts(written)]


def _places_of_parts(written: WrittenFile) -> Iterator[tuple[str | int, ...]]:
    for n, case in enumerate(written.cases):
        for m, act in enumerate(case.acts):
            place = ("cases", n, "acts", m)
            if isinstance(act, WithdrawPartsAct | CollectEarlyAct):
                yield (*place, "act")
            elif act.part is not None:
                yield (*place, "part")
            yield from ((*place, "expect", name) for name in _of_parts(act.expect))
        yield from (("cases", n, "expect", name) for name in _of_parts(case.expect))


def _of_parts(expected: Expectation | None) -> list[str]:
    return [name for name in ("parts", "path") if expected is not None and expected.names(name)]
