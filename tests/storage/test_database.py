"""Errors of the database say what went wrong and never with whom: they reach logs, failures and traces."""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import col, update

from storage.database import Database
from storage.tables import ApplicantRow
from tests.papers.builders import an_applicant

SECRET = "SECRET-710000190001010017"


async def test_error_does_not_repeat_what_the_statement_was_given(database: Database) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with database.begin() as session:
            await session.execute(text("select no_such_column, CAST(:number AS text)"), {"number": SECRET})

    assert "no_such_column" in str(caught.value)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


async def test_error_does_not_repeat_the_row_that_did_not_fit(database: Database) -> None:
    applicant = an_applicant(id=uuid4(), document_number=SECRET, address=SECRET)
    async with database.begin() as session:
        session.add(applicant)

    with pytest.raises(IntegrityError) as caught:
        async with database.begin() as session:
            await session.execute(update(ApplicantRow).where(col(ApplicantRow.id) == applicant.id).values(name=None))

    assert 'null value in column "name"' in str(caught.value)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


@pytest.fixture
async def small(database: Database) -> AsyncIterator[Database]:
    """The same database through a single connection, which all that is asked takes in turn."""
    opened = Database(database.url, 1)
    yield opened
    await opened.close()


async def fails_behind(database: Database, applicant: ApplicantRow) -> None:
    async with database.begin() as session:
        session.add(applicant)
        await session.flush()
        raise LookupError


async def test_what_is_asked_in_a_reading_session_leaves_nothing_behind_in_its_connection(small: Database) -> None:
    applicant = an_applicant(id=uuid4())
    async with small.reading() as session:
        await session.execute(text("SELECT 1"))
    with pytest.raises(DBAPIError) as caught:
        async with small.reading() as session:
            await session.execute(text("select no_such_column, CAST(:number AS text)"), {"number": SECRET})

    with pytest.raises(LookupError):
        await fails_behind(small, applicant)

    assert SECRET not in "".join(traceback.format_exception(caught.value))
    async with small.reading() as session:
        assert await session.get(ApplicantRow, applicant.id) is None


@pytest.mark.parametrize("written", ["UPDATE applicant SET address = 'x'", "  delete from applicant"])
async def test_nothing_is_written_where_only_is_read(small: Database, written: str) -> None:
    applicant = an_applicant(id=uuid4())
    async with small.begin() as session:
        session.add(applicant)

    with pytest.raises(RuntimeError, match="asked to write"):
        async with small.reading() as session:
            await session.execute(text(written))
    with pytest.raises(RuntimeError, match="asked to write"):
        async with small.reading() as session:
            await session.execute(update(ApplicantRow).values(address="x"))
    with pytest.raises(RuntimeError, match="was changed"):
        async with small.reading() as session:
            (await session.get_one(ApplicantRow, applicant.id)).address = "x"

    async with small.reading() as session:
        assert (await session.get_one(ApplicantRow, applicant.id)).address == applicant.address
