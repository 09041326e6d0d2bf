"""Materials: stored files by content hash, and which application handed in which."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment, word


class MaterialSource(StrEnum):
    """Where a material came from."""

    FILE = "file"
    PAPER = "paper"
    REGISTER = "register"
    RESULT = "result"
    """The result of an earlier item of the same bundle."""


class MaterialState(StrEnum):
    """Whether the material is in hand; one from a register may still be on its way."""

    IN_HAND = "in_hand"
    REQUESTED = "requested"
    NOT_FOUND = "not_found"


class FileRow(SQLModel, table=True):
    """A file that was handed in, stored once under the SHA-256 of its content."""

    __tablename__ = "file"

    digest: str = Field(primary_key=True)
    media_type: str
    size: int
    stored_at: datetime = moment()


class FileUploadRow(SQLModel, table=True):
    """Who uploaded a file; only these may hand it in, so that a digest overheard opens nobody else's file."""

    __tablename__ = "file_upload"

    digest: str = Field(primary_key=True, foreign_key="file.digest")
    by: str = Field(primary_key=True)
    uploaded_at: datetime = moment()


class MaterialRow(SQLModel, table=True):
    """One material of one case; what was handed in stays, a later version stands beside it."""

    __tablename__ = "material"
    __table_args__ = (
        Index("ix_material_due", "register_name", "next_attempt_at", postgresql_where=text("state = 'requested'")),
    )

    id: UUID = Field(primary_key=True)
    number: str = Field(foreign_key="case_file.number", index=True)
    material: str
    source: MaterialSource = word(MaterialSource)
    state: MaterialState = word(MaterialState)
    digest: str | None = Field(default=None, foreign_key="file.digest")
    file_name: str | None = None
    register_name: str | None = None
    reference: str | None = None
    attempts: int = 0
    next_attempt_at: datetime | None = moment(default=None, nullable=True)
    last_error: str | None = None
    handed_in_by: str
    received_at: datetime = moment()
