"""Applicants and the promises they broke."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.law import carries_out
from storage.case_file import table
from storage.tables import ApplicantRow, BrokenPromiseRow, CaseRow


async def barred_until(session: AsyncSession, number: str) -> date | None:
    """Until when broken promises bar the applicant of the case from deferral; None if they do not."""
    rows = await session.execute(
        select(func.max(col(BrokenPromiseRow.barred_until)))
        .join(ApplicantRow, col(ApplicantRow.document_number) == col(BrokenPromiseRow.document_number))
        .join(CaseRow, col(CaseRow.applicant) == col(ApplicantRow.id))
        .where(col(CaseRow.number) == number)
    )
    return rows.scalar_one_or_none()


@carries_out("gdbe:32")
async def note_broken_promise(
    session: AsyncSession, number: str, document_number: str, on: date, bar_days: int
) -> None:
    """Enter a promise that was not kept; it bars the applicant from deferral for so many natural days."""
    row = BrokenPromiseRow(
        number=number, document_number=document_number, broken_on=on, barred_until=on + timedelta(days=bar_days)
    )
    await session.execute(insert(table(BrokenPromiseRow)).values(row.model_dump()).on_conflict_do_nothing())
