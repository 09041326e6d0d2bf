"""Notices: the text that was sent, its number, and how each delivery of it stands."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import document, moment, word


class DeliveryState(StrEnum):
    """Where a delivery stands; a failed one was refused for good by its channel."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class NumberingRow(SQLModel, table=True):
    """The last number given to a kind of paper by a unit in a year."""

    __tablename__ = "numbering"

    unit: str = Field(primary_key=True)
    paper: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    last: int


class NoticeRow(SQLModel, table=True):
    """A paper as it was given: number, title and body, keyed by the event that made it.

    The file that it belongs to is a case, a grievance, a visit, an alarm or a report.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index(
            "ix_notice_unacknowledged",
            "addressee",
            "acknowledge_by",
            postgresql_where=text("addressee IS NOT NULL AND acknowledged_at IS NULL"),
        ),
    )

    number: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    paper: str = Field(primary_key=True)
    document_number: str = Field(unique=True)
    unit: str
    title: str
    body: dict[str, Any] = document()
    given_on: date
    given_at: datetime = moment()
    read_at: datetime | None = moment(default=None, nullable=True)
    addressee: str | None = None
    """The unit that it goes to; None: the applicant."""
    attention: str | None = None
    """Who is to see to it there: the chief representative of the day, or who stands in (gz:8.3)."""
    acknowledge_by: date | None = None
    """Until when that unit has to acknowledge it."""
    acknowledged_at: datetime | None = moment(default=None, nullable=True)
    acknowledged_by: str | None = None


class DeliveryRow(SQLModel, table=True):
    """One delivery of a notice over one channel, retried until it succeeds or the channel refuses for good."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_due", "channel", "next_attempt_at", postgresql_where=text("state = 'waiting'")),
        Index("ix_delivery_failed", "channel", postgresql_where=text("state = 'failed'")),
    )

    id: str = Field(primary_key=True)
    number: str = Field(index=True)
    seq: int
    paper: str
    channel: str
    address: str
    state: DeliveryState = word(DeliveryState)
    attempts: int = 0
    next_attempt_at: datetime | None = moment(default=None, nullable=True)
    delivered_at: datetime | None = moment(default=None, nullable=True)
    last_error: str | None = None
