"""What supervision keeps: visits, findings, cards with their appeals, alarms, and monthly reports."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Sequence, text
from sqlmodel import Field, SQLModel

from domain.supervision.rules import Colour
from domain.supervision.shortcomings import Shortcoming
from storage.tables.columns import document, moment, word

VISIT_SERIAL = Sequence("visit_serial", metadata=SQLModel.metadata)
"""Where serials of visit numbers come from; it never goes back."""


class VisitRow(SQLModel, table=True):
    """Somebody came, or sent something, to hand it in: it ends in a receipt, a reasoned written answer, or a finding."""

    __tablename__ = "visit"
    __table_args__ = (Index("ix_visit_open", "answer_by", postgresql_where=text("ended_at IS NULL")),)

    id: str = Field(primary_key=True)
    unit: str = Field(index=True)
    item_code: str | None = None
    item_name: str | None = None
    district: str | None = None
    channel: str
    reference: str | None = Field(default=None, unique=True)
    """What another system calls it, such as a queue ticket."""
    came_at: datetime = moment()
    called_at: datetime | None = moment(default=None, nullable=True)
    """When it was their turn; None while a ticket waits to be called."""
    logged_by: str
    contact: dict[str, Any] | None = document(default=None, nullable=True)
    """Name and ways to reach the visitor, as far as they gave any."""
    query_code: str
    answer_by: date | None = None
    """None while a ticket waits to be called."""
    ended_at: datetime | None = moment(default=None, nullable=True)
    ended_by: str | None = None
    outcome: str | None = None
    number: str | None = Field(default=None, foreign_key="case_file.number")
    """The case that it led to."""
    ground: str | None = None
    """Why nothing was taken, as for non-acceptance."""
    answer: str | None = None
    """Id of the written answer, or of what the visitor asked, in `text`."""
    objection: str | None = None
    """Id of what the visitor says otherwise, in `text`."""
    objected_at: datetime | None = moment(default=None, nullable=True)


class FindingRow(SQLModel, table=True):
    """A ground of gz:13.5 that was found from facts; keyed by the event or visit that shows it."""

    __tablename__ = "finding"
    __table_args__ = (Index("ix_finding_open", "unit", "found_at", postgresql_where=text("withdrawn_at IS NULL")),)

    id: str = Field(primary_key=True)
    """`{case number}:{event}`, or `visit:{visit}`."""
    shortcoming: Shortcoming = word(Shortcoming)
    number: str | None = Field(default=None, foreign_key="case_file.number", index=True)
    seq: int | None = None
    visit: str | None = Field(default=None, foreign_key="visit.id")
    unit: str
    item_code: str | None = None
    district: str | None = None
    clock: str | None = None
    """The limit that was passed."""
    article: str
    found_at: datetime = moment(index=True)
    evidence: dict[str, Any] = document()
    withdrawn_at: datetime | None = moment(default=None, nullable=True)
    """When it turned out not to be so, as by a corrected calendar."""
    withdrawn_why: str | None = None
    grievance: str | None = Field(default=None, index=True)
    """The grievance that it opened, or that it is evidence in."""


class CardRow(SQLModel, table=True):
    """A card that a unit got for an event of a case, and what became of it."""

    __tablename__ = "card"
    __table_args__ = (Index("ix_card_given", "unit", "given_at"),)

    id: str = Field(primary_key=True)
    """`{case number}:{event}`."""
    number: str = Field(foreign_key="case_file.number", index=True)
    seq: int
    colour: Colour = word(Colour)
    rule: str
    name: str
    rules_version: date
    unit: str
    item_code: str
    district: str | None = None
    clock: str | None = None
    article: str
    given_at: datetime = moment()
    appeal_until: date | None = None
    appealed_at: datetime | None = moment(default=None, nullable=True)
    appealed_by: str | None = None
    appeal: str | None = None
    """Id of the reasons of the appeal, in `text`."""
    decide_by: date | None = None
    decided_at: datetime | None = moment(default=None, nullable=True)
    decided_by: str | None = None
    upheld: bool | None = None
    decision: str | None = None
    """Id of the reasons of the decision, in `text`."""
    withdrawn_at: datetime | None = moment(default=None, nullable=True)


class AlarmRow(SQLModel, table=True):
    """Something that nobody answers for, until it is put right: an empty role first of all."""

    __tablename__ = "alarm"
    __table_args__ = (Index("ix_alarm_open", "kind", "unit", postgresql_where=text("cleared_at IS NULL")),)

    id: str = Field(primary_key=True)
    kind: str
    unit: str
    role: str | None = None
    raised_at: datetime = moment()
    cleared_at: datetime | None = moment(default=None, nullable=True)
    facts: dict[str, Any] = document(default_factory=dict)


class ReportRow(SQLModel, table=True):
    """The figures of a month for a place, by one method; made again they are the same (gz:19)."""

    __tablename__ = "report"

    month: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    method: int = Field(primary_key=True)
    body: dict[str, Any] = document()
    digest: str
    made_at: datetime = moment()
