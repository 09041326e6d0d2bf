"""What the counter keeps of requests: the answers to repeat, and the free text that no history may carry."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from storage.tables.columns import document, moment


class RequestRow(SQLModel, table=True):
    """A POST that opens something, under its idempotency key: the same key and body open it once.

    Acts on a case need no row: their key is the id of a Temporal update, which is done once by itself.
    """

    __tablename__ = "request"

    id: str = Field(primary_key=True)
    digest: str
    subject: str
    answer: dict[str, Any] | None = document(default=None, nullable=True)
    received_at: datetime = moment(index=True)


class ActUnderWayRow(SQLModel, table=True):
    """An act that was sent to its case and whose outcome is not on file yet; it goes in the transaction that files it.

    Where the counter dies in between, the worker asks the engine what became of the act.
    """

    __tablename__ = "act_under_way"

    id: str = Field(primary_key=True)
    number: str = Field(index=True)
    sent_at: datetime = moment(index=True)
    command: dict[str, Any] | None = document(default=None, nullable=True)
    """What hands materials in, to be sent again: what the applicant handed in is never left to a repeated request."""


class TextRow(SQLModel, table=True):
    """A free text (opinion, reasons, requirement) that commands name by its id."""

    __tablename__ = "text"

    id: str = Field(primary_key=True)
    number: str = Field(index=True)
    body: str
    by: str
    written_at: datetime = moment()
