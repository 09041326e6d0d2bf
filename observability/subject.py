"""Which case what runs now is about: logs and spans carry its number, so that it leads from one to the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

NUMBER = re.compile(r"\b(?:GZ|FY|DF)[0-9]{8}-[0-9]{6,}-[0-9]\b")
"""Numbers of cases, grievances and visits, wherever they stand (domain.case_number)."""

_number: ContextVar[str | None] = ContextVar("case_number", default=None)
_hearing: list[Callable[[str], None]] = []


def about(number: str) -> None:
    """What follows in this task is about this case."""
    _number.set(number)
    for told in _hearing:
        told(number)


@contextmanager
def within(number: str | None) -> Iterator[None]:
    """What is done inside is about this case; None: about none that is known."""
    before = _number.set(number)
    try:
        yield
    finally:
        _number.reset(before)


def number() -> str | None:
    """The case that this is about, or None."""
    return _number.get()


def number_in(text: str) -> str | None:
    """The first number in an address or in the id of a workflow, or None."""
    found = NUMBER.search(text)
    return found[0] if found else None


def when_told(told: Callable[[str], None]) -> None:
    """Call this with each number as soon as it is known what a task is about."""
    _hearing.append(told)
