"""Why an open case stands where it stands: one cause, whose move it is, and the marks that a supervisor looks for.

Both lists are closed. Every value is read off what is on file; `docs/supervision.md` says from which facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from enum import StrEnum

from domain.telling import ROLES
from domain.words import Text


class StandingCause(StrEnum):
    """What an open case waits for; the first one of this list that holds is the one it has."""

    NOT_OPENED = "not_opened"
    SUPPLEMENT = "supplement"
    PROMISE = "promise"
    HEARING = "hearing"
    SPECIAL_PROCEDURE = "special_procedure"
    EXTENSION = "extension"
    ITEMS = "items"
    WINDOW = "window"
    EXAMINER = "examiner"
    APPROVER = "approver"
    AGENCY_HEAD = "agency_head"
    GOVERNMENT_HEAD = "government_head"
    CHIEF_REPRESENTATIVE = "chief_representative"
    NOBODY = "nobody"


class Mark(StrEnum):
    """What is remarkable about an open case besides its cause; it may have any number of them."""

    NEAR = "near"
    ACCEPTANCE_LATE = "acceptance_late"
    STEP_LATE = "step_late"
    HEARING_LATE = "hearing_late"
    PROMISED_LATE = "promised_late"
    STATUTORY_LATE = "statutory_late"
    DELIVERY_LATE = "delivery_late"
    ORDER_LATE = "order_late"
    ORDER_OPEN = "order_open"
    FILING_OPEN = "filing_open"
    WARNING_OPEN = "warning_open"
    PAUSED = "paused"
    IDLE = "idle"
    VACANT = "vacant"
    BEHIND = "behind"


STUCK = (Mark.IDLE, Mark.VACANT, Mark.BEHIND)
"""A case that has one of these is stuck: nothing will happen by itself, or soon enough."""

LATE = (
    Mark.ACCEPTANCE_LATE,
    Mark.STEP_LATE,
    Mark.HEARING_LATE,
    Mark.PROMISED_LATE,
    Mark.STATUTORY_LATE,
    Mark.DELIVERY_LATE,
    Mark.ORDER_LATE,
)
"""A limit of the office that was passed and is not met yet."""

ROLE_CAUSES = (
    StandingCause.WINDOW,
    StandingCause.EXAMINER,
    StandingCause.APPROVER,
    StandingCause.AGENCY_HEAD,
    StandingCause.GOVERNMENT_HEAD,
    StandingCause.CHIEF_REPRESENTATIVE,
)
"""Causes that are the move of a role in a unit; they are called as the role is."""

CAUSES: dict[StandingCause, Text] = {
    StandingCause.NOT_OPENED: Text("已收件编号，办件引擎尚未立案", "taken in, and not opened by the engine yet"),
    StandingCause.SUPPLEMENT: Text("等待申请人补正材料", "waiting for the applicant's supplement"),
    StandingCause.PROMISE: Text("等待申请人补齐容缺材料", "waiting for the applicant's deferred materials"),
    StandingCause.HEARING: Text("听证程序进行中", "in a hearing"),
    StandingCause.SPECIAL_PROCEDURE: Text("特别程序进行中，时限暂停", "in a special procedure; the limits stand still"),
    StandingCause.EXTENSION: Text("延期申请等待批准", "an extension waits for its approval"),
    StandingCause.ITEMS: Text("等待“一件事”各事项的结果", "waiting for the items of the bundle"),
    **{cause: Text(f"等待{ROLES[cause].zh}办理", f"waiting for the {ROLES[cause].en}") for cause in ROLE_CAUSES},
    StandingCause.NOBODY: Text("没有待办任务，办件引擎应当继续", "nobody's move: the engine has to go on"),
}

MARKS: dict[Mark, Text] = {
    Mark.NEAR: Text("临近时限", "near a limit"),
    Mark.ACCEPTANCE_LATE: Text("超过受理时限仍未答复", "the limit of acceptance is passed"),
    Mark.STEP_LATE: Text("超过环节时限仍未办理", "the limit of a step is passed"),
    Mark.HEARING_LATE: Text("超过组织听证的期限", "the limit for holding the hearing is passed"),
    Mark.PROMISED_LATE: Text("超过承诺办结时限", "the promised limit is passed"),
    Mark.STATUTORY_LATE: Text("超过法定办结时限", "the statutory limit is passed"),
    Mark.DELIVERY_LATE: Text("超过颁证送达时限", "the limit of delivery is passed"),
    Mark.ORDER_LATE: Text("督办逾期未答复", "the limit of a supervision order is passed"),
    Mark.ORDER_OPEN: Text("督办尚未答复", "a supervision order is open"),
    Mark.FILING_OPEN: Text(
        "送管理部门的报备等文书尚未签收", "a filing to the overseeing department is not acknowledged"
    ),
    Mark.WARNING_OPEN: Text("送单位的预警等文书尚未签收", "a warning or other paper to a unit is not acknowledged"),
    Mark.PAUSED: Text("时限暂停计算", "the limits stand still"),
    Mark.IDLE: Text("超过期限后没有人办理过", "nobody has done anything since a limit was passed"),
    Mark.VACANT: Text("等待的岗位无人在岗", "it waits for a role that nobody fills"),
    Mark.BEHIND: Text("登记的情况落后于应有的进度", "the case file is behind what should have happened"),
}

LIGHTS: dict[str, Text] = {
    "green": Text("正常", "green"),
    "blue": Text("预警（蓝）", "blue"),
    "yellow": Text("黄牌", "yellow card"),
    "red": Text("红牌", "red card"),
}


def stands(cause: StandingCause, since: date, units: Iterable[str] = ()) -> Text:
    """The cause of standing in one sentence: for what, at which units, since which day."""
    said, at = CAUSES[cause], tuple(units)
    zh, en = (f"（{'、'.join(at)}）", f" at {', '.join(at)}") if at else ("", "")
    return Text(f"{said.zh}{zh}，自{since}起", f"{said.en}{en}, since {since}")


def marked(mark: Mark, due_day: date | None = None) -> Text:
    """The mark in one sentence, with the day of the limit where there is one."""
    said = MARKS[mark]
    return Text(f"{said.zh}（{due_day}）", f"{said.en} ({due_day})") if due_day else said


def working_days_left(today: date, due_day: date, is_worked: Callable[[date], bool]) -> int:
    """The working days after today until the due day, it included; below zero, those since then."""
    ahead = due_day >= today
    first, last = (today, due_day) if ahead else (due_day, today)
    days = sum(is_worked(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
    return days if ahead else -days
