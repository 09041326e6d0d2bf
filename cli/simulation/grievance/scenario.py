"""What a file of grievances says: what is reported, by whom and about what, and who does what with it when."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, StrictBool, Tag, model_validator

from cli.simulation.grievance.expectation import GrievanceExpectation
from cli.simulation.scenario import YEARS, FileName
from cli.simulation.values import Code, Day, Moment, Person, Words
from domain.commands import RemedyKind
from domain.definition import Identifier, UnitCode
from domain.grievance.commands import Conclusion, Exclusion, Said
from domain.supervision.rules import Class, GrievanceRules
from domain.supervision.shortcomings import FOUND_FROM_FACTS, Shortcoming
from domain.values import Value

KIND = "grievance_cases"
Who = Annotated[str, Field(pattern=r"^(reporter|[a-z_]+@([a-z][a-z0-9-]*|\*))$", max_length=80)]
"""A role in a unit, as `waiting_for` has it; or the one who reported it."""
Said_ = Words | StrictBool
"""What is said: in words, or whether anything is said at all."""


class _Act(Value):
    on: Moment
    by: Who | None = None
    """None: whoever is asked for it."""
    person: Person | None = None
    text: Said_ = True
    refused: Code | None = None
    expect: GrievanceExpectation | None = None


class ClassifyAct(_Act):
    """It gets its class, or is no matter for the window."""

    act: Literal["classify"]
    klass: Class | None = None
    grounds: tuple[Shortcoming, ...] = ()
    excluded: Exclusion | None = None
    found: StrictBool | None = None
    """Whether the file shows one of the three grounds by now; of a case that is played, its own file says so."""


class ApproveClassAct(_Act):
    """The department decides on the class."""

    act: Literal["approve_class"]
    klass: Class


class TransferAct(_Act):
    """It goes to a unit, or on to another one."""

    act: Literal["transfer", "pass_on"]
    unit: UnitCode


class RemedyLine(Value):
    """What is asked of the case."""

    remedy: RemedyKind
    due: Day | None = None


class AnswerAct(_Act):
    """The unit answers, or the window on the spot."""

    act: Literal["answer"]
    said: Said
    remedies: tuple[RemedyLine, ...] = ()


class VisitAct(_Act):
    """The reporter is asked how satisfied they are."""

    act: Literal["return_visit"]
    reached: StrictBool = True
    satisfaction: Annotated[int, Field(ge=1, le=5, strict=True)] | None = None


class ReviewAct(_Act):
    """The department's review."""

    act: Literal["review"]
    conclusion: Conclusion
    responsible: UnitCode | None = None
    improvement: Said_ | None = None
    """None: said where the conclusion asks for it."""
    remedies: tuple[RemedyLine, ...] = ()


class PlainAct(_Act):
    """An act that says nothing but its words."""

    act: Literal["send_back", "feedback", "withdraw", "notify"]


class CalendarAct(_Act):
    """The calendar changes, as in the cases of items."""

    act: Literal["calendar"]
    closed: tuple[Day, ...] = ()
    worked: tuple[Day, ...] = ()
    publish: Annotated[int, Field(ge=2024, le=2030, strict=True)] | None = None
    back: StrictBool = False
    by: None = None
    person: None = None
    refused: None = None


class WaitAct(_Act):
    """Nothing is done; time passes."""

    wait: Literal[True]
    by: None = None
    person: None = None
    refused: None = None


def _kind(written: Any) -> str:
    if isinstance(written, dict):
        return "a wait" if "wait" in written and "act" not in written else f"act {written.get('act')}"
    return f"act {written.act}" if hasattr(written, "act") else "a wait"


PersonsAct = ClassifyAct | ApproveClassAct | TransferAct | AnswerAct | VisitAct | ReviewAct | PlainAct
GrievanceScenarioAct = Annotated[
    Annotated[ClassifyAct, Tag("act classify")]
    | Annotated[ApproveClassAct, Tag("act approve_class")]
    | Annotated[TransferAct, Tag("act transfer")]
    | Annotated[TransferAct, Tag("act pass_on")]
    | Annotated[AnswerAct, Tag("act answer")]
    | Annotated[VisitAct, Tag("act return_visit")]
    | Annotated[ReviewAct, Tag("act review")]
    | Annotated[PlainAct, Tag("act send_back")]
    | Annotated[PlainAct, Tag("act feedback")]
    | Annotated[PlainAct, Tag("act withdraw")]
    | Annotated[PlainAct, Tag("act notify")]
    | Annotated[CalendarAct, Tag("act calendar")]
    | Annotated[WaitAct, Tag("a wait")],
    Discriminator(_kind),
]


class ItsCase(Value):
    """The case that it is about: that of an item or a bundle, or one that is really played."""

    item: FileName | None = None
    bundle: FileName | None = None
    cases: FileName | None = None
    """A case file, of which the case `name` is really played beside the grievance."""
    part: Identifier | None = None
    """The item of the bundle whose own case it is."""
    name: Words | None = None
    until: Moment | None = None
    """Until when what its own file says is done on it; None: to its end. What is asked of it may lead it elsewhere."""
    refuses: dict[RemedyKind, Code] = Field(default_factory=dict)
    """How it answers what is asked of it, where it is not played; else it does what it is asked."""

    @model_validator(mode="after")
    def _is_one(self) -> ItsCase:
        if sum(one is not None for one in (self.item, self.bundle, self.cases)) != 1:
            raise ValueError("item、bundle、cases 须写其中一个 (one of `item`, `bundle` and `cases` names the case)")
        if (self.cases is None) is not (self.name is None):
            raise ValueError("cases 须与 name 一起写：取其中哪个案例 (`cases` needs `name`: which of its cases)")
        if self.part is not None and self.item is not None:
            raise ValueError("单个事项没有 part (an item has no part)")
        if self.cases is None and self.until is not None:
            raise ValueError("until 与 cases 一起写 (`until` goes with `cases`)")
        if self.cases is not None and self.refuses:
            raise ValueError("真实办理的办件自己决定是否照办，不写 refuses (a played case answers by itself)")
        return self


class WrittenGrievance(Value):
    """One grievance as an official wrote it."""

    name: Words
    basis: tuple[Annotated[str, Field(pattern=r"^[a-z]+:[0-9]+(?:[.-][0-9]+)*$")], ...] = Field(min_length=1)
    received: Moment
    channel: Literal["window", "online", "hotline", "system"] = "window"
    case: ItsCase | None = None
    unit: UnitCode | None = None
    """The unit complained of; of a case its own."""
    window: UnitCode | None = None
    """The overseeing department whose window has it; None: that of the unit's place."""
    grounds: tuple[Shortcoming, ...] = ()
    found: StrictBool | None = None
    """Whether a fact on file shows one of the three grounds. What the system opens, it found."""
    reporter: Person | None = None
    rules: GrievanceRules = GrievanceRules()
    """What is other than in definitions/supervision.yaml."""
    acts: tuple[GrievanceScenarioAct, ...] = ()
    expect: GrievanceExpectation

    @model_validator(mode="after")
    def _hangs_together(self) -> WrittenGrievance:
        if self.received.year not in YEARS:
            raise ValueError(f"登记须在 {YEARS[0]} 至 {YEARS[-1]} 年之间 (between {YEARS[0]} and {YEARS[-1]})")
        if self.case is None and self.unit is None and self.window is None:
            raise ValueError("case、unit、window 至少写一个，否则不知道是哪个窗口 (say `case`, `unit` or `window`)")
        if self.channel == "system" and not (self.grounds and set(self.grounds) <= set(FOUND_FROM_FACTS)):
            raise ValueError(
                "系统发现的须写明 grounds，且只能是 not_told_once、not_taken、not_finished (found by the system: say which)"
            )
        return self


class WrittenGrievances(Value):
    """A file of grievances."""

    kind: Literal["grievance_cases"]
    cases: tuple[WrittenGrievance, ...] = Field(min_length=1)


@dataclass(frozen=True)
class GrievanceScenario:
    """A grievance with the places in its file that a report points to."""

    case: WrittenGrievance
    file: Path
    line: int = 0
    act_lines: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """The name that the official gave it."""
        return self.case.name

    def line_of(self, act: int | None) -> int:
        """The line of an act, or of the grievance itself."""
        return self.act_lines[act] if act is not None and act < len(self.act_lines) else self.line
