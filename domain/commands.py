"""What people ask of a case: one value per act. Free text stays in PostgreSQL; a command names it by its id."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from domain.calendar import Calendar
from domain.definition import Role
from domain.values import Message


class Actor(Message):
    """Who acts, by the opaque id of their account, in which roles and for which units."""

    id: str
    roles: tuple[str, ...]
    units: tuple[str, ...] = ()


class Outcome(StrEnum):
    """The answers that a task may be given."""

    ACCEPT = "accept"
    ACCEPT_DEFERRED = "accept_deferred"
    NOTIFY = "notify"
    NOT_REQUIRED = "not_required"
    REFUSE_ACCEPTANCE = "refuse_acceptance"
    GRANT_AT_ONCE = "grant_at_once"
    PASS = "pass"
    FAIL = "fail"
    RETURN = "return"
    GRANT = "grant"
    REFUSE = "refuse"
    ISSUED = "issued"
    DELIVERED = "delivered"
    ADVISED = "advised"
    APPROVE = "approve"
    DISAPPROVE = "disapprove"
    REPORTED = "reported"


class Ground(StrEnum):
    """The law's closed list of reasons for non-acceptance (law.md d.2)."""

    OTHER_AUTHORITY = "other_authority"
    FALSE_MATERIALS = "false_materials"
    BARRED = "barred"
    ITEM_LAW = "item_law"
    INCOMPLETE_ON_THE_SPOT = "incomplete_on_the_spot"


class Cause(StrEnum):
    """Why an application cannot be decided in time. The regulation asks for objective causes and lists none (gz:13.4);
    the list is ours."""

    COMPLEX = "complex"
    OTHER_AUTHORITY = "other_authority"
    MAJOR_INTEREST = "major_interest"
    SITE_UNREACHABLE = "site_unreachable"
    FORCE_MAJEURE = "force_majeure"
    SYSTEM_FAILURE = "system_failure"
    STAFF_SHORTAGE = "staff_shortage"
    OTHER = "other"


class Demand(Message):
    """One line of a one-time notice: a material that is missing or does not conform, or a further requirement."""

    material: str | None = None
    defect: str | None = None
    """Id of the text that says what does not conform, or what else is required; None: the material is missing."""
    repeats: str | None = None
    """The line of an earlier notice that is still open and said again, like `1.2`: notice 1, line 2."""


class HandedIn(Message):
    """A material that reached the case: a stored file, or one that the unit takes from a register."""

    material: str
    digest: str | None = None
    """SHA-256 of the file; None where it is named as shared from a register or shown on paper."""


class Command(Message):
    """What every act has: the id under which it is done only once, and who does it."""

    request_id: str
    by: Actor
    digest: str = ""
    """Of the request's body; an id that comes again with another body is found out by it."""
    caller_files: bool = False
    """The caller puts what the act led to on file, as the counter does; otherwise the workflow has it put there first."""


class Answer(Command):
    """An answer to an open task."""

    task: str
    outcome: Outcome
    text: str | None = None
    """Id of the opinion or reasons."""
    demands: tuple[Demand, ...] = ()
    ground: Ground | None = None
    authority: str | None = None
    """Id of the text, or of the unit, that names the authority which is competent instead (apl:32.2)."""
    officers: tuple[str, ...] = ()
    return_to: str | None = None
    barred_until: date | None = None
    """A fact that the counter looked up: until when broken promises bar this applicant from deferral."""
    not_found: tuple[str, ...] = ()
    """A fact that the counter looked up: materials that their registers do not hold."""

    @property
    def on_the_spot(self) -> bool:
        """Whether acceptance is refused at once because the application is incomplete."""
        return self.ground is Ground.INCOMPLETE_ON_THE_SPOT


class Supplement(Command):
    """Materials handed in after the submission."""

    kind: Literal["supplement"] = "supplement"
    materials: tuple[HandedIn, ...] = ()
    """None where the applicant only says to have done what else was required; then it is final."""
    received_at: AwareDatetime | None = None
    final: bool = False
    """The applicant says that this is all; otherwise the case waits until everything demanded is in."""


class Withdraw(Command):
    """The applicant takes the application back."""

    kind: Literal["withdraw"] = "withdraw"


class Promise(Command):
    """The applicant wants deferred acceptance and promises the missing secondary materials."""

    kind: Literal["promise"] = "promise"


class Claim(Command):
    """One of several who may answer takes the task, or gives it back."""

    kind: Literal["claim"] = "claim"
    task: str
    release: bool = False


class Transfer(Command):
    """The task goes to another unit, or to a named person of it (转办)."""

    kind: Literal["transfer"] = "transfer"
    task: str
    unit: str
    person: str | None = None
    text: str | None = None


class AddHelper(Command):
    """Another one is asked for an opinion before the task may be answered (加签)."""

    kind: Literal["add_helper"] = "add_helper"
    task: str
    role: Role
    unit: str
    text: str | None = None


class DropHelper(Command):
    """An opinion that was asked for is no longer waited for (减签)."""

    kind: Literal["drop_helper"] = "drop_helper"
    task: str


class Pause(Command):
    """The clock stops for a special procedure that the definition declares; said again while it runs, the procedure
    needs so many days more (apl:45)."""

    kind: Literal["pause"] = "pause"
    procedure: str
    days: int
    """Time needed, in the unit of the procedure's longest time; the day of the act is the first of them."""
    text: str | None = None


class Resume(Command):
    """The special procedure is over, and the clock goes on with the next day."""

    kind: Literal["resume"] = "resume"
    procedure: str
    ended_on: date | None = None
    """The last day of the procedure; None: the day of the act."""
    text: str | None = None


class Extend(Command):
    """Ask for more time, or grant it at once where the one who acts is the one who may (apl:42.1, gz:13.4)."""

    kind: Literal["extend"] = "extend"
    clock: Literal["promised", "statutory"] = "statutory"
    days: int
    """How many days more, in the unit of the right to extend; of the limit itself where the promise is extended."""
    cause: Cause
    text: str | None = None


class Delay(Command):
    """Tell the applicant, and file, that the decision will be late, without any right to be (gz:13.4)."""

    kind: Literal["delay"] = "delay"
    until: date
    """By when it will be decided."""
    cause: Cause
    text: str | None = None


class HearingMove(StrEnum):
    """What may be done about a hearing, in its order (apl:46 to apl:48)."""

    OFFER = "offer"
    REQUEST = "request"
    DECLINE = "decline"
    ORDER = "order"
    SCHEDULE = "schedule"
    HOLD = "hold"


class Hear(Command):
    """One step of a hearing."""

    kind: Literal["hear"] = "hear"
    move: HearingMove
    held_on: date | None = None
    """The day for which it is called."""
    host: str | None = None
    """Who chairs it; never one who examines the application (apl:48)."""
    text: str | None = None
    """Id of the reasons, of time and place, or of the record."""


class Recount(Command):
    """The calendar or the office's closing time changed; the worker sends it, once for each change."""

    kind: Literal["recount"] = "recount"
    calendar: Calendar
    calendars: dict[str, Calendar] = Field(default_factory=dict)
    """Of a bundle: those of the units of its items."""
    closing_time: time | None = None
    source: str = ""
    """Id of the order that changed the calendar."""


class WithdrawParts(Command):
    """The applicant takes back some items of a bundle; what comes after them is not handled either (gz:11.2)."""

    kind: Literal["withdraw_parts"] = "withdraw_parts"
    parts: tuple[str, ...] = Field(min_length=1)
    decided: tuple[str, ...] = ()
    """A fact that the counter looked up: items that are decided already, though their results are not made yet."""


class CollectEarly(Command):
    """The applicant asks for the result of one item of a bundle before the others are there (gz:11.2)."""

    kind: Literal["collect_early"] = "collect_early"
    part: str


class Urge(Command):
    """The applicant urges the case, or one of those who see to it that cases go on."""

    kind: Literal["urge"] = "urge"
    text: str | None = None
    overseen_by: str | None = None
    """A fact that the counter looked up: the department that oversees the services of the unit's place."""


class Order(Command):
    """A supervision order (督办): the unit's chief representative reports within so many working days."""

    kind: Literal["order"] = "order"
    text: str | None = None
    """Id of what is to be done and reported."""
    days: int | None = None
    """None: as the rules of the place have it."""
    overseen_by: str | None = None


class JointHandling(Command):
    """Units are called together for the case (gz:8.3)."""

    kind: Literal["joint_handling"] = "joint_handling"
    units: tuple[str, ...] = Field(min_length=1)
    held_on: date
    text: str | None = None
    """Id of what it is about, and of time and place."""
    overseen_by: str | None = None


class RemedyKind(StrEnum):
    """What the outcome of a grievance may ask of its case."""

    ACCEPT_NOW = "accept_now"
    WITHDRAW_NOTICE = "withdraw_notice"
    DECIDE_BY = "decide_by"


class Remedy(Command):
    """The overseeing department asks of the case what the outcome of a grievance calls for (gz:13.5)."""

    kind: Literal["remedy"] = "remedy"
    remedy: RemedyKind
    grievance: str
    due: date | None = None
    """By when it is to be decided."""
    text: str | None = None


Act = Annotated[
    Supplement
    | Withdraw
    | Promise
    | Claim
    | Transfer
    | AddHelper
    | DropHelper
    | Pause
    | Resume
    | Extend
    | Delay
    | Hear
    | Recount
    | WithdrawParts
    | CollectEarly
    | Urge
    | Order
    | JointHandling
    | Remedy,
    Field(discriminator="kind"),
]


class ActRequest(Message):
    """One act on a case; the single argument of the workflow's `act`."""

    act: Act


class Done(Message):
    """What an act led to, once it is on record."""

    number: str
    seq: int
    stage: str
    ending: str | None = None
    tasks: tuple[str, ...] = ()
    at: datetime | None = None
    digest: str = ""
    """Of the request that this answers."""
