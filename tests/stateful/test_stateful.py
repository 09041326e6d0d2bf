"""Random sequences of acts, with time skipping, against a plain model of design §5-6.

The usual run plays the same few examples each time. A long one plays others, as many as it is told to, and says at the end how
often it did what; a failure is made as short as may be, and tells its story with dates:

    STATEFUL_EXAMPLES=500 make test ARGS="tests/stateful -s"
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.stateful.machine import AnyCase

EXAMPLES = int(os.environ.get("STATEFUL_EXAMPLES", "0"))
USUAL = settings(
    max_examples=30,
    stateful_step_count=40,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate,),  # a failure tells its story; to make it short takes longer than the test may
    suppress_health_check=list(HealthCheck),
)
LONG = settings(
    USUAL, max_examples=EXAMPLES or 1, derandomize=False, phases=(Phase.generate, Phase.shrink), print_blob=False
)


@pytest.mark.timeout(0 if EXAMPLES else 300)
async def test_any_case_comes_to_the_same_states_dates_and_notices_as_the_model(
    any_case: Callable[[], AnyCase], steps: Counter[str]
) -> None:
    try:
        await asyncio.to_thread(run_state_machine_as_test, any_case, settings=LONG if EXAMPLES else USUAL)
    finally:
        print(f"\n{steps.total()} steps", *(f"{n:6} {step}" for step, n in steps.most_common()), sep="\n")
