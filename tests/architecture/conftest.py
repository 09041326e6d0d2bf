"""Keeps, for the tests of this folder, what pytest itself collected of the marks `shows`."""

from __future__ import annotations

import pytest

SHOWN: pytest.StashKey[list[tuple[str, str]]] = pytest.StashKey()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Note every feature that a collected test names; `Mark.args` are seen here also where no source shows them."""
    config.stash[SHOWN] = [
        (item.nodeid.split("[")[0], str(feature))
        for item in items
        for mark in item.iter_markers("shows")
        for feature in mark.args
    ]


@pytest.fixture
def collected_marks(pytestconfig: pytest.Config) -> list[tuple[str, str]]:
    """The tests of this run with each feature they name."""
    return pytestconfig.stash[SHOWN]
