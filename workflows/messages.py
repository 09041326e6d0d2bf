"""What the counter says to a case, and what the case shows."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime

from domain.bundle.settling import Bundle, PartOf
from domain.commands import Actor, Done, HandedIn
from domain.deadline import Office
from domain.desk import Task
from domain.hearing import Hearing
from domain.item import Item
from domain.limits import Limit
from domain.record import Batch, ClockRecord, Ending, Event, Light, PartRecord, Stage
from domain.running import Policy
from domain.shown import Shown
from domain.special import Stop
from domain.values import Message


class CaseStart(Message):
    """Everything a case is opened with; what is not in here, its workflow never learns from outside."""

    number: str
    item: Item
    office: Office
    policy: Policy = Policy()
    received_at: AwareDatetime
    entered_at: AwareDatetime | None = None
    """When it was entered, where that was after its receipt; `belated` is the id of the reason."""
    belated: str | None = None
    by: Actor
    channel: str = "window"
    in_hand: tuple[HandedIn, ...] = ()
    promised: bool = False
    bundle: Bundle | None = None
    """The items, where this is the case of a bundle."""
    part_of: PartOf | None = None
    """Where this is the case of an item of a bundle: which one, and of which."""
    clock_shift_seconds: int = 0
    """How far the clock of this case runs from the server's; set by simulations only, which replay past years."""
    semantics: int = 0
    """Of which release it does things (`domain.shown.SEMANTICS`); 0: as before there was a number."""
    shown: Shown = Shown()


class News(Message):
    """What an item of a bundle tells the case of the bundle, by a signal."""

    part: str
    kind: Literal["refused", "longer"]
    extended: tuple[Limit, ...] = ()
    paused: tuple[Limit, ...] = ()
    """By how much it takes longer than it promised."""
    office: Office | None = None
    """The days and hours by which it counts from now on."""


class FromBundle(Message):
    """What the case of a bundle passes on to one of its items, by a signal."""

    kind: Literal["materials", "withdrawn"]
    by: Actor
    materials: tuple[str, ...] = ()
    received_at: AwareDatetime | None = None


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
    delivery_since: AwareDatetime | None = None
    """From when on its result has to be delivered; None where it has none."""


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
    parts: tuple[PartRecord, ...] = ()
    last: tuple[Event, ...]
    filed: int = 0
    """The last event that is on file, or on its way there; what is quiet after it goes there with the next that is not."""


def workflow_id(number: str) -> str:
    """The id of a case's workflow; it holds the case number and nothing else."""
    return f"case:{number}"
