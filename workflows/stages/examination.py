"""Examine an accepted application step by step until it is decided."""

from __future__ import annotations

from typing import Any

from domain.commands import Actor, Answer, Outcome
from domain.examination import POSITIVE, Wanted, step_of
from domain.limits import Starts
from domain.record import Clock, ClockState, EventKind, Paper, Stage, TaskState
from domain.running import Beginning, beginning_at
from domain.supervision.orders import is_order
from workflows.case import Answered, Case
from workflows.stages.extension import EXTEND


async def examine(case: Case) -> bool:
    """Whether the application is granted."""
    case.enter(Stage.EXAMINATION)
    while (deciding := case.examination.deciding) is None:
        lay_out(case)
        turn = await case.turns.get()
        if isinstance(turn, Answered):
            take(case, turn)
    lay_out(case)
    opinion, sitting = deciding
    by = Actor(id=opinion.by, roles=(sitting.role,), units=(sitting.unit,))
    granted = opinion.outcome in POSITIVE
    decide(case, by, opinion.text, granted=granted)
    return granted


def lay_out(case: Case) -> None:
    """Make the desk hold just the tasks that the examination wants now."""
    wanted = {one.slot: one for one in case.examination.wanted}
    for task in list(case.tasks.values()):
        if task.slot not in wanted and task.slot != EXTEND and not is_order(task.slot):
            case.close(task, TaskState.OBSOLETE)
            stop_clock(case, task.step)
    for one in wanted.values():
        if case.task_in(one.slot) is None:
            open_step(case, one)


def open_step(case: Case, wanted: Wanted) -> None:
    """Lay a task; the step's limit runs from its first task on."""
    step, key = wanted.step, f"step:{wanted.step.id}"
    if not any(record.key == key for record in case.clock.running()):
        case.begin((Beginning(key, step.limit, "gz:5"),), case.now())
    case.lay(wanted.slot, step.name, wanted.sitting, wanted.outcomes, key)


def stop_clock(case: Case, step: str) -> None:
    """The limit of a step ends when nothing of it has to be answered any more, or when it is sent back and begins anew;
    it goes on from one signer to the next."""
    if all(wanted.step.id != step for wanted in case.examination.wanted):
        case.clock.stop(f"step:{step}", ClockState.MET)


def take(case: Case, turn: Answered) -> None:
    """Put an answer on record and see what it changes."""
    answer, slot = turn.answer, turn.task.slot
    facts: dict[str, Any] = {
        "slot": slot,
        "step": step_of(slot),
        "name": turn.task.name,
        "outcome": answer.outcome,
        "text": answer.text,
    }
    if answer.outcome is Outcome.RETURN:
        to = answer.return_to or ""
        case.record(EventKind.STEP_RETURNED, by=answer.by, article="apl:37", return_to=to, **facts)
        case.examination = case.examination.returned(to)
    else:
        advised = answer.outcome is Outcome.ADVISED
        kind = EventKind.HELPER_ANSWERED if advised else EventKind.STEP_ANSWERED
        if answer.officers:
            facts["officers"] = list(answer.officers)
        case.record(kind, by=answer.by, article="apl:34" if answer.officers else "apl:37", **facts)
        case.examination = case.examination.answered(slot, answer.outcome, answer.by.id, answer.text)
    stop_clock(case, turn.task.step)


def decide(case: Case, by: Actor, text: str | None, *, granted: bool) -> None:
    """The decision ends the limits of the whole; that of delivery begins (apl:38, apl:44)."""
    case.granted, case.decision_text = granted, text
    if granted:
        papers = () if case.promise_open else (Paper.GRANT,)
        case.record(EventKind.GRANTED, by=by, article="apl:38", papers=papers, text=text)
    else:
        case.record(EventKind.REFUSED, by=by, article="apl:38", papers=(Paper.REFUSAL,), text=text)
        case.promise_open = False
        case.clock.stop(Clock.PROMISE, ClockState.VOID)
    decided(case)


def decide_at_once(case: Case, answer: Answer) -> None:
    """An instant item is granted with its acceptance, at the window (apl:34)."""
    case.granted = True
    case.record(EventKind.GRANTED, by=answer.by, article="apl:34", papers=(Paper.GRANT,), text=answer.text)
    decided(case)


def decided(case: Case) -> None:
    """The duty to decide is done, late or not."""
    case.clock.stop(Clock.PROMISED)
    case.clock.stop(Clock.STATUTORY)
    case.clock.stop(Clock.HEARING_REQUEST, ClockState.VOID)
    case.clock.stop(Clock.HEARING, ClockState.VOID)
    case.drop_extension()
    if not case.promise_open:
        case.begin(beginning_at(Starts.DECISION, case.item), case.now())
