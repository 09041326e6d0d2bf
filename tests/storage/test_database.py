"""Errors of the database say what went wrong and never with whom: they reach logs, failures and traces."""

from __future__ import annotations

import traceback
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
