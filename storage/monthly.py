"""The facts of a month from the file, all as they are at one moment; and the reports that were made of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.calendar import Calendar, CalendarYear
from domain.monthly.facts import CardFact, CaseFacts, Fact, Facts, FilingFact, FindingFact, GrievanceFacts, VisitFact
from domain.monthly.month import Month
from domain.record import EventKind
from storage.case_file import table
from storage.tables import NoticeRow, ReportRow

PATIENCE = "10min"
"""How long one statement may take: a month of the whole city is a lot of rows, and nobody waits for it."""
MAKING = 1_902_019
"""The first key of the lock under which the report of a month and place is made once."""

KINDS = (
    *(EventKind.RECEIVED, EventKind.NOTIFIED, EventKind.SENT_BACK, EventKind.BREACH_FOUND, EventKind.ACCEPTED),
    *(EventKind.ACCEPTED_DEFERRED, EventKind.DEEMED_ACCEPTED, EventKind.NOT_REQUIRED, EventKind.NOT_ACCEPTED),
    *(EventKind.STEP_ANSWERED, EventKind.STEP_RETURNED, EventKind.GRANTED, EventKind.REFUSED, EventKind.ISSUED),
    *(EventKind.DELIVERED, EventKind.CLOSED, EventKind.LIMIT_NEAR, EventKind.LIMIT_PASSED, EventKind.STILL_LATE),
    *(EventKind.LATENESS_WITHDRAWN, EventKind.CALENDAR_CHANGED, EventKind.DUE_DAY_MOVED, EventKind.PAUSED),
    *(EventKind.PAUSE_PROLONGED, EventKind.RESUMED, EventKind.PAUSE_OVERRUN, EventKind.EXTENDED, EventKind.DELAY_TOLD),
    *(EventKind.URGED, EventKind.ORDERED, EventKind.ORDER_ANSWERED),
)
"""The events that figures are made of."""
DATA = (
    *("accepted_on", "entered_on", "clock", "ground", "cause", "procedure", "name", "first", "ended", "ending"),
    *("n", "nth", "step", "moved"),
)
"""What figures need of them; no words of people, and nobody's name."""

CASES = text(
    """
    SELECT c.number, c.unit, c.item_code, c.item_name, c.received_at, c.bundle,
           coalesce(jsonb_typeof(c.start->'bundle') = 'object', FALSE) AS is_bundle,
           CASE WHEN coalesce(c.start #>> '{item,limits,promised,unit}', 'working') = 'working'
                THEN CAST(c.start #>> '{item,limits,promised,days}' AS float) END AS promised, e.events
      FROM case_file AS c
     CROSS JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_array(e.kind, e.at, (SELECT coalesce(jsonb_object_agg(k, v), '{}')
                    FROM jsonb_each(e.data) AS d (k, v) WHERE k = ANY(:data) AND v <> 'null')) ORDER BY e.seq) AS events
          FROM case_event AS e
         WHERE e.number = c.number AND e.at < :ends AND e.kind = ANY(:kinds)) AS e
     WHERE c.unit = ANY(:units) AND c.received_at < :ends AND e.events IS NOT NULL
       AND NOT EXISTS (SELECT FROM case_event AS z
                        WHERE z.number = c.number AND z.kind = 'closed' AND z.at < :begins)
     ORDER BY c.number
    """
)
GRIEVANCES = text(
    """
    SELECT g.number, g.channel, g.item_code, g.case_number,
           coalesce(CAST(g.start #>> '{rules,attempts}' AS int), 3) AS attempts, e.events
      FROM grievance AS g
     CROSS JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_array(e.kind, e.at, e.data - 'text' - 'improvement') ORDER BY e.seq) AS events
          FROM grievance_event AS e WHERE e.number = g.number AND e.at < :ends) AS e
     WHERE g.window_unit = ANY(:units) AND g.received_at < :ends AND e.events IS NOT NULL
       AND NOT EXISTS (SELECT FROM grievance_event AS z
                        WHERE z.number = g.number AND z.kind = 'closed' AND z.at < :begins)
     ORDER BY g.number
    """
)
FINDINGS = text(
    """
    SELECT shortcoming, unit, item_code, number, found_at, withdrawn_at FROM finding
     WHERE unit = ANY(:units) AND found_at >= :begins AND found_at < :ends ORDER BY id
    """
)
CARDS = text(
    """
    SELECT colour, unit, item_code, number, given_at, withdrawn_at, appealed_at, decided_at, upheld FROM card
     WHERE unit = ANY(:units) AND given_at < :ends
       AND (given_at >= :begins OR appealed_at >= :begins OR decided_at >= :begins) ORDER BY id
    """
)
VISITS = text(
    """
    SELECT unit, item_code, came_at, answer_by, ended_at, outcome FROM visit
     WHERE unit = ANY(:units) AND came_at >= :begins AND came_at < :ends ORDER BY id
    """
)
FILINGS = text(
    """
    SELECT c.unit, c.item_code, n.given_at, n.acknowledge_by, n.acknowledged_at
      FROM notice AS n JOIN case_file AS c ON c.number = n.number
     WHERE n.paper = 'filing' AND c.unit = ANY(:units) AND n.given_at >= :begins AND n.given_at < :ends
     ORDER BY n.number, n.seq
    """
)
UNITS = text(
    """
    SELECT unit FROM case_file UNION SELECT unit FROM finding UNION SELECT unit FROM card UNION SELECT unit FROM visit
     UNION SELECT window_unit FROM grievance UNION SELECT unit FROM grievance WHERE unit IS NOT NULL
    """
)

# Of each year and unit what was signed last before the moment; where nothing was by then, what was signed first: a year that
# came into force with the program itself holds for the months before it too.
SIGNED_BY = text(
    """
    SELECT DISTINCT ON (year, unit) unit, source, body FROM calendar_notice
     WHERE signed_at IS NOT NULL
     ORDER BY year, unit, signed_at >= :at, abs(extract(epoch FROM signed_at - :at)), id DESC
    """
)


async def units_on_file(session: AsyncSession) -> frozenset[str]:
    """Every unit of which there is anything on file."""
    return frozenset(row.unit for row in await session.execute(UNITS))


async def facts_of(session: AsyncSession, units: Collection[str], month: Month) -> Facts:
    """What is on file of these units from the beginning of the month before up to the end of the month."""
    await session.execute(text(f"SET LOCAL statement_timeout = '{PATIENCE}'"))
    between: dict[str, Any] = {"units": sorted(units), "begins": month.before.begins, "ends": month.ends}
    events = {**between, "kinds": [kind.value for kind in KINDS], "data": list(DATA)}
    return Facts(
        cases=tuple(_case(row) for row in await session.execute(CASES, events)),
        grievances=tuple(_grievance(row) for row in await session.execute(GRIEVANCES, between)),
        findings=tuple(FindingFact(*row) for row in await session.execute(FINDINGS, between)),
        cards=tuple(CardFact(*row) for row in await session.execute(CARDS, between)),
        visits=tuple(VisitFact(*row) for row in await session.execute(VISITS, between)),
        filings=tuple(FilingFact(*row) for row in await session.execute(FILINGS, between)),
    )


def _case(row: Any) -> CaseFacts:
    return CaseFacts(
        number=row.number,
        unit=row.unit,
        item=row.item_code,
        item_name=row.item_name,
        received_at=row.received_at,
        events=_events(row.events),
        bundle=row.bundle,
        is_bundle=row.is_bundle,
        promised=row.promised,
    )


def _grievance(row: Any) -> GrievanceFacts:
    return GrievanceFacts(
        number=row.number,
        channel=row.channel,
        item=row.item_code,
        events=_events(row.events),
        case=row.case_number,
        attempts=row.attempts,
    )


def _events(written: list[Any]) -> tuple[Fact, ...]:
    return tuple(Fact(kind, datetime.fromisoformat(at), data) for kind, at, data in written)


async def calendar_at(session: AsyncSession, at: datetime, unit: str | None) -> Calendar:
    """The working days that the unit counted by at the moment."""
    signed = await session.execute(SIGNED_BY, {"at": at})
    return Calendar.of(
        CalendarYear.model_validate(row.body).model_copy(update={"source": row.source, "unit": row.unit})
        for row in signed
        if row.unit in (None, unit)
    )


async def one_at_a_time(session: AsyncSession, month: Month, place: str) -> None:
    """Until the end of the transaction nobody else makes the report of this month and place."""
    key = func.hashtext(f"{month}:{place}")
    await session.execute(select(func.pg_advisory_xact_lock(MAKING, key)))


async def report_of(session: AsyncSession, month: Month, place: str) -> ReportRow | None:
    """The report that was made of the month, by the method that made it."""
    query = select(ReportRow).where(col(ReportRow.month) == str(month), col(ReportRow.place) == place)
    return (await session.execute(query.order_by(col(ReportRow.method)).limit(1))).scalar()


async def months_made(session: AsyncSession, place: str) -> frozenset[Month]:
    """The months of which there is a report."""
    query = select(col(ReportRow.month)).where(col(ReportRow.place) == place)
    return frozenset(Month.written(month) for month in (await session.execute(query)).scalars())


async def keep(session: AsyncSession, row: ReportRow) -> None:
    """The report is on file; one that is there already stays."""
    await session.execute(insert(table(ReportRow)).values(row.model_dump()).on_conflict_do_nothing())


async def notice_to(session: AsyncSession, file: str, unit: str, paper: str) -> NoticeRow | None:
    """The paper of the file that went to the unit."""
    this = (col(NoticeRow.number) == file, col(NoticeRow.addressee) == unit, col(NoticeRow.paper) == paper)
    return (await session.execute(select(NoticeRow).where(*this))).scalar()
