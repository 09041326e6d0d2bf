"""What a grievance asks of its case, and what it shows."""

from __future__ import annotations

from domain.grievance.commands import AskedOfCase
from domain.grievance.record import GrievanceEvent
from domain.grievance.state import Grievance
from domain.record import ClockRecord
from domain.values import Message


class AskOfCase(Message):
    """What the outcome of a grievance calls for: the `n`th thing that it asks of its case."""

    grievance: str
    case: str
    n: int
    asked: AskedOfCase


class CaseAnswered(Message):
    """What the case made of it."""

    refused: str | None = None
    """The code of the refusal; None: it was done."""


class GrievancePicture(Message):
    """The whole of a grievance at a glance."""

    number: str
    state: Grievance
    clocks: tuple[ClockRecord, ...]
    last: tuple[GrievanceEvent, ...]


def grievance_id(number: str) -> str:
    """The id of a grievance's workflow; it holds the number and nothing else."""
    return f"grievance:{number}"
