"""Whose task it is: who may answer, claim, transfer or ask for help."""

from __future__ import annotations

from collections.abc import Iterable

from domain.commands import Actor, Answer, Outcome
from domain.definition import Role
from domain.item import Sitting
from domain.law import Refused
from domain.telling import ANSWERED_WITH, OUTCOMES, ROLES
from domain.values import Message


class NotYours(Refused):
    """The task is somebody else's, or no longer open."""


class Task(Message):
    """An open question to a role in a unit."""

    id: str
    slot: str
    step: str
    name: str
    sitting: Sitting
    outcomes: tuple[Outcome, ...]
    assignee: str | None = None


def open_task(task_id: str, tasks: Iterable[Task]) -> Task:
    """The open task with this id; refused where it was answered already or never was."""
    for task in tasks:
        if task.id == task_id:
            return task
    raise NotYours(
        "task_not_open",
        "该任务不存在，或者已经办理完毕；请刷新待办列表",
        "There is no such open task, or it was answered already; look at the inbox again",
    )


def check_actor(task: Task, actor: Actor) -> None:
    """Raise `NotYours` unless the actor holds the task's role in its unit and nobody else has claimed it."""
    role, unit = task.sitting.role, task.sitting.unit
    if role not in actor.roles or unit not in actor.units:
        raise NotYours(
            "not_your_task",
            f"该任务由{unit}的{ROLES[role].zh}（{role}）办理，您没有该角色",
            f"This task is for the role {role} in {unit}, which you do not hold",
        )
    if task.assignee is not None and task.assignee != actor.id:
        raise NotYours(
            "claimed_by_other",
            "该任务已由其他工作人员签收；请由其办理或者先退回任务",
            "Somebody else has claimed this task; they answer it or give it back first",
        )


def check_may_move(task: Task, actor: Actor, item_unit: str) -> None:
    """Raise `NotYours` unless the actor may answer the task, or answers for the unit that has it or for the item's: the
    chief representative or the head of the agency takes back what was claimed or sent astray (gz:8.3)."""
    leads = set(actor.roles) & {Role.CHIEF_REPRESENTATIVE, Role.AGENCY_HEAD}
    if not (leads and {task.sitting.unit, item_unit} & set(actor.units)):
        check_actor(task, actor)


def check_release(task: Task) -> None:
    """Raise `NotYours` where nobody has claimed the task that is to be given back."""
    if task.assignee is None:
        raise NotYours("not_claimed", "该任务没有人签收，无需退回待办", "Nobody has claimed this task")


def check_is_helpers(task: Task) -> None:
    """Raise `NotYours` unless the task is that of a helper who was asked for an opinion."""
    if ".h" not in task.slot:
        raise NotYours(
            "not_a_helper", "该任务不是加签任务，不能减签", "This is no helper's task; only those may be dropped"
        )


def check_not_own(actor: Actor, applied_by: Actor) -> None:
    """Raise `NotYours` where somebody would accept, examine or decide their own application. What a window clerk takes in
    for somebody else is not the clerk's own."""
    if actor.id == applied_by.id and Role.WINDOW not in applied_by.roles:
        raise NotYours(
            "own_application",
            "不能审查或者决定本人提交的申请，应当回避；请转办其他工作人员",
            "Nobody examines or decides an application of their own; transfer the task to somebody else",
        )


BELONGS_TO: dict[str, tuple[Outcome, ...]] = {
    "demands": (Outcome.NOTIFY, Outcome.REFUSE_ACCEPTANCE),
    "ground": (Outcome.REFUSE_ACCEPTANCE,),
    "authority": (Outcome.REFUSE_ACCEPTANCE,),
    "officers": (Outcome.PASS, Outcome.FAIL, Outcome.GRANT, Outcome.REFUSE),
    "return_to": (Outcome.RETURN,),
}
"""What goes with some answers only; said with another one it would be passed over."""


def check_belongings(answer: Answer) -> None:
    """Raise `NotYours` where an answer carries what does not belong to it, so that nothing said is silently dropped."""
    astray = [name for name, outcomes in BELONGS_TO.items() if getattr(answer, name) and answer.outcome not in outcomes]
    if answer.demands and answer.outcome is Outcome.REFUSE_ACCEPTANCE and not answer.on_the_spot:
        astray.append("demands")
    if astray:
        raise NotYours(
            "not_with_this_answer",
            f"答复“{OUTCOMES[answer.outcome].zh}”不能带有{'、'.join(ANSWERED_WITH[name].zh for name in astray)}；"
            "请核对要作的是哪一种答复",
            f"The answer {answer.outcome} takes no {', '.join(astray)}; see which answer is meant",
        )


def check_outcome(task: Task, outcome: Outcome) -> None:
    """Raise `NotYours` unless the answer is one that the task offers."""
    if outcome not in task.outcomes:
        allowed = ", ".join(task.outcomes)
        raise NotYours(
            "outcome_not_offered",
            f"“{task.name}”只能答复：{'、'.join(f'{OUTCOMES[one].zh}（{one}）' for one in task.outcomes)}",
            f"Answer {task.step} with one of {allowed}; got {outcome}",
        )
