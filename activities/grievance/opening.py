"""A grievance is laid on file with its evidence and its receipt's code; its workflow is opened after that."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from activities.query_code import query_code
from domain.case_number import grievance_number
from domain.commands import Actor
from domain.deadline import Office
from domain.grievance.record import Leg
from domain.grievance.start import GrievanceStart
from domain.law import carries_out
from domain.shown import SEMANTICS, Shown
from domain.supervision.rules import Supervision
from domain.supervision.shortcomings import Shortcoming
from domain.values import SHANGHAI
from registry.units import EVERY_UNIT, Units
from settings import settings
from storage import calendars, grievances
from storage.tables import CaseRow, FindingRow, GrievanceRow


class Reported(NamedTuple):
    """What is reported, by whom, and about what."""

    channel: str
    at: datetime
    unit: str | None = None
    """The unit complained of; it decides which window it is for, where `window` does not."""
    window: str | None = None
    case: CaseRow | None = None
    item: tuple[str, str] | None = None
    """Code and name of the item, where there is no case."""
    grounds: tuple[Shortcoming, ...] = ()
    request: str | None = None
    reporter: dict[str, Any] | None = None
    by: Actor | None = None
    order: str | None = None
    finding: FindingRow | None = None
    clock_shift_seconds: int = 0


async def lay(session: AsyncSession, units: Units, rules: Supervision, reported: Reported) -> GrievanceRow:
    """The grievance on file, with the evidence that the file of its case shows; its workflow does not know it yet."""
    at = reported.at.astimezone(SHANGHAI)
    case = reported.case
    unit = reported.unit or (case.unit if case else None)
    window = reported.window or units.management_of(unit or "") or EVERY_UNIT
    number = grievance_number(at.date(), await grievances.next_serial(session))
    evidence = await grievances.evidence_of(session, case.number) if case else []
    if reported.finding is not None and case is None:
        evidence = [grievances.of_finding(reported.finding)]
    shown = any(one["kind"] == "finding" for one in evidence) or reported.finding is not None
    calendar = (await calendars.in_force(session)).calendar(window)
    closing = units.unit(window).closing_time or settings().closing_time
    start = GrievanceStart(
        number=number,
        channel=reported.channel,
        window=window,
        case=case.number if case else None,
        item=case.item_code if case else reported.item[0] if reported.item else None,
        unit=unit,
        grounds=reported.grounds,
        found=shown,
        by=reported.by,
        rules=rules.grievances,
        office=Office(calendar=calendar.since(at.year), closing_time=closing),
        received_at=at,
        clock_shift_seconds=reported.clock_shift_seconds,
        semantics=SEMANTICS,
        shown=Shown(
            place=units.place_of(unit or window),
            overseen_by=units.management_of(unit or window),
            pages=f"{settings().public_url.rstrip('/')}/v1/grievances/",
        ),
    )
    row = GrievanceRow(
        number=number,
        query_code=query_code(),
        channel=reported.channel,
        hotline_order=reported.order,
        case_number=start.case,
        finding=reported.finding.id if reported.finding else None,
        item_code=start.item,
        item_name=case.item_name if case else reported.item[1] if reported.item else None,
        place=units.place_of(unit or window),
        window_unit=window,
        district=case.district if case else None,
        unit=unit,
        grounds=[one.value for one in reported.grounds],
        request=reported.request,
        reporter=reported.reporter,
        reported_by=reported.by.id if reported.by else None,
        start=start.model_dump(mode="json", by_alias=True),
        evidence=evidence,
        received_at=at,
        calendar_version=calendar.version,
        leg=Leg.CLASSIFICATION,
        changed_at=at,
    )
    await grievances.keep(session, row)
    return row


@carries_out("gz:13.5")
async def lay_for(
    session: AsyncSession,
    finding: FindingRow,
    *,
    case: CaseRow | None,
    units: Units,
    rules: Supervision,
    reporter: dict[str, Any] | None = None,
) -> str:
    """The number of the grievance that a finding belongs to: one that is open about the case already, else a new one that
    the system opens by itself. The finding has to be on file."""
    if case is not None and (there := await grievances.open_about(session, case.number)) is not None:
        await grievances.add_evidence(session, there.number, finding)
        return there.number
    shift = await grievances.shift_of(session, case.number) if case is not None else 0
    reported = Reported(
        channel="system",
        at=finding.found_at,
        unit=finding.unit,
        case=case,
        grounds=(finding.shortcoming,),
        reporter=reporter,
        finding=finding,
        clock_shift_seconds=shift,
    )
    return (await lay(session, units, rules, reported)).number
