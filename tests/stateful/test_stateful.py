"""Random sequences of acts, with time skipping, against a plain model of design §5-6.

The usual run plays the same few examples each time. A long one plays others, as many as it is told to:

    STATEFUL_EXAMPLES=500 make test ARGS="tests/stateful -s"
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from registry.calendars import read_calendar
from tests.stateful.days import days_of
from tests.stateful.machine import AnyCase
from tests.stateful.world import World

CALENDAR = Path(__file__).resolve().parents[2] / "definitions" / "calendar"
EXAMPLES = int(os.environ.get("STATEFUL_EXAMPLES", "0"))
SETTINGS = settings(
    max_examples=EXAMPLES or 25,
    stateful_step_count=30,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
    print_blob=False,
)


@pytest.fixture(scope="module")
async def world() -> AsyncIterator[World]:
    async with World.going() as going:
        yield going


@pytest.mark.timeout(0 if EXAMPLES else 300)
async def test_any_case_comes_to_the_same_states_dates_and_notices_as_the_model(world: World) -> None:
    published, steps = days_of(read_calendar(CALENDAR)), Counter[str]()
    try:
        await asyncio.to_thread(
            run_state_machine_as_test, lambda: AnyCase(world, published, steps), settings=SETTINGS
        )
    finally:
        print(f"\n{steps.total()} steps", *(f"{n:6} {step}" for step, n in steps.most_common()), sep="\n")
