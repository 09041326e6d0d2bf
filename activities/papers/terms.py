"""The limits of a case as papers say them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from activities.papers.words import (
    BEGINNINGS,
    CLOCKS,
    PROVISIONAL,
    STARTS,
    day_in_words,
    limit_in_words,
    moment_in_words,
    stretches_in_words,
)
from domain.definition import ItemDefinition
from domain.limits import Limit, StatedLimit, Unit
from domain.record import Clock, ClockRecord, ClockState
from domain.values import SHANGHAI


@dataclass(frozen=True, slots=True)
class Term:
    """A limit that runs or ran in the case, with its dates."""

    name: str
    limit: str
    """With its extensions and what it leaves out: 20个工作日，延长10个工作日，扣除特别程序所需时间（……）."""
    starts: str
    started_at: datetime
    due_day: date
    due_at: datetime
    provisional: bool
    running: bool
    working: bool
    part_of_a_day: bool
    same_day: bool
    passed: bool

    @property
    def until(self) -> str:
        """The due day, or the hour where the limit is a part of a day; marked where it may still move."""
        due = moment_in_words(self.due_at) if self.part_of_a_day else day_in_words(self.due_day)
        return due + (PROVISIONAL if self.provisional else "")

    @property
    def period(self) -> str:
        """From when until when: 自受理之日（2026年2月12日，当日不计入）起算，至2026年2月26日届满."""
        if self.part_of_a_day:
            return f"自{moment_in_words(self.started_at)}起算，至{self.until}届满"
        if self.same_day:
            return f"至{self.until}届满"
        return f"自{self.starts}（{day_in_words(self.started_at.astimezone(SHANGHAI))}，当日不计入）起算，至{self.until}届满"


def limits_of(definition: ItemDefinition) -> dict[str, Limit]:
    """The limits that the definition states, by the key of their clock."""
    limits, deferral = definition.limits, definition.deferral
    stated: dict[str, Limit | None] = {
        Clock.ACCEPTANCE: limits.acceptance,
        Clock.PROMISED: limits.promised,
        Clock.STATUTORY: limits.statutory,
        Clock.DELIVERY: limits.delivery,
        Clock.SUPPLEMENT: limits.supplement,
        Clock.PROMISE: deferral.supplement_within if deferral.allowed else None,
    }
    return {str(key): limit for key, limit in stated.items() if limit is not None}


def term_of(clock: ClockRecord, stated: Limit | None) -> Term:
    """A running limit as papers say it; from which event it counts is in the definition's statement of it."""
    starts = STARTS[stated.starts] if isinstance(stated, StatedLimit) else "起算之日"
    return Term(
        name=_name(clock.key),
        limit=_whole_limit(clock),
        starts=BEGINNINGS.get(clock.key, starts),
        started_at=clock.started_at,
        due_day=clock.due_day,
        due_at=clock.due_at,
        provisional=clock.provisional,
        running=clock.state is ClockState.RUNNING,
        working=clock.limit.unit is Unit.WORKING,
        part_of_a_day=clock.limit.is_part_of_a_day,
        same_day=clock.limit.days == 0,
        passed=clock.passed,
    )


def _name(key: str) -> str:
    """What the limit is called; that of a result of a bundle is one of delivery."""
    if key.startswith("order:"):
        return "督办答复期限"
    of_result = key.startswith(f"{Clock.DELIVERY}:")
    known = Clock.DELIVERY if of_result else key
    return CLOCKS.get(Clock(known), "") if known in set(Clock) else "办理环节时限"


def _whole_limit(clock: ClockRecord) -> str:
    more = [f"延长{limit_in_words(limit)}" for limit in clock.more]
    return "，".join(part for part in (limit_in_words(clock.limit), *more, stretches_in_words(clock.pauses)) if part)
