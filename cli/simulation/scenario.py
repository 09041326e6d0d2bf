"""A case file: what a case is handed in with, who does what when, and how it must stand."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, StrictBool, Tag, ValidationError, model_validator

from cli.simulation.reading import Fault, Sheet, Unreadable, read
from cli.simulation.values import ClockKey, Code, Day, Moment, Person, Slot, Words
from cli.simulation.wording import in_words
from domain.commands import Ground, Outcome
from domain.definition import Identifier, Role, UnitCode
from domain.record import Ending, Light, Paper, Stage
from domain.values import Value
from domain.words import Text

YEARS = range(2024, 2028)


class Expectation(Value):
    """How the case must stand; only what is named is looked at. `ending: null` says that it has not ended."""

    ending: Ending | None = None
    stage: Stage | None = None
    accepted: Day | None = None
    due: dict[ClockKey, Day | None] = Field(default_factory=dict)
    due_at: dict[ClockKey, Moment | None] = Field(default_factory=dict)
    late: tuple[ClockKey, ...] = ()
    provisional: tuple[ClockKey, ...] = ()
    papers: tuple[Paper, ...] = ()
    breach: StrictBool = False
    light: Light = Light.GREEN

    @model_validator(mode="after")
    def _says_something(self) -> Expectation:
        if not self.model_fields_set:
            raise ValueError("预期须写明至少一项，否则怎样都算对 (an expectation says at least one thing)")
        return self

    def names(self, field: str) -> bool:
        """Whether the field is looked at."""
        return field in self.model_fields_set


class _Act(Value):
    on: Moment
    person: Person | None = None
    refused: Code | None = None
    expect: Expectation | None = None


class DemandLine(Value):
    """One line of a one-time notice: a material, what is wrong with it, or a further requirement."""

    material: Identifier | None = None
    defect: Words | None = None


class AnswerAct(_Act):
    """A task is answered."""

    task: Slot
    answer: Outcome
    demands: tuple[Identifier | DemandLine, ...] = ()
    ground: Ground | None = None
    authority: Words | None = None
    reasons: StrictBool | None = None
    officers: Annotated[int, Field(ge=0, le=20, strict=True)] | tuple[Person, ...] = ()
    return_to: Identifier | None = None
    barred_until: Day | None = None


class SupplementAct(_Act):
    """Materials are handed in."""

    act: Literal["supplement"]
    materials: tuple[Identifier, ...] = Field(min_length=1)
    final: StrictBool = False


class ApplicantAct(_Act):
    """The applicant withdraws, or promises what is missing."""

    act: Literal["withdraw", "promise"]


class ClaimAct(_Act):
    """A task is taken, or given back."""

    act: Literal["claim"]
    task: Slot
    release: StrictBool = False


class TransferAct(_Act):
    """A task goes to another unit, or to a person of it."""

    act: Literal["transfer"]
    task: Slot
    unit: UnitCode
    to: Person | None = None


class AddHelperAct(_Act):
    """Another one is asked before a task may be answered."""

    act: Literal["add_helper"]
    task: Slot
    role: Role
    unit: UnitCode


class WaitAct(_Act):
    """Nothing is done; time passes."""

    wait: Literal[True]
    person: None = None
    refused: None = None


def _kind(written: Any) -> str:
    if not isinstance(written, dict):
        return getattr(written, "act", "answer" if hasattr(written, "task") else "wait")
    if "act" in written:
        return f"act {written['act']}"
    return "an answer" if "task" in written else "a wait"


ScenarioAct = Annotated[
    Annotated[AnswerAct, Tag("an answer")]
    | Annotated[SupplementAct, Tag("act supplement")]
    | Annotated[ApplicantAct, Tag("act withdraw")]
    | Annotated[ApplicantAct, Tag("act promise")]
    | Annotated[ClaimAct, Tag("act claim")]
    | Annotated[TransferAct, Tag("act transfer")]
    | Annotated[AddHelperAct, Tag("act add_helper")]
    | Annotated[WaitAct, Tag("a wait")],
    Discriminator(_kind),
]


class AllBut(Value):
    """All that is demanded of the applicant, but these."""

    all_but: tuple[Identifier, ...] = Field(min_length=1)


class WrittenCase(Value):
    """One case as an official wrote it."""

    name: Words
    basis: tuple[Annotated[str, Field(pattern=r"^[a-z]+:[0-9]+(?:[.-][0-9]+)*$")], ...] = Field(min_length=1)
    received: Moment
    situations: dict[Identifier, str] = Field(default_factory=dict)
    hands_in: Literal["all"] | AllBut | tuple[Identifier, ...] = "all"
    promise: StrictBool = False
    acts: tuple[ScenarioAct, ...] = ()
    expect: Expectation

    @model_validator(mode="after")
    def _received_in_known_years(self) -> WrittenCase:
        if self.received.year not in YEARS:
            raise ValueError(f"收件须在 {YEARS[0]} 至 {YEARS[-1]} 年之间 (received between {YEARS[0]} and {YEARS[-1]})")
        return self


class WrittenFile(Value):
    """A case file."""

    kind: Literal["cases"]
    item: Annotated[str, Field(pattern=r"\.ya?ml$")]
    cases: tuple[WrittenCase, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Scenario:
    """A case with the places in its file that a report points to."""

    case: WrittenCase
    file: Path
    line: int = 0
    act_lines: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """The name that the official gave the case."""
        return self.case.name

    def line_of(self, act: int | None) -> int:
        """The line of an act, or of the case itself."""
        return self.act_lines[act] if act is not None and act < len(self.act_lines) else self.line


@dataclass(frozen=True)
class CaseFile:
    """The scenarios of one file and the definition that they run under."""

    file: Path
    definition: Path
    scenarios: tuple[Scenario, ...]


def read_cases(file: Path) -> CaseFile:
    """The scenarios of a file. Raises `Unreadable` with every fault, each at its line."""
    sheet = read(file)
    try:
        written = WrittenFile.model_validate(sheet.said)
    except ValidationError as error:
        raise Unreadable(_faults(sheet, error)) from None
    if faults := [*_out_of_order(sheet, written), *_doubled(sheet, written)]:
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
    return CaseFile(file=file, definition=file.parent / written.item, scenarios=scenarios)


def _faults(sheet: Sheet, error: ValidationError) -> list[Fault]:
    return [sheet.fault(found["loc"], in_words(found)) for found in error.errors(include_url=False)]


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
