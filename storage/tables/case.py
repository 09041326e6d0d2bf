"""The case file: the read model that each act updates, keyed by case and sequence."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, Sequence, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlmodel import Field, SQLModel

from domain.record import ClockState, Ending, Light, Stage, TaskState
from storage.tables.columns import document, moment, word

CASE_SERIAL = Sequence("case_serial", metadata=SQLModel.metadata)
"""Where serials of case numbers come from; it never goes back."""
EVENT_FILED = Sequence("event_filed", metadata=SQLModel.metadata, data_type=BigInteger)


class CaseRow(SQLModel, table=True):
    """One case: what was handed in at the start, and where it stands."""

    __tablename__ = "case_file"
    __table_args__ = (
        Index("ix_case_file_open", "unit", "stage", postgresql_where=text("stage <> 'closed'")),
        Index(
            "ix_case_file_due", "due_day", postgresql_where=text("stage <> 'closed'")
        ),  # needless beside the next one
        Index("ix_case_file_urgent", "due_day", "number", postgresql_where=text("stage <> 'closed'")),
        Index("ix_case_file_urgent_of", "unit", "due_day", "number", postgresql_where=text("stage <> 'closed'")),
        Index("ix_case_file_calendar", "calendar_version", postgresql_where=text("stage <> 'closed'")),
        Index("ix_case_file_unstarted", "changed_at", postgresql_where=text("seq = 0")),
        Index("ix_case_file_bundle", "bundle", postgresql_where=text("bundle IS NOT NULL")),
        Index("ix_case_file_newest", "received_at", "number"),
        Index("ix_case_file_newest_open", "received_at", "number", postgresql_where=text("stage <> 'closed'")),
        Index("ix_case_file_of", "applied_by", "received_at", "number"),
        Index(
            "ix_case_file_unarchived",
            "changed_at",
            "number",
            postgresql_where=text("stage = 'closed' AND archived_at IS NULL"),
        ),
    )

    number: str = Field(primary_key=True)
    provincial_number: str | None = Field(default=None, index=True)
    query_code: str
    item_code: str = Field(index=True)
    item_version: date
    item_name: str
    unit: str
    district: str | None = None
    channel: str
    applicant: UUID = Field(foreign_key="applicant.id", index=True)
    applied_by: str
    situations: dict[str, str] = document()
    form: dict[str, Any] = document()
    start: dict[str, Any] = document()
    received_at: datetime = moment()
    calendar_version: str
    seq: int = 0
    stage: Stage = word(Stage)
    ending: Ending | None = word(Ending, default=None, nullable=True)
    light: Light = word(Light)
    waiting_for: list[str] = Field(default_factory=list, sa_type=ARRAY(TEXT))
    due_day: date | None = None
    accepted_on: date | None = None
    paused_until: date | None = None
    changed_at: datetime = moment()
    bundle: str | None = Field(default=None, foreign_key="case_file.number")
    """The case of the bundle that this one is an item of."""
    part: str | None = None
    """The id of the item there."""
    parts: list[dict[str, Any]] = document(default_factory=list)
    """Of a bundle: how its items stand."""
    archived_at: datetime | None = moment(default=None, nullable=True)
    """When its history went into the archive, or was found to be gone (`history` says which)."""


class UnitCaseRow(SQLModel, table=True):
    """A case that a unit sees: its own, one in which it has a task, an item of a bundle that it leads.

    The database keeps it by itself from cases and tasks (migration 0008), so that a list need not look at the cases of others.
    """

    __tablename__ = "unit_case"
    __table_args__ = (
        Index("ix_unit_case_newest", "unit", "received_at", "number"),
        Index("ix_unit_case_newest_open", "unit", "received_at", "number", postgresql_where=text("open")),
    )

    number: str = Field(primary_key=True, foreign_key="case_file.number")
    unit: str = Field(primary_key=True)
    received_at: datetime = moment()
    open: bool


class EventRow(SQLModel, table=True):
    """One thing that happened in a case."""

    __tablename__ = "case_event"
    __table_args__ = (
        Index(
            "ix_case_event_trouble",
            "at",
            postgresql_where=text(
                "kind IN ('limit_passed', 'breach_found', 'task_transferred', 'pause_overrun', 'lateness_withdrawn')"
            ),
        ),
        Index(
            "ix_case_event_acts",
            "number",
            "at",
            postgresql_where=text("by IS NOT NULL AND kind NOT IN ('urged', 'ordered')"),
        ),
        Index("ix_case_event_filed", "filed", postgresql_where=text("filed IS NOT NULL")),
    )

    number: str = Field(primary_key=True, foreign_key="case_file.number")
    seq: int = Field(primary_key=True)
    kind: str = Field(index=True)
    at: datetime = moment()
    by: dict[str, Any] | None = document(default=None, nullable=True)
    article: str | None = None
    papers: list[str] = Field(default_factory=list, sa_type=ARRAY(TEXT))
    data: dict[str, Any] = document()
    filed: int | None = Field(
        default=None, sa_column=Column(BigInteger, server_default=EVENT_FILED.next_value(), nullable=True)
    )
    """Its place in the order in which events come on file; None: from before there were such numbers."""


class TaskRow(SQLModel, table=True):
    """One task on the desk of a case, as inboxes list it."""

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_desk", "unit", "role", "state", "opened_at", "id"),
        Index(
            "ix_task_watched", "number", "step", postgresql_where=text("state = 'open' AND step IN ('extend', 'order')")
        ),
        Index(
            "ix_task_open",
            "number",
            "opened_at",
            postgresql_include=["step", "role", "unit", "assignee"],
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: str = Field(primary_key=True)
    number: str = Field(foreign_key="case_file.number", index=True)
    step: str
    name: str
    role: str
    unit: str
    assignee: str | None = None
    state: TaskState = word(TaskState)
    outcomes: list[str] = Field(sa_type=ARRAY(TEXT))
    opened_at: datetime = moment()
    closed_at: datetime | None = moment(default=None, nullable=True)
    due_day: date | None = None
    provisional: bool = False


class ClockRow(SQLModel, table=True):
    """One limit of a case, with all that its certificate needs."""

    __tablename__ = "clock"
    __table_args__ = (
        Index(
            "ix_clock_late",
            "number",
            postgresql_include=["key", "due_at"],
            postgresql_where=text("state = 'running' AND passed"),
        ),
        Index(
            "ix_clock_standing",
            "number",
            "key",
            postgresql_include=["started_at"],
            postgresql_where=text("state = 'running' AND key IN ('hearing', 'hearing_request', 'supplement')"),
        ),
        Index("ix_clock_to_come", "due_at", postgresql_where=text("state = 'running' AND NOT passed")),
    )

    number: str = Field(primary_key=True, foreign_key="case_file.number")
    key: str = Field(primary_key=True)
    started_at: datetime = moment(primary_key=True)
    limit: dict[str, Any] = document()
    article: str
    due_day: date
    due_at: datetime = moment()
    provisional: bool
    state: ClockState = word(ClockState)
    passed: bool = False
    stopped_at: datetime | None = moment(default=None, nullable=True)
    calendar: str | None = None
    closing_time: time | None = None
    pauses: list[dict[str, Any]] = document(default_factory=list)
    more: list[dict[str, Any]] = document(default_factory=list)
    told: list[dict[str, Any]] = document(default_factory=list)
