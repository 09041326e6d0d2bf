"""What an act of a case file is to the engine: the same commands that the counter sends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import singledispatch
from typing import Protocol

from cli.simulation.record import CaseOnRecord
from cli.simulation.rules import management_of
from cli.simulation.scenario import (
    AddHelperAct,
    AnswerAct,
    ApplicantAct,
    ClaimAct,
    CollectEarlyAct,
    DelayAct,
    DemandLine,
    ExtendAct,
    HearingAct,
    JointHandlingAct,
    OrderAct,
    PauseAct,
    RemedyAct,
    ResumeAct,
    SupervisionAct,
    SupplementAct,
    TimeAct,
    TransferAct,
    UrgeAct,
    WithdrawPartsAct,
)
from domain.calendar import Calendar, CalendarYear, Holiday
from domain.commands import (
    Act,
    Actor,
    AddHelper,
    Answer,
    Claim,
    CollectEarly,
    Delay,
    Demand,
    Extend,
    HandedIn,
    Hear,
    HearingMove,
    JointHandling,
    Order,
    Outcome,
    Pause,
    Promise,
    Recount,
    Remedy,
    Resume,
    Supplement,
    Transfer,
    Urge,
    Withdraw,
    WithdrawParts,
)
from domain.deadline import Office
from domain.definition import Role
from domain.item import Item
from domain.record import TaskRecord, TaskState
from domain.supervision.standing import OVERSEERS
from domain.words import Text

APPLICANT = Actor(id="applicant-1", roles=("applicant",))
GIVES_REASONS = (
    Outcome.REFUSE,
    Outcome.FAIL,
    Outcome.DISAPPROVE,
    Outcome.RETURN,
    Outcome.REFUSE_ACCEPTANCE,
    Outcome.NOT_REQUIRED,
    Outcome.REPORTED,
)
GRIEVANCE = "FY20260101-000001-1"
"""The grievance whose outcome asks for remedies in simulations."""

TaskAct = AnswerAct | ClaimAct | TransferAct | AddHelperAct
OwnAct = SupplementAct | ApplicantAct | WithdrawPartsAct | CollectEarlyAct
PersonsAct = TaskAct | OwnAct | TimeAct | SupervisionAct


class NotToBeDone(Exception):
    """The act can't even be sent; the case file is wrong, or the case is not where it thinks."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def slot_of(task: TaskRecord) -> str:
    """The place of the examination that the task answers: `review`, `coordinate.2`, `review.h1`."""
    return task.id.split(".", 2)[2]


def command(act: PersonsAct, found: CaseOnRecord, item: Item, request: str) -> Answer | Act:
    """What is sent to the engine. Raises `NotToBeDone`."""
    if isinstance(act, OwnAct):
        return _of_applicant(act, item, request)
    if isinstance(act, TimeAct):
        return _on_time(act, item, request)
    if isinstance(act, SupervisionAct):
        return _of_supervision(act, item, request)
    task = _task(act, found)
    return _on_task(act, task, _actor(act, task), request)


def _on_time(act: TimeAct, item: Item, request: str) -> Act:
    """An act on the limits of the case, with its words on file where it gives any."""
    own = isinstance(act, HearingAct) and act.move in (HearingMove.REQUEST, HearingMove.DECLINE)
    staff = Actor(id=act.person or f"{act.by}-1", roles=(act.by,), units=(act.unit or item.unit,))
    by = _applicant(act.person, item) if own else staff
    said = {"request_id": request, "by": by, "text": f"text-{request}" if act.reasons else None}
    match act:
        case PauseAct():
            return Pause(**said, procedure=act.procedure, days=act.days)
        case ResumeAct():
            return Resume(**said, procedure=act.procedure, ended_on=act.ended_on)
        case ExtendAct():
            return Extend(**said, clock=act.clock, days=act.days, cause=act.cause)
        case DelayAct():
            return Delay(**said, until=act.until, cause=act.cause)
        case HearingAct():
            return Hear(**said, move=act.move, held_on=act.held_on, host=act.host)
    raise TypeError(f"no act on the limits: {act!r}")


def _of_supervision(act: SupervisionAct, item: Item, request: str) -> Act:
    """An act of those who see to the case; urging may be the applicant's own."""
    overseen_by = management_of(item.unit)
    own = isinstance(act, UrgeAct) and act.by == "applicant"
    at = act.unit or (overseen_by if act.by in OVERSEERS else None) or item.unit
    by = _applicant(act.person, item) if own else Actor(id=act.person or f"{act.by}-1", roles=(act.by,), units=(at,))
    said = {"request_id": request, "by": by, "text": f"text-{request}" if act.reasons else None}
    match act:
        case UrgeAct():
            return Urge(**said, overseen_by=overseen_by)
        case OrderAct():
            return Order(**said, overseen_by=overseen_by, days=act.days)
        case JointHandlingAct():
            return JointHandling(**said, overseen_by=overseen_by, units=act.units, held_on=act.held_on)
        case RemedyAct():
            return Remedy(**said, remedy=act.remedy, grievance=GRIEVANCE, due=act.due)
    raise TypeError(f"no act of supervision: {act!r}")


class DaysChanged(Protocol):
    """Days closed or worked by order, a year published, or all of it taken back."""

    @property
    def closed(self) -> Sequence[date]: ...
    @property
    def worked(self) -> Sequence[date]: ...
    @property
    def publish(self) -> int | None: ...
    @property
    def back(self) -> bool: ...


def changed_calendar(act: DaysChanged, now: Calendar, first: Calendar) -> Calendar:
    """The calendar as the act leaves it. Raises `NotToBeDone` for a day of a year that is not published."""
    if act.back:
        return first
    years = {year.year: year for year in now.years}
    if act.publish is not None:
        years[act.publish] = CalendarYear(year=act.publish, holidays=(), make_up=())
    if unknown := sorted({day.year for day in (*act.closed, *act.worked)} - set(years)):
        raise NotToBeDone(
            Text(
                f"{unknown[0]}年的放假安排尚未公布，不能改动其中一天；请同时写 publish: {unknown[0]}",
                f"the calendar of {unknown[0]} is not published, so no day of it changes; add `publish: {unknown[0]}`",
            )
        )
    for number, year in years.items():
        runs = tuple(Holiday(name="停工", **{"from": d, "to": d}) for d in act.closed if d.year == number)
        worked = tuple(day for day in act.worked if day.year == number)
        years[number] = year.model_copy(
            update={
                "holidays": (*year.holidays, *runs),
                "make_up": (*(day for day in year.make_up if day not in act.closed), *worked),
            }
        )
    return Calendar.of(years.values())


def recount(calendar: Calendar, office: Office, request: str) -> Recount:
    """The command by which the worker tells a case of a changed calendar."""
    by = Actor(id="calendar", roles=("calendar",))
    return Recount(request_id=request, by=by, calendar=calendar, closing_time=office.closing_time, source="simulation")


def _of_applicant(act: OwnAct, item: Item, request: str) -> Act:
    by = _applicant(act.person, item)
    match act:
        case SupplementAct():
            handed = tuple(HandedIn(material=material) for material in act.materials)
            return Supplement(request_id=request, by=by, materials=handed, final=act.final)
        case WithdrawPartsAct():
            return WithdrawParts(request_id=request, by=by, parts=act.parts)
        case CollectEarlyAct():
            return CollectEarly(request_id=request, by=by, part=act.part)
        case ApplicantAct(act="withdraw"):
            return Withdraw(request_id=request, by=by)
    return Promise(request_id=request, by=by)


@singledispatch
def _on_task(act: TaskAct, task: TaskRecord, by: Actor, request: str) -> Answer | Act:
    raise TypeError(f"no act on a task: {act!r}")


@_on_task.register
def _answer(act: AnswerAct, task: TaskRecord, by: Actor, request: str) -> Answer:
    silent = act.refused in ("reasons_missing", "report_missing")  # the point of the act is that it gives none
    reasons = act.answer in GIVES_REASONS and not silent if act.reasons is None else act.reasons
    people = act.officers if isinstance(act.officers, tuple) else _officers(act.officers, task)
    return Answer(
        request_id=request,
        by=by,
        task=task.id,
        outcome=act.answer,
        text=f"text-{request}" if reasons else None,
        demands=tuple(_demand(line, n) for n, line in enumerate(act.demands)),
        ground=act.ground,
        authority=act.authority,
        officers=people,
        return_to=act.return_to,
        barred_until=act.barred_until,
    )


@_on_task.register
def _claim(act: ClaimAct, task: TaskRecord, by: Actor, request: str) -> Answer | Act:
    return Claim(request_id=request, by=by, task=task.id, release=act.release)


@_on_task.register
def _transfer(act: TransferAct, task: TaskRecord, by: Actor, request: str) -> Answer | Act:
    return Transfer(request_id=request, by=by, task=task.id, unit=act.unit, person=act.to)


@_on_task.register
def _add_helper(act: AddHelperAct, task: TaskRecord, by: Actor, request: str) -> Answer | Act:
    return AddHelper(request_id=request, by=by, task=task.id, role=act.role, unit=act.unit)


def _task(act: TaskAct, found: CaseOnRecord) -> TaskRecord:
    """The open task in the slot; where the act is to be refused, one that was there before will do."""
    there = [task for task in found.tasks if slot_of(task) == act.task]
    for task in there:
        if task.state is TaskState.OPEN:
            return task
    if act.refused and there:
        return there[-1]
    waiting = [slot_of(task) for task in found.open_tasks]
    raise NotToBeDone(
        Text(
            f"此时没有待办的任务 {act.task}；待办的是：{'、'.join(waiting) or '无'}",
            f"there is no open task {act.task} now; open are: {', '.join(waiting) or 'none'}",
        )
    )


def _actor(act: TaskAct, task: TaskRecord) -> Actor:
    """The person named, else the first of the task's role; the signers of one step are different people."""
    head, _, place = slot_of(task).partition(".")
    number = place if head and place.isdigit() else "1"
    return Actor(id=act.person or f"{task.role}-{number}", roles=(task.role,), units=(task.unit,))


def _applicant(person: str | None, item: Item) -> Actor:
    """The applicant; or somebody else, who stands at the item's window if their name begins so."""
    if person is None or person == APPLICANT.id:
        return APPLICANT
    if person.startswith(Role.WINDOW):
        return Actor(id=person, roles=(Role.WINDOW,), units=(item.unit,))
    return Actor(id=person, roles=APPLICANT.roles)


def _officers(count: int, task: TaskRecord) -> tuple[str, ...]:
    return tuple(f"{task.role}-{n}" for n in range(1, count + 1))


def _demand(line: str | DemandLine, number: int) -> Demand:
    if isinstance(line, str):
        return Demand(material=line)
    return Demand(material=line.material, defect=f"text-defect-{number}" if line.defect else None)
