"""The course that a case took, and where it left the course that was written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cli.simulation.grievance.scenario import GrievanceScenario, GrievanceScenarioAct
from cli.simulation.record import CaseOnRecord
from cli.simulation.scenario import Scenario, ScenarioAct
from domain.bundle.settling import Bundle
from domain.deadline import Office
from domain.item import Item
from domain.words import Language, Text


@dataclass(frozen=True)
class Failure:
    """One point in which a case did not go as written: at which act (None: the case as a whole), and what came."""

    scenario: Scenario | GrievanceScenario
    act: int | None
    text: Text

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.scenario.file}:{self.scenario.line_of(self.act)}"

    def said_in(self, language: Language) -> str:
        """The failure as one sentence."""
        where = _where(self.scenario, self.act)
        return f"{where.said_in(language)}{'：' if language == 'zh' else ': '}{self.text.said_in(language)}"


@dataclass(eq=False)
class Lived:
    """A case as it was lived: what is on file of it, and the definition and the days that it went by."""

    number: str
    item: Item
    office: Office
    found: CaseOnRecord


@dataclass
class Course:
    """What came of a scenario."""

    scenario: Scenario
    case: Lived | None = None
    """The case that was applied for; None where the definition could not open it."""
    bundle: Bundle | None = None
    parts: Mapping[str, Lived] = field(default_factory=dict)
    """The cases of the items that began, where it is a bundle."""
    failures: list[Failure] = field(default_factory=list)

    @property
    def found(self) -> CaseOnRecord:
        """What is on file of the case that was applied for."""
        return self.case.found if self.case else CaseOnRecord()

    @property
    def as_written(self) -> bool:
        """Whether the case went as written."""
        return not self.failures

    def fail(self, text: Text, act: int | None = None) -> None:
        """Note a point in which it did not."""
        self.failures.append(Failure(self.scenario, act, text))


def in_short(act: ScenarioAct | GrievanceScenarioAct) -> str:
    """The act as the case file writes it."""
    if getattr(act, "wait", False):
        return "wait"
    parts = [getattr(act, name, None) for name in ("part", "act", "task", "answer")]
    return " ".join(str(part) for part in parts if part)


def _where(scenario: Scenario | GrievanceScenario, act: int | None) -> Text:
    if act is None:
        return Text("最后", "in the end")
    written = scenario.case.acts[act]
    at = f"{written.on:%Y-%m-%d %H:%M} {in_short(written)}"
    return Text(f"第{act + 1}步（{at}）", f"act {act + 1} ({at})")
