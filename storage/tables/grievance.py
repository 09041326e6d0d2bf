"""Grievances: the read model of their workflows, and the ledger (台账) of the window."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Sequence, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlmodel import Field, SQLModel

from domain.grievance.record import GrievanceEnding, Leg
from domain.supervision.rules import Class
from storage.tables.columns import document, moment, word

GRIEVANCE_SERIAL = Sequence("grievance_serial", metadata=SQLModel.metadata)
"""Where serials of grievance numbers come from; it never goes back."""


class GrievanceRow(SQLModel, table=True):
    """One grievance: who reported what about which case or item, and where it stands."""

    __tablename__ = "grievance"
    __table_args__ = (
        Index("ix_grievance_open", "window_unit", "leg", postgresql_where=text("leg <> 'closed'")),
        Index("ix_grievance_unstarted", "changed_at", postgresql_where=text("seq = 0")),
        Index(
            "ix_grievance_unarchived",
            "changed_at",
            "number",
            postgresql_where=text("leg = 'closed' AND archived_at IS NULL"),
        ),
    )

    number: str = Field(primary_key=True)
    query_code: str
    channel: str
    hotline_order: str | None = Field(default=None, unique=True)
    case_number: str | None = Field(default=None, foreign_key="case_file.number", index=True)
    finding: str | None = Field(default=None, foreign_key="finding.id")
    """The finding that opened it, where the system did."""
    item_code: str | None = None
    item_name: str | None = None
    place: str | None = None
    window_unit: str
    """The department whose window it lies with."""
    district: str | None = None
    unit: str | None = Field(default=None, index=True)
    """The unit that is responsible; at first the one that was complained of."""
    grounds: list[str] = Field(default_factory=list, sa_type=ARRAY(TEXT))
    request: str | None = None
    """Id of what the reporter wants, in `text`."""
    reporter: dict[str, Any] | None = document(default=None, nullable=True)
    """Name and ways to reach them; None: the applicant of the case."""
    reported_by: str | None = Field(default=None, index=True)
    """The account that reported it; None: the system, or the query code."""
    start: dict[str, Any] = document()
    evidence: list[dict[str, Any]] = document(default_factory=list)
    received_at: datetime = moment(index=True)
    calendar_version: str
    """Version of the calendar that it counts by."""
    seq: int = 0
    leg: Leg = word(Leg)
    klass: Class | None = word(Class, default=None, nullable=True)
    ending: GrievanceEnding | None = word(GrievanceEnding, default=None, nullable=True)
    level: int = 0
    """How far it was escalated: 0 not at all, 1 chief representative, 2 overseeing department."""
    waiting_for: list[str] = Field(default_factory=list, sa_type=ARRAY(TEXT))
    due_day: date | None = None
    satisfaction: int | None = None
    conclusion: str | None = None
    changed_at: datetime = moment()
    clocks: list[dict[str, Any]] = document(default_factory=list)
    archived_at: datetime | None = moment(default=None, nullable=True)
    """As that of a case."""


class GrievanceEventRow(SQLModel, table=True):
    """One thing that happened in a grievance."""

    __tablename__ = "grievance_event"

    number: str = Field(primary_key=True, foreign_key="grievance.number")
    seq: int = Field(primary_key=True)
    kind: str = Field(index=True)
    at: datetime = moment()
    by: dict[str, Any] | None = document(default=None, nullable=True)
    article: str | None = None
    papers: list[str] = Field(default_factory=list, sa_type=ARRAY(TEXT))
    data: dict[str, Any] = document()
