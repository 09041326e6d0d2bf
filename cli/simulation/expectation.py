"""How a case must stand, as a case file says it."""

from __future__ import annotations

from typing import Self

from pydantic import Field, StrictBool, model_validator

from cli.simulation.values import ClockKey, Day, Moment
from domain.definition import Identifier
from domain.record import Ending, EventKind, Light, Paper, PartState, Stage
from domain.values import Value


class CaseExpectation(Value):
    """How one case must stand; only what is named is looked at. `ending: null` says that it has not ended."""

    ending: Ending | None = None
    stage: Stage | None = None
    accepted: Day | None = None
    due: dict[ClockKey, Day | None] = Field(default_factory=dict)
    due_at: dict[ClockKey, Moment | None] = Field(default_factory=dict)
    late: tuple[ClockKey, ...] = ()
    provisional: tuple[ClockKey, ...] = ()
    told: dict[ClockKey, tuple[Day, ...]] = Field(default_factory=dict)
    """Every due day that the limit had so far, the first one first."""
    papers: tuple[Paper, ...] = ()
    happened: tuple[EventKind, ...] = ()
    paused: Day | None = None
    breach: StrictBool = False
    light: Light = Light.GREEN
    cards: tuple[Identifier, ...] = ()
    """The rules by which cards were given that still stand, in order."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("预期须写明至少一项，否则怎样都算对 (an expectation says at least one thing)")
        return self

    def names(self, field: str) -> bool:
        """Whether the field is looked at."""
        return field in self.model_fields_set


class PartExpectation(CaseExpectation):
    """How an item of a bundle must stand: in the plan of the whole, and as the case that it is."""

    state: PartState | None = None
    begins: Day | None = None
    planned: Day | None = None
    """From which day to which it runs in the plan; null: it has no place there."""
    on_path: StrictBool = False


class Expectation(CaseExpectation):
    """How the whole must stand, which is all there is where it is no bundle."""

    parts: dict[Identifier, PartExpectation] = Field(default_factory=dict)
    path: tuple[Identifier, ...] = ()
    """The longest way now, from its first item to its last."""

    @property
    def named_parts(self) -> tuple[str, ...]:
        """The items of the bundle that it names."""
        return (*self.parts, *self.path)
