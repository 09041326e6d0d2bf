"""The paths of grievances whose histories are kept."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from temporalio.client import Client, WorkflowHandle

from domain.calendar import Calendar, CalendarYear, Holiday
from domain.commands import Actor, RemedyKind
from domain.deadline import Office
from domain.grievance.commands import (
    ApproveClass,
    AskedOfCase,
    Classify,
    Conclusion,
    Exclusion,
    GiveFeedback,
    NotifyUnit,
    PassOn,
    Reply,
    ReturnVisit,
    Review,
    Said,
    SendBack,
    Transfer,
    WithdrawGrievance,
)
from domain.grievance.start import GrievanceStart
from domain.shown import SEMANTICS
from domain.supervision.rules import AnswerDays, Class, GrievanceRules
from domain.supervision.shortcomings import Shortcoming
from domain.values import SHANGHAI
from registry.calendars import read_calendar
from tests.replay.paths import APPLICANT, DEFINITIONS, SHOWN, soon
from workflows.grievance.connection import act_on, open_grievance
from workflows.grievance.messages import grievance_id

WINDOW, UNIT, OTHER = "gz-thr-management", "gz-thr-samr", "gz-thr-health"
SOON = timedelta(seconds=20)
CLERK = Actor(id="clerk-1", roles=("grievance_window",), units=(WINDOW,))
SUPERVISOR = Actor(id="supervisor-1", roles=("supervisor",), units=(WINDOW,))
CHIEF = Actor(id="chief-1", roles=("chief_representative",), units=(UNIT, OTHER))
TODAY = GrievanceRules(classification=0, answer=AnswerDays(complex=0), escalation=0)
"""Its first leg and the answer end with the day on which they begin."""
REMEDIES = (
    AskedOfCase(remedy=RemedyKind.ACCEPT_NOW),
    AskedOfCase(remedy=RemedyKind.DECIDE_BY, due=date(2030, 1, 2)),
)


@dataclass
class GrievanceDrive:
    """A grievance and those who carry it on."""

    client: Client
    task_queue: str
    number: str = field(default_factory=lambda: f"TEST-{uuid.uuid4()}")

    async def open(self, *, days_ago: int = 0, closing: time | None = None, **changes: Any) -> None:
        calendar = read_calendar(DEFINITIONS / "calendar")
        start = GrievanceStart(
            number=self.number,
            channel="online",
            window=WINDOW,
            unit=UNIT,
            case="GZ20260302-000001-1",
            by=APPLICANT,
            office=Office(calendar=calendar, closing_time=closing),
            received_at=datetime.now(UTC) - timedelta(days=days_ago),
            semantics=SEMANTICS,
            shown=SHOWN,
        )
        await open_grievance(self.client, self.task_queue, start.model_copy(update=changes), SOON)

    async def act(self, kind: type[Any], by: Actor, **more: Any) -> None:
        said = {"text": "t-1"} if "text" in kind.model_fields else {}
        await act_on(self.client, self.number, kind(request_id=uuid.uuid4().hex, by=by, **said, **more), SOON)

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(grievance_id(self.number))

    async def classify(self, klass: Class = Class.COMPLEX, by: Actor = CLERK) -> None:
        await self.act(Classify, by, klass=klass, grounds=(Shortcoming.NOT_FINISHED,))

    async def to_the_answer(self) -> None:
        await self.classify()
        await self.act(Transfer, CLERK, unit=UNIT)

    async def answered(self, satisfaction: int | None = 2, **more: Any) -> None:
        """The unit answers, the reporter is told and asked."""
        await self.act(Reply, CHIEF, **{"said": Said.EXPLAINED, **more})
        await self.act(GiveFeedback, CLERK)
        await self.act(ReturnVisit, CLERK, reached=satisfaction is not None, satisfaction=satisfaction)

    async def to_the_ledger(self, **more: Any) -> None:
        await self.act(Review, SUPERVISOR, conclusion=Conclusion.CONFIRMED, improvement="t-2", **more)
        await self.act(NotifyUnit, SUPERVISOR)
        await self.handle.result()


async def grievance_settled(grievance: GrievanceDrive) -> None:
    await grievance.open()
    await grievance.to_the_answer()
    await grievance.answered()
    await grievance.to_the_ledger()


async def grievance_excluded(grievance: GrievanceDrive) -> None:
    await grievance.open()
    await grievance.act(Classify, CLERK, excluded=Exclusion.OUTSIDE_REMIT)
    await grievance.act(GiveFeedback, CLERK)
    await grievance.handle.result()


async def grievance_very_complex(grievance: GrievanceDrive) -> None:
    await grievance.open()
    await grievance.classify(Class.VERY_COMPLEX)
    await grievance.act(ApproveClass, SUPERVISOR, klass=Class.VERY_COMPLEX)
    await grievance.act(Transfer, CLERK, unit=UNIT)
    await grievance.act(PassOn, CHIEF, unit=OTHER)
    await grievance.answered()


async def grievance_settled_on_the_spot(grievance: GrievanceDrive) -> None:
    await grievance.open()
    await grievance.classify(Class.SIMPLE)
    await grievance.act(Reply, CLERK, said=Said.REMEDIED)
    await grievance.act(SendBack, CLERK)
    await grievance.classify(Class.SIMPLE, SUPERVISOR)


async def grievance_sent_back_and_dissatisfied(grievance: GrievanceDrive) -> None:
    await grievance.open()
    await grievance.to_the_answer()
    await grievance.act(SendBack, CHIEF)
    await grievance.act(Transfer, CLERK, unit=UNIT)
    await grievance.answered(5)
    await grievance.answered(5)
    await grievance.act(SendBack, SUPERVISOR)
    await grievance.answered(None)
    await grievance.act(ReturnVisit, CLERK, reached=False)
    await grievance.act(ReturnVisit, CLERK, reached=False)
    await grievance.to_the_ledger()


async def grievance_withdrawn(grievance: GrievanceDrive) -> None:
    await grievance.open(unit=None)
    await grievance.act(WithdrawGrievance, APPLICANT)
    await grievance.act(Review, SUPERVISOR, conclusion=Conclusion.NOT_CONFIRMED)
    await grievance.handle.result()


async def grievance_late_and_escalated(grievance: GrievanceDrive) -> None:
    await grievance.open(rules=TODAY, closing=soon())
    await grievance.to_the_answer()
    await asyncio.sleep(5)
    await grievance.answered()
    await grievance.to_the_ledger()


async def grievance_found_late(grievance: GrievanceDrive) -> None:
    await grievance.open(days_ago=30, found=True, channel="system", by=None, grounds=(Shortcoming.NOT_TAKEN,))
    await grievance.classify()


async def grievance_with_remedies(grievance: GrievanceDrive) -> None:
    await grievance.open()
    await grievance.to_the_answer()
    await grievance.answered(remedies=REMEDIES)
    await grievance.to_the_ledger(remedies=REMEDIES[:1])


async def grievance_recounted(grievance: GrievanceDrive) -> None:
    await grievance.open(rules=TODAY, closing=soon())
    await grievance.to_the_answer()
    await asyncio.sleep(5)
    today = datetime.now(SHANGHAI).date()
    closed = Holiday(name="停工", **{"from": today, "to": today + timedelta(days=4)})
    calendar = Calendar(version="typhoon", years=(CalendarYear(year=today.year, holidays=(closed,), make_up=()),))
    await grievance.handle.signal("count_by", Office(calendar=calendar))
    await grievance.answered()


async def grievance_shown_late(grievance: GrievanceDrive) -> None:
    await grievance.open(days_ago=30)
    await grievance.handle.signal("note_trouble", ["activity_retrying"])
    await grievance.to_the_answer()
    await grievance.handle.signal("note_trouble", [])
    await grievance.answered()
    await grievance.to_the_ledger()


GRIEVANCE_PATHS: dict[str, Callable[[GrievanceDrive], Awaitable[None]]] = {
    path.__name__: path
    for path in (
        grievance_settled,
        grievance_excluded,
        grievance_very_complex,
        grievance_settled_on_the_spot,
        grievance_sent_back_and_dissatisfied,
        grievance_withdrawn,
        grievance_late_and_escalated,
        grievance_found_late,
        grievance_with_remedies,
        grievance_recounted,
        grievance_shown_late,
    )
}
"""Some are left open."""
