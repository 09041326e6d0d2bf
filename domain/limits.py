"""Limits as the law and the guides state them: how many days, of which kind, from when, and where it is written."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, field_validator, model_validator

from domain.values import Value


class Unit(StrEnum):
    """The days in which a limit is counted; never added to one another."""

    WORKING = "working"
    NATURAL = "natural"


class Starts(StrEnum):
    """The event from which a limit runs."""

    RECEIPT = "receipt"
    ACCEPTANCE = "acceptance"
    DECISION = "decision"


class Limit(Value):
    """A number of days; below one working day it is a part of the office's day (0.25, 0.5, 0.75)."""

    days: float = Field(ge=0, le=3650, description="天数；不足一个工作日的用 0.25、0.5、0.75；0 为当日（当场）")
    unit: Unit = Field(Unit.WORKING, description="working 工作日；natural 自然日")

    @field_validator("days", mode="before")
    @classmethod
    def _is_a_number(cls, days: object) -> object:
        if isinstance(days, bool) or not isinstance(days, int | float):
            raise ValueError(f"a number of days is needed, got {days!r}")
        return days

    @model_validator(mode="after")
    def _parts_of_a_day_are_quarters(self) -> Limit:
        if self.days % 1 and (self.days > 1 or self.days % 0.25 or self.unit is not Unit.WORKING):
            raise ValueError("a part of a day is 0.25, 0.5 or 0.75 working days; longer limits are whole days")
        return self

    @property
    def is_part_of_a_day(self) -> bool:
        """Whether the limit ends at an hour, not with a day (cc:201.2)."""
        return 0 < self.days < 1


class StatedLimit(Limit):
    """A limit with its starting event and the provision it rests on."""

    starts: Starts = Field(Starts.ACCEPTANCE, description="起算：receipt 收到申请材料；acceptance 受理；decision 决定")
    basis: str = Field("", description="依据：条款编号（如 apl:42.1）或法规名称与条款")
