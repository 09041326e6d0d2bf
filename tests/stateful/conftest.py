"""One server that skips time, for every case of these tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from registry.calendars import read_calendar
from tests.stateful.days import Days, days_of
from tests.stateful.machine import AnyCase
from tests.stateful.world import World

CALENDAR = Path(__file__).resolve().parents[2] / "definitions" / "calendar"


@pytest.fixture(scope="package")
async def world() -> AsyncIterator[World]:
    async with World.going() as going:
        yield going


@pytest.fixture(scope="package")
def published() -> Days:
    """The working days of the years that are published."""
    return days_of(read_calendar(CALENDAR))


@pytest.fixture
def steps() -> Counter[str]:
    """How often what was done."""
    return Counter()


@pytest.fixture
def any_case(world: World, published: Days, steps: Counter[str]) -> Callable[[], AnyCase]:
    """Makes machines, each for cases of its own."""
    return lambda: AnyCase(world, published, steps)
