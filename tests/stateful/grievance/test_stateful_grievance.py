"""Random sequences of acts, with time skipping, against a plain model of decision 8.

The usual run plays the same few examples each time. A long one plays others, as many as it is told to, and says at the end how
often it did what; a failure is made as short as may be, and tells its story with dates:

    STATEFUL_EXAMPLES=500 make test ARGS="tests/stateful/grievance -s"
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.stateful.grievance.machine import AnyGrievance
from tests.stateful.test_stateful import EXAMPLES, LONG, USUAL


@pytest.mark.timeout(0 if EXAMPLES else 300)
async def test_any_grievance_comes_to_the_same_legs_days_and_papers_as_the_model(
    any_grievance: Callable[[], AnyGrievance], steps: Counter[str]
) -> None:
    usual = settings(USUAL, max_examples=15)
    try:
        await asyncio.to_thread(run_state_machine_as_test, any_grievance, settings=LONG if EXAMPLES else usual)
    finally:
        print(f"\n{steps.total()} steps", *(f"{n:6} {step}" for step, n in steps.most_common()), sep="\n")
    assert steps["notify"] or EXAMPLES, "no example went the whole way"
