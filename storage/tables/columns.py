"""Columns as we use them everywhere: moments with their zone, values as JSONB, words checked by the database."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Enum
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field


def moment(**options: Any) -> Any:
    """A moment with its zone."""
    return Field(sa_type=DateTime(timezone=True), **options)


def document(**options: Any) -> Any:
    """A JSON document."""
    return Field(sa_type=JSONB, **options)


def word(kind: type[StrEnum], **options: Any) -> Any:
    """One of the words of an enumeration, kept as its value with a check (SQLAlchemy would keep member names)."""
    column = Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )
    return Field(sa_type=column, **options)
