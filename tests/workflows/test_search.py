"""What supervisors find cases by in Temporal: the item, its version, the unit, the channel."""

from __future__ import annotations

import asyncio

import pytest
from temporalio.client import Client

from tests.counter import FOOD_PERMIT, UNIT, Counter, an_application
from workflows.messages import workflow_id

BROADBAND = "442199008000"


async def found(temporal: Client, query: str) -> set[str]:
    """The workflows that the query finds."""
    return {execution.id async for execution in temporal.list_workflows(query)}


async def all_found(temporal: Client, query: str, *numbers: str) -> set[str]:
    """What the query finds once these cases are among it: the engine's index follows its histories a little later."""
    wanted = {workflow_id(number) for number in numbers}
    async with asyncio.timeout(30):
        while not wanted <= (listed := await found(temporal, query)):  # noqa: ASYNC110  (the index is the engine's)
            await asyncio.sleep(0.1)
    return listed


@pytest.mark.shows(63)
async def test_cases_are_found_by_item_version_unit_and_channel(counter: Counter, temporal: Client) -> None:
    online = (await counter.apply("applicant"))["number"]
    at_window = (await counter.post("window", "/v1/cases", an_application())).json()["number"]
    broadband = (await counter.apply(item=BROADBAND, materials=(), situations={}))["number"]

    version = await all_found(temporal, f"AcDefVersion = '{BROADBAND}@2025-05-01'", broadband)
    food = await all_found(temporal, f"AcItemCode = '{FOOD_PERMIT}' AND AcDept = '{UNIT}'", online, at_window)
    taken_in = await all_found(temporal, f"AcDept = '{UNIT}' AND AcChannel = 'window'", at_window)

    assert workflow_id(broadband) not in food
    assert workflow_id(online) not in taken_in
    assert version.isdisjoint({workflow_id(online), workflow_id(at_window)})


@pytest.mark.shows(63)
async def test_running_cases_are_told_from_those_that_ended(counter: Counter, temporal: Client) -> None:
    running, ended = (await counter.apply())["number"], (await counter.apply())["number"]
    await counter.post("applicant", f"/v1/cases/{ended}/acts", {"act": "withdraw"})

    done = await all_found(temporal, f"AcDept = '{UNIT}' AND ExecutionStatus = 'Completed'", ended)
    open_ = await all_found(temporal, f"AcDept = '{UNIT}' AND ExecutionStatus = 'Running'", running)

    assert workflow_id(running) not in done
    assert workflow_id(ended) not in open_
