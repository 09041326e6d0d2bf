"""Acts from Temporal UI: what a supervisor sends becomes the act that the counter would send, and obeys the same rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from domain.commands import Pause, Resume, Transfer, Urge
from domain.desk import Task, open_task
from domain.law import Refused
from domain.special import check_pause, open_stop
from domain.supervision.from_ui import (
    HoldWord,
    ReassignWord,
    ResumeWord,
    UrgeWord,
    WordNotUnderstood,
    example_of,
    understood,
)
from domain.supervision.urging import check_urging
from workflows.case import Case

Sent = Urge | Transfer | Pause | Resume
CHIEF, SUPERVISOR, EXAMINER = "chief_representative", "supervisor", "examiner"


def urge(case: Case, raw: Any, request: str) -> Urge:
    """Urge the case."""
    word = understood(UrgeWord, raw)
    return Urge(request_id=request, by=word.actor, overseen_by=case.start.shown.overseen_by)


def reassign(case: Case, raw: Any, request: str) -> Transfer:
    """The task goes to another person or unit. Raises `WordNotUnderstood` for a unit that the case does not know: nobody here can
    look up whether there is one."""
    word = understood(ReassignWord, raw)
    task = _task(case, word.task)
    unit = word.to_unit or task.sitting.unit
    known = _units(case)
    if unit not in known:
        raise WordNotUnderstood(
            "unit_not_of_case",
            f"本办件没有单位 {unit}；从界面只能转给 {'、'.join(known)}，转给其他单位请在待办列表中转办",
            f"The case knows no unit {unit}; from here a task goes to {', '.join(known)}",
        )
    if unit == task.sitting.unit and word.to_person is None:
        raise WordNotUnderstood(
            "nobody_named", "请写明转给谁：to_person（人员账号）或者 to_unit（其他单位）", "Name to_person or to_unit"
        )
    return Transfer(request_id=request, by=word.actor, task=task.id, unit=unit, person=word.to_person)


def hold(case: Case, raw: Any, request: str) -> Pause:
    """The clock stops for a special procedure."""
    word = understood(HoldWord, raw)
    return Pause(request_id=request, by=word.actor, procedure=word.procedure, days=word.days)


def resume(case: Case, raw: Any, request: str) -> Resume:
    """The clock goes on."""
    word = understood(ResumeWord, raw)
    return Resume(request_id=request, by=word.actor, procedure=word.procedure, ended_on=word.ended_on)


def _task(case: Case, named: str) -> Task:
    by_slot = case.task_in(named)
    return by_slot if by_slot is not None else open_task(named, case.tasks.values())


def _units(case: Case) -> tuple[str, ...]:
    """The units that have something to do with the case."""
    steps = [sitting.unit for step in case.item.steps for sitting in step.sittings]
    tasks = [task.sitting.unit for task in case.tasks.values()]
    return tuple(dict.fromkeys([case.item.unit, *steps, *tasks]))


class OpenAct(NamedTuple):
    """What may be done now: what it is called, the update that does it, and its JSON."""

    name: str
    update: str
    example: str


def open_acts(case: Case) -> Iterator[OpenAct]:
    """What a supervisor or chief representative may do now from Temporal UI."""
    if case.ending is not None:
        return
    unit, overseer = case.item.unit, case.start.shown.overseen_by or "管理部门代码"
    if _is_allowed(lambda: check_urging(case.stage)):
        yield OpenAct("催办", "urge", example_of(UrgeWord, SUPERVISOR, overseer, ""))
    for task in list(case.tasks.values())[:3]:
        rest = f',"task":"{task.slot}","to_person":"工号"'
        yield OpenAct(f"转办“{task.name}”", "reassign", example_of(ReassignWord, CHIEF, task.sitting.unit, rest))
    if case.parts is not None:
        return
    for procedure in case.item.procedures:
        rest = f',"procedure":"{procedure.id}"'
        if open_stop(case.stops, procedure.id) is not None:
            yield OpenAct(f"结束“{procedure.name}”，恢复计时", "resume", example_of(ResumeWord, CHIEF, unit, rest))
        elif _is_allowed(lambda of=procedure.id: check_pause(case.item, case.stage, case.stops, of, 1)):  # type: ignore[misc]
            held = f'{rest},"days":1'
            yield OpenAct(f"因“{procedure.name}”暂停计时", "hold", example_of(HoldWord, CHIEF, unit, held))


def _is_allowed(check: Callable[[], object]) -> bool:
    try:
        check()
    except Refused:
        return False
    return True
