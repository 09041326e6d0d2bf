"""What supervision does to a case beside its stages: urging, orders, joint handling, remedies, lateness that goes on.

Nothing of it moves a limit of the case, and no stage waits for any of it.
"""

from __future__ import annotations

from typing import Any

from domain.acts import check_applicant
from domain.commands import Actor, Answer, JointHandling, Order, Outcome, Remedy, RemedyKind, Urge
from domain.definition import Role
from domain.desk import Task
from domain.item import Sitting
from domain.law import carries_out
from domain.record import EventKind, Paper, Stage
from domain.running import Beginning
from domain.supervision.orders import check_order, invited, limit_of, limit_until
from domain.supervision.remedies import accepting, without_what_came_late
from domain.supervision.standing import (
    CALLING_TOGETHER,
    ORDERING,
    REMEDYING,
    URGING,
    acting_for,
    standing_in,
)
from domain.supervision.urging import check_urged_again, check_urging
from workflows.case import Answered, Case, Changed
from workflows.stages.acceptance import CHECK

Supervising = Urge | Order | JointHandling | Remedy
"""Acts of supervision on a case."""


def check(case: Case, act: Supervising) -> Actor:
    """Who acts, in the role in which they do. Raises `Refused` unless the act is allowed now."""
    unit = case.item.unit
    match act:
        case Urge():
            return _check_urge(case, act)
        case Order():
            check_order(act.text, act.days)
            return acting_for(act.by, unit, act.overseen_by, ORDERING)
        case JointHandling():
            by = acting_for(act.by, unit, act.overseen_by, CALLING_TOGETHER)
            invited(act.units, unit, act.held_on, case.now().date())
            return by
        case Remedy():
            by = acting_for(act.by, unit, None, REMEDYING)
            _check_remedy(case, act)
            return by


def do(case: Case, act: Supervising) -> None:
    """Carry the act out and put it on record. Raises `Refused` where it is not allowed any more."""
    by = check(case, act)
    match act:
        case Urge():
            urge(case, act, by)
        case Order():
            days = case.start.policy.order_days if act.days is None else act.days
            order(case, limit_of(case.orders + 1, days), by, act.text)
        case JointHandling():
            call_together(case, act, by)
        case Remedy():
            remedy(case, act, by)


def _check_urge(case: Case, act: Urge) -> Actor:
    """The applicant, or the window for them, keeps to the rules of urging; who sees to the case is not bound by them."""
    own = act.by.id == case.start.by.id and Role.WINDOW not in case.start.by.roles
    if not own and (by := standing_in(act.by, case.item.unit, act.overseen_by, URGING)):
        check_urging(case.stage)
        return by
    check_applicant(act.by, case.start.by, case.item)
    check_urging(case.stage)
    check_urged_again(case.urged, case.start.policy, case.clock.office, case.now())
    return case.start.by if own else Actor(id=act.by.id, roles=(Role.WINDOW,), units=(case.item.unit,))


@carries_out("gz:13.4", "gz:13.5")
def urge(case: Case, act: Urge, by: Actor) -> None:
    """The unit is told that somebody waits; how often the applicant did so is counted."""
    facts: dict[str, Any] = {"waiting_for": list(case.waiting_for()), "text": act.text}
    if not {*URGING} & {*by.roles}:
        case.urged = (*case.urged, case.now())
        facts["nth"] = len(case.urged)
    case.urged_of = case.waiting_for()
    case.record(EventKind.URGED, by=by, article="gz:13.4", papers=(Paper.URGE,), **facts)


@carries_out("gz:8.3", "gz:13.5")
def order(case: Case, limit: Beginning, by: Actor, text: str | None, grievance: str | None = None) -> None:
    """An order lies on the desk of the unit's chief representative, with a limit of its own that turns no light."""
    case.orders += 1
    n = case.orders
    until = case.clock.start(limit, case.now()).due_day
    desk = Sitting(role=Role.CHIEF_REPRESENTATIVE, unit=case.item.unit)
    case.lay(limit.key.replace(":", "."), f"答复第{n}号督办", desk, (Outcome.REPORTED,), limit.key)
    facts: dict[str, Any] = {"n": n, "until": until.isoformat(), "text": text}
    if grievance is not None:
        facts["grievance"] = grievance
    case.record(EventKind.ORDERED, by=by, article=limit.article, papers=(Paper.ORDER,), **facts)


@carries_out("gz:8.3")
def reported(case: Case, task: Task, answer: Answer) -> None:
    """The chief representative has answered an order, late or not."""
    n = int(task.slot.partition(".")[2])
    by = Actor(id=answer.by.id, roles=(task.sitting.role,), units=(task.sitting.unit,))
    case.clock.stop(f"order:{n}")
    case.record(EventKind.ORDER_ANSWERED, by=by, article="gz:8.3", n=n, text=answer.text)


@carries_out("gz:8.3")
def call_together(case: Case, act: JointHandling, by: Actor) -> None:
    """Each unit that is invited gets a notice of its own."""
    others = invited(act.units, case.item.unit, act.held_on, case.now().date())
    facts: dict[str, Any] = {"units": list(others), "held_on": act.held_on.isoformat(), "text": act.text}
    for unit in others:
        papers = (Paper.JOINT_HANDLING,)
        case.record(EventKind.JOINT_HANDLING, by=by, article="gz:8.3", papers=papers, addressee=unit, **facts)


def _check_remedy(case: Case, act: Remedy) -> None:
    match act.remedy:
        case RemedyKind.ACCEPT_NOW:
            accepting(case.stage, case.application, case.now().date())
        case RemedyKind.WITHDRAW_NOTICE:
            without_what_came_late(case.stage, case.rounds, case.told_late)
        case RemedyKind.DECIDE_BY:
            limit_until(case.orders + 1, act.due, case.now().date())


def remedy(case: Case, act: Remedy, by: Actor) -> None:
    """What the outcome of a grievance asks of the case is done."""
    match act.remedy:
        case RemedyKind.ACCEPT_NOW:
            accept_now(case, act, by)
        case RemedyKind.WITHDRAW_NOTICE:
            withdraw_notice(case, act, by)
        case RemedyKind.DECIDE_BY:
            order(case, limit_until(case.orders + 1, act.due, case.now().date()), by, act.text, act.grievance)


@carries_out("gz:13.1", "gz:13.5")
def accept_now(case: Case, act: Remedy, by: Actor) -> None:
    """The application is accepted as if the window had said so; what waits for the window, or for the applicant, goes on."""
    outcome = accepting(case.stage, case.application, case.now().date())
    task = case.task_in(CHECK)
    answer = Answer(request_id="", by=by, task=task.id if task else "", outcome=outcome, text=act.text)
    case.accepted_for = act.grievance
    if case.stage is Stage.ACCEPTANCE and task is not None:
        case.close(task)
        case.turns.put_nowait(Answered(task, answer))
    else:
        case.to_be_accepted = answer
        case.turns.put_nowait(Changed())


@carries_out("gz:13.2", "gz:13.5")
def withdraw_notice(case: Case, act: Remedy, by: Actor) -> None:
    """What the notice should not have demanded any more falls; the supplement goes on with what is left, or is over."""
    before = case.rounds[-1].standing
    case.rounds = without_what_came_late(case.stage, case.rounds, case.told_late)
    left = case.rounds[-1].standing
    fallen = [demand for demand in before if demand not in left]
    case.checklist = case.checklist.waiving(demand.material for demand in fallen if demand.material)
    case.record(
        EventKind.NOTICE_WITHDRAWN,
        by=by,
        article="gz:13.2",
        papers=(Paper.NOTICE_WITHDRAWN,),
        round=len(case.rounds),
        demands=[demand.model_dump() for demand in fallen],
        left=len(left),
        grievance=act.grievance,
        text=act.text,
    )
    case.turns.put_nowait(Changed())
