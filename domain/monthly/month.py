"""A month of the law's zone: from the first 0:00 to the last 24:00, and when its report is due."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime, time
from typing import NamedTuple

from domain.calendar import ONE_DAY, Calendar
from domain.law import Refused, carries_out
from domain.values import SHANGHAI

WRITTEN = re.compile(r"^(20[0-9]{2})-(0[1-9]|1[0-2])$")
MOST_AT_ONCE = 12
"""So many months that were missed are made up for."""


class MonthRefused(Refused):
    """Of this month there is no report; the message says of which there may be one."""


class Month(NamedTuple):
    """One month."""

    year: int
    number: int

    @classmethod
    def written(cls, text: str) -> Month:
        """The month as written `2026-10`. Raises `MonthRefused` for anything else."""
        if not (found := WRITTEN.match(text)):
            raise MonthRefused("month_malformed", "月份请写作 2026-10 的形式", "Write the month as in 2026-10")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        """The month that the day lies in."""
        return cls(day.year, day.month)

    @property
    def begins(self) -> datetime:
        """The first 0:00, which is part of it."""
        return datetime.combine(self.first, time(), SHANGHAI)

    @property
    def ends(self) -> datetime:
        """The last 24:00, which is not part of it any more: the cut of the report."""
        return self.after.begins

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after.first - ONE_DAY

    @property
    def before(self) -> Month:
        """The month before."""
        return Month(self.year, self.number - 1) if self.number > 1 else Month(self.year - 1, 12)

    @property
    def after(self) -> Month:
        """The month after."""
        return Month(self.year, self.number + 1) if self.number < 12 else Month(self.year + 1, 1)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"

    @property
    def in_chinese(self) -> str:
        """As papers name it."""
        return f"{self.year}年{self.number}月"

    def file(self, place: str) -> str:
        """The number of the file that its papers belong to."""
        return f"YB{self.year}{self.number:02}-{place}"


@carries_out("gz:19")
def check_over(month: Month, now: datetime) -> None:
    """Raise `MonthRefused` while the month is not over: its figures could still change."""
    if now < month.ends:
        raise MonthRefused(
            "month_not_over",
            f"{month.in_chinese}还没有结束；{month.ends:%Y-%m-%d}零时起可以编制该月的报告，此前的月份现在就可以",
            f"{month} is not over; its report can be made from {month.ends:%Y-%m-%d} 0:00 on, those of earlier months now",
            article="gz:19",
        )


@carries_out("gz:19")
def months_due(today: date, calendar: Calendar, made: Collection[Month]) -> tuple[Month, ...]:
    """The months whose reports are to be made today, the earliest first: from the first working day on that of the month
    before, and those that were missed since the last one made."""
    this = Month.of(today)
    if today < calendar.next_worked(this.first):
        return ()
    last = max((month for month in made if month < this), default=None)
    due: list[Month] = []
    month = this.before
    while len(due) < MOST_AT_ONCE and (last is None or month > last):
        due.append(month)
        if last is None:
            break
        month = month.before
    return tuple(reversed(due))
