"""What the law leaves open about supervision, as the department of a place sets it (definitions/supervision.yaml).

All days are working days of the department that oversees the place. Nothing here is a fact of law: neither the regulation
nor any text of the city gives these numbers (law.md f, h, m).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.supervision.shortcomings import FOUND_FROM_FACTS, Shortcoming
from domain.values import Value

Days = Annotated[int, Field(ge=0, le=250)]
Clocks = tuple[Annotated[str, Field(pattern=r"^[a-z_]+(:([a-z0-9_]+|\*))?$")], ...]
"""Keys of limits; `step:*` is every step."""


class Colour(StrEnum):
    """How grave a card is: 预警, 黄牌, 红牌."""

    WARNING = "warning"
    YELLOW = "yellow"
    RED = "red"


class CardRule(Value):
    """When a unit gets a card; the first rule of the list that an event meets decides."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
    name: Annotated[str, Field(min_length=1, max_length=60)]
    card: Colour
    events: tuple[str, ...] = Field(min_length=1, description="哪些事件")
    clocks: Clocks = Field((), description="限于哪些期限；不填为不限")
    longer_than: Days | None = Field(None, description="转办以前在手中超过多少个工作日")
    without_reasons: bool = Field(False, description="限于没有写明理由的")
    paper: bool = Field(True, description="是否向承办单位发出并要求签收；不发的只在清单中")
    basis: str = Field("gz:19", description="依据")


class Class(StrEnum):
    """How hard a grievance is; it decides how long the unit has for its answer."""

    SIMPLE = "simple"
    COMPLEX = "complex"
    VERY_COMPLEX = "very_complex"


class AnswerDays(Value):
    """How long the responsible unit has for its answer, by the class of the grievance."""

    simple: Days = 0
    """On the same day."""
    complex: Days = 5
    very_complex: Days = 10

    def of(self, klass: Class) -> int:
        """The working days of the class."""
        return int(getattr(self, klass.value))


class GrievanceRules(Value):
    """How long each leg of a grievance may take, and what happens where it takes longer."""

    classification: Days = 1
    approval: Days = 1
    transfer: Days = 1
    answer: AnswerDays = AnswerDays()
    again: Days = 2
    """For an answer that was sent back to the unit that gave it."""
    feedback: Days = 1
    return_visit: Days = 4
    review: Days = 5
    notification: Days = 1
    remind_before: Days = 1
    escalation: Days = 1
    """After so many days more, what is still late goes up one level more."""
    attempts: Annotated[int, Field(ge=1, le=20)] = 3
    """After so many attempts a reporter who cannot be reached is no longer called."""
    redo_when_dissatisfied: Annotated[int, Field(ge=0, le=5)] = 1
    """So many times a dissatisfied reporter's matter goes back to the unit."""
    opened_by_system: tuple[Shortcoming, ...] = FOUND_FROM_FACTS
    """The findings that open a grievance by themselves."""

    @model_validator(mode="after")
    def _only_what_is_found(self) -> Self:
        if Shortcoming.DIFFICULT in self.opened_by_system:
            raise ValueError("opened_by_system: no fact shows that a question is difficult; people bring it")
        return self


class UrgingRules(Value):
    """How often an applicant may urge (催办)."""

    every: Annotated[int, Field(ge=1, le=250)] = 1
    """One within so many days."""
    most: Annotated[int, Field(ge=1, le=100)] = 5
    """So many in one case."""


class VisitRules(Value):
    """By when a visit that was to hand something in ends in a receipt or a reasoned written answer."""

    answer_within: Days = 1


class AppealRules(Value):
    """By when a unit appeals against a card, and by when the appeal is decided."""

    within: Days = 5
    decided_within: Days = 5


class PostRules(Value):
    """How long before a post ends with nobody after it this is pointed out."""

    warn_before: Days = 5


class OrderRules(Value):
    """By when a supervision order (督办) is answered, where it does not say so itself."""

    answer_within: Annotated[int, Field(ge=1, le=250)] = 3


LateClock = Literal["acceptance", "promised", "statutory", "delivery", "step"]


class Supervision(Value):
    """The rules of one place, with the version that records and reports name."""

    version: date
    late_clocks: tuple[LateClock, ...] = ("acceptance", "promised", "statutory", "delivery", "step")
    """The limits whose passing is a finding that the applicant is told of."""
    still_late_after: Annotated[int, Field(ge=1, le=250)] = 5
    """After so many working days a limit that passed and is still not met is reported anew."""
    grievances: GrievanceRules = GrievanceRules()
    urging: UrgingRules = UrgingRules()
    visits: VisitRules = VisitRules()
    orders: OrderRules = OrderRules()
    appeals: AppealRules = AppealRules()
    posts: PostRules = PostRules()
    cards: tuple[CardRule, ...] = ()

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        ids = [rule.id for rule in self.cards]
        if doubled := sorted({one for one in ids if ids.count(one) > 1}):
            raise ValueError(f"a card rule has an id of its own: {', '.join(doubled)}")
        return self
