"""Alembic's way to our tables and database."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine
from sqlmodel import SQLModel

import storage.tables  # noqa: F401  (makes the tables known)

target_metadata = SQLModel.metadata


def run_migrations() -> None:
    """Apply the migrations in one transaction, alone: a second process waits for the first."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        _apply(connection)
        return
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "")
    with engine.connect() as own:
        _apply(own)


def _apply(connection: object) -> None:
    context.configure(connection=connection, target_metadata=target_metadata, compare_type=True)  # type: ignore[arg-type]
    with context.begin_transaction():
        context.execute("SELECT pg_advisory_xact_lock(7131301)")
        context.run_migrations()


run_migrations()
