"""One server that skips time, for every grievance of these tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from registry.calendars import read_calendar
from tests.stateful.grievance.days import working_days
from tests.stateful.grievance.machine import AnyGrievance
from tests.stateful.grievance.world import GrievanceWorld

CALENDAR = Path(__file__).resolve().parents[3] / "definitions" / "calendar"


@pytest.fixture(scope="package")
async def grievance_world() -> AsyncIterator[GrievanceWorld]:
    async with GrievanceWorld.going() as going:
        yield going


@pytest.fixture
def any_grievance(grievance_world: GrievanceWorld, steps: Counter[str]) -> Callable[[], AnyGrievance]:
    """Makes machines, each for grievances of its own; the engine counts by the calendar of the repository."""
    calendar = read_calendar(CALENDAR)
    return lambda: AnyGrievance(grievance_world, working_days(calendar.version), calendar, steps)
