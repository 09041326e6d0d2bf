"""What the database alone tells: what waits outside, who is missing, and what should have happened by now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from domain.troubles import Trouble, TroubleKind
from registry.units import Units
from storage import watched
from storage.database import Database
from storage.troubles import Seen
from storage.watched import STUCK_AFTER, Waiting


class Facts:
    """Looks at rows; nothing here asks the engine."""

    def __init__(self, database: Database, units: Units, patience: timedelta = STUCK_AFTER) -> None:
        self._database, self._units, self._patience = database, units, patience

    async def see(self) -> list[Seen]:
        """Registers and channels that do not answer, vacant roles with tasks, missed limits, and what was not opened."""
        async with self._database.begin() as session:
            channels = await watched.channels(session, self._patience)
            registers = await watched.registers(session, self._patience)
            vacant = await watched.vacant(session)
            missed = await watched.missed(session, self._patience)
            unstarted = await watched.unstarted(session, self._patience)
        roles = [
            _trouble(
                TroubleKind.ROLE_VACANT,
                f"{one.role}@{one.unit}",
                one.since,
                unit=one.unit,
                unit_name=self._units.unit(one.unit).name,
                tasks=one.tasks,
            )
            for one in vacant
        ]
        limits = [_trouble(TroubleKind.MISSED_TIMER, one.subject, one.due_at, clock=one.clock) for one in missed]
        return [
            _all(TroubleKind.CHANNEL_REFUSING, [_waits(TroubleKind.CHANNEL_REFUSING, one) for one in channels]),
            _all(TroubleKind.REGISTER_DOWN, [_waits(TroubleKind.REGISTER_DOWN, one) for one in registers]),
            _all(TroubleKind.UNSTARTED, [_waits(TroubleKind.UNSTARTED, one) for one in unstarted]),
            _all(TroubleKind.ROLE_VACANT, roles),
            _all(TroubleKind.MISSED_TIMER, limits),
        ]


def _all(kind: TroubleKind, found: list[Trouble]) -> Seen:
    return Seen(frozenset({kind}), tuple(found))


def _waits(kind: TroubleKind, one: Waiting) -> Trouble:
    return _trouble(kind, one.subject, one.since, waiting=one.waiting, attempts=one.attempts)


def _trouble(kind: TroubleKind, subject: str, since: Any, *, unit: str | None = None, **facts: Any) -> Trouble:
    return Trouble(kind=kind, subject=subject, since=since, unit=unit, facts=facts)
