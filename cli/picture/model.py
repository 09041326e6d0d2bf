"""What a picture of a bundle is made of: plain data, from wherever it comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple

from domain.calendar import ONE_DAY, Calendar
from domain.limits import Limit
from domain.record import Ending, PartState


class Span(NamedTuple):
    """Days in a row, the first and the last among them."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    def days(self) -> Iterator[date]:
        """Each of them."""
        return (self.first + ONE_DAY * n for n in range((self.last - self.first).days + 1))


@dataclass(frozen=True)
class Row:
    """An item of the bundle, or the whole of it: what was done when, and until when it had to be."""

    id: str
    name: str
    state: PartState
    ending: Ending | None = None
    planned: Span | None = None
    """From which day to which it runs in the plan; None where it has no place there."""
    begun: date | None = None
    limit: Limit | None = None
    more: tuple[Limit, ...] = ()
    """Extensions, in the order in which they were granted."""
    due: tuple[date, ...] = ()
    """Every due day that it had, the first one first; the last one holds."""
    paused: tuple[Span, ...] = ()
    decided: date | None = None
    """When its limit was met, or it ended without a result."""
    handed_over: date | None = None
    on_path: bool = False
    after: tuple[str, ...] = ()
    """Items that it waits for."""

    @property
    def due_day(self) -> date | None:
        """The due day that holds."""
        return self.due[-1] if self.due else None

    @property
    def beginning(self) -> date | None:
        """The day on which it began, or is to begin."""
        return self.begun or (self.planned.first if self.planned else None)

    @property
    def end(self) -> date | None:
        """The day on which it was decided, or is to be."""
        return self.decided or self.due_day or (self.planned.last if self.planned else None)


@dataclass(frozen=True)
class Picture:
    """A bundle with its items, as it stands on a day."""

    number: str
    received: date
    today: date
    calendar: Calendar
    whole: Row
    items: tuple[Row, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """The whole, and then its items in the order of the definition."""
        return (self.whole, *self.items)

    @property
    def path(self) -> tuple[Row, ...]:
        """The items on the longest way, in the order in which they run in the plan."""
        on = [row for row in self.items if row.on_path and row.planned]
        return tuple(sorted(on, key=lambda row: row.planned or Span(self.today, self.today)))

    @property
    def days(self) -> Span:
        """All days that the picture shows: up to the one after the last on which something is due or happened."""
        shown = [self.received, self.today]
        for row in self.rows:
            shown += [day for day in (*row.due, row.decided, row.handed_over, *(row.planned or ())) if day]
        return Span(min(shown), max(shown) + ONE_DAY)


def due_days(told: Iterable[date]) -> tuple[date, ...]:
    """Due days as they were told, without those that were told again at once."""
    return tuple(day for day, _ in groupby(told))
