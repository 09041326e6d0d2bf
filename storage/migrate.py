"""Brings the database to the tables of this version; running it twice is harmless."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine


def config(url: str) -> Config:
    """Alembic's configuration for a database."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    made.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return made


def migrate(url: str) -> None:
    """Apply every migration that the database does not have yet."""
    command.upgrade(config(url), "head")


def is_up_to_date(url: str) -> bool:
    """Whether the database has every table of this version; also where a later version has added more. Raises
    `OperationalError` while it does not answer."""
    engine = create_engine(url, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            there = set(MigrationContext.configure(connection).get_current_heads())
    finally:
        engine.dispose()
    ours = ScriptDirectory.from_config(config(url))
    known = {script.revision for script in ours.walk_revisions()}
    return there == set(ours.get_heads()) or not there <= known
