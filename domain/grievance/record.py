"""What goes on record of a grievance: where it stands, its events, and the batches in which they go on file."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from domain.commands import Actor
from domain.record import ClockRecord, Paper
from domain.supervision.rules import Class
from domain.supervision.shortcomings import Shortcoming
from domain.values import Message


class Leg(StrEnum):
    """Where a grievance stands."""

    CLASSIFICATION = "classification"
    APPROVAL = "approval"
    TRANSFER = "transfer"
    ANSWER = "answer"
    FEEDBACK = "feedback"
    RETURN_VISIT = "return_visit"
    REVIEW = "review"
    NOTIFICATION = "notification"
    CLOSED = "closed"


class GrievanceEnding(StrEnum):
    """How a grievance was closed."""

    SETTLED = "settled"
    """It went the whole way."""
    EXCLUDED = "excluded"
    """It is no matter for the window; the reporter has the reasons."""


class GrievanceEventKind(StrEnum):
    """What may happen in a grievance."""

    REGISTERED = "registered"
    CLASSIFIED = "classified"
    EXCLUDED = "excluded"
    CLASS_APPROVED = "class_approved"
    TRANSFERRED = "transferred"
    PASSED_ON = "passed_on"
    SENT_BACK = "sent_back"
    ANSWERED = "answered"
    FEEDBACK_GIVEN = "feedback_given"
    VISITED = "visited"
    WITHDRAWN = "withdrawn"
    REVIEWED = "reviewed"
    UNIT_NOTIFIED = "unit_notified"
    LEG_NEAR = "leg_near"
    LEG_LATE = "leg_late"
    ESCALATED = "escalated"
    CALENDAR_CHANGED = "calendar_changed"
    REMEDY_DONE = "remedy_done"
    REMEDY_REFUSED = "remedy_refused"
    CLOSED = "closed"


class GrievanceEvent(Message):
    """One thing that happened: when, by whom (None: by time, or by the system), under which article."""

    seq: int
    kind: GrievanceEventKind
    at: datetime
    by: Actor | None = None
    article: str | None = None
    papers: tuple[Paper, ...] = ()
    data: dict[str, Any] = Field(default_factory=dict)


class GrievanceBatch(Message):
    """All that one act led to, in one transaction; `last` makes a repeated write harmless."""

    number: str
    first: int
    last: int
    leg: Leg
    ending: GrievanceEnding | None
    klass: Class | None
    grounds: tuple[Shortcoming, ...]
    unit: str | None
    level: int
    waiting_for: tuple[str, ...]
    due_day: date | None
    satisfaction: int | None
    conclusion: str | None
    events: tuple[GrievanceEvent, ...]
    clocks: tuple[ClockRecord, ...]
    """Every limit of a leg that ever ran, as it stands now."""
