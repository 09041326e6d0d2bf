"""All open files beside their histories, eight at a time: everything that was done is told, also where one could not be compared."""

from __future__ import annotations

import asyncio

import pytest

from storage.watched import OnFile
from workflows.reconciling import AT_ONCE, Agreement, Compared, Reconciler

LISTED = AT_ONCE + 3
NUMBERS = [f"GZ20261126-{n:06}-0" for n in range(1, 2 * AT_ONCE + 4)]


class Silent(Exception):
    """Nobody answered."""


class Files(Reconciler):
    """Files of cases that are all repaired, but for those that nobody answers for."""

    def __init__(self, silent: str | None = None) -> None:
        self._silent, self.begun, self.under_way, self.most = silent, 0, 0, 0
        self._catch_up = {"case": self._repaired}

    async def _repaired(self, number: str) -> None:
        pytest.fail("what compares is asked, and nothing else")

    async def _next_open(self, what: str, after: str) -> list[OnFile]:
        return [OnFile(f"case:{number}", 1) for number in NUMBERS if number > after][:LISTED]

    async def of(self, number: str, *, repair: bool = True) -> Compared | None:
        self.begun, self.under_way = self.begun + 1, self.under_way + 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0.01 if number == self._silent else 0.02)
        self.under_way -= 1
        if number == self._silent:
            raise Silent
        return Compared(number, Agreement.REPAIRED, 1, 2)


async def tell(files: Files, told: list[str]) -> None:
    async for one in files.all():
        told.append(one.number)  # noqa: PERF401  (what came before an error is there as well)


async def test_every_file_is_told_once_and_in_order() -> None:
    files, done = Files(), [0]

    told = [one.number async for one in files.all(done.append)]

    assert told == NUMBERS
    assert done == sorted(done)
    assert done[-1] == len(NUMBERS)
    assert files.most == AT_ONCE


async def test_what_was_repaired_beside_one_that_nobody_answers_for_is_told_before_the_error() -> None:
    files, told = Files(silent=NUMBERS[4]), list[str]()

    with pytest.raises(Silent):
        await tell(files, told)

    assert told == [*NUMBERS[:4], *NUMBERS[5:AT_ONCE]]
    assert (files.begun, files.under_way) == (AT_ONCE, 0)
