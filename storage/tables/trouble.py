"""What keeps cases from going on, as the liveness probe finds it, and when it looked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from domain.troubles import TroubleKind
from storage.tables.columns import document, moment, word


class TroubleRow(SQLModel, table=True):
    """Something that was wrong from a moment on, until it was not seen any more; open ones are one for a subject."""

    __tablename__ = "trouble"
    __table_args__ = (
        Index("ux_trouble_open", "kind", "subject", unique=True, postgresql_where=text("cleared_at IS NULL")),
        Index("ix_trouble_untold", "number", postgresql_where=text("NOT told AND number IS NOT NULL")),
        Index("ix_trouble_seen", "found_at"),
    )

    id: str = Field(primary_key=True)
    kind: TroubleKind = word(TroubleKind)
    subject: str
    number: str | None = None
    """The case or grievance that it is about."""
    unit: str | None = None
    """The unit whose supervisors it concerns; None: everybody's."""
    since: datetime = moment()
    found_at: datetime = moment()
    seen_at: datetime = moment()
    cleared_at: datetime | None = moment(default=None, nullable=True)
    facts: dict[str, Any] = document()
    told: bool = False
    """Whether the workflow that it is about knows how it stands now."""


class LookRow(SQLModel, table=True):
    """When the probe last finished a look of this name: a list without troubles means nothing where nobody looks."""

    __tablename__ = "look"

    name: str = Field(primary_key=True)
    at: datetime = moment()
    seconds: float
