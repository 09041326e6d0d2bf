"""The reference itself, against dates that were worked out on a calendar (facts of law b.2, b.4)."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from tests.stateful.days import at
from tests.stateful.grievance.days import working_days
from tests.stateful.grievance.reference import Limit

DAYS = working_days("chinese_calendar")
WORKED_OUT = [
    (date(2026, 2, 12), time(10), 5, date(2026, 2, 26)),
    (date(2026, 2, 13), time(10), 1, date(2026, 2, 14)),  # a Saturday that is worked
    (date(2026, 2, 14), time(10), 1, date(2026, 2, 24)),
    (date(2026, 2, 14), time(10), 0, date(2026, 2, 14)),
    (date(2026, 2, 15), time(10), 0, date(2026, 2, 24)),
    (date(2026, 9, 24), time(10), 10, date(2026, 10, 15)),
    (date(2025, 9, 29), time(10), 4, date(2025, 10, 11)),  # a Saturday that is worked
    (date(2026, 3, 6), time(23, 59), 1, date(2026, 3, 9)),
]


@pytest.mark.parametrize(("day", "hour", "days", "due"), WORKED_OUT)
def test_the_reference_counts_as_people_do_on_a_calendar(day: date, hour: time, days: int, due: date) -> None:
    limit = Limit("leg:1.classification", at(day, hour), days)

    limit.reckon(DAYS)

    assert limit.due == due


@pytest.mark.parametrize(
    ("begun", "days", "before", "warned"),
    [
        (at(date(2026, 2, 13), time(10)), 5, 1, at(date(2026, 2, 26), time(9))),
        (at(date(2026, 2, 13), time(10)), 5, 2, at(date(2026, 2, 25), time(9))),
        (at(date(2026, 2, 13), time(10)), 5, 0, at(date(2026, 2, 27), time(9))),
        (at(date(2026, 3, 2), time(10)), 1, 1, at(date(2026, 3, 3), time(9))),
        (at(date(2026, 3, 2), time(8)), 1, 1, at(date(2026, 3, 2), time(9))),
        (at(date(2026, 3, 2), time(10)), 0, 1, None),
    ],
)
def test_the_reference_reminds_when_the_office_opens(
    begun: datetime, days: int, before: int, warned: datetime | None
) -> None:
    limit = Limit("leg:1.classification", begun, days)
    limit.reckon(DAYS)

    limit.set_warning(DAYS, before, begun)

    assert limit.warn_at == warned
