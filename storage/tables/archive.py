"""The archive: which histories of what has ended lie in the folder of files, and which were gone before."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment


class HistoryRow(SQLModel, table=True):
    """One run of a workflow that has ended; the oldest is number 1, and most workflows have no other."""

    __tablename__ = "history"
    __table_args__ = (Index("ix_history_gone", "ended_at", "workflow", postgresql_where=text("run IS NULL")),)

    workflow: str = Field(primary_key=True)
    place: int = Field(primary_key=True)
    run: str | None = None
    """None: the engine knew the workflow no longer."""
    events: int = 0
    size: int = 0
    """In bytes, before it was compressed."""
    digest: str | None = Field(default=None, foreign_key="file.digest")
    """Of the compressed file; None: this run was gone."""
    ended_at: datetime = moment()
    archived_at: datetime = moment()
    """When it was archived, or last looked for."""
