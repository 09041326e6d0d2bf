"""What a grievance is opened with."""

from __future__ import annotations

from pydantic import AwareDatetime

from domain.commands import Actor
from domain.deadline import Office
from domain.grievance.record import Leg
from domain.shown import Shown
from domain.supervision.rules import GrievanceRules
from domain.supervision.shortcomings import Shortcoming
from domain.values import Message


class GrievanceStart(Message):
    """Everything a grievance is opened with; what is not in here, its workflow never learns from outside."""

    number: str
    channel: str
    window: str
    """The overseeing department whose window has it."""
    case: str | None = None
    item: str | None = None
    unit: str | None = None
    """The unit complained of, where that is known."""
    grounds: tuple[Shortcoming, ...] = ()
    found: bool = False
    """Whether a fact on file shows one of the three grounds."""
    by: Actor | None = None
    """Who reported it; None: the system."""
    rules: GrievanceRules = GrievanceRules()
    office: Office
    """The days and hours of the overseeing department."""
    received_at: AwareDatetime
    clock_shift_seconds: int = 0
    """How far its clock runs from the server's; set by simulations only."""
    semantics: int = 0
    """Of which release it does things (`domain.shown.SEMANTICS`)."""
    shown: Shown = Shown()


class GrievanceDone(Message):
    """What the one who acted is told: it is on file."""

    number: str
    seq: int
    leg: Leg
    waiting_for: tuple[str, ...]
    digest: str = ""
