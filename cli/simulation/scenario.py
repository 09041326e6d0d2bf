"""What a case file says: what a case is handed in with, and who does what when."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, StrictBool, Tag, model_validator

from cli.simulation.expectation import Expectation
from cli.simulation.values import Code, Day, Moment, Person, Slot, Words
from domain.commands import Cause, Ground, HearingMove, Outcome, RemedyKind
from domain.definition import Identifier, Role, UnitCode
from domain.values import Value

YEARS = range(2024, 2028)
MaterialId = Annotated[str, Field(pattern=r"^(form\.)?[a-z][a-z0-9_]*$", max_length=45)]
"""A material of the definition, or `form.` and a field of its form."""


class _Act(Value):
    on: Moment
    part: Identifier | None = None
    """The item of the bundle on whose own case this is done; None: the case that was applied for."""
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
    materials: tuple[MaterialId, ...] = Field(min_length=1)
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


class TimeAct(_Act):
    """An act on the limits of the case, by somebody of the department unless it is the applicant's own."""

    by: Role = Role.EXAMINER
    unit: UnitCode | None = None
    """None: the unit of the item."""
    reasons: StrictBool = True


class PauseAct(TimeAct):
    """The clock stops for a special procedure."""

    act: Literal["pause"]
    procedure: Identifier
    days: Annotated[int, Field(strict=True)]


class ResumeAct(TimeAct):
    """The special procedure is over."""

    act: Literal["resume"]
    procedure: Identifier
    ended_on: Day | None = None


class ExtendAct(TimeAct):
    """More time is asked for; it is granted at once where the one who asks may approve it."""

    act: Literal["extend"]
    clock: Literal["promised", "statutory"] = "statutory"
    days: Annotated[int, Field(strict=True)]
    cause: Cause = Cause.COMPLEX


class DelayAct(TimeAct):
    """A delay is told and filed."""

    act: Literal["delay"]
    until: Day
    cause: Cause = Cause.STAFF_SHORTAGE


class HearingAct(TimeAct):
    """The next thing about a hearing; asking for one and declining it are the applicant's."""

    act: Literal["hearing"]
    move: HearingMove
    held_on: Day | None = None
    host: Person | None = None


class SupervisionAct(_Act):
    """An act of those who see to it that the case goes on."""

    by: Literal["supervisor", "grievance_window", "chief_representative", "examiner"] = "supervisor"
    unit: UnitCode | None = None
    """None: the unit of the item, or the department that oversees it."""
    reasons: StrictBool = True


class UrgeAct(SupervisionAct):
    """The case is urged, by the applicant unless it is said who else does."""

    act: Literal["urge"]
    by: Literal["applicant", "supervisor", "chief_representative", "examiner"] = "applicant"  # type: ignore[assignment]


class OrderAct(SupervisionAct):
    """A supervision order is given."""

    act: Literal["order"]
    days: Annotated[int, Field(strict=True)] | None = None


class JointHandlingAct(SupervisionAct):
    """Units are called together."""

    act: Literal["joint_handling"]
    by: Literal["supervisor", "grievance_window", "chief_representative", "examiner"] = "chief_representative"
    units: tuple[UnitCode, ...] = Field(min_length=1)
    held_on: Day


class RemedyAct(SupervisionAct):
    """The outcome of a grievance asks something of the case."""

    act: Literal["remedy"]
    remedy: RemedyKind
    due: Day | None = None


class CalendarAct(_Act):
    """The calendar changes: days are closed by order, or worked, or a year is published with them."""

    act: Literal["calendar"]
    closed: tuple[Day, ...] = ()
    worked: tuple[Day, ...] = ()
    publish: Annotated[int, Field(ge=2024, le=2030, strict=True)] | None = None
    back: StrictBool = False
    """The calendar is again the one that the case was opened with."""
    part: None = None
    person: None = None


class WithdrawPartsAct(_Act):
    """The applicant takes back some items of a bundle."""

    act: Literal["withdraw_parts"]
    parts: tuple[Identifier, ...] = Field(min_length=1)
    part: None = None


class CollectEarlyAct(_Act):
    """The applicant asks for the result of one item before the others are there."""

    act: Literal["collect_early"]
    part: Identifier


class WaitAct(_Act):
    """Nothing is done; time passes."""

    wait: Literal[True]
    part: None = None
    person: None = None
    refused: None = None


def _kind(written: Any) -> str:
    if not isinstance(written, dict):
        return getattr(written, "act", "answer" if hasattr(written, "task") else "wait")
    if "act" in written:
        return f"act {written['act']}"
    return "a wait" if "wait" in written else "an answer"


ScenarioAct = Annotated[
    Annotated[AnswerAct, Tag("an answer")]
    | Annotated[SupplementAct, Tag("act supplement")]
    | Annotated[ApplicantAct, Tag("act withdraw")]
    | Annotated[ApplicantAct, Tag("act promise")]
    | Annotated[ClaimAct, Tag("act claim")]
    | Annotated[TransferAct, Tag("act transfer")]
    | Annotated[AddHelperAct, Tag("act add_helper")]
    | Annotated[PauseAct, Tag("act pause")]
    | Annotated[ResumeAct, Tag("act resume")]
    | Annotated[ExtendAct, Tag("act extend")]
    | Annotated[DelayAct, Tag("act delay")]
    | Annotated[HearingAct, Tag("act hearing")]
    | Annotated[UrgeAct, Tag("act urge")]
    | Annotated[OrderAct, Tag("act order")]
    | Annotated[JointHandlingAct, Tag("act joint_handling")]
    | Annotated[RemedyAct, Tag("act remedy")]
    | Annotated[CalendarAct, Tag("act calendar")]
    | Annotated[WithdrawPartsAct, Tag("act withdraw_parts")]
    | Annotated[CollectEarlyAct, Tag("act collect_early")]
    | Annotated[WaitAct, Tag("a wait")],
    Discriminator(_kind),
]


class AllBut(Value):
    """All that is demanded of the applicant, but these."""

    all_but: tuple[MaterialId, ...] = Field(min_length=1)


class WrittenCase(Value):
    """One case as an official wrote it."""

    name: Words
    basis: tuple[Annotated[str, Field(pattern=r"^[a-z]+:[0-9]+(?:[.-][0-9]+)*$")], ...] = Field(min_length=1)
    received: Moment
    situations: dict[Identifier, str] = Field(default_factory=dict)
    hands_in: Literal["all"] | AllBut | tuple[MaterialId, ...] = "all"
    promise: StrictBool = False
    acts: tuple[ScenarioAct, ...] = ()
    expect: Expectation

    @model_validator(mode="after")
    def _received_in_known_years(self) -> WrittenCase:
        if self.received.year not in YEARS:
            raise ValueError(f"收件须在 {YEARS[0]} 至 {YEARS[-1]} 年之间 (received between {YEARS[0]} and {YEARS[-1]})")
        return self


FileName = Annotated[str, Field(pattern=r"\.ya?ml$")]


class WrittenFile(Value):
    """A case file, beside the definition of an item or of a bundle."""

    kind: Literal["cases"]
    item: FileName | None = None
    bundle: FileName | None = None
    cases: tuple[WrittenCase, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_about_one(self) -> WrittenFile:
        if (self.item is None) is (self.bundle is None):
            raise ValueError("item 与 bundle 须写其中一个 (either `item` or `bundle` names the definition)")
        return self

    @property
    def definition(self) -> str:
        """The file that the cases are about."""
        return self.item or self.bundle or ""


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
