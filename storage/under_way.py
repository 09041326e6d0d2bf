"""What the counter has begun: acts that were sent and are not on file yet, applications that no workflow knows yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, cast, delete, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlmodel import col

from storage.case_file import table
from storage.tables import ActUnderWayRow, CaseRow, GrievanceRow, RequestRow


async def keep_answer(session: AsyncSession | AsyncConnection, request: str, answer: dict[str, Any]) -> None:
    """Keep what the sender of a request was answered, unless an answer is kept already."""
    this = (col(RequestRow.id) == request, col(RequestRow.answer).is_(None))
    await session.execute(update(RequestRow).where(*this).values(answer=answer))


async def keep_subject(session: AsyncSession, request: str, subject: str) -> None:
    """Keep what a request led to, for whoever sends it again."""
    await session.execute(update(RequestRow).where(col(RequestRow.id) == request).values(subject=subject))


# Written out, for it is on the path of every act and costs more to build than to run.
ANNOUNCE = text(
    """
    INSERT INTO act_under_way (id, number, sent_at, command) VALUES (:id, :number, :sent_at, CAST(:command AS jsonb))
    ON CONFLICT (id) DO UPDATE SET sent_at = excluded.sent_at
    RETURNING command
    """
)


async def announce(
    session: AsyncSession | AsyncConnection, request: str, number: str, at: datetime, command: str | None = None
) -> Any:
    """Note that an act is under way, with the command (JSON) where it is to be sent again; where it was sent before, the
    command as it was kept then, and None where none was."""
    noted = {"id": request, "number": number, "sent_at": at, "command": command}
    return (await session.execute(ANNOUNCE, noted)).scalar_one()


async def forget(session: AsyncSession, request: str) -> None:
    """The act is on file, or was never done."""
    await session.execute(delete(ActUnderWayRow).where(col(ActUnderWayRow.id) == request))


async def left(session: AsyncSession, longer_than_seconds: float, limit: int = 100) -> list[ActUnderWayRow]:
    """Acts that were sent so long ago and whose outcome is not on file, the oldest first."""
    rows = await session.execute(
        select(ActUnderWayRow)
        .where(col(ActUnderWayRow.sent_at) < func.now() - text(f"interval '{longer_than_seconds} s'"))
        .order_by(col(ActUnderWayRow.sent_at))
        .limit(limit)
    )
    return list(rows.scalars())


async def unstarted(session: AsyncSession, older_than_seconds: float, limit: int = 50) -> list[CaseRow]:
    """Applications that are on file and whose workflow may not have heard of them, the oldest first."""
    rows = await session.execute(
        select(CaseRow)
        .where(
            col(CaseRow.seq) == 0,
            col(CaseRow.bundle).is_(None),
            col(CaseRow.changed_at) < func.now() - text(f"interval '{older_than_seconds} s'"),
        )
        .order_by(col(CaseRow.changed_at))
        .limit(limit)
    )
    return list(rows.scalars())


async def postpone(session: AsyncSession, row: ActUnderWayRow | CaseRow | GrievanceRow) -> None:
    """Whoever looks for what is unfinished comes to this one after all others."""
    if isinstance(row, ActUnderWayRow):
        mine = col(ActUnderWayRow.id) == row.id
        await session.execute(update(ActUnderWayRow).where(mine).values(sent_at=func.now()))
    else:
        kept = type(row)
        mine = (col(kept.number) == row.number) & (col(kept.seq) == 0)
        await session.execute(update(kept).where(mine).values(changed_at=func.now()))


async def is_on_its_way(session: AsyncSession, number: str, until: datetime) -> bool:
    """Whether materials were received until the moment given of which the case, or the bundle that it is an item of, has not
    heard."""
    received = cast(table(ActUnderWayRow).c.command["received_at"].astext, DateTime(timezone=True))
    bundle = select(col(CaseRow.bundle)).where(col(CaseRow.number) == number).scalar_subquery()
    this = (or_(col(ActUnderWayRow.number) == number, col(ActUnderWayRow.number) == bundle), received <= until)
    return bool((await session.execute(select(func.count()).select_from(ActUnderWayRow).where(*this))).scalar_one())
