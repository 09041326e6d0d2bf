"""What the counter says to a case, and what the case shows."""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime

from domain.commands import Actor, Done, HandedIn
from domain.deadline import Office
from domain.desk import Task
from domain.hearing import Hearing
from domain.item import Item
from domain.record import Batch, ClockRecord, Ending, Event, Light, Stage
from domain.running import Policy
from domain.special import Stop
from domain.values import Message


class CaseStart(Message):
    """Everything a case is opened with; what is not in here, its workflow never learns from outside."""

    number: str
    item: Item
    office: Office
    policy: Policy = Policy()
    received_at: AwareDatetime
    by: Actor
    channel: str = "window"
    in_hand: tuple[HandedIn, ...] = ()
    promised: bool = False
    clock_shift_seconds: int = 0
    """How far the clock of this case runs from the server's; set by simulations only, which replay past years."""


class Acted(Message):
    """The answer to an act: what the one who acted is told, and what is to go on file."""

    done: Done
    batch: Batch | None = None
    """All that the act led to; None where the workflow had it put on file."""


class CaseResult(Message):
    """How the case ended; what people did and what time did is in its events."""

    number: str
    ending: Ending
    at: datetime
    events: int


class Picture(Message):
    """The whole of a case at a glance."""

    number: str
    item: str
    definition: str
    stage: Stage
    ending: Ending | None
    light: Light
    received_at: datetime
    accepted_at: datetime | None
    missing: tuple[str, ...]
    promise_open: bool
    tasks: tuple[Task, ...]
    clocks: tuple[ClockRecord, ...]
    stops: tuple[Stop, ...] = ()
    hearing: Hearing | None = None
    last: tuple[Event, ...]
