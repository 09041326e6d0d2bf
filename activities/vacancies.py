"""Vacant seats become alarms, and a paper to the department that oversees; filled, the alarm is cleared (gz:8.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from activities.papers.addressing import AcknowledgmentDays
from activities.papers.letters import ToUnit, give_letter
from domain.bundle.definition import BundleDefinition
from domain.deadline import Office, due
from domain.definition import ItemDefinition
from domain.law import carries_out
from domain.limits import Limit
from domain.record import Paper
from domain.supervision.posts import CHIEF, Roster, Seat
from domain.supervision.seats import Ahead, Vacancy, seats_of, seats_of_department, vacancies, vacant_ahead
from domain.telling import ROLES
from domain.values import SHANGHAI
from registry.supervision import read_supervision
from registry.units import EVERY_UNIT, Units
from storage import alarms, catalogue, duty, posts
from storage.calendars import Calendars
from storage.tables import AlarmRow, DefinitionRow
from storage.tables.catalogue import DefinitionKind

GIVEN = 1
"""The event of an alarm that gives its paper."""


class Looked(NamedTuple):
    """What a look changed."""

    raised: tuple[str, ...]
    cleared: tuple[str, ...]


@dataclass
class Vacancies:
    """Looks for seats in which nobody is, and for those in which soon nobody will be."""

    units: Units
    definitions: Path
    filing_days: int
    closing_time: time | None = None
    _calendars: Calendars = field(default_factory=Calendars)
    _seats: dict[tuple[str, date, str], frozenset[Seat]] = field(default_factory=dict)

    @carries_out("gz:8.3")
    async def look(self, session: AsyncSession, at: datetime) -> Looked:
        """Raise an alarm for what has become vacant, and clear those of what was filled, in the caller's transaction.

        The overseeing departments get a paper of each once anybody has a post: where nobody was ever told to the program,
        the list of alarms says so, and papers would help nobody.
        """
        at, today = at.astimezone(SHANGHAI), at.astimezone(SHANGHAI).date()
        await alarms.one_at_a_time(session)
        roster = await posts.roster(session, today)
        empty = vacancies(await self.seats(session, today), roster, today)
        standing = {Vacancy(row.unit, row.role): row for row in await alarms.open_of(session, alarms.VACANCY)}
        gone = [row for vacancy, row in standing.items() if vacancy not in empty]
        await alarms.clear(session, [row.id for row in gone], at)
        new = await alarms.raise_(session, empty - standing.keys(), at)
        untold = [row for row in standing.values() if row not in gone and not row.facts.get("paper")]
        await self._tell(session, [*untold, *new], at)
        return Looked(tuple(row.id for row in new), tuple(row.id for row in gone))

    async def seats(self, session: AsyncSession, today: date) -> frozenset[Seat]:
        """Every seat that has to be filled: by the definitions in force, for the tasks that are open, and of those who
        oversee."""
        found = set(await alarms.seats_of_open_tasks(session))
        for row in await catalogue.published(session, today):
            found |= self._seats_of(row)
        for place in self.units.places.values():
            found |= seats_of_department(place.management.code)
        return frozenset(found)

    async def ahead(self, session: AsyncSession, at: datetime, places: Iterable[str] | None = None) -> list[Ahead]:
        """The seats that are filled today and vacant within the days that the rules of their place say; of these places,
        or of all."""
        today = at.astimezone(SHANGHAI).date()
        roster, within = await posts.roster(session, today), None if places is None else {*places}
        by_unit: dict[str, set[Seat]] = {}
        for seat in await self.seats(session, today):
            if within is None or self.units.place_of(seat.unit) in within:
                by_unit.setdefault(seat.unit, set()).add(seat)
        found = [await self._ahead_in(session, unit, seats, roster, at) for unit, seats in sorted(by_unit.items())]
        return sorted((one for some in found for one in some), key=lambda one: (one.day, one.seat))

    async def _ahead_in(
        self, session: AsyncSession, unit: str, seats: set[Seat], roster: Roster, at: datetime
    ) -> tuple[Ahead, ...]:
        days = read_supervision(self.definitions).of(self.units.place_of(unit)).posts.warn_before
        calendar = (await self._calendars.in_force(session)).calendar(self.units.management_of(unit))
        until = due(at, Limit(days=days), Office(calendar=calendar)).day
        return vacant_ahead(frozenset(seats), roster, at.astimezone(SHANGHAI).date(), until)

    def _seats_of(self, row: DefinitionRow) -> frozenset[Seat]:
        key = (row.code, row.version, row.digest)
        if key not in self._seats:
            model = ItemDefinition if row.kind is DefinitionKind.ITEM else BundleDefinition
            self._seats[key] = seats_of(model.model_validate(row.body), self.units.government_of(row.unit))
        return self._seats[key]

    async def _tell(self, session: AsyncSession, rows: list[AlarmRow], at: datetime) -> None:
        if not rows or not await alarms.anybody_has_a_post(session):
            return
        to = {row.id: self._overseer_of(row.unit) for row in rows}
        attention = await duty.attention_of(session, to.values(), [at.date()])
        for row in sorted(rows, key=lambda one: one.id):
            await self._give(session, row, to[row.id], attention.attention(to[row.id], at.date()), at)
        await alarms.note_paper(session, [row.id for row in rows])

    async def _give(self, session: AsyncSession, row: AlarmRow, to: str, attention: str | None, at: datetime) -> None:
        calendar = (await self._calendars.in_force(session)).calendar(to)
        days = AcknowledgmentDays(Office(calendar=calendar, closing_time=self.closing_time), self.filing_days)
        await give_letter(
            session,
            self.units,
            file=row.id,
            seq=GIVEN,
            paper=Paper.VACANCY,
            signer=self.units.unit(self.units.management_of(row.unit) or row.unit),
            to=ToUnit(to, acknowledge_by=days.of(at), attention=attention),
            facts={"v": self._facts(row, to)},
            given_at=at,
        )

    def _facts(self, row: AlarmRow, to: str) -> dict[str, object]:
        return {
            "id": row.id,
            "unit": row.unit,
            "unit_name": self.units.unit(row.unit).name,
            "role": ROLES[row.role].zh if row.role in ROLES else row.role or "",
            "chief": row.role == CHIEF,
            "noticed_on": row.raised_at.astimezone(SHANGHAI).date(),
            "to_name": "政务服务管理部门" if to == EVERY_UNIT else self.units.unit(to).name,
        }

    def _overseer_of(self, unit: str) -> str:
        """The department that oversees the unit; of one that oversees a district itself, that of the city."""
        place = self.units.place_of(unit)
        if place is not None and self.units.places[place].management.code == unit:
            return self.units.management_of(place.rpartition("-")[0]) or unit
        return self.units.management_of(unit) or EVERY_UNIT
