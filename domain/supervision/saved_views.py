"""Ready queries for Temporal UI: which workflows a supervisor looks at, and how they are found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import quote

from domain.glance import Flag
from domain.words import Text

OPEN = 'ExecutionStatus = "Running"'
MOST_ROLES = 40
"""A query of the engine has its longest length too."""
NOBODY = "nobody"
"""A role that no case ever waits for."""


class SavedView(NamedTuple):
    """A query with its name, and what it shows."""

    key: str
    name: Text
    says: Text
    query: str

    def link(self, namespace: str) -> str:
        """Where Temporal UI shows it, relative to its address."""
        return f"/namespaces/{quote(namespace)}/workflows?query={quote(self.query)}"


def _flagged(*flags: Flag) -> str:
    return f"{OPEN} AND AcFlags {_one_of(flags)}"


def _one_of(words: Sequence[str]) -> str:
    listed = ", ".join(f'"{word}"' for word in words)
    return f"= {listed}" if len(words) == 1 else f"IN ({listed})"


VIEWS = (
    SavedView(
        "open",
        Text("在办件", "Open cases"),
        Text("所有没有办结的办件和“一件事”", "Every case and bundle that is not closed"),
        f'{OPEN} AND WorkflowType IN ("Case", "BundleCase")',
    ),
    SavedView(
        "near",
        Text("临近时限", "Near a limit"),
        Text("已经预警、尚未到期", "Warned of, and not due yet"),
        _flagged(Flag.NEAR),
    ),
    SavedView(
        "late",
        Text("超期未完成", "Late"),
        Text("有期限已过而所要求的还没有做", "A limit has passed, and what it asks for is not done"),
        _flagged(Flag.LATE),
    ),
    SavedView(
        "red",
        Text("超过法定时限", "Past the statutory limit"),
        Text("红灯", "The light is red"),
        f'{OPEN} AND AcLight = "red"',
    ),
    SavedView(
        "escalated",
        Text("已升级", "Escalated"),
        Text("超期之后仍未办理，已报上一级", "Still late, and reported a level up"),
        _flagged(Flag.ESCALATED),
    ),
    SavedView(
        "stuck",
        Text("停滞（系统原因）", "Stuck"),
        Text("程序反复出错，或者巡检发现异常", "Its code keeps failing, or the liveness probe found a trouble"),
        f"{OPEN} AND (TemporalReportedProblems IS NOT NULL OR AcTrouble IS NOT NULL)",
    ),
    SavedView(
        "applicant",
        Text("等待申请人", "Waiting for the applicant"),
        Text("等待补正或者补齐容缺材料", "A supplement or deferred materials are to come in"),
        f'{OPEN} AND AcWaitingFor = "applicant"',
    ),
    SavedView(
        "paused",
        Text("暂停计时", "Paused"),
        Text("特别程序进行中", "A special procedure is running"),
        f'{OPEN} AND AcStatus = "paused"',
    ),
    SavedView(
        "overrun",
        Text("特别程序超时", "Paused for too long"),
        Text("超过告知的时间仍未结束", "Longer than was announced"),
        _flagged(Flag.OVERRUN),
    ),
    SavedView(
        "urged",
        Text("已催办、督办", "Urged or ordered"),
        Text("催办之后没有进展，或者督办没有答复", "Nothing moved since, or the order is not answered"),
        _flagged(Flag.URGED, Flag.ORDERED),
    ),
    SavedView(
        "filings",
        Text("报备未签收", "Filings not acknowledged"),
        Text("延期或者延误已报备，管理部门尚未签收", "An extension or delay was filed, and nobody took note"),
        _flagged(Flag.FILING_UNACKNOWLEDGED),
    ),
    SavedView(
        "extensions",
        Text("延期待批准", "Extensions to approve"),
        Text("申请延期，等待批准", "More time was asked for"),
        _flagged(Flag.EXTENSION_ASKED),
    ),
    SavedView(
        "deferred",
        Text("容缺未补齐", "Deferred materials"),
        Text("容缺受理，材料尚未补齐", "Accepted with materials to follow"),
        _flagged(Flag.DEFERRED),
    ),
    SavedView(
        "provisional",
        Text("到期日暂定", "Provisional due days"),
        Text("所涉年度的放假安排尚未公布", "The calendar of a year is not published yet"),
        _flagged(Flag.PROVISIONAL),
    ),
    SavedView(
        "bundles",
        Text("一件事", "Bundles"),
        Text("在办的“一件事”", "Open bundles"),
        f'{OPEN} AND WorkflowType = "BundleCase"',
    ),
    SavedView(
        "grievances",
        Text("“办不成事”反映件", "Grievances"),
        Text("没有办结的反映件", "Open grievances"),
        f'{OPEN} AND WorkflowType = "Grievance"',
    ),
    SavedView(
        "grievances_late",
        Text("反映件超期、已升级", "Late grievances"),
        Text("环节超期或者已经升级", "A leg is late or escalated"),
        f'{OPEN} AND WorkflowType = "Grievance" AND AcFlags {_one_of((Flag.LATE, Flag.ESCALATED))}',
    ),
)
"""The same for everybody."""


def unassigned(vacant: Iterable[str]) -> SavedView:
    """What waits for a role that nobody holds, by the roles that are vacant now (`examiner@unit`)."""
    roles = [*dict.fromkeys(vacant)][:MOST_ROLES] or [NOBODY]
    return SavedView(
        "unassigned",
        Text("无人可办", "Unassigned"),
        Text("等待的岗位此刻无人（岗位空缺报警）", "Waiting for a role that is vacant now (vacancy alarms)"),
        f"{OPEN} AND AcWaitingFor {_one_of(roles)}",
    )


def of_my_own(units: Iterable[str], places: Iterable[str]) -> SavedView | None:
    """What one's units handle or hold, and all of one's places; None where there is neither."""
    units, places = sorted(units), sorted(places)
    either = (
        [f"AcDept {_one_of(units)}", f"AcWaitingFor {_one_of([f'unit:{unit}' for unit in units])}"] if units else []
    )
    either += [f"AcPlace {_one_of(places)}"] if places else []
    if not either:
        return None
    return SavedView(
        "mine",
        Text("本单位、本辖区", "Of my unit or place"),
        Text("由本单位承办或者停在本单位的，以及本辖区的", "Handled by or waiting for my unit, and all of my place"),
        f"{OPEN} AND ({' OR '.join(either)})",
    )
