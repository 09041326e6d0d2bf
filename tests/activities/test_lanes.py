"""Attempts beside one another: a slow lane holds up no other, and whoever is told to stop does stop."""

import asyncio
import logging

import pytest

from activities.lanes import Lanes

log = logging.getLogger(__name__)


async def test_lane_that_is_full_takes_no_more_and_others_do() -> None:
    lanes, gate = Lanes(log, at_once=2), asyncio.Event()

    for _ in range(2):
        lanes.start("mail", _until(gate))

    assert (lanes.free("mail"), lanes.free("webhook")) == (0, 2)
    gate.set()
    await lanes.rest(5)
    assert lanes.free("mail") == 2


async def test_lane_whose_attempts_end_during_a_look_is_filled_again_at_once() -> None:
    lanes, gates = Lanes(log, at_once=3), [asyncio.Event() for _ in range(4)]
    lanes.found({"mail": 3}, ["mail"] * 3)
    for gate in gates[:3]:
        lanes.start("mail", _until(gate))
    gates[0].set()
    await lanes.rest(5)

    for gate in gates[1:3]:  # the look for the one free place goes on meanwhile
        gate.set()
    await asyncio.sleep(0.01)
    lanes.found({"mail": 1}, ["mail"])
    lanes.start("mail", _until(gates[3]))
    await asyncio.wait_for(lanes.rest(3600), 5)

    assert lanes.free("mail") == 2
    gates[3].set()


async def test_look_that_found_less_than_there_are_places_is_not_repeated_before_its_time() -> None:
    lanes = Lanes(log, at_once=3)

    lanes.found({"mail": 3}, ["mail", "mail"])
    resting = asyncio.create_task(lanes.rest(3600))
    await asyncio.sleep(0.05)

    assert not resting.done()
    resting.cancel()


async def test_loop_that_is_cancelled_while_an_attempt_ends_is_over() -> None:
    lanes, gate = Lanes(log, at_once=1), asyncio.Event()
    lanes.start("mail", _until(gate))
    loop = asyncio.create_task(_rests_for_ever(lanes))
    await asyncio.sleep(0)

    gate.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    loop.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(loop, 2)


async def test_what_is_slow_to_end_is_ended() -> None:
    lanes = Lanes(log, at_once=1)
    lanes.start("mail", _until(asyncio.Event()))

    await lanes.finish(0.05)

    assert lanes.free("mail") == 1


async def _until(gate: asyncio.Event) -> None:
    await gate.wait()


async def _rests_for_ever(lanes: Lanes) -> None:
    while True:
        await lanes.rest(5)
