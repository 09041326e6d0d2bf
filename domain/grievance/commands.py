"""What people ask of a grievance: one value per act. Free text stays in PostgreSQL; a command names it by its id."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from domain.commands import Command, RemedyKind
from domain.supervision.rules import Class
from domain.supervision.shortcomings import Shortcoming
from domain.values import Message


class Exclusion(StrEnum):
    """Why something is no matter for the window (practice of other cities, law.md f; the regulation lists none)."""

    CONDITIONS_NOT_MET = "conditions_not_met"
    OWN_CAUSE = "own_cause"
    LEGAL_PROCEEDINGS = "legal_proceedings"
    OUTSIDE_REMIT = "outside_remit"


class Said(StrEnum):
    """What the responsible unit answers."""

    REMEDIED = "remedied"
    EXPLAINED = "explained"
    REJECTED = "rejected"


class Conclusion(StrEnum):
    """What the review found (复核评估): 属实, 部分属实, 不属实."""

    CONFIRMED = "confirmed"
    PARTLY = "partly"
    NOT_CONFIRMED = "not_confirmed"


class AskedOfCase(Message):
    """An act on the case that the outcome of the grievance calls for."""

    remedy: RemedyKind
    due: date | None = None
    """By when it is to be decided."""


class Classify(Command):
    """The window says how hard it is and what it is about, or why it is no matter for the window."""

    kind: Literal["classify"] = "classify"
    klass: Class | None = None
    grounds: tuple[Shortcoming, ...] = ()
    excluded: Exclusion | None = None
    text: str | None = None
    found: bool | None = None
    """A fact that the counter looked up: whether the file shows one of the three grounds by now; None: as it was when
    the grievance was registered."""


class ApproveClass(Command):
    """The overseeing department agrees that it is very complex, or gives it another class."""

    kind: Literal["approve_class"] = "approve_class"
    klass: Class
    text: str | None = None


class Transfer(Command):
    """The window passes it to the responsible unit (转办)."""

    kind: Literal["transfer"] = "transfer"
    unit: str
    text: str | None = None


class PassOn(Command):
    """It goes from the unit that has it to another one, with reasons."""

    kind: Literal["pass_on"] = "pass_on"
    unit: str
    text: str | None = None


class SendBack(Command):
    """It goes back to where it came from, with reasons."""

    kind: Literal["send_back"] = "send_back"
    text: str | None = None


class Reply(Command):
    """The answer of the responsible unit, or of the window where it is settled on the spot."""

    kind: Literal["answer"] = "answer"
    said: Said
    text: str | None = None
    remedies: tuple[AskedOfCase, ...] = ()


class GiveFeedback(Command):
    """The window tells the reporter what came of it."""

    kind: Literal["feedback"] = "feedback"
    text: str | None = None


class ReturnVisit(Command):
    """The window asked the reporter how satisfied they are, or tried to (回访)."""

    kind: Literal["return_visit"] = "return_visit"
    reached: bool
    satisfaction: Annotated[int, Field(ge=1, le=5)] | None = None
    """1 very satisfied … 5 very dissatisfied (GB/T 39046 A.8)."""
    text: str | None = None


class WithdrawGrievance(Command):
    """The reporter asks for nothing more; the review goes on, for it is the department's own duty."""

    kind: Literal["withdraw"] = "withdraw"


class Review(Command):
    """The overseeing department's review (复核评估)."""

    kind: Literal["review"] = "review"
    conclusion: Conclusion
    responsible: str | None = None
    """The unit that is responsible; None: the one that answered."""
    text: str | None = None
    improvement: str | None = None
    """Id of what is to be improved."""
    remedies: tuple[AskedOfCase, ...] = ()


class NotifyUnit(Command):
    """The result of the review is notified to the dispatching unit (通报派出单位), and the ledger closes."""

    kind: Literal["notify"] = "notify"
    text: str | None = None


GrievanceAct = Annotated[
    Classify
    | ApproveClass
    | Transfer
    | PassOn
    | SendBack
    | Reply
    | GiveFeedback
    | ReturnVisit
    | WithdrawGrievance
    | Review
    | NotifyUnit,
    Field(discriminator="kind"),
]


class GrievanceActRequest(Message):
    """The wire form of an act: it names its own type."""

    act: GrievanceAct
