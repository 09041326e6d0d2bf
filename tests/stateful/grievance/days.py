"""The working days of the years that are published, as another library has them."""

from __future__ import annotations

from datetime import date

from chinese_calendar import is_workday

from tests.stateful.days import Days, between

FIRST, LAST = date(2024, 12, 1), date(2026, 12, 31)
"""No grievance of the test lives outside these days."""


def working_days(version: str) -> Days:
    """Holidays and make-up days by `chinese_calendar`; the engine reads them from `definitions/calendar`."""
    worked = frozenset(day for day in between(FIRST, LAST) if is_workday(day))
    return Days(version, worked, frozenset({2025, 2026}))
