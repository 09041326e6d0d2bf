"""What was counted of the events on file so far, so that nothing is counted anew."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class TallyRow(SQLModel, table=True):
    """How many events of this kind cases of this unit had, among those that are counted."""

    __tablename__ = "tally"

    unit: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    detail: str = Field(primary_key=True)
    """What tells events of the kind apart: the ending, the limit, application or item; else empty."""
    events: int = Field(sa_type=BigInteger)


class TalliedRow(SQLModel, table=True):
    """Up to which event on file everything is counted; one row, which is there once the first count is done."""

    __tablename__ = "tallied"

    id: int = Field(primary_key=True, default=1)
    upto: int = Field(sa_type=BigInteger)
