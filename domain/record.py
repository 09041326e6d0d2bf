"""What goes on record: events, open tasks and running clocks, written in batches that may be written twice."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from pydantic import Field

from domain.commands import Actor
from domain.deadline import Stretch
from domain.limits import Limit
from domain.values import Message


class Stage(StrEnum):
    """Where a case stands."""

    ACCEPTANCE = "acceptance"
    SUPPLEMENT = "supplement"
    EXAMINATION = "examination"
    PROMISE = "promise"
    ISSUE = "issue"
    DELIVERY = "delivery"
    CLOSED = "closed"


class Ending(StrEnum):
    """How a case ended; what time did is never shown as a person's act."""

    GRANTED = "granted"
    PARTLY_GRANTED = "partly_granted"
    REFUSED = "refused"
    NOT_REQUIRED = "not_required"
    NOT_ACCEPTED = "not_accepted"
    RESUBMIT = "resubmit"
    WITHDRAWN = "withdrawn"
    SUPPLEMENT_LAPSED = "supplement_lapsed"
    PROMISE_LAPSED = "promise_lapsed"


class Light(StrEnum):
    """How a case stands against its limits."""

    GREEN = "green"
    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"


class Clock(StrEnum):
    """The limits that run in a case; the limit of a step is `step:` and its id."""

    ACCEPTANCE = "acceptance"
    SUPPLEMENT = "supplement"
    PROMISED = "promised"
    STATUTORY = "statutory"
    PROMISE = "promise"
    DELIVERY = "delivery"
    HEARING_REQUEST = "hearing_request"
    HEARING = "hearing"


class EventKind(StrEnum):
    """What may happen in a case."""

    RECEIVED = "received"
    MATERIALS_RECEIVED = "materials_received"
    PROMISED = "promised"
    NOTIFIED = "notified"
    BREACH_FOUND = "breach_found"
    ACCEPTED = "accepted"
    ACCEPTED_DEFERRED = "accepted_deferred"
    DEEMED_ACCEPTED = "deemed_accepted"
    NOT_REQUIRED = "not_required"
    NOT_ACCEPTED = "not_accepted"
    SENT_BACK = "sent_back"
    STEP_ANSWERED = "step_answered"
    STEP_RETURNED = "step_returned"
    HELPER_ADDED = "helper_added"
    HELPER_ANSWERED = "helper_answered"
    HELPER_DROPPED = "helper_dropped"
    TASK_CLAIMED = "task_claimed"
    TASK_RELEASED = "task_released"
    TASK_TRANSFERRED = "task_transferred"
    GRANTED = "granted"
    REFUSED = "refused"
    PROMISE_REMINDED = "promise_reminded"
    PROMISE_KEPT = "promise_kept"
    PROMISE_LAPSED = "promise_lapsed"
    SUPPLEMENT_LAPSED = "supplement_lapsed"
    LIMIT_NEAR = "limit_near"
    LIMIT_PASSED = "limit_passed"
    ISSUED = "issued"
    DELIVERED = "delivered"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    PAUSED = "paused"
    PAUSE_PROLONGED = "pause_prolonged"
    RESUMED = "resumed"
    PAUSE_OVERRUN = "pause_overrun"
    EXTENSION_ASKED = "extension_asked"
    EXTENDED = "extended"
    EXTENSION_DISAPPROVED = "extension_disapproved"
    EXTENSION_LAPSED = "extension_lapsed"
    DELAY_TOLD = "delay_told"
    HEARING_OFFERED = "hearing_offered"
    HEARING_REQUESTED = "hearing_requested"
    HEARING_DECLINED = "hearing_declined"
    HEARING_WAIVED = "hearing_waived"
    HEARING_ORDERED = "hearing_ordered"
    HEARING_SCHEDULED = "hearing_scheduled"
    HEARING_HELD = "hearing_held"
    CALENDAR_CHANGED = "calendar_changed"
    LATENESS_WITHDRAWN = "lateness_withdrawn"
    PART_BEGUN = "part_begun"
    PART_RESULT = "part_result"
    PART_ENDED = "part_ended"
    PART_WITHDRAWAL = "part_withdrawal"
    PART_ENDANGERS = "part_endangers"
    PARTS_HANDED_OVER = "parts_handed_over"
    COLLECTION_ASKED = "collection_asked"
    DUE_DAY_MOVED = "due_day_moved"
    URGED = "urged"
    ORDERED = "ordered"
    ORDER_ANSWERED = "order_answered"
    JOINT_HANDLING = "joint_handling"
    STILL_LATE = "still_late"
    NOTICE_WITHDRAWN = "notice_withdrawn"


BY_TIME = frozenset(
    {
        EventKind.DEEMED_ACCEPTED,
        EventKind.PROMISE_REMINDED,
        EventKind.PROMISE_LAPSED,
        EventKind.SUPPLEMENT_LAPSED,
        EventKind.LIMIT_NEAR,
        EventKind.LIMIT_PASSED,
        EventKind.PAUSE_OVERRUN,
        EventKind.EXTENSION_LAPSED,
        EventKind.HEARING_WAIVED,
        EventKind.PART_ENDANGERS,
        EventKind.STILL_LATE,
    }
)
"""What no person does: it happens because time has passed."""


class Paper(StrEnum):
    """The papers that an act gives: to the applicant, or to the department or unit that its form names (law.md d.3)."""

    RECEIPT = "receipt"
    ONE_TIME_NOTICE = "one_time_notice"
    ACCEPTANCE = "acceptance"
    ACCEPTANCE_AFTER_SUPPLEMENT = "acceptance_after_supplement"
    DEEMED_ACCEPTANCE = "deemed_acceptance"
    PROMISE_LETTER = "promise_letter"
    DEFERRED_MATERIALS = "deferred_materials"
    NOT_REQUIRED = "not_required"
    NON_ACCEPTANCE = "non_acceptance"
    RETURN_OF_MATERIALS = "return_of_materials"
    GRANT = "grant"
    REFUSAL = "refusal"
    RESULT_READY = "result_ready"
    PROOF_OF_SERVICE = "proof_of_service"
    WITHDRAWAL = "withdrawal"
    DEEMED_WITHDRAWAL = "deemed_withdrawal"
    REMINDER = "reminder"
    LATENESS = "lateness"
    TOLD_LATE = "told_late"
    NOT_TAKEN = "not_taken"
    VISIT_ANSWER = "visit_answer"
    UNANSWERED_VISIT = "unanswered_visit"
    SPECIAL_PROCEDURE = "special_procedure"
    DUE_DAY_CHANGED = "due_day_changed"
    EXTENSION = "extension"
    DELAY = "delay"
    FILING = "filing"
    OVERRUN = "overrun"
    HEARING_RIGHTS = "hearing_rights"
    HEARING_NOTICE = "hearing_notice"
    HEARING_RECORD = "hearing_record"
    PARTS_GO_ON = "parts_go_on"
    ENDANGERED = "endangered"
    URGE = "urge"
    ORDER = "order"
    ORDER_LATE = "order_late"
    JOINT_HANDLING = "joint_handling"
    STILL_LATE = "still_late"
    NOTICE_WITHDRAWN = "notice_withdrawn"
    CARD = "card"
    CARD_APPEAL = "card_appeal"
    CARD_DECISION = "card_decision"
    VACANCY = "vacancy"
    MONTHLY_NOTICE = "monthly_notice"
    MONTHLY_REPORT = "monthly_report"
    GRIEVANCE_RECEIPT = "grievance_receipt"
    GRIEVANCE_TRANSFER = "grievance_transfer"
    GRIEVANCE_FEEDBACK = "grievance_feedback"
    NEGATIVE_ANSWER = "negative_answer"
    GRIEVANCE_REMINDER = "grievance_reminder"
    ESCALATION = "escalation"
    GRIEVANCE_NOTICE = "grievance_notice"


class Event(Message):
    """One thing that happened: when, by whom (None: by time), under which article."""

    seq: int
    kind: EventKind
    at: datetime
    by: Actor | None = None
    article: str | None = None
    papers: tuple[Paper, ...] = ()
    data: dict[str, Any] = Field(default_factory=dict)


class TaskState(StrEnum):
    """Where a task stands; obsolete is one that the case no longer needs answered."""

    OPEN = "open"
    ANSWERED = "answered"
    OBSOLETE = "obsolete"


class TaskRecord(Message):
    """A task as the inbox shows it."""

    id: str
    step: str
    name: str
    role: str
    unit: str
    assignee: str | None = None
    state: TaskState
    outcomes: tuple[str, ...]
    opened_at: datetime
    closed_at: datetime | None = None
    due_day: date | None = None
    provisional: bool = False


class ClockState(StrEnum):
    """Where a limit stands."""

    RUNNING = "running"
    MET = "met"
    VOID = "void"


class Told(Message):
    """A due day as it was told: by which event, and when."""

    seq: int
    kind: EventKind
    at: datetime
    due_day: date
    provisional: bool
    expected: bool = False
    """Reckoned while a special procedure ran, by the time announced for it."""


class ClockRecord(Message):
    """A limit of the case with all that its certificate needs."""

    key: str
    limit: Limit
    article: str
    started_at: datetime
    due_day: date
    due_at: datetime
    provisional: bool
    state: ClockState
    passed: bool = False
    stopped_at: datetime | None = None
    calendar: str | None = None
    """Version of the calendar that the due day was last reckoned by."""
    closing_time: time | None = None
    pauses: tuple[Stretch, ...] = ()
    more: tuple[Limit, ...] = ()
    """Extensions, in the order in which they were granted."""
    told: tuple[Told, ...] = ()
    """Every due day that this limit ever had, the first one first."""


class Moved(Message):
    """A due day that an act or a calendar changed: a fact of the events that did."""

    clock: str
    old: date
    new: date
    provisional: bool = False


class CaseEnd(Message):
    """How a case ended, as the case file has it."""

    ending: Ending
    at: datetime


class PartState(StrEnum):
    """Where an item of a bundle stands."""

    WAITING = "waiting"
    """For the results of those before it."""
    RUNNING = "running"
    RESULT = "result"
    """Its result is there and waits for the others."""
    HANDED_OVER = "handed_over"
    ENDED = "ended"
    """Without a result: refused, withdrawn, or lapsed; `ending` says which."""
    DROPPED = "dropped"
    """It never began: one before it has no result, or the applicant did not want it any more."""


class PartRecord(Message):
    """An item of a bundle as the case file shows it."""

    id: str
    number: str
    item: str
    name: str
    unit: str
    state: PartState
    ending: Ending | None = None
    limit: Limit | None = None
    """What it promises."""
    extended: tuple[Limit, ...] = ()
    paused: tuple[Limit, ...] = ()
    """By how much its limit is longer than promised: for extensions, and for special procedures."""
    begins: date | None = None
    planned: date | None = None
    """From which day to which it runs if everything takes as long as it may; None before acceptance, and where it does not
    count any more."""
    on_path: bool = False
    """Whether it lies on the longest way: then its delay is the delay of the whole."""


class Batch(Message):
    """All that one act led to, in one transaction; `last` makes a repeated write harmless."""

    number: str
    first: int
    last: int
    stage: Stage
    ending: Ending | None
    light: Light
    waiting_for: tuple[str, ...]
    due_day: date | None
    accepted_on: date | None
    events: tuple[Event, ...]
    tasks: tuple[TaskRecord, ...]
    clocks: tuple[ClockRecord, ...]
    paused_until: date | None = None
    """While a special procedure runs: the last day announced for it."""
    calendar: str | None = None
    """Version of the calendar that the case counts by from now on; None where it did not change."""
    parts: tuple[PartRecord, ...] = ()
    """The items of a bundle as they stand now; none where they did not change."""
