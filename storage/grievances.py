"""Grievances on file: opened, carried on by each batch, and read by everybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, cast, exists, false, func, literal, not_, or_, select, true, update
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.grievance.record import GrievanceBatch, Leg
from domain.record import EventKind
from storage import case_file
from storage.calendars import InForce
from storage.case_file import table
from storage.pages import Page, page_of
from storage.sight import applied_for_themselves
from storage.tables import (
    ApplicantRow,
    CaseRow,
    ClockRow,
    EventRow,
    FindingRow,
    GrievanceEventRow,
    GrievanceRow,
)
from storage.tables.grievance import GRIEVANCE_SERIAL

TOLD = (EventKind.NOTIFIED, EventKind.SENT_BACK, EventKind.BREACH_FOUND, EventKind.NOT_ACCEPTED)
"""What was told to the applicant, and when: evidence of whether it was told once."""


async def next_serial(session: AsyncSession) -> int:
    """A number never given before; gaps are possible, repeats are not."""
    return int((await session.execute(select(GRIEVANCE_SERIAL.next_value()))).scalar_one())


async def keep(session: AsyncSession, row: GrievanceRow) -> None:
    """Keep a grievance before its workflow is told of it."""
    await session.execute(insert(table(GrievanceRow)).values(row.model_dump()))


async def grievance_of(session: AsyncSession, number: str) -> GrievanceRow | None:
    """The grievance with this number."""
    return await session.get(GrievanceRow, number)


async def of_hotline_order(session: AsyncSession, order: str) -> GrievanceRow | None:
    """The grievance that this order of the hotline was registered as."""
    query = select(GrievanceRow).where(col(GrievanceRow.hotline_order) == order)
    return (await session.execute(query)).scalar_one_or_none()


async def open_about(session: AsyncSession, case: str) -> GrievanceRow | None:
    """The grievance about the case that is not closed, the oldest of several; locked until the end of the transaction."""
    query = (
        select(GrievanceRow)
        .where(col(GrievanceRow.case_number) == case, col(GrievanceRow.leg) != Leg.CLOSED)
        .order_by(col(GrievanceRow.received_at), col(GrievanceRow.number))
        .limit(1)
        .with_for_update()
    )
    return (await session.execute(query)).scalar_one_or_none()


async def add_evidence(session: AsyncSession, number: str, finding: FindingRow) -> None:
    """What was found meanwhile is evidence in the grievance, too."""
    row = await session.get_one(GrievanceRow, number)
    row.evidence = [*row.evidence, of_finding(finding)]


async def apply(session: AsyncSession, batch: GrievanceBatch) -> GrievanceRow | None:
    """The grievance as the batch leaves it; None where it is on file already, so that writing it twice is harmless."""
    row = await session.get_one(GrievanceRow, batch.number, with_for_update=True)
    if row.seq >= batch.last:
        return None
    for name in ("leg", "ending", "klass", "unit", "level", "due_day", "satisfaction", "conclusion"):
        setattr(row, name, getattr(batch, name))
    row.grounds = [one.value for one in batch.grounds]
    row.waiting_for, row.seq, row.changed_at = list(batch.waiting_for), batch.last, batch.events[-1].at
    row.clocks = [clock.model_dump(mode="json") for clock in batch.clocks]
    events = [{"number": batch.number, **event.model_dump(mode="json"), "at": event.at} for event in batch.events]
    await session.execute(insert(table(GrievanceEventRow)), events)
    return row


async def events_of(session: AsyncSession, number: str) -> list[GrievanceEventRow]:
    """What happened in the grievance, in order."""
    query = select(GrievanceEventRow).where(col(GrievanceEventRow.number) == number)
    return list((await session.execute(query.order_by(col(GrievanceEventRow.seq)))).scalars())


async def unstarted(session: AsyncSession, older_than_seconds: float, limit: int = 100) -> list[GrievanceRow]:
    """Grievances that no workflow knows yet, the longest waiting first."""
    query = (
        select(GrievanceRow)
        .where(
            col(GrievanceRow.seq) == 0,
            col(GrievanceRow.changed_at) < func.now() - timedelta(seconds=older_than_seconds),
        )
        .order_by(col(GrievanceRow.changed_at))
        .limit(limit)
    )
    return list((await session.execute(query)).scalars())


async def counting_by_others(session: AsyncSession, now: InForce) -> list[GrievanceRow]:
    """Open grievances that count by another calendar than the one in force for their window."""
    own = [(col(GrievanceRow.window_unit) == unit, calendar.version) for unit, calendar in now.own.items()]
    wanted = case(*own, else_=now.city.version) if own else literal(now.city.version)
    query = select(GrievanceRow).where(
        col(GrievanceRow.leg) != Leg.CLOSED,
        col(GrievanceRow.seq) > 0,
        col(GrievanceRow.calendar_version) != wanted,
    )
    return list((await session.execute(query.order_by(col(GrievanceRow.number)))).scalars())


async def counts_by(session: AsyncSession, number: str, version: str) -> None:
    """The grievance counts by this calendar from now on."""
    this = col(GrievanceRow.number) == number
    await session.execute(update(GrievanceRow).where(this).values(calendar_version=version))


async def evidence_of(session: AsyncSession, case: str) -> list[dict[str, Any]]:
    """What the file of the case shows by itself: findings that stand, limits that passed, and what was told when."""
    stands = (col(FindingRow.number) == case, col(FindingRow.withdrawn_at).is_(None))
    findings = select(FindingRow).where(*stands).order_by(col(FindingRow.found_at))
    clocks = select(ClockRow).where(col(ClockRow.number) == case).order_by(col(ClockRow.due_at))
    events = (
        select(EventRow).where(col(EventRow.number) == case, col(EventRow.kind).in_(TOLD)).order_by(col(EventRow.seq))
    )
    return [
        *(of_finding(row) for row in (await session.execute(findings)).scalars()),
        *(
            {"kind": "limit", "clock": row.key, "due_day": row.due_day.isoformat(), "passed": row.passed}
            for row in (await session.execute(clocks)).scalars()
        ),
        *(
            {"kind": "event", "event": row.kind, "seq": row.seq, "at": row.at.isoformat()}
            for row in (await session.execute(events)).scalars()
        ),
        {"kind": "certificate", "at": f"/v1/cases/{case}/deadline"},
    ]


async def standing_evidence(session: AsyncSession, row: GrievanceRow) -> list[dict[str, Any]]:
    """The evidence without what fell since, as by a corrected calendar."""
    named = [one["finding"] for one in row.evidence if one["kind"] == "finding"]
    fell = select(col(FindingRow.id)).where(col(FindingRow.id).in_(named), col(FindingRow.withdrawn_at).is_not(None))
    fallen = set((await session.execute(fell)).scalars()) if named else set()
    return [one for one in row.evidence if one.get("finding") not in fallen]


def of_finding(row: FindingRow) -> dict[str, Any]:
    """A finding as evidence."""
    return {
        "kind": "finding",
        "finding": row.id,
        "shortcoming": row.shortcoming.value,
        "clock": row.clock,
        "found_at": row.found_at.isoformat(),
        "article": row.article,
        "evidence": row.evidence,
    }


async def shift_of(session: AsyncSession, case: str) -> int:
    """How far the clock of the case runs from everybody else's, in seconds; 0 but in simulations and demonstrations."""
    said = col(CaseRow.start)["clock_shift_seconds"].as_integer()
    return int((await session.execute(select(said).where(col(CaseRow.number) == case))).scalar() or 0)


async def case_and_applicant(session: AsyncSession, number: str) -> tuple[CaseRow, ApplicantRow] | None:
    """The case with the one who applied."""
    query = (
        select(CaseRow, ApplicantRow)
        .join(ApplicantRow, col(ApplicantRow.id) == col(CaseRow.applicant))
        .where(col(CaseRow.number) == number)
    )
    found = (await session.execute(query)).one_or_none()
    return None if found is None else (found[0], found[1])


texts_of = case_file.texts_of
"""The free texts of the grievance by their ids."""


class Reach(NamedTuple):
    """Whose grievances somebody may see: reported by themselves, of these windows and units, orders of the hotline, or all."""

    person: str
    units: tuple[str, ...]
    office: bool
    """Whether any of their roles has to do with grievances."""
    everything: bool = False
    hotline: bool = False

    @property
    def own(self) -> ColumnElement[bool]:
        """The condition that holds for what they reported, and for what is about a case that they applied for."""
        return or_(
            and_(
                col(GrievanceRow.reported_by).is_not(None),  # with the code of a case anybody may report
                col(GrievanceRow.reported_by) == self.person,
                col(GrievanceRow.channel) == "online",
            ),
            exists().where(col(CaseRow.number) == col(GrievanceRow.case_number), applied_for_themselves(self.person)),
        )

    @property
    def seen(self) -> ColumnElement[bool]:
        """The condition that holds for everything that they may see."""
        if self.office and self.everything:
            return true()
        ways: list[ColumnElement[bool]] = [self.own]
        if self.hotline:
            ways.append(col(GrievanceRow.channel) == "hotline")
        if self.office:
            ways += [col(GrievanceRow.window_unit).in_(self.units), col(GrievanceRow.unit).in_(self.units)]
        return or_(*ways)

    @property
    def handled(self) -> ColumnElement[bool]:
        """The condition that holds for what they see for the office; nobody does so with one of their own."""
        return and_(self.seen, not_(self.own)) if self.office else false()


class Sight(NamedTuple):
    """A grievance as somebody sees it."""

    grievance: GrievanceRow
    seen: bool
    """Whether they may see it at all."""
    handles: bool
    """Whether they see it for the office."""


async def sight_of(session: AsyncSession, number: str, reach: Reach) -> Sight | None:
    """The grievance and who is looking at it; None where there is no such one."""
    query = select(GrievanceRow, reach.seen, reach.handled).where(col(GrievanceRow.number) == number)
    row = (await session.execute(query)).one_or_none()
    return (
        None if row is None else Sight(row[0], bool(row[1]), bool(row[2]))
    )  # of a unit that is not known yet: neither


async def listed(
    session: AsyncSession,
    reach: Reach,
    filters: dict[str, Any],
    waiting_for: Sequence[str] | None,
    cursor: str | None,
    limit: int,
) -> Page:
    """Grievances, the newest first."""
    conditions = [getattr(GrievanceRow, name) == value for name, value in filters.items() if value is not None]
    if waiting_for is not None:
        asked = cast(list(waiting_for), ARRAY(TEXT))
        conditions.append(col(GrievanceRow.waiting_for).op("&&")(asked))
    query = select(GrievanceRow).where(reach.seen, *conditions)
    return await page_of(session, query, (GrievanceRow, ("received_at", "number")), cursor, limit, descending=True)
