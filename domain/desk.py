"""Whose task it is: who may answer, claim, transfer or ask for help."""

from __future__ import annotations

from collections.abc import Iterable

from domain.commands import Actor, Outcome
from domain.definition import Role
from domain.item import Sitting
from domain.law import Refused
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
            f"该任务由{unit}的{role}角色办理，您没有该角色",
            f"This task is for the role {role} in {unit}, which you do not hold",
        )
    if task.assignee is not None and task.assignee != actor.id:
        raise NotYours(
            "claimed_by_other",
            "该任务已由其他工作人员签收；请由其办理或者先退回任务",
            "Somebody else has claimed this task; they answer it or give it back first",
        )


def check_not_own(task: Task, actor: Actor, applied_by: Actor) -> None:
    """Raise `NotYours` where somebody would examine or decide their own application; the window may take it in."""
    if actor.id == applied_by.id and task.sitting.role is not Role.WINDOW:
        raise NotYours(
            "own_application",
            "不能审查或者决定本人提交的申请，应当回避；请转办其他工作人员",
            "Nobody examines or decides an application of their own; transfer the task to somebody else",
        )


def check_outcome(task: Task, outcome: Outcome) -> None:
    """Raise `NotYours` unless the answer is one that the task offers."""
    if outcome not in task.outcomes:
        allowed = ", ".join(task.outcomes)
        raise NotYours(
            "outcome_not_offered",
            f"“{task.name}”只能答复：{allowed}",
            f"Answer {task.step} with one of {allowed}; got {outcome}",
        )
