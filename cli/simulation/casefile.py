"""A case file read: its scenarios, or every fault that it has, each at its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from cli.simulation.expectation import Expectation
from cli.simulation.faults import doubled, faults_of, out_of_order
from cli.simulation.reading import Fault, Sheet, Unreadable, read
from cli.simulation.scenario import CollectEarlyAct, Scenario, WithdrawPartsAct, WrittenFile
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
    return cases_on(read(file))


def cases_on(sheet: Sheet) -> CaseFile:
    """The scenarios of a file that is read. Raises `Unreadable` with every fault, each at its line."""
    file = sheet.file
    try:
        written = WrittenFile.model_validate(sheet.said)
    except ValidationError as error:
        raise Unreadable(faults_of(sheet, error)) from None
    if faults := [
        *out_of_order(sheet, written.cases),
        *doubled(sheet, written.cases),
        *_only_of_bundles(sheet, written),
    ]:
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
