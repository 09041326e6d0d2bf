"""The case file: opened by the counter, carried on by each batch, read by everybody."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlmodel import SQLModel, col

from domain.record import Batch
from storage.tables import ApplicantRow, CaseRow, ClockRow, EventRow, MaterialRow, TaskRow, TextRow
from storage.tables.case import CASE_SERIAL


class OutOfOrder(RuntimeError):
    """A batch that does not follow the last one on file: one before it is still on its way, or its writer died."""


def table(row: type[SQLModel]) -> Table:
    """The table behind a row class; statements on it skip the object layer, which costs more than the database."""
    return row.__table__  # type: ignore[attr-defined, no-any-return]


async def next_serial(session: AsyncSession) -> int:
    """A number never given before; gaps are possible, repeats are not."""
    return int((await session.execute(select(CASE_SERIAL.next_value()))).scalar_one())


async def open_case(
    session: AsyncSession, case: CaseRow, applicant: ApplicantRow, materials: Sequence[MaterialRow]
) -> None:
    """Keep an application with its applicant and materials, before its workflow is told of it."""
    await session.execute(insert(table(ApplicantRow)).values(applicant.model_dump()))
    await session.execute(insert(table(CaseRow)).values(case.model_dump()))
    if materials:
        await session.execute(insert(table(MaterialRow)), [row.model_dump() for row in materials])


Ahead = Sequence[MaterialRow] | Sequence[TextRow]


async def keep_ahead(session: AsyncSession, rows: Ahead) -> list[UUID | str]:
    """Keep what a command will name; a request that is repeated finds its rows there.

    Returns the ids of those that were not there yet.
    """
    if not rows:
        return []
    into = table(type(rows[0]))
    values = [row.model_dump() for row in rows]
    kept = await session.execute(insert(into).values(values).on_conflict_do_nothing().returning(into.c.id))
    return list(kept.scalars())


async def take_back(session: AsyncSession, kind: type[SQLModel], ids: Sequence[UUID | str]) -> None:
    """Remove what was kept ahead of a command that its case refused."""
    if ids:
        await session.execute(delete(table(kind)).where(table(kind).c.id.in_(ids)))


# One statement, one way to the server and back: this is on the path of every act. The UPDATE finds the case only where
# the batch is the next one, and everything else hangs on it, so a batch that comes again changes nothing but the note
# that its act is under way.
APPLY = text(
    """
    WITH batch AS (SELECT CAST(:batch AS jsonb) AS b),
    moved AS (
        UPDATE case_file
           SET seq = :last, stage = b->>'stage', ending = b->>'ending', light = b->>'light',
               waiting_for = ARRAY(SELECT jsonb_array_elements_text(b->'waiting_for')),
               due_day = CAST(b->>'due_day' AS date), accepted_on = CAST(b->>'accepted_on' AS date),
               paused_until = CAST(b->>'paused_until' AS date),
               calendar_version = coalesce(b->>'calendar', calendar_version),
               parts = coalesce(nullif(b->'parts', '[]'), parts),
               changed_at = CAST(b->'events'->-1->>'at' AS timestamptz)
          FROM batch
         WHERE number = :number AND seq = :first - 1 AND ending IS NULL
     RETURNING case_file.*
    ),
    events AS (
        INSERT INTO case_event (number, seq, kind, at, by, article, papers, data)
        SELECT moved.number, e.seq, e.kind, e.at, e.by, e.article, e.papers, e.data
          FROM moved, batch, jsonb_to_recordset(b->'events')
               AS e (seq int, kind text, at timestamptz, by jsonb, article text, papers text[], data jsonb)
    ),
    tasks AS (
        INSERT INTO task (id, number, step, name, role, unit, assignee, state, outcomes, opened_at, closed_at, due_day,
                          provisional)
        SELECT t.id, moved.number, t.step, t.name, t.role, t.unit, t.assignee, t.state, t.outcomes, t.opened_at,
               t.closed_at, t.due_day, t.provisional
          FROM moved, batch, jsonb_to_recordset(b->'tasks')
               AS t (id text, step text, name text, role text, unit text, assignee text, state text, outcomes text[],
                     opened_at timestamptz, closed_at timestamptz, due_day date, provisional bool)
        ON CONFLICT (id) DO UPDATE
           SET unit = excluded.unit, assignee = excluded.assignee, state = excluded.state,
               closed_at = excluded.closed_at, due_day = excluded.due_day, provisional = excluded.provisional
    ),
    clocks AS (
        INSERT INTO clock (number, key, started_at, "limit", article, due_day, due_at, provisional, state, passed,
                           stopped_at, calendar, closing_time, pauses, more, told)
        SELECT moved.number, c.key, c.started_at, c."limit", c.article, c.due_day, c.due_at, c.provisional, c.state,
               c.passed, c.stopped_at, c.calendar, c.closing_time, coalesce(c.pauses, '[]'), coalesce(c.more, '[]'),
               coalesce(c.told, '[]')
          FROM moved, batch, jsonb_to_recordset(b->'clocks')
               AS c (key text, started_at timestamptz, "limit" jsonb, article text, due_day date, due_at timestamptz,
                     provisional bool, state text, passed bool, stopped_at timestamptz, calendar text,
                     closing_time time, pauses jsonb, more jsonb, told jsonb)
        ON CONFLICT (number, key, started_at) DO UPDATE
           SET "limit" = excluded."limit", due_day = excluded.due_day, due_at = excluded.due_at, provisional = excluded.provisional,
               state = excluded.state, passed = excluded.passed, stopped_at = excluded.stopped_at,
               calendar = excluded.calendar, closing_time = excluded.closing_time, pauses = excluded.pauses,
               more = excluded.more, told = excluded.told
    ),
    filed AS (DELETE FROM act_under_way WHERE id = :request)
    SELECT to_jsonb(moved) || '{"start": {}, "form": {}}' AS the_case, to_jsonb(person) AS the_applicant,
           moved.start->'policy' AS policy
      FROM moved JOIN applicant AS person ON person.id = moved.applicant
    """
)


async def fill_in(session: AsyncSession, number: str, form: dict[str, Any]) -> None:
    """Fields of the form that came later, or anew; the others stay as they are."""
    query = text("UPDATE case_file SET form = form || CAST(:form AS jsonb) WHERE number = :number")
    await session.execute(query, {"form": json.dumps(form), "number": number})


class Applied(NamedTuple):
    """The case as a batch left it, without its input and form, which are large and of no use to the papers."""

    case: CaseRow
    applicant: ApplicantRow
    policy: dict[str, Any]


async def apply(session: AsyncSession | AsyncConnection, batch: Batch, request: str | None = None) -> Applied | None:
    """Write a batch; None where it is on file already, so that writing it twice is harmless.

    `request` is the act that the batch answers; it is no longer under way. Raises `OutOfOrder` where the batch does not
    follow what is on file.
    """
    named = {"batch": batch.model_dump_json(), "number": batch.number, "first": batch.first, "last": batch.last}
    named["request"] = request
    row = (await session.execute(APPLY, named)).one_or_none()
    if row is None:
        await _check_on_file(session, batch)
        return None
    return Applied(CaseRow.model_validate(row.the_case), ApplicantRow.model_validate(row.the_applicant), row.policy)


def as_left_by(case: CaseRow, batch: Batch) -> CaseRow:
    """The case as the batch leaves it, without asking the database again."""
    for name in ("stage", "ending", "light", "due_day", "accepted_on"):
        setattr(case, name, getattr(batch, name))
    case.seq, case.waiting_for, case.paused_until = batch.last, list(batch.waiting_for), batch.paused_until
    case.parts = [part.model_dump(mode="json") for part in batch.parts] or case.parts
    return case


async def _check_on_file(session: AsyncSession | AsyncConnection, batch: Batch) -> None:
    seq = (await session.execute(select(col(CaseRow.seq)).where(col(CaseRow.number) == batch.number))).scalar()
    if seq is None or seq < batch.last:
        raise OutOfOrder(f"{batch.number}: events {batch.first}-{batch.last} do not follow {seq}")


async def case_of(session: AsyncSession, number: str) -> CaseRow | None:
    """The case with this number."""
    return await session.get(CaseRow, number)


EVENTS = select(EventRow).where(col(EventRow.number) == bindparam("number")).order_by(col(EventRow.seq))
TEXTS = select(col(TextRow.id), col(TextRow.body)).where(col(TextRow.number) == bindparam("number"))


async def events_of(session: AsyncSession, number: str) -> list[EventRow]:
    """What happened in the case, in order."""
    return list((await session.execute(EVENTS, {"number": number})).scalars())


async def texts_of(session: AsyncSession, number: str) -> dict[str, str]:
    """The free texts of the case by their ids."""
    return {row.id: row.body for row in await session.execute(TEXTS, {"number": number})}


async def clocks_of(session: AsyncSession, number: str) -> list[ClockRow]:
    """Every limit that ever ran in the case, in the order in which they began."""
    order = (col(ClockRow.started_at), col(ClockRow.due_at), col(ClockRow.key))
    rows = await session.execute(select(ClockRow).where(col(ClockRow.number) == number).order_by(*order))
    return list(rows.scalars())


async def tasks_of(session: AsyncSession, number: str) -> list[TaskRow]:
    """The tasks of the case, the newest last."""
    order = (col(TaskRow.opened_at), col(TaskRow.id))
    rows = await session.execute(select(TaskRow).where(col(TaskRow.number) == number).order_by(*order))
    return list(rows.scalars())
