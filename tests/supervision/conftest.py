"""One server that skips time for every life of these tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from cli.simulation.environment import Environment, environment


@pytest.fixture(scope="package")
async def simulation() -> AsyncIterator[Environment]:
    async with environment() as started:
        yield started
