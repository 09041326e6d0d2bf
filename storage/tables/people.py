"""Applicants: the only place where a person's data is kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from storage.tables.columns import document, moment


class ApplicantRow(SQLModel, table=True):
    """The person or body that applies, as stated in one application."""

    __tablename__ = "applicant"

    id: UUID = Field(primary_key=True)
    kind: str
    name: str
    document_kind: str
    document_number: str = Field(index=True)
    mobile: str | None = None
    email: str | None = None
    address: str | None = None
    agent: dict[str, Any] | None = document(default=None, nullable=True)
    recorded_at: datetime = moment()


class BrokenPromiseRow(SQLModel, table=True):
    """A promise of deferred materials that was not kept; bars the next deferral until its day (gdbe:32)."""

    __tablename__ = "broken_promise"

    number: str = Field(primary_key=True)
    document_number: str = Field(index=True)
    broken_on: date
    barred_until: date
