"""One limit of the reference: counted day by day with fingers, not with the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from tests.stateful.days import DAY, Days, at, between
from tests.stateful.items import Span

OPENS = time(9)


@dataclass(eq=False)
class Special:
    """A special procedure: from when, how many days it was announced for or took, and until when."""

    procedure: str
    since: datetime
    first: date
    days: int
    until: date
    ended: date | None = None
    overrun: bool = False

    @property
    def runs(self) -> bool:
        """Whether it runs now."""
        return self.ended is None

    @property
    def last(self) -> date:
        """Its last day; while it runs the one announced stands for it."""
        return self.ended or self.until

    @property
    def days_left_out(self) -> list[date]:
        """The days that limits leave out; none where it ended before its first."""
        return between(self.first, self.last)


@dataclass(eq=False)
class Limit:
    """A limit as the law sees it."""

    key: str
    span: Span
    begun: datetime
    stoppable: bool = False
    """Whether special procedures stop it: those for deciding and of the steps."""
    applicants: bool = False
    """Whether the applicant was told its due day."""
    quiet: bool = False
    """Whether nobody is warned of it: an order of supervision."""
    more: list[Span] = field(default_factory=list)
    specials: list[Special] = field(default_factory=list)
    state: str = "running"
    passed: bool = False
    stopped: datetime | None = None
    due: date = field(init=False)
    end: datetime = field(init=False)
    provisional: bool = False
    warn_at: datetime | None = None
    warned_of: date | None = None
    told: list[tuple[str, date, bool, bool]] = field(default_factory=list)

    @property
    def runs(self) -> bool:
        """Whether it runs now."""
        return self.state == "running"

    @property
    def moves(self) -> bool:
        """Whether acts still move its due day."""
        return self.runs and not self.passed

    @property
    def is_near(self) -> bool:
        """Whether its due day was warned of."""
        return self.warned_of == self.due

    @property
    def left_out(self) -> list[tuple[str, date, date]]:
        """The days left out, as they go on record."""
        return sorted((s.procedure, s.first, s.last) for s in self._of_its_time())

    def reckon(self, days: Days) -> None:
        """Find the due day anew."""
        self.due = self.due_with(days, self.more)
        self.end = days.end_of(self.due)
        self.provisional = any(day.year not in days.published for day in between(self.begun.date(), self.due))

    def due_with(self, days: Days, more: Sequence[Span]) -> date:
        """Count from the day after the beginning; the days of a special procedure are not there. A last day on which nobody
        works moves on to the next on which somebody does."""
        left_out = {day for special in self._of_its_time() for day in special.days_left_out}
        day = self.begun.date()
        for span in (self.span, *more):
            counted = 0
            while counted < span.days:
                day += DAY
                if day not in left_out and (span.natural or day in days.worked):
                    counted += 1
        while day in left_out or day not in days.worked:
            day += DAY
        return day

    def set_warning(self, days: Days, now: datetime) -> None:
        """Warn at the opening of the working day before the due day if that is still ahead, else of the due day itself."""
        before = max(day for day in between(self.due - 30 * DAY, self.due - DAY) if day in days.worked)
        ahead = [at(day, OPENS) for day in (before, self.due) if max(now, self.begun) < at(day, OPENS) < self.end]
        self.warn_at = ahead[0] if ahead and self.warned_of != self.due and not self.quiet else None

    def _of_its_time(self) -> list[Special]:
        return [s for s in self.specials if s.days_left_out and s.last >= self.begun.date()]
