"""Who holds which post in which unit, from when to when, and who is away."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, Integer
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment


class PersonRow(SQLModel, table=True):
    """A member of staff, by the id of their account."""

    __tablename__ = "person"

    id: str = Field(primary_key=True)
    name: str
    recorded_at: datetime = moment()


class PostRow(SQLModel, table=True):
    """A post: a role in a unit that a person holds, or stands in for, on these days."""

    __tablename__ = "post"
    __table_args__ = (Index("ix_post_of", "unit", "role", "since"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Integer)
    unit: str
    role: str
    person: str = Field(foreign_key="person.id", index=True)
    substitute: bool = False
    since: date
    until: date | None = None
    """The last day; None: until further notice."""
    entered_by: str
    entered_at: datetime = moment()


class AbsenceRow(SQLModel, table=True):
    """Days on which somebody is away and the substitute stands in."""

    __tablename__ = "absence"

    id: int | None = Field(default=None, primary_key=True, sa_type=Integer)
    person: str = Field(foreign_key="person.id", index=True)
    first: date
    last: date
    entered_by: str
    entered_at: datetime = moment()
