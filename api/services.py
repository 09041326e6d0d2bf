"""What the endpoints work with, made once for the process."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.client import Client

from api.identity import Keys
from domain.deadline import Office
from domain.running import Policy
from domain.shown import Shown
from domain.supervision.pinned import pinned
from domain.supervision.rules import Supervision
from domain.values import SHANGHAI
from registry.reference import Reference
from registry.supervision import read_supervision
from registry.units import Units
from settings import Settings
from storage.calendars import Calendars
from storage.catalogue import Definitions
from storage.database import Database
from workflows.filing import Filer


@dataclass
class Services:
    """The database, the engine, the keys, and what is read once."""

    settings: Settings
    database: Database
    beside: Database
    """One connection to the same, which no request takes: for health."""
    temporal: Client
    filer: Filer
    units: Units
    keys: Keys
    reference: Reference
    definitions: Definitions = field(default_factory=Definitions)
    calendars: Calendars = field(default_factory=Calendars)

    @property
    def timeout(self) -> timedelta:
        """How long a request waits for its case."""
        return timedelta(seconds=self.settings.update_timeout_seconds)

    @property
    def policy(self) -> Policy:
        """What the law leaves open, as set here; pinned in each new case."""
        settings = self.settings
        return Policy(
            warn_before_days=settings.warn_before_days,
            supplement_days=settings.supplement_days,
            deferral_bar_days=settings.deferral_bar_days,
            promise_extensions=settings.promise_extensions,
            filing_days=settings.filing_days,
        )

    def supervision(self, unit: str) -> Supervision:
        """The rules of supervision of the unit's place."""
        return read_supervision(self.settings.definitions).of(self.units.place_of(unit))

    def policy_of(self, unit: str) -> Policy:
        """The same for a case of this unit, with what its place sets."""
        return pinned(self.policy, self.supervision(unit))

    async def office(self, session: AsyncSession, unit: str) -> Office:
        """The days and hours by which the unit counts now."""
        calendar = (await self.calendars.in_force(session)).calendar(unit)
        return Office(calendar=calendar, closing_time=self.units.unit(unit).closing_time or self.settings.closing_time)

    def shown(self, unit: str) -> Shown:
        """Where a case of this unit belongs, and where it is to be seen."""
        pages, units = f"{self.settings.public_url.rstrip('/')}/v1/cases/", self.units
        return Shown(place=units.place_of(unit), overseen_by=units.management_of(unit), pages=pages)

    def in_temporal_ui(self, workflow: str) -> str:
        """Where the engine shows the workflow with this id."""
        settings = self.settings
        return f"{settings.temporal_ui_url}/namespaces/{settings.temporal_namespace}/workflows/{workflow}"

    def now(self) -> datetime:
        """This moment in Asia/Shanghai."""
        return datetime.now(SHANGHAI)


async def services_of(request: Request) -> Services:
    """The services of the running application."""
    return request.app.state.services  # type: ignore[no-any-return]


Here = Annotated[Services, Depends(services_of)]


def request_id(me: str, scope: str, key: str) -> str:
    """The id under which a request is done once: its sender, what it is about, and its Idempotency-Key."""
    return hashlib.sha256(f"{me}\n{scope}\n{key}".encode()).hexdigest()[:32]
