"""The course that a grievance took, and where it left the course that was written down."""

from __future__ import annotations

from dataclasses import dataclass, field

from cli.simulation.course import Course, Failure
from cli.simulation.grievance.record import GrievanceOnRecord
from cli.simulation.grievance.scenario import GrievanceScenario
from domain.deadline import Office
from domain.grievance.start import GrievanceStart
from domain.words import Text


@dataclass
class GrievanceCourse:
    """What came of a grievance."""

    scenario: GrievanceScenario
    start: GrievanceStart | None = None
    """What it was opened with; None where it could not be opened."""
    office: Office | None = None
    """The days that it counts by, as they are by now."""
    found: GrievanceOnRecord = field(default_factory=GrievanceOnRecord)
    beside: Course | None = None
    """That of its case, where it was played."""
    failures: list[Failure] = field(default_factory=list)

    @property
    def as_written(self) -> bool:
        """Whether it went as written."""
        return not self.failures

    def fail(self, text: Text, act: int | None = None) -> None:
        """Note a point in which it did not."""
        self.failures.append(Failure(self.scenario, act, text))
