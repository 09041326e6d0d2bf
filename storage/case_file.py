"""The case file: opened by the counter, carried on by each batch, read by everybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import Table, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from domain.record import Batch
from storage.tables import ApplicantRow, CaseRow, ClockRow, EventRow, MaterialRow, TaskRow, TextRow
from storage.tables.case import CASE_SERIAL


class OutOfOrder(RuntimeError):
    """A batch that does not follow the last one on file; after a reset of the workflow, an operator has to look."""


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


async def keep_materials(session: AsyncSession, rows: Sequence[MaterialRow], request: str) -> None:
    """Keep materials that came later; a request that is repeated finds them there under the same ids."""
    values = [{**row.model_dump(), "id": uuid5(NAMESPACE_OID, f"{request}-{n}")} for n, row in enumerate(rows)]
    await session.execute(insert(table(MaterialRow)).on_conflict_do_nothing(), values)


async def apply(session: AsyncSession, batch: Batch) -> CaseRow | None:
    """Write a batch; None where it is on file already, so that writing it twice is harmless.

    Raises `OutOfOrder` where the batch does not follow what is on file.
    """
    case = table(CaseRow)
    moved = await session.execute(
        update(case)
        .where(case.c.number == batch.number, case.c.seq == batch.first - 1)
        .values(
            seq=batch.last,
            stage=batch.stage,
            ending=batch.ending,
            light=batch.light,
            waiting_for=list(batch.waiting_for),
            due_day=batch.due_day,
            accepted_on=batch.accepted_on,
            changed_at=batch.events[-1].at,
        )
        .returning(*case.c)
    )
    row = moved.mappings().one_or_none()
    if row is None:
        await _check_on_file(session, batch)
        return None
    await session.execute(insert(table(EventRow)), _events(batch))
    await _keep(session, TaskRow, [{"number": batch.number, **task.model_dump()} for task in batch.tasks])
    await _keep(session, ClockRow, _clocks(batch))
    return CaseRow.model_construct(**row)


async def _check_on_file(session: AsyncSession, batch: Batch) -> None:
    seq = (await session.execute(select(col(CaseRow.seq)).where(col(CaseRow.number) == batch.number))).scalar()
    if seq is None or seq < batch.last:
        raise OutOfOrder(f"{batch.number}: events {batch.first}-{batch.last} do not follow {seq}")


def _events(batch: Batch) -> list[dict[str, Any]]:
    return [
        {
            "number": batch.number,
            "seq": event.seq,
            "kind": event.kind,
            "at": event.at,
            "by": event.by.model_dump(mode="json") if event.by else None,
            "article": event.article,
            "papers": list(event.papers),
            "data": event.data,
        }
        for event in batch.events
    ]


def _clocks(batch: Batch) -> list[dict[str, Any]]:
    return [
        {"number": batch.number, **record.model_dump(exclude={"limit"}), "limit": record.limit.model_dump(mode="json")}
        for record in batch.clocks
    ]


async def _keep(session: AsyncSession, kind: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    """Insert the rows, or bring those that are there up to date."""
    if not rows:
        return
    into = table(kind)
    keys = [column.name for column in into.primary_key.columns]
    statement = insert(into)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    await session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)


async def case_of(session: AsyncSession, number: str) -> CaseRow | None:
    """The case with this number."""
    return await session.get(CaseRow, number)


async def events_of(session: AsyncSession, number: str) -> list[EventRow]:
    """What happened in the case, in order."""
    rows = await session.execute(select(EventRow).where(col(EventRow.number) == number).order_by(col(EventRow.seq)))
    return list(rows.scalars())


async def texts_of(session: AsyncSession, number: str) -> dict[str, str]:
    """The free texts of the case by their ids."""
    rows = await session.execute(select(col(TextRow.id), col(TextRow.body)).where(col(TextRow.number) == number))
    return {row.id: row.body for row in rows}


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


async def unstarted(session: AsyncSession, older_than_seconds: float, limit: int = 50) -> list[CaseRow]:
    """Applications that are on file and whose workflow may not have heard of them."""
    rows = await session.execute(
        select(CaseRow)
        .where(
            col(CaseRow.seq) == 0, col(CaseRow.received_at) < func.now() - text(f"interval '{older_than_seconds} s'")
        )
        .order_by(col(CaseRow.received_at))
        .limit(limit)
    )
    return list(rows.scalars())
