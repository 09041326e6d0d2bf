"""What a grievance asks of its case, and what it shows."""

from __future__ import annotations

from domain.commands import Actor, Remedy
from domain.grievance.commands import AskedOfCase
from domain.grievance.record import GrievanceEvent
from domain.grievance.state import SUPERVISOR, Grievance
from domain.record import ClockRecord
from domain.values import Message


class AskOfCase(Message):
    """What the outcome of a grievance calls for: the `n`th thing that it asks of its case."""

    grievance: str
    case: str
    n: int
    asked: AskedOfCase

    @property
    def act(self) -> Remedy:
        """The act on the case; asked twice, it is the same one."""
        request = f"{self.grievance}-{self.n}"
        return Remedy(
            request_id=request,
            by=Actor(id=f"grievance:{self.grievance}", roles=(SUPERVISOR,), units=("*",)),
            digest=request,
            remedy=self.asked.remedy,
            due=self.asked.due,
            grievance=self.grievance,
        )


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
