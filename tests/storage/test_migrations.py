"""The migrations lead to the tables that the program works with, from the first version on and back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Enum, create_engine, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

import storage.tables  # noqa: F401  (makes the tables known)
from storage.migrate import config, is_up_to_date
from tests.conftest import Servers

WORD = re.compile(r"'([a-z_]+)'")


@pytest.fixture
def url(servers: Servers) -> Iterator[str]:
    """An empty database of its own."""
    admin = servers.settings.database_url
    with psycopg.connect(admin.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS migrations")
        connection.execute("CREATE DATABASE migrations")
    yield admin.rpartition("/")[0] + "/migrations"
    with psycopg.connect(admin.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP DATABASE migrations WITH (FORCE)")


@pytest.fixture
def migrated(url: str) -> Iterator[Connection]:
    """That database with every migration applied."""
    command.upgrade(config(url), "head")
    engine = create_engine(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_migrations_make_the_tables_of_the_program(migrated: Connection) -> None:
    context = MigrationContext.configure(migrated, opts={"compare_type": True})

    assert compare_metadata(context, SQLModel.metadata) == []


def test_every_word_is_checked_by_the_database_as_the_program_writes_it(migrated: Connection) -> None:
    looked_at = inspect(migrated)
    wanted = {
        (table.name, column.type.name): set(column.type.enums)
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Enum)
    }

    checked = {
        (table, check["name"]): set(WORD.findall(check["sqltext"]))
        for table in SQLModel.metadata.tables
        for check in looked_at.get_check_constraints(table)
    }

    assert checked == wanted


def test_definitions_and_cases_of_the_release_before_are_kept(url: str) -> None:
    command.upgrade(config(url), "0002")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO definition (code, version, digest, unit, name, body, source, state, registered_by, registered_at)"
                " VALUES ('449999999000', '2026-01-01', '', 'u', 'n', '{}', '', 'published', 'r', now())"
            )
        )

    command.upgrade(config(url), "head")

    with engine.connect() as connection:
        assert connection.execute(text("SELECT kind FROM definition")).scalars().all() == ["item"]
    engine.dispose()


def test_the_way_back_is_open_until_there_is_a_bundle(url: str) -> None:
    command.upgrade(config(url), "head")
    command.downgrade(config(url), "0002")
    command.upgrade(config(url), "head")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO definition (code, version, kind, digest, unit, name, body, source, state, registered_by,"
                " registered_at) VALUES ('440099001000', '2026-01-01', 'bundle', '', 'u', 'n', '{}', '', 'published', 'r', now())"
            )
        )

    with pytest.raises(IntegrityError):
        command.downgrade(config(url), "0002")
    engine.dispose()


def test_new_code_waits_until_the_tables_are_there_and_former_code_for_none(url: str) -> None:
    assert not is_up_to_date(url), "an empty database"
    command.upgrade(config(url), "0006")
    assert not is_up_to_date(url), "that of the release before"
    command.upgrade(config(url), "head")
    assert is_up_to_date(url)

    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'of-a-later-release'")
    assert is_up_to_date(url), "a release that goes back"
