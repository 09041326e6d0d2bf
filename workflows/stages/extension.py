"""An extension is asked for, approved, told to the applicant and filed; the last three are one act (gz:13.4)."""

from __future__ import annotations

from typing import Any

from domain.commands import Actor, Answer, Delay, Extend, Outcome
from domain.desk import Task
from domain.extension import Asked, Clocks, Granted, approver_of, granted
from domain.law import carries_out
from domain.record import Clock, EventKind, Paper
from domain.special import EXTENSION_OF_APPROVAL
from workflows.case import Case

EXTEND = "extend"
"""The slot in which the approval of an extension lies on the desk."""


def check(case: Case, act: Extend | Asked) -> Granted:
    """What the extension would add; raises `Refused` where it may not be granted now."""
    clocks = Clocks(
        promised=case.clock.get(Clock.PROMISED),
        statutory=case.clock.get(Clock.STATUTORY),
        office=case.clock.office,
        promise_extended=case.promise_extended,
        paused=case.is_paused,
    )
    return granted(act, case.item, case.start.policy, case.stage, clocks, case.now())


def extend(case: Case, act: Extend, by: Actor) -> None:
    """Granted at once where the one who asks is the one who approves; else the approval is laid on their desk."""
    grant = check(case, act)
    sitting = approver_of(case.item, act.clock)
    if sitting.role in act.by.roles and sitting.unit in act.by.units:
        approved = Actor(id=act.by.id, roles=(sitting.role,), units=(sitting.unit,))
        take_effect(case, grant, approved, act.cause, act.text)
        return
    case.lay(EXTEND, "审批延期", sitting, (Outcome.APPROVE, Outcome.DISAPPROVE), act.clock)
    task = case.task_in(EXTEND)
    case.asked = Asked(
        task=task.id if task else "", clock=Clock(act.clock), days=act.days, cause=act.cause, text=act.text
    )
    facts: dict[str, Any] = {"limit": act.clock, "days": act.days, "unit": grant.more.unit}
    case.record(EventKind.EXTENSION_ASKED, by=by, article=grant.article, cause=act.cause, text=act.text, **facts)


def answered(case: Case, task: Task, answer: Answer) -> None:
    """The approval is given or not. Raises `Refused` where the limit may not be extended any more."""
    asked = case.asked
    by = Actor(id=answer.by.id, roles=(task.sitting.role,), units=(task.sitting.unit,))
    if asked is None:
        return
    if answer.outcome is Outcome.APPROVE:
        take_effect(case, check(case, asked), by, asked.cause, asked.text)
    else:
        facts: dict[str, Any] = {"limit": asked.clock, "text": answer.text}
        case.record(EventKind.EXTENSION_DISAPPROVED, by=by, article="gz:13.4", **facts)
    case.asked = None


@carries_out("gz:13.4", "apl:42.1", "apl:42.2")
def take_effect(case: Case, grant: Granted, by: Actor, cause: str, text: str | None) -> None:
    """The due days move, the applicant is told how long and why, and it is filed: all of it in one event. What extends the
    statutory limit gives as many days more to the promise and to the steps that are open."""
    keys = [record.key for record in case.clock.running() if record.key.startswith("step:")]
    keys += [Clock.PROMISED] if grant.clock is Clock.PROMISED else [Clock.PROMISED, Clock.STATUTORY]
    case.promise_extended += grant.clock is Clock.PROMISED
    before = case.clock.get(grant.clock)
    moved = case.clock.extend(keys, grant.more, case.telling(EventKind.EXTENDED))
    after = case.clock.get(grant.clock)
    case.record(
        EventKind.EXTENDED,
        by=by,
        article=grant.article,
        papers=(Paper.EXTENSION, Paper.FILING),
        limit=grant.clock,
        days=int(grant.more.days),
        unit=grant.more.unit,
        cause=cause,
        text=text,
        special=EXTENSION_OF_APPROVAL,
        old=before.due_day.isoformat() if before else None,
        new=after.due_day.isoformat() if after else None,
        moved=case.moved(moved),
    )


@carries_out("gz:13.4")
def delay(case: Case, act: Delay, by: Actor) -> None:
    """The applicant is told why it will be late and until when, and it is filed; no due day moves, and it stays late."""
    case.record(
        EventKind.DELAY_TOLD,
        by=by,
        article="gz:13.4",
        papers=(Paper.DELAY, Paper.FILING),
        until=act.until.isoformat(),
        cause=act.cause,
        text=act.text,
    )
