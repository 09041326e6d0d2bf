"""Who of the office is meant, by name: for the staff, never for applicants."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from api.views import TaskView, task_fields
from domain.record import TaskState
from domain.supervision.posts import Seat
from storage import duty
from storage.duty import Member
from storage.tables import TaskRow


class MemberView(BaseModel):
    """Somebody who holds a role on a day."""

    id: str = Field(examples=["sample-chief-gz-thr-samr"])
    name: str = Field(examples=["测试首席代表甲"])
    stands_in: bool = Field(False, description="代理：任职人不在或者空缺")


class DutyTaskView(TaskView):
    """A task, with those who may answer it now."""

    who: list[MemberView] | None = Field(
        None, description="今日担任该岗位的人；空表为岗位空缺；任务已经办结或者您不办理该件的，没有这一项"
    )


def member_view(member: Member) -> MemberView:
    """Somebody as the staff see them."""
    return MemberView(id=member.id, name=member.name, stands_in=member.stands_in)


async def with_who(
    session: AsyncSession, tasks: Iterable[TaskRow | Row[Any]], today: date, *, handles: bool = True
) -> list[DutyTaskView]:
    """The tasks with those who hold their roles today, in one query for all of them; to those who do not handle the case
    without anybody."""
    tasks = list(tasks)
    asked = {Seat(task.unit, task.role) for task in tasks if handles and task.state == TaskState.OPEN}
    on_duty = await duty.on_duty(session, asked, today)
    views = []
    for task in tasks:
        seat = Seat(task.unit, task.role)
        who = [member_view(one) for one in on_duty.members(seat, today)] if seat in asked else None
        shown = who if task.state == TaskState.OPEN else None
        views.append(DutyTaskView(**task_fields(task, handles=handles), who=shown))
    return views
