"""What stays together where two processes share the tests (`pytest -n 2`)."""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

APART = ("e2e", "cases", "stateful", "observability", "replay", "architecture", "unit")
"""Folders whose tests need nothing of the servers of all others, in the order in which they are begun."""
FILE_BY_FILE = ("e2e", "unit")
"""Folders whose files share nothing with each other either."""


class Pieces(LoadScopeScheduling):
    """All that shares the servers is one piece, done by one process in the usual order; the rest is done beside it and after."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        folder = folder_of(nodeid)
        if folder not in APART:
            return "what shares the servers"
        return nodeid.partition("::")[0] if folder in FILE_BY_FILE else folder


def folder_of(nodeid: str) -> str:
    """The folder of `tests` that the test is in."""
    return nodeid.split("/")[1]


def turn(nodeid: str) -> int:
    """What comes before what: the largest piece first, the smallest ones last."""
    folder = folder_of(nodeid)
    return APART.index(folder) + 1 if folder in APART else 0
