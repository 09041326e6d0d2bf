"""A loop that another process does, or that has much to do, is not taken for one that stands."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import SimpleNamespace

import pytest

from observability import turns
from observability.turns import goes_on, turn
from worker.figures import LOOP, Figures, rest_after

NOBODY_LISTENS = "postgresql+psycopg://postgres@127.0.0.1:9/postgres"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What time it is, and no loops but those of the test."""
    now = [1000.0]
    monkeypatch.setattr(turns, "_done", {})
    monkeypatch.setattr(turns, "_failed", {})
    monkeypatch.setattr(turns, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


def ages() -> dict[str, float]:
    return {labels["loop"]: age for labels, age in turns._ages()}


def test_loop_is_as_old_as_its_last_good_round(clock: list[float]) -> None:
    with turn("opening"):
        pass
    clock[0] += 5
    with suppress(RuntimeError), turn("opening"):
        raise RuntimeError

    assert ages() == {"opening": 5.0}


def test_long_round_that_comes_forward_is_young(clock: list[float]) -> None:
    with turn("recounting"):
        clock[0] += 4000
        goes_on("recounting")

        assert ages() == {"recounting": 0.0}


async def test_worker_that_reckons_no_more_has_no_age_of_it_and_no_times(clock: list[float]) -> None:
    figures = Figures(NOBODY_LISTENS, 0.01)
    with turn(LOOP):
        figures._took["bancheng_cases_open"] = 1.0

    reckoning = asyncio.create_task(figures.run())
    async with asyncio.timeout(30):
        while LOOP in ages():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    reckoning.cancel()
    with suppress(asyncio.CancelledError):
        await reckoning

    assert figures._times() == []


@pytest.mark.parametrize(("took", "rest"), [(0.1, 30.0), (1.7, 32.3), (10.0, 190.0), (25.0, 240.0)])
def test_figures_rest_long_after_a_long_look_and_never_so_long_that_they_pass_for_gone(
    took: float, rest: float
) -> None:
    assert rest_after(took, 30.0) == pytest.approx(rest)
    assert rest + took < 300
