"""How a grievance must stand, as its file says it."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from cli.simulation.expectation import CaseExpectation
from cli.simulation.values import Day, Moment
from domain.definition import UnitCode
from domain.grievance.commands import Conclusion
from domain.grievance.record import GrievanceEnding, GrievanceEventKind, Leg
from domain.record import Paper
from domain.supervision.rules import Class
from domain.supervision.shortcomings import Shortcoming
from domain.values import Value

Times = Annotated[int, Field(ge=0, strict=True)]


class GrievanceExpectation(Value):
    """How it must stand; only what is named is looked at. Limits go by the leg, of one begun twice by the last time."""

    leg: Leg | None = None
    ending: GrievanceEnding | None = None
    klass: Class | None = None
    grounds: tuple[Shortcoming, ...] = ()
    unit: UnitCode | None = None
    waiting_for: tuple[str, ...] = ()
    """All of whom it waits for, like `supervisor@gz-thr-management`."""
    level: Annotated[int, Field(ge=0, le=2, strict=True)] = 0
    due: dict[Leg, Day | None] = Field(default_factory=dict)
    """null: the leg never began."""
    due_at: dict[Leg, Moment] = Field(default_factory=dict)
    late: tuple[Leg, ...] = ()
    """All legs whose last limit passed."""
    provisional: tuple[Leg, ...] = ()
    satisfaction: Annotated[int, Field(ge=1, le=5, strict=True)] | None = None
    conclusion: Conclusion | None = None
    responsible: UnitCode | None = None
    happened: tuple[GrievanceEventKind, ...] = ()
    times: dict[GrievanceEventKind, Times] = Field(default_factory=dict)
    """How often each of these happened; 0 is never."""
    last_at: dict[GrievanceEventKind, Moment] = Field(default_factory=dict)
    """When it happened last."""
    papers: tuple[Paper, ...] = ()
    without: tuple[Paper, ...] = ()
    """Papers that must not be there."""
    addressed: dict[Paper, str] = Field(default_factory=dict)
    """Who got the paper last: a unit, or `reporter`."""
    case: CaseExpectation | None = None
    """How the case must stand that is played beside it."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("预期须写明至少一项，否则怎样都算对 (an expectation says at least one thing)")
        return self

    def names(self, field: str) -> bool:
        """Whether the field is looked at."""
        return field in self.model_fields_set
