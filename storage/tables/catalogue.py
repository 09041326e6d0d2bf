"""What departments registered, and the calendars."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Identity, Index
from sqlmodel import Field, SQLModel

from storage.tables.columns import document, moment, word


class DefinitionState(StrEnum):
    """Where a version of a definition stands; once published it never changes."""

    REGISTERED = "registered"
    PUBLISHED = "published"


class DefinitionKind(StrEnum):
    """What a definition is of."""

    ITEM = "item"
    BUNDLE = "bundle"


class DefinitionRow(SQLModel, table=True):
    """One version of the definition of an item or a bundle."""

    __tablename__ = "definition"

    code: str = Field(primary_key=True)
    version: date = Field(primary_key=True)
    kind: DefinitionKind = word(DefinitionKind, default=DefinitionKind.ITEM)
    digest: str
    unit: str = Field(index=True)
    name: str
    body: dict[str, Any] = document()
    source: str
    state: DefinitionState = word(DefinitionState)
    registered_by: str
    registered_at: datetime = moment()
    published_by: str | None = None
    published_at: datetime | None = moment(default=None, nullable=True)


class ItemRow(SQLModel, table=True):
    """An item or a bundle over all its versions; a withdrawn one takes no new cases."""

    __tablename__ = "item"

    code: str = Field(primary_key=True)
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = moment(default=None, nullable=True)
    withdrawal_reason: str | None = None


class CalendarRow(SQLModel, table=True):
    """A calendar of working days, kept whole under its version, so that every date stays explainable."""

    __tablename__ = "calendar"

    version: str = Field(primary_key=True)
    body: dict[str, Any] = document()
    recorded_at: datetime = moment()


class CalendarNoticeRow(SQLModel, table=True):
    """The working days of a year as somebody submitted them; in force once a second person has signed, until a later
    one for the same year and unit is."""

    __tablename__ = "calendar_notice"
    __table_args__ = (Index("ix_calendar_notice_year", "year", "unit", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_column_args=[Identity()])
    year: int
    unit: str | None = None
    """The unit that it holds for alone; None: the whole city."""
    source: str
    body: dict[str, Any] = document()
    submitted_by: str
    submitted_at: datetime = moment()
    signed_by: str | None = None
    signed_at: datetime | None = moment(default=None, nullable=True)
