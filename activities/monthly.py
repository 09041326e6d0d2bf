"""The report of a month is made, once, with the notices to the units and the report to the government (gz:19)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from activities.papers.addressing import AcknowledgmentDays
from activities.papers.letters import ToUnit, give_letter
from activities.papers.monthly import notice_facts, report_facts
from domain.deadline import Office
from domain.law import carries_out
from domain.monthly.facts import Facts
from domain.monthly.month import Month, check_over, months_due
from domain.monthly.report import Names, Report, digest_of, reported
from domain.record import Paper
from domain.values import SHANGHAI
from registry.units import Units
from storage import monthly
from storage.calendars import Calendars
from storage.database import Database
from storage.overview.snapshot import snapshot
from storage.tables import ReportRow


def in_shanghai() -> datetime:
    """This moment."""
    return datetime.now(SHANGHAI)


@dataclass
class Monthly:
    """Makes the reports of places; asked twice, it makes each of them once."""

    database: Database
    units: Units
    filing_days: int
    public_url: str = ""
    closing_time: time | None = None
    now: Callable[[], datetime] = in_shanghai
    _calendars: Calendars = field(default_factory=Calendars)

    @activity.defn(name="months_due")
    @carries_out("gz:19")
    async def months_due(self, place: str) -> list[str]:
        """The months of the place whose reports are to be made now, the earliest first; none of a place that is no longer
        listed, whose schedule may still be there."""
        if place not in self.units.places:
            return []
        async with self.database.begin() as session:
            calendar = (await self._calendars.in_force(session)).calendar(self._management(place))
            made = await monthly.months_made(session, place)
        return [str(month) for month in months_due(self.now().date(), calendar, made)]

    @activity.defn(name="make_month")
    async def make_month(self, place: str, month: str) -> str:
        """The digest of the report, which is on file by then."""
        row, _ = await self.make(place, Month.written(month))
        return row.digest

    @carries_out("gz:19")
    async def make(self, place: str, month: Month) -> tuple[ReportRow, bool]:
        """The report on file, and whether it is new; with a new one go its papers, all of it in one transaction.

        Raises `Refused` while the month is not over.
        """
        at = self.now().astimezone(SHANGHAI)
        check_over(month, at)
        async with self.database.begin() as session:
            if (there := await monthly.report_of(session, month, place)) is not None:
                return there, False
        report = await self.reckon(place, month)  # takes minutes, so no lock and no other connection is held meanwhile
        body = report.model_dump(mode="json")
        row = ReportRow(
            month=str(month), place=place, method=report.method, body=body, digest=digest_of(body), made_at=at
        )
        async with self.database.begin() as session:
            await monthly.one_at_a_time(session, month, place)
            if (there := await monthly.report_of(session, month, place)) is not None:
                return there, False
            await monthly.keep(session, row)
            await self._tell(session, month, report, row)
        return row, True

    async def reckon(self, place: str, month: Month) -> Report:
        """The report, from what is on file now; nothing is kept."""
        async with snapshot(self.database) as reading:
            on_file = await monthly.units_on_file(reading)
            inner = {code for code in self.units.places if code.startswith(f"{place}-")}
            facts = {
                one: await monthly.facts_of(reading, [u for u in on_file if self.units.place_of(u) == one], month)
                for one in (place, *sorted(inner))
            }
            calendar = await monthly.calendar_at(reading, month.ends, self._management(place))
        names = Names(
            place=self.units.places[place].name,
            units={unit: self.units.unit(unit).name for unit in on_file if self.units.place_of(unit) == place},
            places={code: self.units.places[code].name for code in inner},
        )
        inside: Mapping[str, Facts] = {code: facts[code] for code in sorted(inner)}
        return await asyncio.to_thread(reported, place, month, facts[place], inside, calendar, names)

    async def _tell(self, session: AsyncSession, month: Month, report: Report, row: ReportRow) -> None:
        """Every unit of the place that had anything to handle gets its notice, the government its report."""
        signer = self.units.unit(self._management(report.place))
        calendar = (await self._calendars.in_force(session)).calendar(signer.code)
        days = AcknowledgmentDays(Office(calendar=calendar, closing_time=self.closing_time), self.filing_days)
        given = [
            (unit.unit, Paper.MONTHLY_NOTICE, notice_facts(report, unit, row.digest))
            for unit in report.units
            if unit.unit != signer.code
        ]
        if (government := self.units.places[report.place].government) is not None:
            link = f"{self.public_url}/v1/monthly/{month}/report.pdf?place={report.place}"
            name = self.units.unit(government).name
            given.append((government, Paper.MONTHLY_REPORT, report_facts(report, name, row.digest, link)))
        for seq, (to, paper, facts) in enumerate(given, 1):
            await give_letter(
                session,
                self.units,
                file=month.file(report.place),
                seq=seq,
                paper=paper,
                signer=signer,
                to=ToUnit(to, acknowledge_by=days.of(row.made_at)),
                facts=facts,
                given_at=row.made_at,
            )

    def _management(self, place: str) -> str:
        return self.units.places[place].management.code
