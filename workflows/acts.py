"""What each act does to a case, after it was found allowed."""

from __future__ import annotations

from typing import Any

from domain.acceptance import check_answer
from domain.acts import ActNotAllowed, check_applicant, check_promise, check_supplement, check_withdrawal
from domain.checklist import UnknownMaterial
from domain.commands import Act, Actor, AddHelper, Answer, Claim, Promise, Supplement, Transfer, Withdraw
from domain.definition import Role
from domain.desk import Task, check_actor, check_belongings, check_not_own, check_outcome, open_task
from domain.item import Sitting
from domain.law import carries_out
from domain.record import Ending, EventKind, Paper, Stage
from domain.values import SHANGHAI
from workflows.case import Answered, Case, Changed
from workflows.stages.acceptance import CHECK
from workflows.stages.promise import look_at_promise


def check(case: Case, act: Act) -> None:
    """Raise `Refused` unless the case allows the act now."""
    if case.ending is not None:
        check_supplement(Stage.CLOSED)
    match act:
        case Withdraw():
            check_applicant(act.by, case.start.by, case.item)
            check_withdrawal(case.stage)
        case Promise():
            check_applicant(act.by, case.start.by, case.item)
            check_promise(case.stage, case.item)
        case Supplement():
            check_applicant(act.by, case.start.by, case.item)
            _check_materials(case, act)
        case Claim() | AddHelper():
            task = open_task(act.task, case.tasks.values())
            check_actor(task, act.by)
            if isinstance(act, AddHelper):
                _check_helper(task)
        case Transfer():
            task = open_task(act.task, case.tasks.values())
            check_actor(task, act.by)


def do(case: Case, act: Act) -> None:
    """Carry the act out and put it on record. Raises `Refused` where it is not allowed any more."""
    check(case, act)
    by = acting(case, act)
    match act:
        case Withdraw():
            case.record(EventKind.WITHDRAWN, by=by, article="apl:29", papers=(Paper.WITHDRAWAL,))
            case.finish(Ending.WITHDRAWN)
        case Promise():
            case.promise(by)
        case Supplement():
            hand_in(case, act, by)
        case Claim():
            task = case.tasks[act.task]
            kind = EventKind.TASK_RELEASED if act.release else EventKind.TASK_CLAIMED
            case.change(task.model_copy(update={"assignee": None if act.release else act.by.id}))
            case.record(kind, by=by, slot=task.slot)
        case Transfer():
            task = case.tasks[act.task]
            to = Sitting(role=task.sitting.role, unit=act.unit)
            case.change(task.model_copy(update={"sitting": to, "assignee": act.person}))
            facts: dict[str, Any] = {"slot": task.slot, "unit": act.unit, "person": act.person, "text": act.text}
            case.record(EventKind.TASK_TRANSFERRED, by=by, **facts)
        case AddHelper():
            task = case.tasks[act.task]
            facts = {"slot": task.slot, "role": act.role, "unit": act.unit, "text": act.text}
            case.record(EventKind.HELPER_ADDED, by=by, **facts)
            case.examination = case.examination.with_helper(task.slot, act.role, act.unit)
            case.turns.put_nowait(Changed())


def acting(case: Case, act: Act) -> Actor:
    """Who acts, in the one role in which they do: that of the task, the applicant's own, or the window's for them."""
    if isinstance(act, Claim | Transfer | AddHelper):
        sitting = case.tasks[act.task].sitting
        return Actor(id=act.by.id, roles=(sitting.role,), units=(sitting.unit,))
    if act.by.id == case.start.by.id:
        return case.start.by
    return Actor(id=act.by.id, roles=(Role.WINDOW,), units=(case.item.unit,))


@carries_out("apl:32.3")
def hand_in(case: Case, act: Supplement, by: Actor) -> None:
    """Take materials in at any time; what they change is for the stage to see."""
    materials = tuple(handed.material for handed in act.materials)
    case.checklist = case.checklist.with_more(materials)
    case.handed_in_since = tuple(dict.fromkeys([*case.handed_in_since, *materials]))
    if case.stage is Stage.SUPPLEMENT:
        case.supplement_is_final |= act.final
        case.received_at = (act.received_at or case.now()).astimezone(SHANGHAI)
    missing = [needed.id for needed in case.checklist.missing]
    facts = {"materials": list(materials), "missing": missing}
    case.record(EventKind.MATERIALS_RECEIVED, by=by, article="gz:13.1", papers=(Paper.RECEIPT,), **facts)
    look_at_promise(case, by)
    case.turns.put_nowait(Changed())


def check_task_answer(case: Case, answer: Answer) -> Task:
    """The task that is answered; raises `Refused` unless this person may answer it so now."""
    task = open_task(answer.task, case.tasks.values())
    check_actor(task, answer.by)
    check_not_own(task, answer.by, case.start.by)
    check_outcome(task, answer.outcome)
    check_belongings(answer)
    if task.slot == CHECK:
        check_answer(answer, case.application, case.now().date())
    elif case.stage is Stage.EXAMINATION:
        case.examination.check(task.slot, answer)
    return task


def take_answer(case: Case, answer: Answer) -> None:
    """The task is answered; the stage that asked goes on."""
    task = check_task_answer(case, answer)
    case.close(task)
    acted_as = Actor(id=answer.by.id, roles=(task.sitting.role,), units=(task.sitting.unit,))
    case.turns.put_nowait(Answered(task, answer.model_copy(update={"by": acted_as})))


def _check_materials(case: Case, act: Supplement) -> None:
    unknown = [handed.material for handed in act.materials if handed.material not in case.checklist]
    if unknown:
        raise UnknownMaterial(
            "material_not_in_guide",
            f"本次申请不需要材料 {'、'.join(unknown)}；需要的是：{'、'.join(n.id for n in case.checklist.needed)}",
            f"This application needs no {', '.join(unknown)}; it needs {', '.join(n.id for n in case.checklist.needed)}",
            article="apl:31",
        )


def _check_helper(task: Task) -> None:
    if task.slot in (CHECK, "issue", "deliver") or ".h" in task.slot:
        raise ActNotAllowed(
            "no_helper_here", "只有审查环节可以请他人协助", "Only a step of the examination may have helpers"
        )
