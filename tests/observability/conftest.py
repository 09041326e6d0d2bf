"""One stack for all that is seen of a running one."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest

from tests.counter import Counter
from tests.observability.city import City, city, office


@pytest.fixture(scope="package")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[City]:
    """The stack."""
    os.environ["BANCHENG_METRICS_SECONDS"] = "0.5"
    try:
        with city(tmp_path_factory.mktemp("town")) as found:
            yield found
    finally:
        del os.environ["BANCHENG_METRICS_SECONDS"]


@pytest.fixture(scope="package")
async def clerk(town: City) -> AsyncIterator[Counter]:
    """Who works there."""
    async with office(town.stack) as opened:
        yield opened
